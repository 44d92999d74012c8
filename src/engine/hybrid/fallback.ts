/** How often a leg of a hybrid doesn't answer, and what the other one then takes over. */

import { note, type PriceContext } from '../cost/context.ts';
import { optionById } from '../cost/requests.ts';
import type { HybridOption, Scenario } from '../scenario.ts';
import { likely } from '../units.ts';
import type { Failing } from './legs.ts';

const SIDES = ['small', 'large'] as const;

export interface FailingLegs {
  /** Share of the requests to each leg that it doesn't answer; null: not known. */
  readonly known: { readonly small: number | null; readonly large: number | null };
  /** The same for sums: what isn't known is left out. */
  readonly assumed: Failing;
  /** Said in the hybrid itself, rate limits included, rather than taken from the leg's availability. */
  readonly stated: { readonly small: boolean; readonly large: boolean };
}

/** @returns null where no leg stands in for the other */
export function failingLegs({ hybrid }: HybridOption, scenario: Scenario): FailingLegs | null {
  const { fallback } = hybrid;
  if (fallback === undefined) return null;
  const of = (side: 'small' | 'large'): number | null => {
    const own = fallback[`${side}_fails`];
    if (own !== null) return likely(own);
    const promised = optionById(scenario, hybrid[side])?.availability ?? null;
    return promised === null ? null : 1 - promised;
  };
  const known = { small: of('small'), large: of('large') };
  return {
    known,
    assumed: { small: known.small ?? 0, large: known.large ?? 0 },
    stated: { small: fallback.small_fails !== null, large: fallback.large_fails !== null },
  };
}

export function noteFallback(option: HybridOption, fails: FailingLegs | null, context: PriceContext): void {
  if (fails === null) return;
  const unknown = SIDES.filter((side) => fails.known[side] === null).map((side) => option.hybrid[side]);
  if (unknown.length === 0) return;
  note(
    context,
    'warning',
    'hybrid.fallback_unknown',
    `How often ${unknown.join(' and ')} fail${unknown.length === 1 ? 's' : ''} is not known, so what ${option.id} then sends to the other model is not costed. State its availability, or hybrid.fallback.`,
    `options.${option.id}.hybrid.fallback`,
  );
}

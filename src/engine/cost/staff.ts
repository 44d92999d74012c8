/** Engineers' time as a cost: the share of a full-time engineer each way of serving takes, times the loaded cost of one. */
import { likely } from '../units.ts';
import { assumption, note, type PriceContext } from './context.ts';
import type { Term } from './terms.ts';

export type StaffKind = 'self_host' | 'api';

/** Used only when neither the scenario nor the catalog says anything; the catalog's assumptions carry the sources. */
const FALLBACK = { self_host_fte: { low: 0.1, likely: 0.3, high: 1 }, api_fte: 0.05, loaded_cost_usd_per_year: 200_000 } as const;

/** @example 0.3 FTE at $200,000 a year: 0.3 x 16,666.67 = $5,000 a month */
export function staffTerms(kinds: ReadonlySet<StaffKind>, context: PriceContext): Term[] {
  const yearly = value('loaded_cost_usd_per_year', context);
  return [...kinds].map((kind): Term => {
    const fte = value(kind === 'api' ? 'api_fte' : 'self_host_fte', context);
    return {
      shape: 'fixed',
      name: kind === 'api' ? 'engineering for the API' : 'engineering for self-hosting',
      category: 'staff',
      leg: null,
      quantity: likely(fte.value),
      unit: 'FTE-month',
      unit_usd: likely(yearly.value) / 12,
      source: `${fte.source}; ${yearly.source}`,
      driver: 'staff',
    };
  });
}

function value(key: 'loaded_cost_usd_per_year' | 'self_host_fte' | 'api_fte', context: PriceContext) {
  const own = context.scenario.team[key];
  if (own !== null) return { value: own, source: `team.${key} of the scenario` };
  const known = assumption(context.catalog, key) ?? { value: FALLBACK[key], source: `default ${key}` };
  note(context, 'info', 'team.assumed', `team.${key} is not given; ${text(known.value)} is assumed.`, `team.${key}`);
  return known;
}

function text(judged: number | { low: number; likely: number; high: number }): string {
  return typeof judged === 'number' ? `${judged}` : `${judged.low} to ${judged.high}, likely ${judged.likely},`;
}

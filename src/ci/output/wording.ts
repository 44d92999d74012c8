/** Sentences the formats share. Raw text: each format escapes it. */

import { money, percent } from '../figures.ts';
import { counts, type PolicyResult, type ScenarioResult } from '../result.ts';
import type { Cause } from '../substitute.ts';

export const CAUSES: Readonly<Record<Cause, string>> = {
  price: 'prices',
  usage: 'usage',
  throughput: 'throughput',
  edit: 'scenario edit',
};

/** `own, $4,803.40 a month` */
export function answer({ decision, currency }: ScenarioResult): string {
  if (decision.option_id === null) return 'no feasible option';
  return decision.monthly_usd === null ? decision.option_id : `${decision.option_id}, ${money(decision.monthly_usd, currency)} a month`;
}

/** `+$120.00 (+4.2 %)`, or why there is no change to tell. */
export function change({ baseline, delta, currency }: ScenarioResult): string {
  if (baseline === null) return 'no baseline';
  if (baseline.reason !== null) return baseline.reason;
  if (delta === null) return 'not comparable: one side has no recommendation with a price';
  return `${money(delta.usd, currency, true)}${delta.percent === null ? '' : ` (${percent(delta.percent / 100, true)})`}`;
}

/** `hosted -> own`, null where the recommendation is the same or there is nothing to compare. */
export function verdictChange({ baseline, decision }: ScenarioResult): string | null {
  if (baseline === null || baseline.reason !== null || baseline.option_id === decision.option_id) return null;
  return `${baseline.option_id ?? 'none'} -> ${decision.option_id ?? 'none'}`;
}

export function recalculated({ recalculated_usd, currency }: ScenarioResult): string | null {
  if (recalculated_usd === 0) return null;
  return `${money(recalculated_usd, currency, true)} of the price change is not a price that moved: price data corrected, or another version of this tool`;
}

/** `2 failed, 1 warned, 3 passed` */
export function tally(results: readonly PolicyResult[]): string {
  const { fail, warn, pass, skipped } = counts(results);
  const parts = [
    [fail, 'failed'],
    [warn, 'warned'],
    [pass, 'passed'],
    [skipped, 'skipped'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

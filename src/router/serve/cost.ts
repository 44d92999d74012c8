/** What a request cost, from the tokens the target reported. */

import type { TargetPrices } from '../../engine/hybrid/policy.ts';
import { MTOK } from '../../engine/units.ts';
import type { Usage } from '../../llm/api/signal.ts';

/** Null: no prices, or the target didn't say how many tokens it used. @example 1,000 in and 100 out at $2.5 and $10 a million: $0.0035 */
export function costUsd(usage: Usage | null, prices: TargetPrices | null): number | null {
  if (prices === null || usage === null || usage.input === null || usage.output === null) return null;
  const cached = prices.cached_input_usd_per_mtok === null ? 0 : Math.min(usage.cached ?? 0, usage.input);
  const tokens =
    (usage.input - cached) * prices.input_usd_per_mtok + cached * (prices.cached_input_usd_per_mtok ?? 0) + usage.output * prices.output_usd_per_mtok;
  return tokens / MTOK + prices.usd_per_request;
}

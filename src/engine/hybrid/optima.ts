/** The best split under one limit: a month's cost, the quality of the answers, the time to the first token. */

import type { HybridFigures, HybridOptimum, HybridPoint } from '../result.ts';
import type { MixedTimes } from './latency-mix.ts';

/** Null: not asked for. */
export interface Limits {
  readonly monthly_usd: number | null;
  readonly quality: number | null;
  readonly ttft_p95_ms: number | null;
}

interface Known {
  /** Null: how long the split takes isn't known. */
  readonly times: MixedTimes | null;
  /** The share at which a month costs this much, 1 where it never does. */
  readonly share: (usd: number) => number | null;
  readonly usdAt: (escalation: number) => number | null;
}

/**
 * Cost cap and latency: the best quality within it, of equals the cheapest. Quality bar: the cheapest that reaches it. Without a
 * calibration no quality is known, and the largest share within the limit is told.
 */
export function optimaOf(points: readonly HybridPoint[], limits: Limits, calibrated: boolean, known: Known): HybridFigures['optima'] {
  const { monthly_usd: cap, quality: bar, ttft_p95_ms: slo } = limits;
  const { times } = known;
  const soon = ({ escalation }: HybridPoint) => times !== null && slo !== null && times.within(slo, escalation) >= 0.95;
  return {
    cost_cap: optimum(cap, (limit) =>
      calibrated ? bestWithin(points, ({ monthly_usd }) => monthly_usd !== null && monthly_usd <= limit) : unscored(affordable(limit, known), known),
    ),
    quality_bar: optimum(bar, (limit) => cheapest(points.filter(({ quality }) => quality !== null && quality >= limit))),
    latency_slo: optimum(slo, (limit) => (times === null ? null : calibrated ? bestWithin(points, soon) : unscored(quickEnough(times, limit), known))),
  };
}

function optimum(limit: number | null, find: (limit: number) => HybridPoint | null): HybridOptimum | null {
  return limit === null ? null : { limit, point: find(limit) };
}

/** Best quality among the points that fit, of equals the cheapest, of those the one that escalates least; null when no quality is known. */
export function bestWithin(points: readonly HybridPoint[], fits: (point: HybridPoint) => boolean): HybridPoint | null {
  const able = points.filter((point) => point.quality !== null && fits(point));
  const most = able.reduce((best, { quality }) => Math.max(best, quality as number), Number.NEGATIVE_INFINITY);
  return cheapest(able.filter(({ quality }) => quality === most));
}

function cheapest(points: readonly HybridPoint[]): HybridPoint | null {
  const priced = points.filter(({ monthly_usd }) => monthly_usd !== null);
  const first = (priced.length > 0 ? priced : points).toSorted((a, b) => (a.monthly_usd ?? 0) - (b.monthly_usd ?? 0) || a.escalation - b.escalation);
  return first[0] ?? null;
}

function unscored(escalation: number | null, { usdAt }: Known): HybridPoint | null {
  if (escalation === null) return null;
  return { threshold: null, escalation, monthly_usd: usdAt(escalation), quality: null, ttft_p95_ms: null };
}

/** The largest share that a month can pay for; null: not even none. */
function affordable(limit: number, { share, usdAt }: Known): number | null {
  const none = usdAt(0);
  return none === null || none > limit ? null : share(limit);
}

/** The share within the limit is linear in the escalation: the largest escalation of which 95 % come in time; null: none. */
function quickEnough(times: MixedTimes, limit: number): number | null {
  const [none, all] = [times.within(limit, 0), times.within(limit, 1)];
  if (all >= 0.95) return 1;
  if (none < 0.95) return null;
  return (none - 0.95) / (none - all);
}

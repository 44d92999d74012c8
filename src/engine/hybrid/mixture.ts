/** How long the mix takes. Percentiles of a mixture are not mixtures of percentiles: the times are put together first, then ranked. */

import type { OrderedLog } from './frontier.ts';
import type { ScoredRow } from './log.ts';

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
}

/**
 * Nearest-rank percentiles. `spread([1, 2, 3, 4]).p50 === 2`
 *
 * @returns null when there are no times
 */
export function spread(times: Float64Array | readonly number[]): Spread | null {
  if (times.length === 0) return null;
  const sorted = Float64Array.from(times).sort();
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length };
}

/** Rows whose time must be known, as a share, before the mix's is. */
const ENOUGH = 0.9;

/**
 * Times when the first `k` rows are escalated. Cascade: an escalated request waits for the small model, then for the large one.
 *
 * @returns null when fewer than nine in ten rows have the times this needs
 */
export function mixedTimes(log: OrderedLog, k: number): Float64Array | null {
  const times: number[] = [];
  log.rows.forEach((row, i) => {
    const ms = timeOf(row, i < k, log.costs.mode);
    if (ms !== null) times.push(ms);
  });
  return times.length >= ENOUGH * log.rows.length && times.length > 0 ? Float64Array.from(times) : null;
}

function timeOf({ small_ms, large_ms }: ScoredRow, escalated: boolean, mode: 'cascade' | 'router'): number | null {
  if (!escalated) return small_ms;
  if (mode === 'router') return large_ms;
  return small_ms === null || large_ms === null ? null : small_ms + large_ms;
}

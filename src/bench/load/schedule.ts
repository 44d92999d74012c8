import { exponential, gamma, seededRandom } from './random.ts';
import type { Arrivals, Load, Stop } from './spec.ts';

/** Never lay out more than this many sends: a mistyped rate must not eat the memory. */
const MAX_SENDS = 5_000_000;

/**
 * Intended send times in ms after the start of a level, ascending: all of them are fixed before the first request, so a
 * slow server can't slow the load down.
 *
 * @returns null for a closed loop, which has no schedule
 */
export function sendTimes(load: Load, stop: Stop, seed: number): Float64Array | null {
  if (load.kind === 'closed') return null;
  const limit = Math.min(stop.requests ?? MAX_SENDS, MAX_SENDS);
  const endMs = stop.duration_s === null ? Number.POSITIVE_INFINITY : stop.duration_s * 1000;
  if (load.kind === 'trace') return Float64Array.from(load.rows.slice(0, limit), (row) => row.at_ms).filter((at) => at < endMs);
  return openTimes(load.rate, intervals(load.arrivals, load.burstiness, seed), limit, endMs, load.arrivals === 'constant');
}

function openTimes(rate: number, next: () => number, limit: number, endMs: number, fromZero: boolean): Float64Array {
  const times: number[] = [];
  const meanMs = 1000 / rate;
  for (let at = fromZero ? 0 : next() * meanMs; times.length < limit && at < endMs; at += next() * meanMs) times.push(at);
  return Float64Array.from(times);
}

/** Gaps with mean 1. */
function intervals(arrivals: Arrivals, burstiness: number, seed: number): () => number {
  const random = seededRandom(seed, `arrivals/${arrivals}`);
  if (arrivals === 'constant') return () => 1;
  return arrivals === 'poisson' ? () => exponential(random) : () => gamma(random, burstiness);
}

/** Percentiles, and what batches of draws disagree about. */

import type { Percentiles } from '../units.ts';
import { BATCHES } from './design.ts';

/** Percentiles of the finite values, linear between neighbours; null when there are none. */
export function percentilesOf(values: Float64Array): Percentiles | null {
  // Sorting is native, and much quicker than looking at the values here.
  const sorted = values.slice().sort();
  let count = sorted.length;
  while (count > 0 && !Number.isFinite(sorted[count - 1] as number)) count--;
  if (count === 0) return null;
  return { p10: quantile(sorted, count, 0.1), p50: quantile(sorted, count, 0.5), p90: quantile(sorted, count, 0.9) };
}

export function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  return true;
}

function quantile(sorted: Float64Array, count: number, probability: number): number {
  const at = probability * (count - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, count - 1)] as number;
  return low + (high - low) * (at - below);
}

/** Standard error of the mean of equal batches: their standard deviation / sqrt(how many). */
function standardError(batches: readonly number[]): number {
  const [first = 0] = batches;
  if (batches.every((value) => value === first)) return 0;
  const mean = batches.reduce((sum, value) => sum + value, 0) / batches.length;
  const squares = batches.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (batches.length - 1) / batches.length);
}

/** Standard errors of the percentiles; null when a batch has no finite value. */
export function percentileErrors(values: Float64Array): Percentiles | null {
  if (isConstant(values) && Number.isFinite(values[0] as number)) return { p10: 0, p50: 0, p90: 0 };
  const size = values.length / BATCHES;
  const parts = Array.from({ length: BATCHES }, (_, batch) => percentilesOf(values.subarray(batch * size, (batch + 1) * size)));
  if (parts.some((part) => part === null)) return null;
  const of = (key: keyof Percentiles) => standardError(parts.map((part) => (part as Percentiles)[key]));
  return { p10: of('p10'), p50: of('p50'), p90: of('p90') };
}

/** Share of values that are `wanted`. */
export function shareOf(values: Float64Array | Int32Array, wanted: number): number {
  return hitsOf(values, wanted, 0, values.length) / values.length;
}

/** Standard error of the share of draws whose value is `wanted`. */
export function shareError(values: Float64Array | Int32Array, wanted: number): number {
  const size = values.length / BATCHES;
  return standardError(Array.from({ length: BATCHES }, (_, batch) => hitsOf(values, wanted, batch * size, (batch + 1) * size) / size));
}

function hitsOf(values: Float64Array | Int32Array, wanted: number, from: number, to: number): number {
  let hits = 0;
  for (let d = from; d < to; d++) if (values[d] === wanted) hits++;
  return hits;
}

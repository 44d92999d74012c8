/** Percentiles, and what batches of draws disagree about. */

import type { Percentiles } from '../units.ts';
import { BATCHES } from './design.ts';

/** Percentiles of the finite values, linear between neighbours; null when there are none. */
export function percentilesOf(values: Float64Array): Percentiles | null {
  const first = values[0] ?? Number.NaN;
  if (Number.isFinite(first) && isConstant(values)) return { p10: first, p50: first, p90: first };
  const finite = finiteOf(values);
  if (finite.length === 0) return null;
  finite.sort();
  return { p10: quantile(finite, 0.1), p50: quantile(finite, 0.5), p90: quantile(finite, 0.9) };
}

function finiteOf(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i] as number)) kept[count++] = values[i] as number;
  return kept.subarray(0, count);
}

export function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  return true;
}

function quantile(sorted: Float64Array, probability: number): number {
  const at = probability * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
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

/** Standard error of the share of draws whose value is `wanted`. */
export function shareError(values: Float64Array | Int32Array, wanted: number): number {
  const size = values.length / BATCHES;
  const shares = Array.from({ length: BATCHES }, (_, batch) => {
    let hits = 0;
    for (let d = batch * size; d < (batch + 1) * size; d++) if (values[d] === wanted) hits++;
    return hits / size;
  });
  return standardError(shares);
}

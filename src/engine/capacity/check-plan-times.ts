/** Percentiles of latencies, of one sample or of several that stand for unequal numbers of requests. */

import type { SimulatedTimes } from '../result.ts';

export interface WeighedSample {
  readonly values: Float64Array;
  /** Requests the sample stands for, in any unit. */
  readonly weight: number;
}

/** Null: nothing came. */
export function timesOf(values: Float64Array): SimulatedTimes | null {
  return mixedTimes([{ values, weight: 1 }]);
}

export function mixedTimes(samples: readonly WeighedSample[]): SimulatedTimes | null {
  const sorted = samples
    .filter(({ values, weight }) => values.length > 0 && weight > 0)
    .map(({ values, weight }) => ({ values: values.slice().sort(), weight }));
  return sorted.length === 0 ? null : { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/** The value that a share `p` of the requests stays at or under, by bisection over the value. */
function quantile(sorted: readonly WeighedSample[], p: number): number {
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let low = sorted.reduce((least, { values }) => Math.min(least, values[0] as number), Number.POSITIVE_INFINITY);
  let high = sorted.reduce((most, { values }) => Math.max(most, values.at(-1) as number), 0);
  if (share(sorted, low) >= p * total) return low;
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2;
    if (share(sorted, middle) >= p * total) high = middle;
    else low = middle;
  }
  return high;
}

/** Weight of the requests at or under `value`. */
function share(sorted: readonly WeighedSample[], value: number): number {
  return sorted.reduce((sum, { values, weight }) => sum + (weight * rank(values, value)) / values.length, 0);
}

function rank(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

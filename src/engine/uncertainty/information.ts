/** Which input matters: its share of the variance, and what knowing it would save. Read off the same draws, cut into bins by the input's strata. */

import type { Sample } from './sample.ts';
import { isConstant } from './statistics.ts';

const BINS = 20;

/** Mean of `values` over the draws of each bin of an input. */
function binMeans(strata: Uint32Array, values: Float64Array): Float64Array {
  const bins = Math.min(BINS, values.length / 2);
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (let d = 0; d < values.length; d++) {
    const bin = Math.floor(((strata[d] as number) * bins) / values.length);
    sums[bin] = (sums[bin] as number) + (values[d] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return sums.map((sum, bin) => sum / (counts[bin] as number));
}

/**
 * First-order variance share of an input: variance between bins, less what bins of independent draws would differ by anyway.
 * Null when the values don't vary or are not finite.
 */
export function varianceShare(strata: Uint32Array, values: Float64Array): number | null {
  const mean = average(values);
  if (!Number.isFinite(mean) || isConstant(values)) return null;
  const all = squares(values, mean);
  if (!(all > 1e-20 * mean * mean * values.length)) return null;
  const means = binMeans(strata, values);
  const between = (squares(means, mean) * values.length) / means.length;
  const noise = ((means.length - 1) * Math.max(0, all - between)) / Math.max(1, values.length - means.length);
  return Math.min(1, Math.max(0, (between - noise) / all));
}

function average(values: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < values.length; d++) sum += values[d] as number;
  return sum / values.length;
}

function squares(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let d = 0; d < values.length; d++) sum += ((values[d] as number) - mean) * ((values[d] as number) - mean);
  return sum;
}

/** Totals of the options that can serve in every draw. */
export function ableOf({ options, totals }: Sample): readonly Float64Array[] {
  return options.flatMap(({ gated }, o) => {
    const values = totals[o];
    return gated && values && Number.isFinite(average(values)) ? [values] : [];
  });
}

/**
 * Dollars of the horizon saved on average by choosing after input `i` is known, against the option with the lowest mean.
 *
 * @param able totals of the options to choose from
 */
export function valueOfKnowing({ strata }: Sample, i: number, able: readonly Float64Array[]): number {
  if (able.length < 2) return 0;
  const means = able.map((values) => binMeans(strata[i] as Uint32Array, values));
  const bins = means[0]?.length ?? 1;
  let informed = 0;
  for (let bin = 0; bin < bins; bin++) informed += Math.min(...means.map((each) => each[bin] as number)) / bins;
  const saved = Math.min(...able.map(average)) - informed;
  return saved > 1e-9 * Math.abs(informed) ? saved : 0;
}

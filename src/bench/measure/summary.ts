import type { LatencySummary } from '../../engine/measurement.ts';
import type { Histogram } from './histogram.ts';

/** No 99th percentile below this many samples: it would be the largest one or two of them. */
const SAMPLES_FOR_P99 = 100;

/** Percentiles by nearest rank, in the unit of the values; null without samples. `summarize([1, 2, 3, 4])?.p50 === 2` */
export function summarize(values: readonly number[]): LatencySummary | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return shape((q) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0, mean, sorted.length);
}

export function summarizeHistogram(histogram: Histogram): LatencySummary | null {
  return histogram.n === 0 ? null : shape((q) => histogram.quantile(q), histogram.mean, histogram.n);
}

function shape(quantile: (q: number) => number, mean: number, n: number): LatencySummary {
  const at = (q: number) => round(quantile(q));
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: n < SAMPLES_FOR_P99 ? null : at(0.99), mean: round(mean), n };
}

/** To a microsecond: finer is noise. */
export function round(value: number, digits = 3): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

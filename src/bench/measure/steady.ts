/** Was the level steady, and how sure are its figures? Both from ten equal parts of the window. */
import type { Request } from './point-data.ts';
import { round } from './summary.ts';
import { seconds, tokensInside, type Window } from './windows.ts';

const PARTS = 10;
/** Student's t, two-sided 95 %, nine degrees of freedom. */
const T_9 = 2.262;
/** A drift over the window of less than this share of the mean is called steady. */
const MAX_DRIFT = 0.1;
const SAMPLES_FOR_INTERVAL = 20;

export interface Steady {
  /** Change over the window by a least-squares line, as a share of the mean; null: too few samples. */
  readonly throughput_drift: number | null;
  readonly ttft_drift: number | null;
  readonly steady: boolean | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Output tokens per second in each tenth of the windows. */
export function throughputParts(requests: readonly Request[], windows: readonly Window[]): number[] {
  return tenths(windows).map((part) => requests.reduce((sum, request) => sum + tokensInside(request, request.output_tokens ?? 0, [part]), 0) / seconds([part]));
}

/** @param at when each request was due, `ttft` its time to first token, ms */
export function steadiness(parts: readonly number[], at: readonly number[], ttft: readonly number[]): Steady {
  const throughput = drift(
    parts.map((_, index) => (index + 0.5) / PARTS),
    parts,
  );
  const from = at.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const span = at.reduce((high, value) => Math.max(high, value), from) - from;
  const enough = span > 0 && ttft.length >= SAMPLES_FOR_INTERVAL;
  const latency = enough
    ? drift(
        at.map((value) => (value - from) / span),
        ttft,
      )
    : null;
  const known = [throughput, latency].filter((value) => value !== null);
  return { throughput_drift: throughput, ttft_drift: latency, steady: known.length === 0 ? null : known.every((value) => Math.abs(value) < MAX_DRIFT) };
}

/** 95 % interval of a mean from its batch means; null below ten parts. */
export function meanInterval(parts: readonly number[]): Interval | null {
  if (parts.length < PARTS) return null;
  const mean = parts.reduce((sum, value) => sum + value, 0) / parts.length;
  const variance = parts.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (parts.length - 1);
  const half = (T_9 * Math.sqrt(variance)) / Math.sqrt(parts.length);
  return { low: round(Math.max(0, mean - half)), high: round(mean + half) };
}

/** 95 % interval of the median by order statistics (normal approximation of the binomial); null below 20 samples. */
export function medianInterval(values: readonly number[]): Interval | null {
  if (values.length < SAMPLES_FOR_INTERVAL) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = (1.96 * Math.sqrt(values.length)) / 2;
  const low = sorted[Math.max(0, Math.floor(values.length / 2 - half))] ?? 0;
  const high = sorted[Math.min(values.length - 1, Math.ceil(values.length / 2 + half))] ?? 0;
  return { low: round(low), high: round(high) };
}

function tenths(windows: readonly Window[]): Window[] {
  const only = windows.length === 1 ? windows[0] : undefined;
  if (only === undefined) return [];
  const width = (only.end_ms - only.start_ms) / PARTS;
  return width <= 0
    ? []
    : Array.from({ length: PARTS }, (_, index) => ({ start_ms: only.start_ms + index * width, end_ms: only.start_ms + (index + 1) * width }));
}

/** Slope of the least-squares line over x in 0..1, divided by the mean; null where the mean is 0 or a point is missing. */
function drift(x: readonly number[], y: readonly number[]): number | null {
  const n = x.length;
  if (n < 3) return null;
  const meanX = x.reduce((sum, value) => sum + value, 0) / n;
  const meanY = y.reduce((sum, value) => sum + value, 0) / n;
  const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  if (spread === 0 || meanY === 0) return null;
  return round(x.reduce((sum, value, index) => sum + (value - meanX) * ((y[index] ?? 0) - meanY), 0) / spread / meanY, 4);
}

/** How long a replica's steps take, from the calibrated roofline or from a measured curve: what the simulator needs to know of it. */

import type { Measurement, MeasurementPoint } from '../measurement.ts';
import { prefillTime, stepTime } from './roofline.ts';
import type { Machine } from './roofline-machine.ts';

/** Times in seconds, cache in tokens. A step of a batch takes `base(batch) + perContextToken x tokens held`. */
export interface Service {
  /** Step time without the cache reads, by batch; `base[0]` is unused. Longer batches cost what the last entry says. */
  readonly base: Float64Array;
  readonly perContextToken: number;
  /** Prefill of `tokens` new input tokens. */
  readonly prefillPerToken: number;
  readonly prefillPerRequest: number;
  readonly prefillPerTokenSquared: number;
  /** What a step of a running batch costs more when it takes a prefill along. */
  readonly mixedStep: number;
  readonly cacheTokens: number;
  readonly maxBatch: number;
  /** Input tokens one step takes at most beside decoding. */
  readonly chunkTokens: number;
}

const LARGEST_TABLE = 4096;

/**
 * @param correction factor on speed that published measurements suggest (`correctionFor(...).p50`)
 * @param context tokens a typical sequence holds, where sliding windows make the cache reads less than proportional
 */
export function serviceOf(machine: Machine, correction: number, context: number): Service {
  const speed = 1 / (correction * machine.gain);
  const maxBatch = Math.max(1, Math.floor(Math.min(machine.maxBatch, LARGEST_TABLE)));
  const base = Float64Array.from({ length: maxBatch + 1 }, (_, batch) => {
    const step = stepTime(machine, Math.max(1, batch), context);
    return (step.total - step.cache) * speed;
  });
  const bytes = machine.cacheBytesPerToken + (machine.windowBytesPerToken * Math.min(context, machine.window)) / Math.max(1, context);
  const one = prefillTime(machine, 1000, 0, 1);
  const four = prefillTime(machine, 4000, 0, 1);
  const fixed = machine.requestSeconds;
  // a x + b x^2 through both points, without the fixed part.
  const b = Math.max(0, ((four - fixed) / 4000 - (one - fixed) / 1000) / 3000);
  return {
    base,
    perContextToken: (bytes / machine.cacheBandwidth) * speed,
    prefillPerToken: Math.max(0, (one - fixed) / 1000 - b * 1000) * speed,
    prefillPerTokenSquared: b * speed,
    prefillPerRequest: fixed * speed,
    mixedStep: machine.mixedSeconds * speed,
    cacheTokens: bytes === 0 ? Number.MAX_SAFE_INTEGER : Math.floor(Math.max(0, machine.freeBytes) / (bytes * machine.kvCopies)),
    maxBatch,
    chunkTokens: machine.chunkTokens,
  };
}

/**
 * From a measurement at several concurrencies: the mean time per output token gives the step, the time to first token of the least
 * loaded point the prefill. Null: fewer than two closed-loop points, or no tokens.
 */
export function serviceFromMeasurement(measurement: Measurement): Service | null {
  const points = measurement.points
    .filter((point) => point.concurrency !== null && point.tpot_ms !== null && point.ttft_ms !== null && point.ok > 0)
    .sort((a, b) => (a.concurrency as number) - (b.concurrency as number));
  const first = points[0];
  const last = points.at(-1);
  if (points.length < 2 || first === undefined || last === undefined) return null;
  const input = first.tokens.input / first.ok;
  const output = Math.max(2, first.tokens.output / first.ok);
  const prefill = Math.max(1e-6, (first.ttft_ms?.mean ?? 0) / 1000 - stepOf(first, 0, output));
  const maxBatch = Math.max(1, last.concurrency as number);
  const steps = points.map((point) => [point.concurrency as number, stepOf(point, prefill, output)] as const);
  return {
    base: Float64Array.from({ length: maxBatch + 1 }, (_, batch) => interpolate(steps, Math.max(1, batch))),
    perContextToken: 0,
    prefillPerToken: input > 0 ? prefill / input : 0,
    prefillPerTokenSquared: 0,
    prefillPerRequest: input > 0 ? 0 : prefill,
    mixedStep: 0,
    cacheTokens: Number.MAX_SAFE_INTEGER,
    maxBatch,
    chunkTokens: 8192,
  };
}

/** Time per output token less what the prefills of the others took of it. */
function stepOf(point: MeasurementPoint, prefill: number, output: number): number {
  const tpot = (point.tpot_ms?.mean ?? 0) / 1000;
  return Math.max(0.3 * tpot, tpot - (((point.concurrency as number) - 1) * prefill) / output);
}

function interpolate(points: readonly (readonly [number, number])[], at: number): number {
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1] as readonly [number, number];
    const [x1, y1] = points[i] as readonly [number, number];
    if (at <= x1) return y0 + ((y1 - y0) * (Math.max(at, x0) - x0)) / (x1 - x0);
  }
  return points.at(-1)?.[1] ?? 0;
}

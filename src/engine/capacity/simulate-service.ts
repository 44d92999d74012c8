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
 * From a measurement at several concurrencies. The time to first token of the least loaded point is a prefill; what a request takes
 * beyond the prefills of all that run beside it is decoding, whether those prefills came before its first token or between its tokens:
 *
 *     mean time in service = running x prefill + (output - 1) x step(running)
 *
 * A closed loop of more requests than the server has slots waits for its first token and runs no bigger batch: `runningAt` says how
 * many ran. Null: fewer than two closed-loop points, or no tokens.
 */
export function serviceFromMeasurement(measurement: Measurement): Service | null {
  const points = measurement.points
    .filter((point) => point.concurrency !== null && point.tpot_ms !== null && point.ttft_ms !== null && point.ok > 0)
    .sort((a, b) => (a.concurrency as number) - (b.concurrency as number));
  const first = points[0];
  if (points.length < 2 || first === undefined) return null;
  const input = first.tokens.input / first.ok;
  const least = points.filter(({ concurrency }) => concurrency === first.concurrency);
  const prefill = least.reduce((sum, point) => sum + prefillSeconds(point), 0) / least.length;
  const steps = neverShorter(stepsByBatch(points, prefill));
  const maxBatch = steps.at(-1)?.batch ?? 1;
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

/** No longer than a server that does nothing but prefill would take: the first tokens of several requests may wait for each other. */
function prefillSeconds(point: MeasurementPoint): number {
  const first = ttftSeconds(point);
  return Math.max(1e-6, point.concurrency === 1 ? first : Math.min(first, (0.9 * staySeconds(point)) / (point.concurrency as number)));
}

interface Step {
  readonly batch: number;
  readonly seconds: number;
  /** Requests it was measured on. */
  readonly weight: number;
}

/** The time of a step with as many requests as ran at each point, smallest batch first. */
function stepsByBatch(points: readonly MeasurementPoint[], prefill: number): Step[] {
  let unqueued = ttftSeconds(points[0] as MeasurementPoint);
  const steps = points.map((point) => {
    const concurrency = point.concurrency as number;
    const batch = runningAt(point, prefill, unqueued);
    if (batch === concurrency) unqueued = ttftSeconds(point);
    const service = (batch / concurrency) * staySeconds(point);
    const tpot = tpotSeconds(point);
    return { batch, weight: point.ok, seconds: Math.min(Math.max((service - batch * prefill) / (outputOf(point) - 1), 0.3 * tpot), tpot) };
  });
  return steps.sort((a, b) => a.batch - b.batch);
}

/**
 * Requests being served, by Little's law. Those decoding, and those in prefill where it goes one at a time and all else waits for it,
 * are the most there can be; where they are far fewer than the concurrency, the rest waited for a slot: as long as the first token took
 * longer than at the last level without a queue.
 *
 * @param unqueued time to first token of that level, in seconds
 */
function runningAt(point: MeasurementPoint, prefill: number, unqueued: number): number {
  const concurrency = point.concurrency as number;
  const rate = concurrency / staySeconds(point);
  const most = (rate * (outputOf(point) - 1) * tpotSeconds(point)) / (1 - Math.min(rate * prefill, 0.99));
  if (most >= 0.7 * concurrency) return concurrency;
  const queued = Math.max(0, ttftSeconds(point) - unqueued);
  return Math.max(1, Math.round(Math.min(most, rate * (staySeconds(point) - queued))));
}

/** One step a batch. Means over neighbours where a bigger batch seems to step faster: noise, as it never does (isotonic regression). */
function neverShorter(steps: readonly Step[]): Step[] {
  const blocks: Step[][] = [];
  for (const step of steps) {
    let block = [step];
    for (let before = blocks.at(-1); before !== undefined && !isBefore(before, block); before = blocks.at(-1)) {
      block = [...before, ...block];
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => block.map((step) => ({ ...step, seconds: meanStep(block) })));
}

function isBefore(block: readonly Step[], next: readonly Step[]): boolean {
  return block.at(-1)?.batch !== next[0]?.batch && meanStep(block) <= meanStep(next);
}

function meanStep(block: readonly Step[]): number {
  return block.reduce((sum, { seconds, weight }) => sum + seconds * weight, 0) / block.reduce((sum, { weight }) => sum + weight, 0);
}

function ttftSeconds(point: MeasurementPoint): number {
  return (point.ttft_ms?.mean ?? 0) / 1000;
}

function tpotSeconds(point: MeasurementPoint): number {
  return (point.tpot_ms?.mean ?? 0) / 1000;
}

function outputOf(point: MeasurementPoint): number {
  return Math.max(2, point.tokens.output / point.ok);
}

/** Sent to last token, waiting for a slot included. */
function staySeconds(point: MeasurementPoint): number {
  return ttftSeconds(point) + (outputOf(point) - 1) * tpotSeconds(point);
}

function interpolate(steps: readonly Step[], batch: number): number {
  for (let i = 1; i < steps.length; i++) {
    const [from, to] = [steps[i - 1] as Step, steps[i] as Step];
    if (batch <= to.batch)
      return from.seconds + ((to.seconds - from.seconds) * (Math.max(batch, from.batch) - from.batch)) / Math.max(to.batch - from.batch, 1e-9);
  }
  return steps.at(-1)?.seconds ?? 0;
}

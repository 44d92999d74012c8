/** Throughput of a number of accelerators at one load, by physics alone: splits them into replicas, fills the batch, says what limits. */

import type { Accelerator, OpenModel } from '../catalog.ts';
import type { Limit } from './estimate-types.ts';
import { memoryBatch, type Operation, operate, type RequestShape } from './roofline.ts';
import type { Constants } from './roofline-constants.ts';
import { engineKind } from './roofline-kinds.ts';
import { type Frame, frameOf, type Machine, machineOf } from './roofline-machine.ts';

/** One load on accelerators already split into copies: what does not depend on fitted constants, so that a fit prepares it once. */
export interface PointFrame {
  readonly gpus: number;
  /** Candidates, by accelerators per copy of the weights; one where the split is given. */
  readonly frames: readonly Frame[];
  readonly splitGiven: boolean;
  readonly shape: RequestShape;
  readonly concurrency: number | null;
}

export interface PointInput {
  readonly model: OpenModel;
  readonly accelerator: Accelerator;
  readonly gpus: number;
  /** Accelerators per copy of the weights; null: the best that divides `gpus`. */
  readonly tensorParallel: number | null;
  readonly attentionParallel: boolean;
  readonly precision: string;
  readonly kvPrecision: string | null;
  readonly shape: RequestShape;
  /** In flight over all accelerators; null: saturated. */
  readonly concurrency: number | null;
  readonly engine: string | null;
}

export interface Point {
  readonly outputTokensPerS: number;
  /** Accelerators per copy of the weights, and copies. */
  readonly tensorParallel: number;
  readonly replicas: number;
  /** Of one replica. */
  readonly operation: Operation;
  readonly machine: Machine;
  readonly limitedBy: Limit;
}

/** Splits the accelerators into copies: as asked or larger (pipeline parallelism, where one copy does not fit), or every divisor up to 8. */
export function pointFrame(input: PointInput): PointFrame {
  const { gpus, tensorParallel } = input;
  const divisors = [1, 2, 4, 8, 16, 32, 64, gpus].filter((n, i, all) => n <= gpus && gpus % n === 0 && all.indexOf(n) === i);
  const wanted = engineKind(input.engine).layerSplit ? gpus : tensorParallel === null ? null : Math.min(tensorParallel, gpus);
  const splits = wanted === null ? divisors.filter((n) => n <= 8 || n === gpus) : [wanted, ...divisors.filter((n) => n > wanted)];
  const frames = splits.map((n) => frameOf({ ...input, gpus: n, attentionParallel: n > 1 && attentionInParallel(input) })).filter((frame) => frame !== null);
  return { gpus, frames, splitGiven: wanted !== null, shape: input.shape, concurrency: input.concurrency };
}

/** Asked for, or what TensorRT-LLM's published runs of mixtures do at full load; one copy per accelerator of what is not an expert. */
function attentionInParallel(input: PointInput): boolean {
  if (input.attentionParallel) return true;
  const mixture = input.model.architecture !== null && input.model.architecture.experts !== null;
  return mixture && input.concurrency === null && /^(trt|mlperf_new)$/.test(engineKind(input.engine).id);
}

/** Null: no split of these accelerators holds the weights and one request (or the architecture is unknown). */
export function pointEstimate(frame: PointFrame, constants: Constants): Point | null {
  return pointCandidates(frame, constants).reduce<Point | null>(
    (best, point) => (best === null || point.outputTokensPerS > best.outputTokensPerS ? point : best),
    null,
  );
}

/** Every split that holds the weights and one request; where the split was given, that one or else the next larger that does. */
export function pointCandidates(frame: PointFrame, constants: Constants): Point[] {
  const points: Point[] = [];
  for (const candidate of frame.frames) {
    const point = pointAt(frame, candidate, constants);
    if (point === null) continue;
    points.push(point);
    if (frame.splitGiven) break;
  }
  return points;
}

/** Half a request: a load that was measured is not refused because memory was reckoned a little too small. */
const LEAST_ROOM = 0.5;

/** Where weights nearly fill the memory, people let the engine have all of it: cards hold a few percent more than their name says. */
const WHOLE_MEMORY = 1.05;
const NEARLY_FULL = 0.97;

/** Requests a copy holds at once. */
function roomOf(candidate: Frame, machine: Machine, frame: PointFrame, constants: Constants): number {
  const room = memoryBatch(machine, frame.shape);
  if (room >= LEAST_ROOM || candidate.weightBytes > NEARLY_FULL * candidate.memoryBytes) return room;
  const more = (WHOLE_MEMORY - Math.min(WHOLE_MEMORY, constants.memory_use)) * candidate.memoryBytes;
  return memoryBatch({ ...machine, freeBytes: machine.freeBytes + more }, frame.shape);
}

function pointAt(frame: PointFrame, candidate: Frame, constants: Constants): Point | null {
  const machine = machineOf(candidate, constants);
  const room = roomOf(candidate, machine, frame, constants);
  if (room < LEAST_ROOM) return null;
  const replicas = Math.max(1, Math.floor(frame.gpus / candidate.gpus));
  const wanted = frame.concurrency === null ? machine.maxBatch : frame.concurrency / replicas;
  const batch = Math.max(1, Math.min(room, wanted));
  const operation = operate(machine, frame.shape, batch);
  return {
    outputTokensPerS: operation.outputTokensPerS * replicas * Math.min(1, wanted),
    tensorParallel: candidate.gpus,
    replicas,
    operation,
    machine,
    limitedBy: limit(operation, room, wanted, frame.concurrency !== null),
  };
}

/** The same split at another batch of each copy. */
export function frameLoad(frame: PointFrame, point: Point, batch: number): Point {
  const operation = operate(point.machine, frame.shape, batch);
  return { ...point, operation, outputTokensPerS: operation.outputTokensPerS * point.replicas };
}

/**
 * How many times as fast a point may be at most: every step reads what is not an expert, and the experts of one token, at the full
 * bandwidth of the data sheet. (Several tokens a step, by speculation, are not modelled.)
 */
export function bandwidthHeadroom(frame: PointFrame, point: Point): number {
  const candidate = frame.frames.find((each) => each.gpus === point.tensorParallel);
  if (candidate === undefined) return Number.POSITIVE_INFINITY;
  const { weights, architecture: a, gpus, bandwidth } = candidate;
  const expert = a.experts === null ? 0 : weights.expert * Math.min(1, (a.experts_per_token ?? 1) / a.experts);
  const roof = (point.operation.batch * gpus * bandwidth) / (weights.dense + expert);
  return roof / point.operation.outputTokensPerS;
}

/** The largest share of the time, unless memory keeps the batch far below what would fill the accelerators. */
function limit(operation: Operation, room: number, wanted: number, asked: boolean): Limit {
  const { step, prefillShare } = operation;
  if (room < wanted && step.compute < step.weights + step.cache) return 'kv_memory';
  if (prefillShare > 0.5) return 'prefill';
  const parts: readonly (readonly [Limit, number])[] = [
    ['memory_bandwidth', step.weights + step.cache],
    ['compute', step.compute],
    ['interconnect', step.network],
    ['overhead', step.overhead],
  ];
  const largest = parts.reduce((most, part) => (part[1] > most[1] ? part : most));
  return asked && largest[0] === 'overhead' ? 'concurrency' : largest[0];
}

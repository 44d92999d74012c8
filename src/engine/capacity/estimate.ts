/**
 * Throughput and latency of one replica: physics (`roofline.ts`), corrected by published measurements of alike configurations
 * (`estimate-model.ts`), at a given load or as far as memory and the SLO allow. Pure, and fast enough to be asked inside a plan.
 */

import type { Percentiles } from '../units.ts';
import { identityOf, traitOf } from './calibration-rows.ts';
import { remembered } from './estimate-memo.ts';
import { type Correction, correctionFor, type ThroughputModel } from './estimate-model.ts';
import { bandwidthHeadroom, frameLoad, type Point, type PointFrame, pointCandidates, pointFrame } from './estimate-point.ts';
import type { Limit, NoEstimate, ReplicaEstimate, ReplicaInput, ReplicaResult } from './estimate-types.ts';
import { weightsSize } from './memory.ts';
import { type Operation, operate } from './roofline.ts';
import { usualEngine, weightPrecision } from './roofline-kinds.ts';
import { type Service, serviceOf } from './simulate-service.ts';

export type { Limit, NoEstimate, ReplicaEstimate, ReplicaInput, ReplicaResult } from './estimate-types.ts';

/** Slow requests against the mean: prefills of others arrive unevenly, and batches are not all alike. */
const TPOT_P95 = 1.15;

/** A published row at least this alike carries an estimate: same model, accelerator, engine and about the same load. */
const PUBLISHED_LIKENESS = 0.85;

/** The replica at the asked concurrency, or saturated within the SLO. */
export function estimateReplica(input: ReplicaInput): ReplicaResult {
  return remembered(input, computeReplica);
}

/** The engine asked for, or the usual one. */
function engineOf(input: ReplicaInput): string {
  return input.engine ?? usualEngine(input.model);
}

function computeReplica(input: ReplicaInput): ReplicaResult {
  const precision = weightPrecision(input.model, input.precision);
  const frame = frameFor(input, precision);
  const best = bestSplit(input, precision, frame);
  if (best === null) return { kind: 'none', reason: whyNone(input, precision, frame) };
  const { point, correction } = best;
  const load = input.concurrency === null ? withinSlo(frame, point, correction, input.slo) : { point, limit: null };
  if (load === null) return { kind: 'none', reason: sloReason(input, frame, point, correction) };
  return answer(input, frame, load.point, load.limit, correction);
}

/** The replica as the simulator sees it: one copy of the weights; `copies` of them make up the accelerators asked for. */
export function estimateService(input: ReplicaInput): { readonly kind: 'ok'; readonly service: Service; readonly copies: number } | NoEstimate {
  const precision = weightPrecision(input.model, input.precision);
  const frame = frameFor({ ...input, concurrency: null }, precision);
  const best = bestSplit(input, precision, frame);
  if (best === null) return { kind: 'none', reason: whyNone(input, precision, frame) };
  const { point, correction } = best;
  return { kind: 'ok', service: serviceOf(point.machine, correction.p50, input.inputTokens + input.outputTokens / 2), copies: point.replicas };
}

interface Corrected {
  readonly point: Point;
  readonly correction: Correction;
}

/** A split this much slower than the best by physics alone is not the best after correction either. */
const FAR_BEHIND = 0.5;

/** The split with most tokens after correction: chosen before it, a faster accelerator could land on a worse split. */
function bestSplit(input: ReplicaInput, precision: string, frame: PointFrame): Corrected | null {
  const points = pointCandidates(frame, input.calibration.constants);
  const bar = FAR_BEHIND * points.reduce((most, point) => Math.max(most, point.outputTokensPerS), 0);
  const identity = identityOf(input.model, input.accelerator, precision, engineOf(input), input.attentionParallel === true);
  let best: Corrected | null = null;
  for (const point of points) {
    if (point.outputTokensPerS < bar) continue;
    const found = correctionFor(traitOf(identity, frame, point), input.calibration, input.engine !== null);
    const correction = held(found, bandwidthHeadroom(frame, point));
    if (best === null || point.outputTokensPerS * correction.p50 > best.point.outputTokensPerS * best.correction.p50) best = { point, correction };
  }
  return best;
}

/** A correction that doesn't lift a point above what memory bandwidth allows. */
function held(correction: Correction, most: number): Correction {
  const under = (factor: number) => Math.min(most, factor);
  return { ...correction, p10: under(correction.p10), p50: under(correction.p50), p90: under(correction.p90) };
}

function frameFor(input: ReplicaInput, precision: string): PointFrame {
  return pointFrame({
    model: input.model,
    accelerator: input.accelerator,
    gpus: input.gpus,
    tensorParallel: input.tensorParallel ?? null,
    attentionParallel: input.attentionParallel === true,
    precision,
    kvPrecision: input.kvPrecision,
    shape: { inputTokens: input.inputTokens, outputTokens: Math.max(1, input.outputTokens), cachedTokens: input.inputTokens * input.cachedShare },
    concurrency: input.concurrency,
    engine: engineOf(input),
  });
}

function whyNone(input: ReplicaInput, precision: string, frame: PointFrame): string {
  const { model, accelerator, gpus } = input;
  if (model.architecture === null) return `the architecture of ${model.label} is not known, so its throughput can't be estimated`;
  const weights = weightsSize(model, precision);
  if (weights === null) return `the precision ${input.precision} is not known`;
  if (frame.frames.length === 0) return `the cache precision ${input.kvPrecision ?? ''} is not known`;
  const memory = gpus * accelerator.memory_gb;
  const need = `${weights.gb.toFixed(0)} GB of weights (${precision})`;
  return weights.gb >= memory * 0.99
    ? `${model.label} doesn't fit: ${need} on ${gpus} x ${accelerator.memory_gb} GB`
    : `${model.label} doesn't fit: beside ${need} on ${gpus} x ${accelerator.memory_gb} GB there is no room for one request of ${input.inputTokens + input.outputTokens} tokens`;
}

interface Held {
  readonly point: Point;
  readonly limit: Limit | null;
}

/** The largest batch whose latency meets the SLO, by bisection: both latencies rise with the batch. Null: not even one request does. */
function withinSlo(frame: PointFrame, point: Point, correction: Correction, slo: ReplicaInput['slo']): Held | null {
  const broken = sloBroken(point.operation, correction, slo);
  if (broken === null) return { point, limit: null };
  let low = 1;
  let high = point.operation.batch;
  if (sloBroken(operate(point.machine, frame.shape, 1), correction, slo) !== null) return null;
  for (let i = 0; i < 30 && high - low > 0.01 * low; i++) {
    const middle = (low + high) / 2;
    if (sloBroken(operate(point.machine, frame.shape, middle), correction, slo) === null) low = middle;
    else high = middle;
  }
  return { point: frameLoad(frame, point, low), limit: broken };
}

function sloBroken(operation: Operation, correction: Correction, slo: ReplicaInput['slo']): Limit | null {
  if (slo.tpot_p95_ms !== null && tpotP95(operation, correction) > slo.tpot_p95_ms) return 'slo_tpot';
  return slo.ttft_p95_ms !== null && ttftP95(operation, correction) > slo.ttft_p95_ms ? 'slo_ttft' : null;
}

function tpotP95(operation: Operation, correction: Correction): number {
  return (operation.tpotSeconds * 1000 * TPOT_P95) / correction.p50;
}

/** Own prefill, one step under way, and the wait behind other prefills (mean of an M/D/1 queue at their share of the time, p95 three times it). */
function ttftP95(operation: Operation, correction: Correction): number {
  const share = Math.min(0.97, operation.prefillShare);
  const wait = operation.batch <= 1 ? 0 : (3 * operation.prefillSeconds * share) / (2 * (1 - share));
  return ((operation.prefillSeconds + wait + operation.step.total) * 1000) / correction.p50;
}

function sloReason(input: ReplicaInput, frame: PointFrame, point: Point, correction: Correction): string {
  const one = operate(point.machine, frame.shape, 1);
  const times = `TTFT p95 ${ttftP95(one, correction).toFixed(0)} ms and TPOT p95 ${tpotP95(one, correction).toFixed(1)} ms`;
  return `a single request on ${input.gpus} x ${input.accelerator.label} already takes ${times}: no load meets the SLO`;
}

function answer(input: ReplicaInput, frame: PointFrame, point: Point, limit: Limit | null, correction: Correction): ReplicaEstimate {
  const rate = point.outputTokensPerS;
  const published = correction.nearest >= PUBLISHED_LIKENESS;
  return {
    kind: 'ok',
    output_tokens_per_s: percentiles(rate, correction),
    input_tokens_per_s: (rate * correction.p50 * input.inputTokens) / frame.shape.outputTokens,
    concurrency: point.operation.batch * point.replicas,
    ttft_p95_ms: ttftP95(point.operation, correction),
    tpot_p95_ms: tpotP95(point.operation, correction),
    limited_by: limit ?? point.limitedBy,
    source: published ? 'published' : 'estimated',
    reference: reference(correction, input.calibration, published),
    tensor_parallel: point.tensorParallel,
  };
}

function percentiles(rate: number, correction: Correction): Percentiles {
  return { p10: rate * correction.p10, p50: rate * correction.p50, p90: rate * correction.p90 };
}

function reference(correction: Correction, model: ThroughputModel, published: boolean): string {
  const row = correction.row;
  if (row === null || correction.nearest < 0.3) return 'calibrated roofline; no alike configuration is published';
  const load = `${row.isl}/${row.osl} tokens${row.concurrency === null ? ' saturated' : ` at ${row.concurrency} in flight`}`;
  const where = `${model.sources[row.source] ?? row.source}: ${row.model} on ${row.n_gpus} x ${row.gpu}, ${load}, ${row.output_tokens_per_s} output tok/s`;
  return published ? `published, scaled from ${where}` : `calibrated roofline, corrected towards ${where}`;
}

/** What limits, as a sentence. */
export function limitSentence(limit: Limit): string {
  return LIMITS[limit];
}

const LIMITS: Readonly<Record<Limit, string>> = {
  memory_bandwidth: 'reading weights and cache from memory takes most of every step',
  compute: 'multiplications take most of every step',
  prefill: 'reading the prompts takes most of the time',
  kv_memory: 'KV-starved: memory holds too few sequences to fill the accelerators',
  interconnect: 'the links between accelerators take most of every step',
  overhead: 'launching and scheduling take most of every step',
  concurrency: 'too few requests are in flight to fill the accelerators',
  slo_tpot: 'a larger batch would exceed the time per output token',
  slo_ttft: 'a larger batch would exceed the time to first token',
};

/** The curve of a replica for a terminal: what fits, a table over the load, a bar chart, and where the figures come from. */

import { limitSentence, type ReplicaEstimate, type ReplicaInput } from '../engine/capacity/estimate.ts';
import type { CurvePoint, ReplicaCurve } from '../engine/capacity/estimate-curve.ts';
import { fitMemory } from '../engine/capacity/memory.ts';
import { weightPrecision } from '../engine/capacity/roofline-kinds.ts';

export interface ShowOptions {
  readonly width: number;
  readonly unicode: boolean;
}

export function showCurve(input: ReplicaInput, curve: ReplicaCurve, notes: readonly string[], options: ShowOptions): string {
  const most = Math.max(...curve.points.map((point) => point.estimate.output_tokens_per_s.p90));
  return [
    headline(input, curve),
    memoryLine(input, curve.saturated.tensor_parallel),
    '',
    '  in flight   output tok/s     80 % interval         TPOT p95    TTFT p95',
    ...curve.points.map((point) => row(point, most, curve.knee, options)),
    '',
    `Knee: ${curve.knee} in flight; beyond it, doubling the load adds less than half to the throughput.`,
    `At saturation ${limitSentence(curve.saturated.limited_by)} (${curve.saturated.limited_by}).`,
    ...sloLines(input, curve),
    `Source: ${curve.saturated.source}; ${curve.saturated.reference}.`,
    ...notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}

function headline(input: ReplicaInput, curve: ReplicaCurve): string {
  const { model, accelerator, gpus } = input;
  const split = curve.saturated.tensor_parallel;
  const copies = gpus / split;
  const layout = copies > 1 ? `, ${copies} copies over ${split} each` : split > 1 ? `, one copy over ${split}` : '';
  return `${model.label} at ${weightPrecision(model, input.precision)} on ${gpus} x ${accelerator.label}${layout}, ${input.inputTokens} input + ${input.outputTokens} output tokens`;
}

/** Of one copy of the weights; `split`: accelerators it lies on. */
function memoryLine(input: ReplicaInput, split: number): string {
  const fit = fitMemory({
    gpu: input.accelerator,
    gpus: split,
    model: input.model,
    quantization: weightPrecision(input.model, input.precision),
    kv_quantization: input.kvPrecision,
    context_tokens: input.inputTokens + input.outputTokens,
    concurrency: 1,
    reserve_share: Math.max(0.01, 1 - input.calibration.constants.memory_use),
  });
  const weights = fit.weights_gb === null ? 'unknown weights' : `${fit.weights_gb.toFixed(1)} GB of weights (${fit.weights_source})`;
  const kv = fit.kv_gb_per_sequence === null ? '' : `, ${(fit.kv_gb_per_sequence * 1000).toFixed(0)} MB of cache a request`;
  return `Memory: ${weights}${kv}, ${(split * input.accelerator.memory_gb).toFixed(0)} GB${split < input.gpus ? ' a copy' : ' in all'}; ${fit.reason}.`;
}

const BAR = 24;

function row({ concurrency, estimate }: CurvePoint, most: number, knee: number, options: ShowOptions): string {
  const { p10, p50, p90 } = estimate.output_tokens_per_s;
  const cells = [
    String(concurrency).padStart(11),
    figure(p50).padStart(14),
    `${figure(p10)} to ${figure(p90)}`.padStart(20),
    `${milliseconds(estimate.tpot_p95_ms)}`.padStart(12),
    `${milliseconds(estimate.ttft_p95_ms)}`.padStart(12),
  ].join(' ');
  const room = Math.max(0, Math.min(BAR, options.width - cells.length - 8));
  const bar = (options.unicode ? '█' : '#').repeat(Math.round((room * p50) / most));
  return `${cells}  ${bar}${concurrency === knee ? ' knee' : ''}`.trimEnd();
}

function sloLines(input: ReplicaInput, curve: ReplicaCurve): string[] {
  const { ttft_p95_ms: ttft, tpot_p95_ms: tpot } = input.slo;
  if (ttft === null && tpot === null) return [];
  const asked = [ttft === null ? null : `TTFT p95 ${ttft} ms`, tpot === null ? null : `TPOT p95 ${tpot} ms`].filter((each) => each !== null).join(' and ');
  const held = curve.within_slo;
  if (held === null) return [`SLO ${asked}: not met even by a single request.`];
  return [
    `SLO ${asked}: ${figure(held.output_tokens_per_s.p50)} output tok/s at ${Math.floor(held.concurrency)} in flight; ${limitSentence(held.limited_by)} (${held.limited_by}).`,
  ];
}

function figure(value: number): string {
  return value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US');
}

function milliseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** The same as plain values, for `--format json`. */
export function curveValue(input: ReplicaInput, curve: ReplicaCurve, notes: readonly string[]) {
  return {
    schema_version: 1,
    model: input.model.id,
    gpu: input.accelerator.id,
    n_gpus: input.gpus,
    precision: weightPrecision(input.model, input.precision),
    input_tokens: input.inputTokens,
    output_tokens: input.outputTokens,
    points: curve.points.map(({ concurrency, estimate }) => ({ ...value(estimate), concurrency })),
    saturated: value(curve.saturated),
    within_slo: curve.within_slo === null ? null : value(curve.within_slo),
    knee: curve.knee,
    notes,
  };
}

function value(estimate: ReplicaEstimate): Omit<ReplicaEstimate, 'kind'> {
  const { kind: _, ...rest } = estimate;
  return rest;
}

/** What of the asked load is not so: fewer in flight than asked, or an SLO that this load breaks. */
export function loadNotes(input: ReplicaInput, estimate: ReplicaEstimate): string[] {
  const { ttft_p95_ms: ttft, tpot_p95_ms: tpot } = input.slo;
  const asked = input.concurrency ?? 0;
  const held = Math.floor(estimate.concurrency);
  return [
    ...(held < asked ? [`${asked} in flight were asked for; memory holds ${held} at once, the others wait`] : []),
    ...(ttft !== null && estimate.ttft_p95_ms > ttft ? [`the time to first token exceeds the ${ttft} ms asked for`] : []),
    ...(tpot !== null && estimate.tpot_p95_ms > tpot ? [`the time per output token exceeds the ${tpot} ms asked for`] : []),
  ];
}

/** One load, for a terminal. */
export function showOne(input: ReplicaInput, estimate: ReplicaEstimate, notes: readonly string[]): string {
  const { p10, p50, p90 } = estimate.output_tokens_per_s;
  return [
    `${input.model.label} at ${weightPrecision(input.model, input.precision)} on ${input.gpus} x ${input.accelerator.label}, ${input.inputTokens} input + ${input.outputTokens} output tokens, ${Math.floor(estimate.concurrency)} in flight`,
    `Output: ${figure(p50)} tok/s (80 % interval ${figure(p10)} to ${figure(p90)}); input: ${figure(estimate.input_tokens_per_s)} tok/s`,
    `Latency: TTFT p95 ${milliseconds(estimate.ttft_p95_ms)}, TPOT p95 ${milliseconds(estimate.tpot_p95_ms)}`,
    `Limited by ${estimate.limited_by}: ${limitSentence(estimate.limited_by)}.`,
    `Source: ${estimate.source}; ${estimate.reference}.`,
    ...notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}

export function oneValue(input: ReplicaInput, estimate: ReplicaEstimate, notes: readonly string[]): unknown {
  return { schema_version: 1, model: input.model.id, gpu: input.accelerator.id, n_gpus: input.gpus, ...value(estimate), notes };
}

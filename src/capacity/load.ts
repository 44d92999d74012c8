/** One row of a table -> what the estimator is asked; whatever is unclear becomes a sentence, never a guess in silence. */

import type { PublishedRow } from '../engine/capacity/calibration.ts';
import type { ReplicaInput } from '../engine/capacity/estimate.ts';
import type { ThroughputModel } from '../engine/capacity/estimate-model.ts';
import { normalPrecision } from '../engine/capacity/roofline-kinds.ts';
import type { Accelerator, OpenModel } from '../engine/catalog.ts';
import { findAccelerator, findModel } from './names.ts';
import type { ColumnName } from './table.ts';

export interface Sources {
  readonly models: readonly OpenModel[];
  readonly hardware: readonly Accelerator[];
  readonly throughput: ThroughputModel;
  /** All rows the calibration was fitted on. */
  readonly published: readonly PublishedRow[];
}

export type Load = { readonly kind: 'load'; readonly input: ReplicaInput } | { readonly kind: 'error'; readonly reason: string };

/**
 * Mean lengths of the data sets MLPerf Inference uses, by model: [input, output] (MLCommons rules and submission logs). Those of gpt-oss
 * are not published: these reproduce what is known of its results on GB300, B300, B200 and MI355X (docs/capacity.md).
 */
const MLPERF_LENGTHS: readonly (readonly [RegExp, number, number])[] = [
  [/llama-?2-70b|llama-2-70b/, 294, 283],
  [/mixtral/, 275, 145],
  [/405b/, 9400, 684],
  [/llama-3\.1-8b/, 870, 73],
  [/deepseek/, 800, 3758],
  [/gpt-oss/, 4400, 1400],
];

/** Mean lengths of ShareGPT conversations as vLLM's benchmark filters them. */
const SHAREGPT = { input: 220, output: 190 };

type Read = (name: ColumnName) => string;

export function rowLoad(read: Read, sources: Sources): Load {
  const model = findModel(read('model'), sources.models);
  if (model.kind === 'unknown') return { kind: 'error', reason: model.reason };
  const accelerator = findAccelerator(read('gpu'), sources.hardware);
  if (accelerator.kind === 'unknown') return { kind: 'error', reason: accelerator.reason };
  const lengths = lengthsOf(read, model.value);
  if (typeof lengths === 'string') return { kind: 'error', reason: lengths };
  const split = splitOf(read('tp'), tokensOf(read('n_gpus')));
  const gpus = gpusOf(read, split.tp);
  if (gpus === null) return { kind: 'error', reason: `n_gpus must be a whole number from 1 to ${MOST_GPUS}, found ${JSON.stringify(read('n_gpus'))}` };
  const concurrency = concurrencyOf(read);
  if (concurrency === undefined) return { kind: 'error', reason: `concurrency must be a number or blank, found ${JSON.stringify(read('concurrency'))}` };
  const precision = read('precision');
  if (precision !== '' && normalPrecision(precision) === null) return { kind: 'error', reason: `unknown precision ${JSON.stringify(precision)}` };
  return {
    kind: 'load',
    input: {
      model: model.value,
      accelerator: accelerator.value,
      gpus,
      tensorParallel: split.tp,
      attentionParallel: split.attentionParallel,
      precision: precision === '' ? usualPrecision(accelerator.value, model.value) : precision,
      kvPrecision: read('kv_precision') === '' ? null : read('kv_precision').toLowerCase(),
      inputTokens: lengths.input,
      outputTokens: lengths.output,
      cachedShare: 0,
      engine: engineOf(read, accelerator.value, concurrency),
      concurrency,
      slo: interactiveSlo(read, model.value),
      calibration: sources.throughput,
    },
  };
}

function lengthsOf(read: Read, model: OpenModel): { input: number; output: number } | string {
  const input = tokensOf(read('isl'));
  const output = tokensOf(read('osl'));
  if (read('isl') !== '' && read('osl') !== '' && input >= 0 && output >= 1) return { input: Math.max(1, input), output };
  if (/sharegpt/i.test(read('isl'))) return SHAREGPT;
  const known = isMlperf(read) ? MLPERF_LENGTHS.find(([pattern]) => pattern.test(model.id)) : undefined;
  if (known !== undefined) return { input: known[1], output: known[2] };
  return `isl and osl must be numbers of tokens, found ${JSON.stringify(read('isl'))} and ${JSON.stringify(read('osl'))}`;
}

/** `1024`, `1,024`, `1_024`, `8k`; NaN: no number. */
function tokensOf(text: string): number {
  const plain = text.replace(/(?<=\d)[,_ ](?=\d{3}\b)/g, '');
  return /k$/i.test(plain) ? 1024 * Number(plain.slice(0, -1)) : Number(plain);
}

function isMlperf(read: Read): boolean {
  return /mlperf/i.test(`${read('source')} ${read('scenario')} ${read('engine')} ${read('isl')}`) || /-99(\.9)?$/.test(read('model')) || read('isl') === '';
}

/** Bounds of MLPerf's Interactive scenario, by model: times to the first and per output token in ms (MLPerf Inference v5.1). */
const INTERACTIVE: readonly (readonly [RegExp, number, number])[] = [
  [/405b/, 4500, 80],
  [/llama-3\.1-8b/, 500, 30],
  [/./, 450, 40],
];

/** A name or a scenario says that a row is of the Interactive scenario. */
function interactiveSlo(read: Read, model: OpenModel): ReplicaInput['slo'] {
  const bounds = /interactive/i.test(`${read('model')} ${read('scenario')}`) ? INTERACTIVE.find(([pattern]) => pattern.test(model.id)) : undefined;
  return { ttft_p95_ms: bounds?.[1] ?? null, tpot_p95_ms: bounds?.[2] ?? null };
}

/** `8`, `8.0`, `TP8/EP1/DPA=false`, `DEP4`, `TP4 PP2`, `DP8` (as many copies); blank: not said. */
function splitOf(text: string, gpus: number): { tp: number | null; attentionParallel: boolean } {
  const dep = /DEP(\d+)/i.exec(text);
  if (dep !== null) return { tp: Number(dep[1]), attentionParallel: true };
  const tp = /^(\d+)(?:\.0)?$|TP\s*[=:-]?\s*(\d+)/i.exec(text);
  const copies = tp === null ? /^DP\s*[=:-]?\s*(\d+)$/i.exec(text) : null;
  const said = tp !== null ? Number(tp[1] ?? tp[2]) : copies !== null && gpus > 0 ? Math.floor(gpus / Number(copies[1])) : 0;
  return { tp: said >= 1 ? said : null, attentionParallel: /DPA=true|dp_?attention=true/i.test(text) };
}

const MOST_GPUS = 100_000;

function gpusOf(read: Read, tp: number | null): number | null {
  const text = read('n_gpus');
  if (text === '') return tp ?? 1;
  const gpus = tokensOf(text);
  return Number.isInteger(gpus) && gpus >= 1 && gpus <= MOST_GPUS ? gpus : null;
}

/** Null: saturated. Undefined: not a number. A scenario may say it too (`closed loop conc=16`, `offline batch=4`, `single stream`). */
function concurrencyOf(read: Read): number | null | undefined {
  const text = read('concurrency').toLowerCase();
  if (text === '') {
    const said = /(?:conc|batch)[ =]+(\d+)/.exec(read('scenario')) ?? /static batch (\d+)/.exec(read('engine'));
    return said !== null ? Number(said[1]) : /single stream/.test(read('scenario')) ? 1 : null;
  }
  if (/^(max|maximum|saturated|inf|infinity|unlimited|offline|peak)$/.test(text)) return null;
  const value = tokensOf(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** What such tables mean when they leave the precision out: the smallest the accelerator multiplies at. */
function usualPrecision(gpu: Accelerator, model: OpenModel): string {
  const native = normalPrecision(model.native_precision);
  if (native !== null && /4$/.test(native)) return native;
  if (gpu.dense_tflops.fp4 !== undefined) return 'fp4';
  return gpu.dense_tflops.fp8 !== undefined && !/^(l4-|rtx)/.test(gpu.id) ? 'fp8' : 'bf16';
}

/**
 * A blank engine: that of MLPerf submissions for such rows, llama.cpp for its own formats, TensorRT-LLM for saturated NVIDIA tables,
 * and for the rest what the model is usually served with.
 */
function engineOf(read: Read, gpu: Accelerator, concurrency: number | null): string | null {
  const said = read('engine');
  const nvidia = gpu.vendor.toLowerCase() === 'nvidia';
  if (isMlperf(read)) return /mlperf/i.test(said) ? said : `MLPerf ${said === '' ? (nvidia ? 'v5.1 TensorRT 10.11' : 'v5.1 vLLM ROCm 6') : said}`;
  if (said !== '') return said;
  if (/^i?q\d/i.test(read('precision'))) return 'llama.cpp';
  return nvidia && concurrency === null ? 'TensorRT-LLM' : null;
}

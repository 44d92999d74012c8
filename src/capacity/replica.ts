/** From the words of a command line to what the estimator is asked. */

import type { ReplicaInput } from '../engine/capacity/estimate.ts';
import { KV_QUANTIZATIONS } from '../engine/capacity/memory.ts';
import { normalPrecision } from '../engine/capacity/roofline-kinds.ts';
import type { Accelerator, OpenModel } from '../engine/catalog.ts';
import { InputError } from '../files/problem.ts';
import { suggestion } from '../schema/nearest.ts';
import type { Sources } from './load.ts';
import { findAccelerator, findModel } from './names.ts';
import { loadOwnModel, looksLikeFile } from './own-model.ts';

export interface ReplicaWords {
  readonly gpu: string;
  readonly count: number;
  readonly tp?: number;
  readonly precision?: string;
  readonly kvPrecision?: string;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cached: number;
  readonly concurrency?: number;
  readonly engine?: string;
  readonly ttftMs?: number;
  readonly tpotMs?: number;
}

export interface Replica {
  readonly input: ReplicaInput;
  /** What could not be read, and what was assumed instead. */
  readonly notes: readonly string[];
}

/** Where files are read from and whether the network may be asked. */
export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws InputError for a model, accelerator or precision nobody knows */
export async function replicaOf(model: string, words: ReplicaWords, sources: Sources, place: Place): Promise<Replica> {
  const { value, notes, precision } = await modelOf(model, sources, place);
  const accelerator = acceleratorOf(words.gpu, sources);
  if (words.tp !== undefined && words.tp > words.count)
    throw InputError.of(
      'capacity.split',
      `One copy can't be split over ${words.tp} accelerators: there are ${words.count}.`,
      'Raise --count, or leave --tp out.',
    );
  if (words.output + words.reasoning < 1)
    throw InputError.of('capacity.no-output', 'A request has at least one output token.', 'Give --output or --reasoning.');
  return {
    notes,
    input: {
      model: value,
      accelerator,
      gpus: words.count,
      tensorParallel: words.tp ?? null,
      precision: precisionOf(words.precision ?? precision ?? value.native_precision),
      kvPrecision: kvPrecisionOf(words.kvPrecision),
      inputTokens: Math.max(1, words.input),
      outputTokens: words.output + words.reasoning,
      cachedShare: words.cached,
      engine: words.engine ?? null,
      concurrency: words.concurrency ?? null,
      slo: { ttft_p95_ms: words.ttftMs ?? null, tpot_p95_ms: words.tpotMs ?? null },
      calibration: sources.throughput,
    },
  };
}

/** @throws InputError when nobody knows the accelerator */
export function acceleratorOf(name: string, sources: Sources): Accelerator {
  const gpu = findAccelerator(name, sources.hardware);
  if (gpu.kind === 'found') return gpu.value;
  const known = sources.hardware.map((each) => each.id);
  throw InputError.of('capacity.unknown-gpu', `${capital(gpu.reason)}.`, suggestion(name, [...known, ...sources.hardware.flatMap((each) => each.aliases)]));
}

interface FoundModel {
  readonly value: OpenModel;
  readonly notes: readonly string[];
  readonly precision: string | null;
}

async function modelOf(name: string, sources: Sources, place: Place): Promise<FoundModel> {
  if (looksLikeFile(name)) return loadOwnModel(name, place);
  const known = findModel(name, sources.models);
  if (known.kind === 'found') return { value: known.value, notes: [], precision: null };
  if (/^[\w.-]+\/[\w.-]+$/.test(name)) return loadOwnModel(name, place);
  const near = suggestion(
    name,
    sources.models.filter((model) => model.modality !== 'embedding').map((model) => model.id),
  );
  throw InputError.of(
    'capacity.unknown-model',
    `${capital(known.reason)}.`,
    `${near ?? ''} A config.json, a GGUF file or a Hugging Face repository id will do too.`.trim(),
  );
}

function precisionOf(text: string): string {
  if (normalPrecision(text) !== null) return text;
  throw InputError.of(
    'capacity.unknown-precision',
    `The precision ${JSON.stringify(text)} is not known.`,
    'Known: bf16, fp8, int8, fp4, mxfp4, int4, awq, gptq, q4_k_m, q5_k_m, q6_k, q8_0.',
  );
}

function kvPrecisionOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const name = text.toLowerCase();
  if (KV_QUANTIZATIONS.includes(name)) return name;
  throw InputError.of('capacity.unknown-kv-precision', `The cache precision ${JSON.stringify(text)} is not known.`, `Known: ${KV_QUANTIZATIONS.join(', ')}.`);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

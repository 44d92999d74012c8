/**
 * Memory: what the weights and the key/value cache of a model take, and what fits on a number of accelerators.
 *
 * GB are 1e9 bytes. A card's memory is the figure its vendor states, counted as 1e9 bytes although HBM parts really hold
 * a few percent more (an "80 GB" H100 reports 85.5e9 bytes); `reserve_share` is taken off that: activations, CUDA graphs,
 * communication buffers and fragmentation. State-space layers keep a fixed state per sequence, which is left out.
 */

import type { Accelerator, OpenModel } from '../catalog.ts';

const GB = 1e9;

/** Share of the stated memory kept free of weights and cache where the catalog has no `memory_reserve_share`: vLLM's default leaves 10 %. */
export const DEFAULT_RESERVE_SHARE = 0.1;

interface Precision {
  /** Bits per quantized weight, scales included. */
  readonly bits: number;
  /** Which weights keep 16 bits: none; embeddings and output head; everything but the experts. */
  readonly keeps16: 'none' | 'embeddings' | 'all_but_experts';
  /** Id under which `weights_gb` may hold a published size as well. */
  readonly also: readonly string[];
}

/**
 * Weight precisions by the names scenarios use. Scales: fp8 and int8 per channel or 128x128 block (under 0.1 %); NVFP4 one fp8
 * per 16 weights (4.5 bits); MXFP4 one byte per 32 (4.25); AWQ/GPTQ group 128 fp16 scale and 4-bit zero (4.16); llama.cpp's
 * K-quants as measured over whole files by its authors (Q4_K_M 4.85, Q5_K_M 5.69, Q6_K 6.56, Q8_0 8.5 bits per weight).
 */
const PRECISIONS: Readonly<Record<string, Precision>> = {
  fp32: { bits: 32, keeps16: 'none', also: [] },
  bf16: { bits: 16, keeps16: 'none', also: ['fp16'] },
  fp16: { bits: 16, keeps16: 'none', also: ['bf16'] },
  fp8: { bits: 8, keeps16: 'embeddings', also: [] },
  int8: { bits: 8, keeps16: 'embeddings', also: [] },
  fp4: { bits: 4.5, keeps16: 'embeddings', also: ['nvfp4', 'mxfp4'] },
  nvfp4: { bits: 4.5, keeps16: 'embeddings', also: ['fp4'] },
  mxfp4: { bits: 4.25, keeps16: 'all_but_experts', also: ['fp4'] },
  int4: { bits: 4.16, keeps16: 'embeddings', also: ['awq', 'gptq'] },
  awq: { bits: 4.16, keeps16: 'embeddings', also: ['int4', 'gptq'] },
  gptq: { bits: 4.16, keeps16: 'embeddings', also: ['int4', 'awq'] },
  q4_k_m: { bits: 4.85, keeps16: 'none', also: [] },
  q5_k_m: { bits: 5.69, keeps16: 'none', also: [] },
  q6_k: { bits: 6.56, keeps16: 'none', also: [] },
  q8_0: { bits: 8.5, keeps16: 'none', also: [] },
};

/** Bytes of one cached value. fp4 and q4_0 with one 16-bit scale per 32 values, q8_0 likewise. */
const KV_BYTES: Readonly<Record<string, number>> = { fp32: 4, bf16: 2, fp16: 2, fp8: 1, int8: 1, q8_0: 1.0625, fp4: 0.5625, int4: 0.5625, q4_0: 0.5625 };

/** Names a scenario may give as `quantization`. */
export const QUANTIZATIONS: readonly string[] = Object.keys(PRECISIONS);

/** Names a scenario may give as `kv_quantization`. */
export const KV_QUANTIZATIONS: readonly string[] = Object.keys(KV_BYTES);

export interface WeightsSize {
  readonly gb: number;
  readonly source: 'published' | 'computed';
}

/** Size of a model's weights: as published at that precision, else computed from its parameters. Null: unknown precision. */
export function weightsSize(model: OpenModel, quantization: string): WeightsSize | null {
  const precision = PRECISIONS[quantization];
  if (precision === undefined) return null;
  const published = [quantization, ...precision.also].map((name) => model.weights_gb[name]).find((gb) => gb !== undefined);
  if (published !== undefined) return { gb: published, source: 'published' };
  return { gb: computedWeightsGb(model, quantization) ?? 0, source: 'computed' };
}

/**
 * Weights in GB from the parameter count alone: what `weightsSize` says where nobody published a size.
 *
 * @example Llama 3.3 70B has 70.55e9 parameters, of which embeddings and head 2 x 128,256 x 8,192 = 2.10e9 keep 16 bits at fp8:
 * 68.45 x 1 + 2.10 x 2 = 72.65 GB
 */
export function computedWeightsGb(model: OpenModel, quantization: string): number | null {
  const precision = PRECISIONS[quantization];
  if (precision === undefined) return null;
  const kept = Math.min(keptParams(model, precision), model.total_params_b * GB);
  return (kept * 2 + (model.total_params_b * GB - kept) * (precision.bits / 8)) / GB;
}

function keptParams(model: OpenModel, precision: Precision): number {
  const a = model.architecture;
  if (a === null || precision.keeps16 === 'none') return 0;
  const embeddings = a.vocab * a.hidden * (a.tied_embeddings === true ? 1 : 2);
  // Four-bit editions of models with latent attention leave the attention in 16 bits (NVIDIA's DeepSeek and Kimi checkpoints).
  const expertsOnly = precision.keeps16 === 'all_but_experts' || (a.mla_kv_dim !== null && precision.bits < 5);
  if (!expertsOnly || a.experts === null || a.ffn === null) return embeddings;
  const experts = (a.layers - (a.dense_layers ?? 0)) * a.experts * 3 * a.hidden * a.ffn;
  return Math.max(embeddings, model.total_params_b * GB - experts);
}

/**
 * Bytes of key/value cache of one token, one copy, in layers that keep every token: keys and values of each KV head, or the latent
 * vector under multi-head latent attention. Null: the architecture or the precision is unknown.
 *
 * @example Llama 3.3 70B at bf16: 2 x 80 layers x 8 heads x 128 x 2 bytes = 327,680
 */
export function kvBytesPerToken(model: OpenModel, kvQuantization: string | null): number | null {
  const perLayer = kvBytesPerTokenAndLayer(model, kvQuantization);
  return perLayer === null || model.architecture === null ? null : perLayer * (model.architecture.kv_layers ?? model.architecture.layers);
}

/** Bytes of key/value cache of one sequence of `contextTokens`, one copy; layers with a sliding window keep at most the window. */
export function kvBytesPerSequence(model: OpenModel, contextTokens: number, kvQuantization: string | null): number | null {
  const perLayer = kvBytesPerTokenAndLayer(model, kvQuantization);
  const a = model.architecture;
  if (perLayer === null || a === null) return null;
  const layers = a.kv_layers ?? a.layers;
  const windowed = a.sliding_window === null ? 0 : Math.min(a.sliding_layers ?? layers, layers);
  const kept = Math.min(contextTokens, a.sliding_window ?? contextTokens);
  return perLayer * ((layers - windowed) * contextTokens + windowed * kept);
}

function kvBytesPerTokenAndLayer(model: OpenModel, kvQuantization: string | null): number | null {
  const bytes = KV_BYTES[kvQuantization ?? 'bf16'];
  const a = model.architecture;
  if (a === null || bytes === undefined) return null;
  return (a.mla_kv_dim ?? 2 * a.kv_heads * a.head_dim) * bytes;
}

/**
 * Copies of the cache under tensor parallelism over `gpus`: heads are split, and a head that is needed on several cards is held on
 * each. The latent vector of MLA is one "head", so every card holds all of it (data-parallel attention avoids that; not assumed).
 */
export function kvCopies(model: OpenModel, gpus: number): number {
  const a = model.architecture;
  if (a === null) return 1;
  const heads = a.mla_kv_dim === null ? a.kv_heads : 1;
  return Math.max(1, gpus / heads);
}

export interface MemoryRequest {
  readonly gpu: Accelerator;
  /** GPUs one replica is spread over. */
  readonly gpus: number;
  readonly model: OpenModel;
  readonly quantization: string;
  readonly kv_quantization: string | null;
  /** Tokens of one sequence to hold, input and output together. */
  readonly context_tokens: number;
  /** Sequences to hold at once. */
  readonly concurrency: number;
  /** Share of the stated memory kept free of weights and cache, 0..1. */
  readonly reserve_share: number;
}

export interface MemoryFit {
  /** Null: unknown precision. */
  readonly weights_gb: number | null;
  readonly weights_source: 'published' | 'computed' | null;
  /** Cache of one token at this context, all copies; 0 where the model keeps none. Null: unknown. */
  readonly kv_gb_per_token: number | null;
  readonly kv_gb_per_sequence: number | null;
  /** Memory of the replica after the reserve, and after the weights. */
  readonly usable_gb: number;
  readonly free_gb: number | null;
  /** Sequences of that context the free memory holds; null: unknown, or no cache limits it. */
  readonly max_concurrent_sequences: number | null;
  /** Null: unknown. */
  readonly fits: boolean | null;
  readonly reason: string;
}

/**
 * Does a model fit, and how many sequences beside it?
 *
 * @example Llama 3.3 70B at fp8 (72.7 GB) on two 80 GB cards with 10 % reserve: 144 - 72.7 = 71.3 GB free; a 4,096-token sequence
 * takes 1.34 GB: 53 at once
 */
export function fitMemory(request: MemoryRequest): MemoryFit {
  const { gpu, gpus, model } = request;
  const usable_gb = gpus * gpu.memory_gb * (1 - request.reserve_share);
  const weights = weightsSize(model, request.quantization);
  const sequence = kvBytesPerSequence(model, request.context_tokens, request.kv_quantization);
  const kv_gb_per_sequence = sequence === null ? null : (sequence * kvCopies(model, gpus)) / GB;
  const free_gb = weights === null ? null : usable_gb - weights.gb;
  const limits = { free_gb, kv_gb_per_sequence, max_concurrent_sequences: sequencesIn(free_gb, kv_gb_per_sequence) };
  return {
    weights_gb: weights?.gb ?? null,
    weights_source: weights?.source ?? null,
    kv_gb_per_token: kv_gb_per_sequence === null ? null : kv_gb_per_sequence / Math.max(1, request.context_tokens),
    usable_gb,
    ...limits,
    ...verdict(request, limits),
  };
}

interface Limits {
  readonly free_gb: number | null;
  readonly kv_gb_per_sequence: number | null;
  readonly max_concurrent_sequences: number | null;
}

function sequencesIn(freeGb: number | null, sequenceGb: number | null): number | null {
  if (freeGb === null || sequenceGb === null || sequenceGb === 0) return null;
  return Math.max(0, Math.floor(freeGb / sequenceGb + 1e-9));
}

function verdict(request: MemoryRequest, limits: Limits): { fits: boolean | null; reason: string } {
  const { gpus, gpu, model, quantization, concurrency } = request;
  const place = `${gpus} x ${gpu.label}`;
  if (limits.free_gb === null)
    return { fits: null, reason: `the size of ${model.label} at ${quantization} is unknown; known precisions: ${QUANTIZATIONS.join(', ')}` };
  if (limits.free_gb < 0)
    return { fits: false, reason: `the weights of ${model.label} at ${quantization} need ${round(-limits.free_gb)} GB more than ${place} can hold` };
  if (limits.kv_gb_per_sequence === null)
    return {
      fits: null,
      reason: `the cache of ${model.label} at ${request.kv_quantization ?? 'bf16'} is unknown; known precisions: ${KV_QUANTIZATIONS.join(', ')}`,
    };
  const sequences = limits.max_concurrent_sequences;
  if (sequences === null) return { fits: true, reason: `${round(limits.free_gb)} GB stay free beside the weights on ${place}` };
  const held = `${place} hold ${sequences} sequences of ${request.context_tokens} tokens beside the weights`;
  return sequences >= concurrency ? { fits: true, reason: held } : { fits: false, reason: `${held}, ${concurrency} are asked for` };
}

function round(gb: number): string {
  return gb.toFixed(gb < 10 ? 1 : 0);
}

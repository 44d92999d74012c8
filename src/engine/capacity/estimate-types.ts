/** What the estimator is asked and what it answers. Rates per second, times in ms, tokens per request. */

import type { Accelerator, OpenModel } from '../catalog.ts';
import type { Percentiles } from '../units.ts';
import type { ThroughputModel } from './estimate-model.ts';

/** What stops a replica from doing more; the sentence for people is `limitSentence`. */
export type Limit = 'memory_bandwidth' | 'compute' | 'prefill' | 'kv_memory' | 'interconnect' | 'overhead' | 'concurrency' | 'slo_tpot' | 'slo_ttft';

/** One replica: a model on `gpus` accelerators, and the requests it is given. */
export interface ReplicaInput {
  readonly model: OpenModel;
  readonly accelerator: Accelerator;
  /** Accelerators of this replica, all of them together. */
  readonly gpus: number;
  /** Accelerators one copy of the weights is split over; absent or null: the best divisor of `gpus`. */
  readonly tensorParallel?: number | null;
  /** Attention is data-parallel (each accelerator holds the cache of its own sequences); absent: no. */
  readonly attentionParallel?: boolean;
  /** fp16, bf16, fp8, int8, fp4, int4 ...; spelled leniently. */
  readonly precision: string;
  /** Null: as the engine does by default (16 bit; 8 bit for fp8 and fp4 weights on TensorRT-LLM). */
  readonly kvPrecision: string | null;
  readonly inputTokens: number;
  /** Visible and reasoning tokens: both hold KV memory and cost decode steps. */
  readonly outputTokens: number;
  /** Share of the input found in the prefix cache, 0..1: no prefill, but it holds KV memory. */
  readonly cachedShare: number;
  /** vllm, sglang, tensorrt-llm, llama.cpp ...; null: what the model is usually served with (`usualEngine`). */
  readonly engine: string | null;
  /** Requests in flight; null: as many as memory and the SLO allow. */
  readonly concurrency: number | null;
  readonly slo: { readonly ttft_p95_ms: number | null; readonly tpot_p95_ms: number | null };
  /** `throughputModel(catalog.throughput, ...)`, built once. */
  readonly calibration: ThroughputModel;
}

export interface ReplicaEstimate {
  readonly kind: 'ok';
  /** Of the whole replica. */
  readonly output_tokens_per_s: Percentiles;
  readonly input_tokens_per_s: number;
  /** Requests in flight at that rate. */
  readonly concurrency: number;
  readonly ttft_p95_ms: number;
  readonly tpot_p95_ms: number;
  readonly limited_by: Limit;
  /** published: a published measurement is near enough to carry the estimate. */
  readonly source: 'published' | 'estimated';
  /** Where the figure comes from, for people. */
  readonly reference: string;
  readonly tensor_parallel: number;
}

export interface NoEstimate {
  readonly kind: 'none';
  readonly reason: string;
}

export type ReplicaResult = ReplicaEstimate | NoEstimate;

/** What a serving engine has to be told about a self-hosted model. */

import { weightsSize } from '../engine/capacity/memory.ts';
import type { Accelerator, Catalog, OpenModel } from '../engine/catalog.ts';
import type { PlanOption } from '../engine/result.ts';
import type { SelfHostOption } from '../engine/scenario.ts';
import { InputError } from '../files/problem.ts';

export interface Gpu {
  /** Catalog id of the accelerator. */
  readonly accelerator: string;
  readonly vendor: string;
  readonly gpus_per_replica: number;
  /** All paid replicas, spare ones included. */
  readonly replicas: number;
  readonly max_replicas: number;
  readonly scaling: 'fixed' | 'hour_of_week' | 'scale_to_zero';
  readonly keep_alive_s: number;
  readonly context_tokens: number | null;
  readonly concurrency: number | null;
  /** What to ask the engine for; null: the checkpoint says it. */
  readonly quantization: string | null;
  readonly kv_quantization: string | null;
  /** GB of the weights; null: unknown. */
  readonly weights_gb: number | null;
  /** Seconds until a new replica answers, at most. */
  readonly start_s: number;
}

/** Precisions an engine can make from a 16-bit checkpoint while loading it. */
const ON_THE_FLY = new Set(['fp8']);
const PLAIN = new Set(['bf16', 'fp16', 'fp32']);
/** llama.cpp's own formats. */
const GGUF = /^q\d/;
const DEFAULT_START_S = 600;
const DEFAULT_KEEP_ALIVE_S = 300;

export function gpuOf(option: SelfHostOption, planned: PlanOption, catalog: Catalog, named: boolean): Gpu {
  const { self_host } = option;
  const model = catalog.models.find((each) => each.id === self_host.model || each.aliases.includes(self_host.model)) ?? null;
  const hardware = catalog.hardware.find((each) => each.id === self_host.gpu || each.aliases.includes(self_host.gpu)) ?? null;
  const replicas = planned.capacity?.replicas;
  if (replicas === undefined)
    throw InputError.of(
      'export.no-capacity',
      `${option.id}: the plan does not know how many replicas it needs.`,
      'Give the option a throughput; `llm-crossover plan` says what is missing.',
    );
  const start = typeof self_host.cold_start_s === 'number' ? self_host.cold_start_s : (self_host.cold_start_s?.high ?? DEFAULT_START_S);
  return {
    accelerator: hardware?.id ?? self_host.gpu,
    vendor: vendorOf(hardware, option.id, self_host.gpu),
    gpus_per_replica: parallel(option, model),
    replicas,
    max_replicas: Math.max(replicas, self_host.max_replicas ?? replicas),
    scaling: self_host.scaling,
    keep_alive_s: self_host.keep_alive_s ?? DEFAULT_KEEP_ALIVE_S,
    context_tokens: self_host.context_tokens,
    concurrency: self_host.concurrency_per_replica,
    quantization: quantizationOf(option, model, named),
    kv_quantization: self_host.kv_quantization,
    weights_gb: model === null ? null : (weightsSize(model, self_host.quantization)?.gb ?? null),
    start_s: Math.max(60, start),
  };
}

/** Tensor parallelism gives each card as many attention heads as the next. */
function parallel({ id, self_host }: SelfHostOption, model: OpenModel | null): number {
  const { gpus_per_replica: gpus } = self_host;
  const heads = model?.architecture?.heads ?? null;
  if (heads === null || heads % gpus === 0) return gpus;
  throw InputError.of(
    'export.parallelism',
    `${id}: ${heads} attention heads can't be split over ${gpus} cards, so neither vLLM nor SGLang starts.`,
    'Plan with 1, 2, 4 or 8 GPUs a replica.',
  );
}

function vendorOf(hardware: Accelerator | null, id: string, gpu: string): string {
  const vendor = hardware?.vendor.toLowerCase() ?? '';
  if (vendor === 'nvidia' || vendor === 'amd') return vendor;
  throw InputError.of(
    'export.accelerator',
    `${id}: vLLM and SGLang images are published for NVIDIA and AMD cards, not for ${gpu}.`,
    'Export an option on an NVIDIA or AMD card, or write the serving part by hand.',
  );
}

/** A checkpoint in the right precision needs no flag; some precisions can be made while loading; the others need a checkpoint of their own. */
function quantizationOf(option: SelfHostOption, model: OpenModel | null, named: boolean): string | null {
  const { quantization } = option.self_host;
  if (GGUF.test(quantization))
    throw InputError.of(
      'export.quantization',
      `${option.id}: ${quantization} is a llama.cpp format that vLLM and SGLang do not serve in production.`,
      'Plan with fp8, bf16, awq or gptq.',
    );
  if (named && !PLAIN.has(quantization) && !ON_THE_FLY.has(quantization)) return null;
  if (PLAIN.has(quantization) || model?.native_precision === quantization) return null;
  if (ON_THE_FLY.has(quantization)) return quantization;
  throw InputError.of(
    'export.quantization',
    `${option.id}: a ${quantization} model needs a checkpoint in that format, and the plan names none.`,
    `Name one: --model ${option.id}=<repository>.`,
  );
}

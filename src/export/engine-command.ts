/** The command line of a serving engine. Flags: docs.vllm.ai/en/latest/configuration/engine_args, docs.sglang.ai/advanced_features/server_arguments. */

import type { Leg } from './deployment.ts';
import type { Gpu } from './self-host.ts';
import { cannot, type Settings } from './target.ts';

export const PORT = 8000;
/** Share of the card's memory the engine takes: the tenth kept free is what the plan reckons with. */
const MEMORY_SHARE = '0.9';

const IMAGES: Readonly<Record<Settings['engine'], Readonly<Record<string, string>>>> = {
  vllm: { nvidia: 'vllm/vllm-openai:v0.11.0', amd: 'rocm/vllm:latest' },
  sglang: { nvidia: 'lmsysorg/sglang:v0.5.3', amd: 'lmsysorg/sglang:v0.5.3-rocm630-mi30x' },
};

export function imageOf(gpu: Gpu, { image, engine }: Settings): string {
  return image ?? IMAGES[engine][gpu.vendor] ?? '';
}

/** Flag and value pairs, the model first. */
export function engineArguments(leg: Leg, gpu: Gpu, { engine }: Settings): string[] {
  return engine === 'vllm' ? vllmArguments(leg, gpu) : sglangArguments(leg, gpu);
}

function vllmArguments(leg: Leg, gpu: Gpu): string[] {
  return [
    ...pair('--model', leg.model),
    ...pair('--served-model-name', leg.model),
    ...pair('--tensor-parallel-size', gpu.gpus_per_replica),
    ...pair('--gpu-memory-utilization', MEMORY_SHARE),
    ...pair('--max-model-len', gpu.context_tokens),
    ...pair('--max-num-seqs', gpu.concurrency),
    ...pair('--quantization', gpu.quantization),
    ...pair('--kv-cache-dtype', cachePrecision(gpu, 'vLLM', 'fp8')),
    ...pair('--port', PORT),
  ];
}

function sglangArguments(leg: Leg, gpu: Gpu): string[] {
  return [
    ...pair('--model-path', leg.model),
    ...pair('--served-model-name', leg.model),
    ...pair('--tp-size', gpu.gpus_per_replica),
    ...pair('--mem-fraction-static', MEMORY_SHARE),
    ...pair('--context-length', gpu.context_tokens),
    ...pair('--max-running-requests', gpu.concurrency),
    ...pair('--quantization', gpu.quantization),
    ...pair('--kv-cache-dtype', cachePrecision(gpu, 'SGLang', 'fp8_e4m3')),
    ...pair('--host', '0.0.0.0'),
    ...pair('--port', PORT),
    '--enable-metrics',
  ];
}

/** The cache has the model's 16 bits unless it is asked to have 8. */
function cachePrecision({ kv_quantization: planned }: Gpu, engine: string, fp8: string): string | null {
  if (planned === null || planned === 'bf16' || planned === 'fp16') return null;
  if (planned === 'fp8') return fp8;
  throw cannot(engine, `a KV cache in ${planned}`, 'Plan with kv_quantization: fp8 or bf16.');
}

function pair(flag: string, value: string | number | null): string[] {
  return value === null ? [] : [flag, String(value)];
}

/** What starts the engine inside its image: vLLM's image has an entry point, SGLang's has none. */
export function entryPoint({ engine }: Settings): string[] | null {
  return engine === 'sglang' ? ['python3', '-m', 'sglang.launch_server'] : null;
}

/** Quoted for a POSIX shell where need be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Prometheus name of the number of waiting requests. */
export function queueMetric({ engine }: Settings): string {
  return engine === 'vllm' ? 'vllm:num_requests_waiting' : 'sglang:num_queue_reqs';
}

/** Names as people write them -> what the physical model distinguishes: precision, engine generation, accelerator architecture. */

import type { Accelerator, OpenModel } from '../catalog.ts';

const PRECISION_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^i?q4(?:_|$)/, 'q4_k_m'],
  [/^q5(?:_|$)/, 'q5_k_m'],
  [/^q6(?:_|$)/, 'q6_k'],
  [/^q8(?:_|$)/, 'q8_0'],
  [/^mx_?fp_?4/, 'mxfp4'],
  [/^(?:nv_?)?fp_?4|^w4a4/, 'fp4'],
  [/^(?:mx_?)?(?:fp|f|float)_?8|^e4m3|^w8a8_fp/, 'fp8'],
  [/^(?:int|i)_?8|^w8a|^8_?bit/, 'int8'],
  [/^awq|^gptq|^int_?4|^w4a|^4_?bit/, 'int4'],
  [/^(?:bf|fp|f|bfloat|float|half)_?16|^half$|^16_?bit/, 'bf16'],
  [/^(?:fp|f|float)_?32|^32_?bit/, 'fp32'],
];

/** Precision as the memory tables name it; null: not known. `FP8` -> fp8, `F16` -> bf16, `Q4_K_M` -> q4_k_m. */
export function normalPrecision(text: string): string | null {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^torch\./, '')
    .replace(/[\s-]+/g, '_');
  return PRECISION_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/**
 * Precision of the weights of a model when somebody says `text`: a checkpoint that only exists in four bits stays in four bits whatever
 * the activations are called; nothing said is the checkpoint's own. Unknown text is taken as the checkpoint's own too.
 */
export function weightPrecision(model: OpenModel, text: string | null): string {
  const native = normalPrecision(model.native_precision) ?? 'bf16';
  const said = text === null || text.trim() === '' ? null : normalPrecision(text);
  if (/^(mxfp4|int4)$/.test(native) && (said === null || /fp4|fp8|bf16|int8/.test(said))) return native;
  return said ?? native;
}

export interface EngineKind {
  readonly id: string;
  /** Layers are spread over accelerators one after the other: more memory, not more speed. */
  readonly layerSplit: boolean;
  /** Quantized weights come with an eight-bit cache. */
  readonly quantizedCache: boolean;
}

const ENGINE = (id: string, layerSplit = false, quantizedCache = false): EngineKind => ({ id, layerSplit, quantizedCache });
const LLAMA_CPP = ENGINE('llamacpp', true);
const VLLM_OLD = ENGINE('vllm_old');
const VLLM = ENGINE('vllm');
const SGLANG_OLD = ENGINE('sglang_old');
const SGLANG = ENGINE('sglang');
const TRT_STATIC = ENGINE('trt_static', false, true);
const TRT_OLD = ENGINE('trt_old', false, true);
const TRT = ENGINE('trt', false, true);
const MLPERF = ENGINE('mlperf', false, true);
const MLPERF_NEW = ENGINE('mlperf_new', false, true);
const MLPERF_AMD = ENGINE('mlperf_amd', false, true);

/** What a model is served with where nobody says: SGLang for latent attention (as DeepSeek is published and tuned), else a current vLLM. */
export function usualEngine(model: OpenModel): string {
  return model.architecture !== null && model.architecture.mla_kv_dim !== null ? 'sglang' : 'vllm';
}

/** Engine and generation from free text: `TensorRT-LLM 0.20`, `vllm vllm/vllm-openai:v0.13.0`, `sglang`; null is a current vLLM. */
export function engineKind(engine: string | null): EngineKind {
  const text = (engine ?? '').toLowerCase();
  if (/llama\.?cpp|ollama|gguf/.test(text)) return LLAMA_CPP;
  if (/sglang/.test(text)) return /v?0\.(?:[0-4]\.|5\.[0-3](?!\d))/.test(text) ? SGLANG_OLD : SGLANG;
  if (/mlperf|^tensorrt \d|^cuda \d|pytorch.*rocm/.test(text)) return mlperfKind(text);
  if (/tensorrt|trt/.test(text)) return tensorrtKind(text);
  const vllm = /vllm[^0-9]*v?0?\.?(\d+)\.(\d+)/.exec(text);
  if (/2024|nov 2024/.test(text) || (vllm !== null && /v?0\.[0-6]\./.test(text))) return VLLM_OLD;
  return VLLM;
}

function mlperfKind(text: string): EngineKind {
  if (/rocm|vllm/.test(text)) return MLPERF_AMD;
  return /v[56]\.|tensorrt 10\.(?:[89]|1\d)|tensorrt 1[1-9]|cuda 1[3-9]/.test(text) ? MLPERF_NEW : MLPERF;
}

function tensorrtKind(text: string): EngineKind {
  if (/static/.test(text)) return TRT_STATIC;
  const version = /(\d+)\.(\d+)/.exec(text);
  if (version === null) return TRT;
  return Number(version[1]) === 0 && Number(version[2]) < 19 ? TRT_OLD : TRT;
}

/** Architecture family of an accelerator: what kernels are tuned for. */
export function architectureOf(accelerator: Accelerator): string {
  const id = accelerator.id;
  if (/^(mi3[0-2]|mi2)/.test(id)) return 'cdna3';
  if (/^mi3[5-9]/.test(id)) return 'cdna4';
  if (/^(m\d)/.test(id)) return 'apple';
  if (/^g?b[23]00/.test(id)) return 'blackwell';
  if (/rtx-pro|rtx-50|gb10/.test(id)) return 'blackwell_rtx';
  if (/^(g?h[12]00)/.test(id)) return 'hopper';
  if (/^(l4|l40|rtx-40|rtx-\d000-ada)/.test(id)) return 'ada';
  return accelerator.vendor.toLowerCase() === 'nvidia' ? 'ampere' : 'other';
}

/** What the multiplications run at: 4-bit weights only where the accelerator has 4-bit units, else at 16 bit after unpacking. */
export function computeKind(accelerator: Accelerator, precision: string): { kind: 'fp4' | 'fp8' | 'fp16'; tflops: number } {
  const t = accelerator.dense_tflops;
  const half = t.bf16 ?? t.fp16 ?? t.fp32 ?? 1;
  if (/fp4$/.test(precision) && t.fp4 !== undefined) return { kind: 'fp4', tflops: t.fp4 };
  if (precision === 'fp8' && t.fp8 !== undefined) return { kind: 'fp8', tflops: t.fp8 };
  if (precision === 'int8' && t.int8 !== undefined) return { kind: 'fp8', tflops: t.int8 };
  return { kind: 'fp16', tflops: half };
}

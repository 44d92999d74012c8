/**
 * A model on accelerators, reduced to the numbers a step depends on: first the frame, which knows sizes and peaks, then the
 * machine, which has the fitted constants applied.
 */

import type { Accelerator, OpenModel } from '../catalog.ts';
import { kvBytesPerSequence, kvCopies, weightsSize } from './memory.ts';
import type { Constants } from './roofline-constants.ts';
import { architectureOf, computeKind, type EngineKind, engineKind } from './roofline-kinds.ts';

/** Bytes, seconds, and rates per second of one replica (all its accelerators together, where they share the work). */
export interface Machine {
  readonly layers: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  /** Read at every step; and all routed experts. */
  readonly denseBytes: number;
  readonly expertBytes: number;
  readonly denseBandwidth: number;
  readonly expertBandwidth: number;
  readonly cacheBandwidth: number;
  /** Read per token of context, layers without window; and layers with. */
  readonly cacheBytesPerToken: number;
  readonly windowBytesPerToken: number;
  readonly window: number;
  readonly windowShare: number;
  readonly flopsPerToken: number;
  readonly prefillFlopsPerToken: number;
  /** Floating-point operations per pair of query and key token, all layers; in prefill a latent cache is expanded to full heads. */
  readonly attentionFlopsPerTokenPair: number;
  readonly prefillFlopsPerTokenPair: number;
  readonly decodeFlops: number;
  readonly prefillFlops: number;
  readonly attentionFlops: number;
  readonly collectivesPerLayer: number;
  readonly linkLatency: number;
  readonly networkSecondsPerToken: number;
  readonly layerSeconds: number;
  readonly stepSeconds: number;
  /** What a step costs more when it takes a prefill along: it can't replay a captured graph. */
  readonly mixedSeconds: number;
  readonly sequenceSeconds: number;
  readonly requestSeconds: number;
  readonly chunkTokens: number;
  readonly chunkShare: number;
  readonly overlap: number;
  readonly gain: number;
  /** Memory for the cache beside the weights; negative: the weights do not fit. */
  readonly freeBytes: number;
  readonly kvCopies: number;
  readonly kvHold: number;
  readonly maxBatch: number;
}

export interface MachineInput {
  readonly model: OpenModel;
  readonly accelerator: Accelerator;
  /** Accelerators of this replica. */
  readonly gpus: number;
  /** Attention is data-parallel: every accelerator holds the cache of its own sequences only. */
  readonly attentionParallel: boolean;
  /** Normalised precision, see `roofline-kinds.ts`. */
  readonly precision: string;
  readonly kvPrecision: string | null;
  readonly engine: string | null;
}

type Architecture = NonNullable<OpenModel['architecture']>;

/** What does not depend on fitted constants. */
export interface Frame {
  readonly gpus: number;
  readonly attentionParallel: boolean;
  readonly architecture: Architecture;
  readonly engine: EngineKind;
  readonly factors: FactorNames;
  readonly tflops: number;
  readonly tflops16: number;
  readonly bandwidth: number;
  readonly memoryBytes: number;
  readonly weightBytes: number;
  readonly weights: SplitWeights;
  readonly cache: CacheBytes;
  readonly kvCopies: number;
  /** Accelerators that share one sequence's cache reads. */
  readonly readers: number;
  readonly linkBytesPerS: number;
  readonly linkSlow: boolean;
  /** Size of one expert's matrix against Mixtral's, 0..1: small experts fill the units less. */
  readonly grain: number;
  /** The host is a Grace CPU: slower per core, felt where steps are short. */
  readonly grace: boolean;
}

/** Null: the architecture of the model is not known, or a precision has no size. */
export function frameOf(input: MachineInput): Frame | null {
  const a = input.model.architecture;
  const weights = weightsSize(input.model, input.precision);
  const engine = engineKind(input.engine);
  const kv = input.kvPrecision ?? defaultKv(input.precision, engine);
  if (a === null || weights === null || kvBytesPerSequence(input.model, 1, kv) === null) return null;
  const use = computeKind(input.accelerator, input.precision);
  const tflops = input.accelerator.dense_tflops;
  const copies = input.attentionParallel ? 1 : kvCopies(input.model, input.gpus);
  return {
    gpus: input.gpus,
    attentionParallel: input.attentionParallel,
    architecture: a,
    engine,
    factors: factorNames(architectureOf(input.accelerator), engine.id, use.kind),
    tflops: use.tflops,
    tflops16: tflops.bf16 ?? tflops.fp16 ?? use.tflops,
    bandwidth: input.accelerator.bandwidth_gb_per_s * 1e9,
    memoryBytes: input.gpus * input.accelerator.memory_gb * 1e9,
    weightBytes: weights.gb * 1e9,
    weights: splitWeights(input.model, a, weights.gb * 1e9, use.kind === 'fp4' || /4/.test(input.precision)),
    cache: cacheBytesOf(input.model, a, kv),
    kvCopies: copies,
    readers: engine.layerSplit ? 1 : input.gpus / copies,
    linkBytesPerS: (input.accelerator.interconnect_gb_per_s ?? PCIE_GB_PER_S) * 1e9,
    linkSlow: (input.accelerator.interconnect_gb_per_s ?? PCIE_GB_PER_S) < 100,
    grain: Math.min(1, ((a.ffn ?? 1) * a.hidden) / (14_336 * 4096)),
    grace: /^g[bh]\d00/.test(input.accelerator.id),
  };
}

/** PCIe 4.0 x16 one way, where a card has no link of its own. */
const PCIE_GB_PER_S = 32;

/** Eight-bit caches are what TensorRT-LLM's quantized checkpoints carry; others keep 16 bits unless told. */
function defaultKv(precision: string, kind: EngineKind): string {
  return kind.quantizedCache && /^(fp8|fp4|nvfp4|int8)$/.test(precision) ? 'fp8' : 'bf16';
}

interface SplitWeights {
  readonly dense: number;
  readonly expert: number;
  readonly activeParams: number;
  readonly headParams: number;
}

/** Splits weights into what every step reads and the routed experts; the input embedding is looked up, not read. */
function splitWeights(model: OpenModel, a: Architecture, bytes: number, fourBit: boolean): SplitWeights {
  const total = model.total_params_b * 1e9;
  const head = a.vocab * a.hidden;
  const lookedUp = a.tied_embeddings === true ? 0 : head;
  const experts = a.experts === null || a.ffn === null ? 0 : a.experts * 3 * a.hidden * a.ffn * (a.layers - (a.dense_layers ?? 0));
  const expertParams = Math.min(0.98 * total, experts);
  const denseParams = Math.max(0, total - expertParams - lookedUp - head);
  const kept16 = 2 * (lookedUp + head);
  const perParam = Math.max(0, bytes - kept16) / Math.max(1, denseParams + expertParams);
  // Four-bit checkpoints of mixtures quantize the experts and keep attention at eight bit or more.
  const dense = denseParams * (fourBit && expertParams > 0 ? Math.max(1, perParam) : perParam);
  return {
    dense: dense + 2 * head,
    expert: Math.max(0, expertParams === 0 ? 0 : bytes - kept16 - dense),
    activeParams: Math.max(head, model.active_params_b * 1e9 - lookedUp),
    headParams: head,
  };
}

interface CacheBytes {
  /** Per token in layers that keep all tokens; and in those that keep a window. */
  readonly full: number;
  readonly windowed: number;
  readonly window: number;
  readonly share: number;
}

function cacheBytesOf(model: OpenModel, a: Architecture, kv: string): CacheBytes {
  const one = kvBytesPerSequence(model, 1, kv) ?? 0;
  if (a.sliding_window === null) return { full: one, windowed: 0, window: Number.MAX_SAFE_INTEGER, share: 0 };
  const layers = a.kv_layers ?? a.layers;
  const share = Math.min(1, (a.sliding_layers ?? layers) / layers);
  return { full: one * (1 - share), windowed: one * share, window: a.sliding_window, share };
}

/** Tokens one prefill pass takes at most, as engines are set by default. */
const CHUNK_TOKENS = 8192;

export function machineOf(f: Frame, c: Constants): Machine {
  const a = f.architecture;
  const split = f.engine.layerSplit ? 1 : f.gpus;
  const n = f.factors;
  const bandwidth = f.bandwidth * c.bandwidth * (c[n.bandwidthArch] ?? 1);
  const moe = f.weights.expert > 0;
  const host = (c[n.overheadEngine] ?? 1) * (f.grace ? c.overhead_grace : 1) * 1e-6;
  const launch = (c[n.overheadArch] ?? 1) * (c[n.launchEngine] ?? 1) * (f.grace ? c.overhead_grace : 1) * 1e-6;
  const arch = c[n.computeArch] ?? 1;
  const grain = moe ? c.moe_compute * f.grain ** c.moe_grain : 1;
  const flops = split ** (1 - c.split_loss) * f.tflops * 1e12 * arch * (c[n.computeKind] ?? 1) * (c[n.computeEngine] ?? 1) * grain;
  const pairs = 4 * a.layers * a.heads;
  const mla = a.mla_kv_dim;
  return {
    layers: a.layers,
    experts: moe ? (a.experts ?? 0) : 0,
    expertsPerToken: a.experts_per_token ?? 1,
    denseBytes: f.weights.dense,
    expertBytes: f.weights.expert,
    denseBandwidth: (f.attentionParallel ? 1 : split) * bandwidth,
    expertBandwidth: split * bandwidth * c.moe_bandwidth,
    cacheBandwidth: f.readers * bandwidth * c.cache_bandwidth,
    cacheBytesPerToken: f.cache.full,
    windowBytesPerToken: f.cache.windowed,
    window: f.cache.window,
    windowShare: f.cache.share,
    flopsPerToken: 2 * f.weights.activeParams,
    prefillFlopsPerToken: 2 * (f.weights.activeParams - f.weights.headParams),
    attentionFlopsPerTokenPair: pairs * (mla === null ? a.head_dim : mla - 32),
    prefillFlopsPerTokenPair: pairs * (mla === null ? a.head_dim : a.head_dim + 32),
    decodeFlops: flops * c.decode_mfu,
    prefillFlops: flops * c.prefill_mfu,
    attentionFlops: split * f.tflops16 * 1e12 * arch * c.attention_mfu,
    ...networkOf(f, c),
    layerSeconds: c.layer_us * launch * (moe ? c.moe_layer : 1),
    stepSeconds: c.step_us * launch,
    mixedSeconds: a.layers * c.mixed_us * launch * (moe ? c.moe_layer : 1),
    sequenceSeconds: c.sequence_us * host,
    requestSeconds: c.request_us * host,
    chunkTokens: CHUNK_TOKENS,
    chunkShare: c.chunk_share,
    overlap: c.overlap,
    gain: c[n.gainEngine] ?? 1,
    freeBytes: f.memoryBytes * Math.min(0.99, c.memory_use) - f.weightBytes - (f.attentionParallel ? (f.gpus - 1) * f.weights.dense : 0),
    kvCopies: f.kvCopies,
    kvHold: Math.min(1, c.kv_hold),
    maxBatch: c.max_batch * (f.attentionParallel ? f.gpus : 1),
  };
}

/** Two all-reduces a layer (every accelerator moves 2 (n-1)/n of the activations) or, with attention in parallel, two all-to-alls. */
function networkOf(f: Frame, c: Constants): Pick<Machine, 'collectivesPerLayer' | 'linkLatency' | 'networkSecondsPerToken'> {
  const n = f.gpus;
  if (n === 1 || f.engine.layerSplit) return { collectivesPerLayer: 0, linkLatency: 0, networkSecondsPerToken: 0 };
  const a = f.architecture;
  const link = f.linkBytesPerS * c.link_share;
  const reduce = 2 * a.hidden * 2 * ((2 * (n - 1)) / n) * a.layers;
  // Dispatch at one byte, combine at two, to the accelerators that hold the token's experts; each sends only its own sequences' tokens.
  const dispatch = (3 * a.hidden * Math.min(a.experts_per_token ?? 1, n - 1) * (a.layers - (a.dense_layers ?? 0))) / n;
  return {
    collectivesPerLayer: 2,
    linkLatency: c.link_us * 1e-6 * Math.log2(n) * (c[f.factors.overheadArch] ?? 1) * (f.linkSlow ? c.slow_link : 1),
    networkSecondsPerToken: f.attentionParallel ? (dispatch / link) * c.expert_parallel : reduce / link,
  };
}

/** Names of the fitted factors that apply; a factor that was not fitted is 1. */
interface FactorNames {
  readonly bandwidthArch: string;
  readonly computeArch: string;
  readonly overheadArch: string;
  readonly computeKind: string;
  readonly computeEngine: string;
  readonly overheadEngine: string;
  readonly launchEngine: string;
  readonly gainEngine: string;
}

function factorNames(arch: string, engine: string, compute: string): FactorNames {
  return {
    bandwidthArch: `bandwidth_${arch}`,
    computeArch: `compute_${arch}`,
    overheadArch: `overhead_${arch}`,
    computeKind: `compute_${compute}`,
    computeEngine: `compute_${engine}`,
    overheadEngine: `overhead_${engine}`,
    launchEngine: launchFactor(engine),
    gainEngine: `gain_${engine}`,
  };
}

/** Engines whose published rows are all of full load say nothing of launches: theirs are those of vLLM. */
export const COMMON_LAUNCH = 'launch_graphs';

function launchFactor(engine: string): string {
  return /^(vllm|trt_old|trt_static|mlperf|mlperf_new)$/.test(engine) ? COMMON_LAUNCH : `launch_${engine}`;
}

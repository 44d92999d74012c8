/**
 * How alike two measured configurations are: what the error of one says about the error of the other, 0..1 times a variance.
 * The residual correction is a Gaussian process over these likenesses, with an effect shared inside one source (a lab's own way of
 * measuring) that a new source does not inherit.
 */

/** A configuration reduced to what matters for likeness. */
export interface Trait {
  readonly model: string;
  readonly modelClass: 'dense' | 'moe' | 'mla';
  /** Natural logarithms: parameters in billions, input and output tokens, sequences in flight per accelerator, accelerators per copy. */
  readonly lnParams: number;
  readonly lnInput: number;
  readonly lnOutput: number;
  readonly lnBatch: number;
  readonly lnSplit: number;
  readonly attentionParallel: boolean;
  readonly saturated: boolean;
  readonly gpu: string;
  readonly arch: string;
  readonly vendor: string;
  readonly engine: string;
  /** What the engine's name starts with: its generations are alike. */
  readonly brand: string;
  readonly compute: string;
}

/** Variances (of log errors) and scales of the kernel; chosen on left-out sources, see docs/capacity.md. */
export interface KernelScales {
  /** Standard deviation shared by alike loads, whatever the model. */
  readonly sd_load: number;
  /** Standard deviation of one configuration's own error. */
  readonly sd_own: number;
  /** Standard deviation of a source's way of measuring. */
  readonly sd_source: number;
  readonly sd_noise: number;
  readonly scale_length: number;
  readonly scale_batch: number;
  readonly scale_split: number;
  readonly other_model: number;
  readonly other_gpu: number;
  readonly other_engine: number;
  readonly other_compute: number;
}

/** Covariance of the errors of two configurations, without the source's effect and noise. */
export function likeness(a: Trait, b: Trait, k: KernelScales): number {
  const load = loadDistance(a, b, k);
  return load > FAR ? 0 : Math.exp(-0.5 * load) * categoryLikeness(a, b, k);
}

/** Squared distance of two loads beyond which nothing is alike. */
export const FAR = 14;

/** The likeness of two configurations under the same load. */
function categoryLikeness(a: Trait, b: Trait, k: KernelScales): number {
  const engine = a.engine === b.engine ? 1 : a.brand === b.brand ? (1 + k.other_engine) / 2 : k.other_engine;
  const common = engine * (a.saturated === b.saturated ? 1 : 0.8);
  const shared = k.sd_load * k.sd_load * common * (a.arch === b.arch ? 1 : k.other_gpu);
  const kind =
    common * gpuLikeness(a, b, k.other_gpu) * (a.compute === b.compute ? 1 : k.other_compute) * (a.attentionParallel === b.attentionParallel ? 1 : 0.6);
  return shared + k.sd_own * k.sd_own * kind * modelLikeness(a, b, k.other_model) * splitLikeness(a, b, k.scale_split);
}

function loadDistance(a: Trait, b: Trait, k: KernelScales): number {
  const input = (a.lnInput - b.lnInput) / k.scale_length;
  const output = (a.lnOutput - b.lnOutput) / k.scale_length;
  const batch = (a.lnBatch - b.lnBatch) / k.scale_batch;
  return input * input + output * output + batch * batch;
}

function modelLikeness(a: Trait, b: Trait, other: number): number {
  if (a.model === b.model) return 1;
  if (a.modelClass !== b.modelClass) return other * 0.5;
  const size = (a.lnParams - b.lnParams) * 2;
  return other + (0.9 - other) * Math.exp(-0.5 * size * size);
}

function gpuLikeness(a: Trait, b: Trait, other: number): number {
  if (a.gpu === b.gpu) return 1;
  if (a.arch === b.arch) return (1 + other) / 2;
  return a.vendor === b.vendor ? other : other * 0.6;
}

function splitLikeness(a: Trait, b: Trait, scale: number): number {
  if (a.lnSplit === b.lnSplit) return 1;
  const split = (a.lnSplit - b.lnSplit) / scale;
  return Math.exp(-0.5 * split * split);
}

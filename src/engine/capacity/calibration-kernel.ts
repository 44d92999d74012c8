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
  readonly compute: string;
}

/** Variances (of log errors) and scales of the kernel; found by `calibration-tune` on left-out sources. */
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
  const load = loadLikeness(a, b, k);
  const engine = engineLikeness(a.engine, b.engine, k.other_engine);
  const shared = k.sd_load ** 2 * load * engine * (a.arch === b.arch ? 1 : k.other_gpu);
  const own = k.sd_own ** 2 * load * engine * modelLikeness(a, b, k.other_model) * gpuLikeness(a, b, k.other_gpu);
  return shared + own * (a.compute === b.compute ? 1 : k.other_compute) * splitLikeness(a, b, k.scale_split);
}

function loadLikeness(a: Trait, b: Trait, k: KernelScales): number {
  const length = ((a.lnInput - b.lnInput) ** 2 + (a.lnOutput - b.lnOutput) ** 2) / k.scale_length ** 2;
  const batch = ((a.lnBatch - b.lnBatch) / k.scale_batch) ** 2;
  return Math.exp(-0.5 * (length + batch)) * (a.saturated === b.saturated ? 1 : 0.8);
}

function modelLikeness(a: Trait, b: Trait, other: number): number {
  if (a.model === b.model) return 1;
  if (a.modelClass !== b.modelClass) return other * 0.5;
  return other + (0.9 - other) * Math.exp(-0.5 * ((a.lnParams - b.lnParams) / 0.5) ** 2);
}

function gpuLikeness(a: Trait, b: Trait, other: number): number {
  if (a.gpu === b.gpu) return 1;
  if (a.arch === b.arch) return (1 + other) / 2;
  return a.vendor === b.vendor ? other : other * 0.6;
}

function engineLikeness(a: string, b: string, other: number): number {
  if (a === b) return 1;
  return a.split('_')[0] === b.split('_')[0] ? (1 + other) / 2 : other;
}

function splitLikeness(a: Trait, b: Trait, scale: number): number {
  const split = (a.lnSplit - b.lnSplit) / scale;
  return Math.exp(-0.5 * split * split) * (a.attentionParallel === b.attentionParallel ? 1 : 0.6);
}

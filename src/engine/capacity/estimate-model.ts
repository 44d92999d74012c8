/** The calibrated throughput model: constants, and the errors it remembers, ready to be asked. */

import type { Accelerator, OpenModel } from '../catalog.ts';
import type { PublishedRow, ThroughputData } from './calibration.ts';
import type { KernelScales, Trait } from './calibration-kernel.ts';
import { likenesses, type PackedTraits, packTraits } from './calibration-packed.ts';
import { ownVariance, remainingSpread } from './calibration-process.ts';
import { type Identity, identityOf } from './calibration-rows.ts';
import type { Constants } from './roofline-constants.ts';
import { weightPrecision } from './roofline-kinds.ts';

/** z of the 10th and 90th percentile of a normal distribution. */
const Z80 = 1.2816;

/** Built once from the catalog (`throughputModel`), then used for every estimate. */
export interface ThroughputModel {
  readonly constants: Constants;
  readonly kernel: KernelScales;
  readonly stretch: number;
  /** Remembered rows, their configurations and weights, in the same order. */
  readonly rows: readonly PublishedRow[];
  readonly traits: PackedTraits;
  readonly weights: Float64Array;
  /** Label of a source, by id. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Correction of one computed point: factors for the three percentiles, and the published row that is most alike. */
export interface Correction {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Likeness of the most alike row, 0..1. */
  readonly nearest: number;
  readonly row: PublishedRow | null;
}

export function throughputModel(data: ThroughputData, models: readonly OpenModel[], hardware: readonly Accelerator[]): ThroughputModel {
  const modelById = new Map(models.map((model) => [model.id, model]));
  const gpuById = new Map(hardware.map((gpu) => [gpu.id, gpu]));
  // Hundreds of rows share a configuration: it is worked out once.
  const identities = new Map<string, Identity>();
  const remembered = data.calibration.support.flatMap((support) => {
    const row = data.rows[support.row];
    const model = row === undefined ? undefined : modelById.get(row.model);
    const gpu = row === undefined ? undefined : gpuById.get(row.gpu);
    if (row === undefined || model === undefined || gpu === undefined) return [];
    const key = `${row.model} ${row.gpu} ${row.precision} ${row.engine} ${row.attention_parallel}`;
    const identity = identities.get(key) ?? identityOf(model, gpu, weightPrecision(model, row.precision), row.engine, row.attention_parallel);
    identities.set(key, identity);
    const load = { lnInput: Math.log(row.isl), lnOutput: Math.log(row.osl), lnBatch: support.lnBatch, lnSplit: support.lnSplit };
    return [{ trait: { ...identity, ...load, saturated: row.concurrency === null }, weight: support.weight, row }];
  });
  return {
    constants: data.calibration.constants as Constants,
    kernel: data.calibration.kernel,
    stretch: data.calibration.stretch,
    rows: remembered.map((each) => each.row),
    traits: packTraits(remembered.map((each) => each.trait)),
    weights: Float64Array.from(remembered, (each) => each.weight),
    sources: Object.fromEntries(data.sources.map((source) => [source.id, source.label])),
  };
}

/** Standard deviation of log throughput between engines that serve the same model on the same accelerators: what not knowing the engine adds. */
const ENGINE_SPREAD = 0.12;

/** What published errors say about a configuration; `engineKnown`: the engine was said, not taken to be the usual one. */
export function correctionFor(trait: Trait, model: ThroughputModel, engineKnown: boolean): Correction {
  const alike = likenesses(trait, model.traits, model.kernel);
  let mean = 0;
  let best = 0;
  for (let i = 0; i < alike.length; i++) {
    mean += (alike[i] as number) * (model.weights[i] as number);
    if ((alike[i] as number) > (alike[best] as number)) best = i;
  }
  const nearest = (alike[best] ?? 0) / ownVariance(model.kernel);
  const spread = Z80 * Math.hypot(model.stretch * remainingSpread(nearest, model.kernel), engineKnown ? 0 : ENGINE_SPREAD);
  return { p10: Math.exp(mean - spread), p50: Math.exp(mean), p90: Math.exp(mean + spread), nearest, row: model.rows[best] ?? null };
}

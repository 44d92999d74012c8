/** Published rows made ready for the physical model and the residual correction. */

import type { Accelerator, OpenModel } from '../catalog.ts';
import type { PublishedRow } from './calibration.ts';
import type { Trait } from './calibration-kernel.ts';
import { type Point, type PointFrame, pointFrame } from './estimate-point.ts';
import { architectureOf, computeKind, engineKind, weightPrecision } from './roofline-kinds.ts';

/** A row with its frame; `index` is its place in the list of published rows. */
export interface PreparedRow {
  readonly index: number;
  readonly row: PublishedRow;
  readonly model: OpenModel;
  readonly accelerator: Accelerator;
  readonly frame: PointFrame;
  readonly identity: Identity;
}

/** The part of a trait that does not depend on the load. */
export type Identity = Omit<Trait, 'lnInput' | 'lnOutput' | 'lnBatch' | 'lnSplit' | 'saturated'>;

/** Rows whose model and accelerator are in the catalog and whose precision has a size; others are left out. */
export function prepareRows(rows: readonly PublishedRow[], models: readonly OpenModel[], hardware: readonly Accelerator[]): PreparedRow[] {
  const modelById = new Map(models.map((model) => [model.id, model]));
  const gpuById = new Map(hardware.map((gpu) => [gpu.id, gpu]));
  return rows.flatMap((row, index) => {
    const model = modelById.get(row.model);
    const accelerator = gpuById.get(row.gpu);
    return model === undefined || accelerator === undefined ? [] : [prepareRow(row, index, model, accelerator)];
  });
}

function prepareRow(row: PublishedRow, index: number, model: OpenModel, accelerator: Accelerator): PreparedRow {
  const precision = weightPrecision(model, row.precision);
  const frame = pointFrame({
    model,
    accelerator,
    gpus: row.n_gpus,
    tensorParallel: row.tp,
    attentionParallel: row.attention_parallel,
    precision,
    kvPrecision: null,
    shape: { inputTokens: row.isl, outputTokens: row.osl, cachedTokens: 0 },
    concurrency: row.concurrency,
    engine: row.engine,
  });
  return { index, row, model, accelerator, frame, identity: identityOf(model, accelerator, precision, row.engine, row.attention_parallel) };
}

/** Models of one shape are one model here: fine-tunes and point releases run alike. */
export function identityOf(model: OpenModel, accelerator: Accelerator, precision: string, engine: string | null, attentionParallel: boolean): Identity {
  const a = model.architecture;
  const kind = engineKind(engine).id;
  return {
    model: a === null ? model.id : `${a.layers}x${a.hidden}x${model.total_params_b.toFixed(0)}`,
    modelClass: a === null ? 'dense' : a.mla_kv_dim !== null ? 'mla' : a.experts !== null ? 'moe' : 'dense',
    lnParams: Math.log(model.total_params_b),
    attentionParallel,
    gpu: accelerator.id,
    arch: architectureOf(accelerator),
    vendor: accelerator.vendor.toLowerCase(),
    engine: kind,
    brand: kind.replace(/_.*/, ''),
    compute: computeKind(accelerator, precision).kind,
  };
}

/** The configuration and load of a computed point. */
export function traitOf(identity: Identity, frame: PointFrame, point: Point): Trait {
  return {
    ...identity,
    lnInput: Math.log(frame.shape.inputTokens),
    lnOutput: Math.log(frame.shape.outputTokens),
    lnBatch: Math.log(Math.max(1e-3, (point.operation.batch * point.replicas) / frame.gpus)),
    lnSplit: Math.log(point.tensorParallel),
    saturated: frame.concurrency === null,
  };
}

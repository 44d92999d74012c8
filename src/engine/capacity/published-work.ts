/** Throughput of speech and image models: published figures, of this accelerator or scaled from the one nearest in compute. */

import type { Accelerator, OpenModel } from '../catalog.ts';

export interface PublishedWork {
  /** Audio seconds or images per second and accelerator. */
  readonly workPerS: number;
  /** 80 % interval, as factors: 1.3 either way of a figure of this accelerator, 2 of a scaled one. */
  readonly spread: { readonly low: number; readonly high: number };
  readonly row: OpenModel['published_work_per_s'][number];
  /** Dense 16-bit compute against the published accelerator's; 1: the figure is of this accelerator. */
  readonly factor: number;
}

/** Speech and image models are bound by compute. Null: nothing is published, or the compute is not known. */
export function publishedWork(model: OpenModel, accelerator: Accelerator, hardware: ReadonlyMap<string, Accelerator>): PublishedWork | null {
  const own = compute(accelerator);
  const rows = model.published_work_per_s.flatMap((row) => {
    if (row.gpu === accelerator.id) return [{ row, factor: 1 }];
    const theirs = compute(hardware.get(row.gpu));
    return own === null || theirs === null ? [] : [{ row, factor: own / theirs }];
  });
  const nearest = rows.sort((a, b) => Math.abs(Math.log(a.factor)) - Math.abs(Math.log(b.factor)) || b.row.work_per_s - a.row.work_per_s)[0];
  if (nearest === undefined) return null;
  const exact = nearest.row.gpu === accelerator.id;
  return { ...nearest, workPerS: nearest.row.work_per_s * nearest.factor, spread: exact ? { low: 1 / 1.3, high: 1.3 } : { low: 0.5, high: 2 } };
}

function compute(accelerator: Accelerator | undefined): number | null {
  return accelerator?.dense_tflops.bf16 ?? accelerator?.dense_tflops.fp16 ?? null;
}

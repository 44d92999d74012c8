/** Speech and image models: seconds of audio or images a second, from published figures. */

import { type PublishedWork, publishedWork } from '../engine/capacity/published-work.ts';
import type { Accelerator, OpenModel } from '../engine/catalog.ts';
import { InputError } from '../files/problem.ts';
import type { Sources } from './load.ts';
import { exactModel } from './names.ts';

export interface WorkAnswer {
  readonly model: OpenModel;
  readonly accelerator: Accelerator;
  readonly gpus: number;
  readonly work: PublishedWork;
}

/** Null: not the name of a speech, image or embedding model, so it is for the estimator of text. */
export function workModel(name: string, sources: Sources): OpenModel | null {
  return exactModel(
    name,
    sources.models.filter((model) => model.modality !== 'text'),
  );
}

/** @throws InputError when nothing is published that could be scaled */
export function workAnswer(model: OpenModel, accelerator: Accelerator, gpus: number, sources: Sources): WorkAnswer {
  const work = publishedWork(model, accelerator, new Map(sources.hardware.map((each) => [each.id, each])));
  if (work !== null) return { model, accelerator, gpus, work };
  const why = model.modality === 'embedding' ? 'it writes no tokens' : 'none is published and its speed is not estimated';
  throw InputError.of('capacity.no-published', `No throughput of ${model.label} is known: ${why}.`, 'Measure it, and give the scenario its throughput.');
}

const UNITS = { audio_second: 'seconds of audio a second', image: 'images a second' } as const;

export function showWork({ model, accelerator, gpus, work }: WorkAnswer): string {
  const rate = gpus * work.workPerS;
  const scaled = work.factor === 1 ? '' : `, scaled by dense compute x ${figure(work.factor)}`;
  return [
    `${model.label} on ${gpus} x ${accelerator.label}`,
    `Output: ${figure(rate)} ${UNITS[model.work_unit ?? 'image']} (80 % interval ${figure(rate * work.spread.low)} to ${figure(rate * work.spread.high)})`,
    ...(model.work_unit === 'audio_second' ? [`An hour of audio takes ${figure(3600 / rate)} s (real-time factor ${figure(1 / rate)}).`] : []),
    `Source: published; ${work.row.work_per_s} on ${work.row.gpu} at ${work.row.precision}${scaled}; ${work.row.source}, checked ${work.row.checked}${work.row.note === undefined || work.row.note === null ? '' : ` (${work.row.note})`}.`,
    '',
  ].join('\n');
}

export function workValue({ model, accelerator, gpus, work }: WorkAnswer): unknown {
  const rate = gpus * work.workPerS;
  return {
    schema_version: 1,
    model: model.id,
    gpu: accelerator.id,
    n_gpus: gpus,
    work_unit: model.work_unit,
    work_per_s: { p10: rate * work.spread.low, p50: rate, p90: rate * work.spread.high },
    source: 'published',
    reference: work.row,
    scaled_by: work.factor,
  };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

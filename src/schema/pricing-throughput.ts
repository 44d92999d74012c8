/** Published throughput (`pricing/throughput/published.yaml`) and the calibration fitted on it (`calibration.yaml`). */

import { z } from 'zod';
import type { PublishedRow, PublishedSource, ThroughputCalibration } from '../engine/capacity/calibration.ts';
import { count, id, isoDate, nonnegative, positive, share, sourced } from './primitives.ts';

const measurement = z
  .tuple([count, count, count.nullable(), positive])
  .describe('[input tokens, output tokens, requests in flight over all accelerators or null when saturated, output tokens per second of all accelerators]');

const run = z.strictObject({
  engine: z.string().min(1),
  model: id.describe('Id of an open model'),
  gpu: id.describe('Id of an accelerator'),
  n_gpus: count,
  tp: count.optional().describe('Accelerators per copy of the weights; absent: not said'),
  attention_parallel: z.boolean().default(false).describe('Attention is data-parallel (DEP)'),
  precision: z.string().min(1),
  output_tokens_per_s: z.array(measurement).min(1),
});

const source = z.strictObject({ id, label: z.string(), ...sourced, licence: z.string().optional(), runs: z.array(run).min(1) });

const file = z.strictObject({ schema_version: z.literal(1), sources: z.array(source).min(1) });

/** Sources, and all rows in the order of the file. */
export interface PublishedThroughput {
  readonly sources: readonly PublishedSource[];
  readonly rows: readonly PublishedRow[];
}

export const publishedThroughputFile = file.transform((value) => ({
  sources: value.sources.map(toSource),
  rows: value.sources.flatMap((each) => each.runs.flatMap((one) => toRows(each.id, one))),
})) satisfies z.ZodType<PublishedThroughput, unknown>;

function toSource(value: z.infer<typeof source>): PublishedSource {
  const { id: name, label, source: url, checked, licence, note } = value;
  return { id: name, label, source: url, checked, licence: licence ?? null, note: note ?? null };
}

function toRows(sourceId: string, value: z.infer<typeof run>): PublishedRow[] {
  const { output_tokens_per_s, tp, ...rest } = value;
  return output_tokens_per_s.map(([isl, osl, concurrency, rate]) => ({
    ...rest,
    source: sourceId,
    tp: tp ?? null,
    isl,
    osl,
    concurrency,
    output_tokens_per_s: rate,
  }));
}

const statistics = { rows: nonnegative, median: nonnegative, p90: nonnegative, within_2x: share, covered: share };

export const throughputCalibrationFile = z.strictObject({
  schema_version: z.literal(1),
  fitted: isoDate,
  constants: z.record(z.string(), positive),
  kernel: z.strictObject({
    sd_load: positive,
    sd_own: positive,
    sd_source: positive,
    sd_noise: positive,
    scale_length: positive,
    scale_batch: positive,
    scale_split: positive,
    other_model: share,
    other_gpu: share,
    other_engine: share,
    other_compute: share,
  }),
  stretch: positive,
  support: z
    .array(z.tuple([nonnegative, z.number(), z.number(), z.number()]))
    .describe('[row of published.yaml, weight, ln sequences per accelerator, ln accelerators per copy]')
    .transform((rows) => rows.map(([row, weight, lnBatch, lnSplit]) => ({ row, weight, lnBatch, lnSplit }))),
  in_sample: z.strictObject(statistics),
  out_of_source: z.strictObject(statistics),
  out_of_gpu: z.strictObject(statistics),
  by_source: z.array(z.strictObject({ source: id, ...statistics })),
}) satisfies z.ZodType<ThroughputCalibration, unknown>;

/** One family of open models, `pricing/models/<family>.yaml`. */

import { z } from 'zod';
import type { LicenceTerms, OpenModel } from '../engine/catalog.ts';
import { count, id, isoDate, positive, present, sourced } from './primitives.ts';

const whole = z.int().nonnegative();

const licence = z.strictObject({
  name: z.string(),
  spdx: z.string().nullable().default(null).describe('SPDX identifier, where there is one'),
  commercial: z.enum(['yes', 'conditional', 'no']).describe('conditional: see the limits below; no: forbidden without a separate licence'),
  max_monthly_active_users: positive.nullable().default(null).describe('Above this another licence is needed'),
  max_monthly_revenue_usd: positive.nullable().default(null).describe('Above this another licence is needed'),
  excluded_domiciles: z.array(z.string()).default([]).describe('Domiciles to which no rights are granted, lower case: [eu]'),
  attribution: z.string().nullable().default(null).describe('What has to be shown or passed on'),
  ...sourced,
});

const architecture = z.strictObject({
  layers: count,
  hidden: count,
  heads: count,
  kv_heads: count,
  head_dim: count,
  mla_kv_dim: count.nullable().default(null).describe('Values cached per token and layer under multi-head latent attention: rank + rope part'),
  sliding_window: count.nullable().default(null).describe('Tokens a windowed layer keeps'),
  sliding_layers: count.nullable().default(null).describe('Layers that use the window; null: all, where a window is set'),
  kv_layers: whole.optional().describe('Layers that keep a key/value cache; absent: all. 0 for encoders and diffusion'),
  tied_embeddings: z.boolean().optional().describe('One matrix serves as input embedding and output head; absent: two'),
  vocab: whole,
  experts: count.nullable().default(null),
  experts_per_token: count.nullable().default(null),
  shared_experts: whole.nullable().default(null),
  ffn: count.nullable().default(null).describe('Feed-forward width, of one expert where there are experts'),
  dense_layers: whole.nullable().default(null).describe('Layers without experts, in a model that has experts'),
});

const throughput = z.strictObject({ gpu: id, precision: z.string(), work_per_s: positive, ...sourced });

const model = z.strictObject({
  id,
  label: z.string(),
  aliases: z.array(z.string().min(1)).default([]).describe('Other names: of repositories, hosts, benchmarks'),
  modality: z.enum(['text', 'speech_to_text', 'image', 'embedding']).default('text'),
  released: isoDate.nullable().default(null),
  total_params_b: positive.describe('Billions of parameters held in memory'),
  active_params_b: positive.optional().describe('Billions used per token; absent: all'),
  architecture,
  context_tokens: count.nullable().default(null).describe('Longest context the published configuration allows'),
  native_precision: z.string().describe('Precision the publisher released the weights in'),
  weights_gb: z.record(z.string(), positive).default({}).describe('Published size of all weight files in GB (1e9 bytes) by precision'),
  work_unit: z.enum(['audio_second', 'image']).nullable().default(null),
  published_work_per_s: z.array(throughput).default([]).describe('Work units per second and accelerator, as published'),
  licence: z.string().describe('Key of `licences` in the same file'),
  sources: z.array(z.strictObject(sourced)).min(1),
});

const file = z
  .strictObject({
    schema_version: z.literal(1),
    family: id,
    licences: z.record(z.string(), licence),
    models: z.array(model).min(1),
  })
  .superRefine((value, context) => {
    for (const [index, each] of value.models.entries()) {
      if (value.licences[each.licence] === undefined)
        context.addIssue({ code: 'custom', path: ['models', index, 'licence'], message: `must be one of: ${Object.keys(value.licences).join(', ')}` });
    }
  });

type FileValue = z.infer<typeof file>;
type ModelValue = z.infer<typeof model>;

export const modelsFile = file.transform((value) => ({ items: value.models.map((each) => toModel(value, each)) })) satisfies z.ZodType<
  { readonly items: readonly OpenModel[] },
  unknown
>;

function toModel(file: FileValue, value: ModelValue): OpenModel {
  const terms = file.licences[value.licence];
  if (terms === undefined) throw new RangeError(`no licence ${value.licence}`);
  return {
    ...value,
    family: file.family,
    active_params_b: value.active_params_b ?? value.total_params_b,
    architecture: present(value.architecture),
    published_work_per_s: value.published_work_per_s.map((each) => present(each)),
    licence: present(terms) satisfies LicenceTerms,
    sources: value.sources.map((each) => present(each)),
  };
}

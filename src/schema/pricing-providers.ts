/** What one provider signs, does and does not do, `pricing/providers/<provider>.yaml`. Not verified is `unknown`, never no. */

import { z } from 'zod';
import type { Provider, ProviderFact } from '../engine/catalog.ts';
import { id, present, sourced } from './primitives.ts';

const status = z
  .enum(['automatic', 'offered', 'unavailable', 'unknown'])
  .describe(
    'automatic: in force without asking; offered: can be signed or switched on, the scenario must say so; unavailable: the provider cannot; unknown: not verified',
  );

const modality = z.enum(['text', 'speech_to_text', 'image', 'embedding']);
const endpoint = z.enum(['chat', 'transcription', 'images', 'embeddings', 'batch', 'gpu']);
const names = z.array(z.string().min(1)).min(1);

const scope = z
  .strictObject({
    modalities: z.array(modality).min(1).optional(),
    models: names.optional().describe('Model ids or aliases; a star at the end stands for any ending'),
    excluded_models: names.optional(),
    regions: names.optional(),
    endpoints: z.array(endpoint).min(1).optional(),
    excluded_endpoints: z.array(endpoint).min(1).optional(),
  })
  .describe('What is covered; absent: no limit known. Several facts of one need split it by scope');

const fact = z.strictObject({
  need: id.describe('Id of rules/needs.yaml, or fine_tuning, custom_tokenizer, pinned_versions'),
  status,
  scope: scope.optional(),
  ...sourced,
});

const residency = z.strictObject({
  region: id.describe('Country or bloc: eu, us, cn'),
  status,
  how: z.string().nullable().default(null).describe('What to do to keep processing there'),
  default: z.literal(true).optional().describe('It stays there without asking for a region'),
  ...sourced,
});

const file = z.strictObject({
  schema_version: z.literal(1),
  id,
  label: z.string(),
  kinds: z.array(z.enum(['api', 'gpu_cloud'])).min(1),
  aliases: z.array(id).default([]).describe('Other names for it in scenarios and price files'),
  facts: z.array(fact),
  residency: z.array(residency).default([]),
  doubt: z.string().nullable().default(null).describe('What stays open, one sentence'),
});

type FileValue = z.infer<typeof file>;

export const providersFile = file.transform((value) => ({ items: [toProvider(value)] })) satisfies z.ZodType<{ readonly items: readonly Provider[] }, unknown>;

function toProvider({ schema_version: _, facts, residency: places, ...rest }: FileValue): Provider {
  return { ...rest, facts: facts.map(toFact), residency: places.map((each) => present(each)) };
}

function toFact({ scope: limits, ...rest }: FileValue['facts'][number]): ProviderFact {
  return present({ ...rest, scope: limits && present(limits) });
}

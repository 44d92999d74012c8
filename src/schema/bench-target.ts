/** A target file of `bench`: where an endpoint is and what it costs. The key itself never stands in it, only the name of its environment variable. */

import * as z from 'zod/mini';
import { quantity } from './fields.ts';

const text = z.string().check(z.minLength(1));
const usd = quantity('usd', { min: 0 });

/** What the file says; what it leaves out is for flags and defaults. */
export interface BenchTargetFile {
  readonly version: 1;
  readonly url: string;
  readonly model?: string | undefined;
  readonly api?: string | undefined;
  readonly api_key_env?: string | undefined;
  readonly usd_per_hour?: number | undefined;
  readonly price_card?: string | undefined;
  readonly prices?:
    | { readonly input_usd_per_mtok: number; readonly output_usd_per_mtok: number; readonly cached_input_usd_per_mtok?: number | undefined }
    | undefined;
  readonly gpu?: string | undefined;
  readonly gpus?: number | undefined;
  /** PEM file, relative to this file. */
  readonly ca?: string | undefined;
  readonly extra_body?: Readonly<Record<string, unknown>> | undefined;
}

export const benchTargetSchema = z.strictObject({
  version: z.literal(1),
  url: text,
  model: z.optional(text),
  api: z.optional(z.enum(['chat', 'completions', 'responses', 'anthropic', 'ollama', 'embeddings', 'transcriptions', 'images'])),
  api_key_env: z.optional(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable, not the key itself'))),
  usd_per_hour: z.optional(usd),
  price_card: z.optional(text),
  prices: z.optional(z.strictObject({ input_usd_per_mtok: usd, output_usd_per_mtok: usd, cached_input_usd_per_mtok: z.optional(usd) })),
  gpu: z.optional(text),
  gpus: z.optional(z.int().check(z.minimum(1))),
  ca: z.optional(text),
  extra_body: z.optional(z.record(z.string(), z.unknown())),
}) satisfies z.ZodMiniType<BenchTargetFile, unknown>;

/** One provider's price file, `pricing/api/<provider>.yaml`: what people edit, turned into the engine's models. */

import { z } from 'zod';
import type { ApiModel, ImagePrice, PriceEntry, Rates } from '../engine/catalog.ts';
import { count, id, isoDate, nonnegative, positive, present, sourced, sourceUrl } from './primitives.ts';

const price = nonnegative.describe('Price in the currency of the file, VAT excluded');
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like "16:30", in quotes');

const rateShape = {
  input_per_mtok: price.optional(),
  cached_input_per_mtok: price.optional(),
  cache_write_per_mtok: price.optional().describe('Writing to the short-lived cache (about 5 minutes); absent: writes cost plain input'),
  cache_write_1h_per_mtok: price.optional(),
  output_per_mtok: price.optional(),
  reasoning_per_mtok: price.optional().describe('Only where reasoning has a rate of its own; absent: it costs output'),
  audio_input_per_mtok: price.optional(),
  cached_audio_input_per_mtok: price.optional(),
  audio_output_per_mtok: price.optional(),
  audio_per_minute: price.optional(),
  audio_per_hour: price.optional().describe('The same per hour, where that is how the provider says it'),
  image_input_per_mtok: price.optional(),
  image_output_per_mtok: price.optional(),
  per_request: price.optional(),
  per_1000_pages: price.optional().describe('Documents read page by page'),
};
const rates = z.strictObject(rateShape);

const image = z.strictObject({
  size: z.string().describe('Like 1024x1024, or any'),
  quality: z.string().describe('Like standard, high, or any'),
  per_image: price,
});

const tier = z.strictObject({
  above_input_tokens: count.describe('When a prompt has more tokens than this, all its tokens cost these rates'),
  ...rateShape,
  batch: rates.optional(),
  flex: rates.optional(),
  priority: rates.optional(),
});

const entry = z.strictObject({
  from: isoDate.nullable().describe('First day of validity; null: since the model existed'),
  ...rateShape,
  images: z.array(image).min(1).optional().describe("The provider's default first"),
  min_audio_seconds: positive.optional(),
  tiers: z.array(tier).min(1).optional(),
  time_of_day: z
    .array(z.strictObject({ from_utc: clock, to_utc: clock, ...rateShape }))
    .min(1)
    .optional(),
  batch: rates.optional().describe('Only where the SKU exists'),
  flex: rates.optional().describe('Only where the SKU exists'),
  priority: rates.optional().describe('Only where the SKU exists'),
  region_factor: z.record(z.string(), positive).optional().describe('Region -> factor on every rate, applied last'),
  spread: z.strictObject({ low: positive, high: positive }).optional().describe('What is really paid, as factors on list'),
  ...sourced,
});

const model = z.strictObject({
  id,
  label: z.string().optional(),
  aliases: z.array(z.string().min(1)).optional().describe('Dated snapshots and the names other price lists use, without provider'),
  modality: z.enum(['text', 'speech_to_text', 'image', 'embedding']).default('text'),
  open_model: z.string().nullable().default(null).describe('Id in pricing/models when the weights are open'),
  released: isoDate.nullable().default(null).describe('First day it is known to have been offered; null: unknown, taken to have been there always'),
  retired: isoDate.nullable().default(null).describe('First day it is no longer offered, may lie ahead'),
  context_tokens: count.nullable().default(null),
  max_output_tokens: count.nullable().default(null),
  min_cacheable_tokens: count.nullable().optional().describe("Shortest prompt that is cached; absent: the provider's"),
  regions: z.array(z.string()).optional(),
  prices: z.array(entry).min(1).describe('In order of time; a change is appended, never written over'),
});

const file = z.strictObject({
  schema_version: z.literal(1),
  provider: id,
  label: z.string(),
  pricing_urls: z.array(sourceUrl).min(1),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency code like EUR')
    .default('USD')
    .describe('Currency of every price in the file; converted by pricing/fx.yaml'),
  input_includes_cached: z.boolean().describe("Do the provider's usage figures count cached tokens inside input tokens?"),
  min_cacheable_tokens: count.nullable().default(null),
  regions: z.array(z.string()).default([]).describe('Regions one can ask for; empty: unknown'),
  models: z.array(model).min(1),
});

type FileValue = z.infer<typeof file>;
type ModelValue = z.infer<typeof model>;
type EntryValue = z.infer<typeof entry>;

/** A price file as the engine's models, its prices still in the currency of the file. */
export interface ApiPriceFile {
  readonly provider: string;
  readonly label: string;
  readonly currency: string;
  readonly models: readonly ApiModel[];
}

export const apiFile = file.transform(toPriceFile) satisfies z.ZodType<ApiPriceFile, unknown>;

function toPriceFile(value: FileValue): ApiPriceFile {
  const { provider, label, currency } = value;
  return { provider, label, currency, models: value.models.map((each) => toModel(value, each)) };
}

function toModel(file: FileValue, value: ModelValue): ApiModel {
  return {
    id: `${file.provider}/${value.id}`,
    provider: file.provider,
    model: value.id,
    label: value.label ?? value.id,
    aliases: value.aliases ?? [],
    modality: value.modality,
    open_model: value.open_model,
    released: value.released,
    retired: value.retired,
    context_tokens: value.context_tokens,
    max_output_tokens: value.max_output_tokens,
    min_cacheable_tokens: value.min_cacheable_tokens === undefined ? file.min_cacheable_tokens : value.min_cacheable_tokens,
    input_includes_cached: file.input_includes_cached,
    regions: value.regions ?? file.regions,
    prices: value.prices.map(toEntry),
  };
}

function toEntry(value: EntryValue): PriceEntry {
  return present({
    from: value.from,
    rates: toRates(value),
    images: value.images?.map(toImage),
    tiers: value.tiers?.map((bound) =>
      present({
        above_input_tokens: bound.above_input_tokens,
        rates: toRates(bound),
        batch: some(bound.batch),
        flex: some(bound.flex),
        priority: some(bound.priority),
      }),
    ),
    time_of_day: value.time_of_day?.map((window) => ({ from_utc: window.from_utc, to_utc: window.to_utc, rates: toRates(window) })),
    batch: some(value.batch),
    flex: some(value.flex),
    priority: some(value.priority),
    min_audio_seconds: value.min_audio_seconds,
    region_factor: value.region_factor,
    spread: value.spread,
    source: value.source,
    checked: value.checked,
    note: value.note,
  });
}

function toImage(value: z.infer<typeof image>): ImagePrice {
  return { size: value.size, quality: value.quality, usd_per_image: value.per_image };
}

function some(value: z.infer<typeof rates> | undefined): Rates | undefined {
  return value === undefined ? undefined : toRates(value);
}

/** `input_per_mtok` -> `input_usd_per_mtok`: from here on every price is meant to be in US dollars. */
function toRates(value: z.infer<typeof rates>): Rates {
  return present({
    input_usd_per_mtok: value.input_per_mtok,
    cached_input_usd_per_mtok: value.cached_input_per_mtok,
    cache_write_usd_per_mtok: value.cache_write_per_mtok,
    cache_write_1h_usd_per_mtok: value.cache_write_1h_per_mtok,
    output_usd_per_mtok: value.output_per_mtok,
    reasoning_usd_per_mtok: value.reasoning_per_mtok,
    audio_input_usd_per_mtok: value.audio_input_per_mtok,
    cached_audio_input_usd_per_mtok: value.cached_audio_input_per_mtok,
    audio_output_usd_per_mtok: value.audio_output_per_mtok,
    audio_usd_per_minute: value.audio_per_minute ?? perMinute(value.audio_per_hour),
    image_input_usd_per_mtok: value.image_input_per_mtok,
    image_output_usd_per_mtok: value.image_output_per_mtok,
    usd_per_request: value.per_request,
    usd_per_page: value.per_1000_pages === undefined ? undefined : value.per_1000_pages / 1000,
  });
}

function perMinute(perHour: number | undefined): number | undefined {
  return perHour === undefined ? undefined : perHour / 60;
}

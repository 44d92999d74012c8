/** The usage pricer: what one amount of API usage costs at a dated price. Nothing is billed twice, and a missing rate is a problem, never $0. */

import type { ApiModel, ImagePrice, PriceEntry, Rates } from '../catalog.ts';
import type { IsoDate } from '../units.ts';
import { MTOK } from '../units.ts';

export type ServiceTier = 'standard' | 'batch' | 'flex' | 'priority';

/**
 * Usage of one request, or of many alike (`requests`). Counts are >= 0 and may be fractions (means).
 * Parts are inside their wholes: cached tokens, both kinds of cache writes and audio are inside `input_tokens`, reasoning
 * and audio output inside `output_tokens`, cached audio inside both cached and audio input. The two kinds of cache writes don't overlap.
 */
export interface Usage {
  readonly input_tokens: number;
  readonly cached_input_tokens?: number;
  /** Written to the short-lived (about 5 min) cache. */
  readonly cache_write_tokens?: number;
  /** Written to the one-hour cache; not counted in `cache_write_tokens`. */
  readonly cache_write_1h_tokens?: number;
  readonly audio_input_tokens?: number;
  readonly cached_audio_input_tokens?: number;
  readonly output_tokens: number;
  readonly reasoning_tokens?: number;
  readonly audio_output_tokens?: number;
  readonly audio_seconds?: number;
  readonly images?: number;
  readonly pages?: number;
  /** Requests this usage is the sum of; default 1. Matters to per-request fees and minimum durations only. */
  readonly requests?: number;
}

export interface PriceOptions {
  readonly tier?: ServiceTier;
  /** Region key of `region_factor`; null: no surcharge. */
  readonly region?: string | null;
  /** Minutes after midnight UTC; null: time-of-day prices are left out. */
  readonly atUtcMinutes?: number | null;
  /** Prompt length that picks the context tier; default `usage.input_tokens`. Give it when `usage` sums several requests. */
  readonly promptTokens?: number;
  readonly image?: { readonly size: string; readonly quality: string } | null;
}

export interface UsageComponent {
  readonly name: string;
  readonly quantity: number;
  readonly unit: 'MTok' | 'minute' | 'image' | 'page' | 'request';
  readonly unit_usd: number;
  /** quantity x unit_usd */
  readonly usd: number;
}

interface UsageProblem {
  /** Stable: price.no-sku, price.no-rate, price.no-image-price, usage.negative, usage.parts-exceed-whole, usage.audio-twice, usage.images-twice */
  readonly code: string;
  readonly message: string;
}

export interface PricedUsage {
  readonly components: readonly UsageComponent[];
  /** Sum of the components; null when any problem makes the sum incomplete. */
  readonly total_usd: number | null;
  readonly problems: readonly UsageProblem[];
  readonly warnings: readonly UsageProblem[];
}

export type RatesResult =
  | { readonly kind: 'rates'; readonly rates: Rates; readonly images: readonly ImagePrice[] }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * The price in force on a day: the last entry that has begun.
 *
 * @returns null before the first dated entry; an entry with `from: null` holds since the model existed
 * @example with entries from null (10/40) and 2025-06-10 (2/8): entryAt(o3, '2025-06-09') is 10/40, entryAt(o3, '2025-06-10') is 2/8
 */
export function entryAt(model: ApiModel, at: IsoDate): PriceEntry | null {
  let found: PriceEntry | null = null;
  for (const entry of model.prices) {
    if (entry.from === null || entry.from <= at) found = entry;
  }
  return found;
}

/**
 * The rates one request pays: time of day, then the SKU, then the whole-prompt context tier.
 * When `inputTokens` exceeds a tier's bound, all tokens cost that tier's rates; a rate the tier leaves out keeps its base value.
 *
 * @returns `none` with the reason where the SKU isn't sold
 */
export function ratesFor(
  entry: PriceEntry,
  ask: { readonly tier: ServiceTier; readonly inputTokens: number; readonly atUtcMinutes: number | null },
): RatesResult {
  const sku = ask.tier === 'standard' ? { ...entry.rates, ...windowRates(entry, ask.atUtcMinutes) } : entry[ask.tier];
  if (sku === undefined) return { kind: 'none', reason: `there is no ${ask.tier} price` };
  const images = ask.tier === 'standard' ? (entry.images ?? []) : [];
  let rates: Rates = sku;
  for (const bound of tiersPassed(entry, ask.inputTokens)) {
    const above = ask.tier === 'standard' ? bound.rates : bound[ask.tier];
    if (above === undefined) return { kind: 'none', reason: `there is no ${ask.tier} price above ${bound.above_input_tokens} input tokens` };
    rates = { ...rates, ...above };
  }
  return { kind: 'rates', rates, images };
}

/**
 * Prices usage: components that add up to `total_usd`, with the region's factor in each `unit_usd`.
 *
 * Cached tokens without a cached rate cost plain input, as do cache writes without a write rate (one-hour writes without
 * a rate of their own cost the short one's); reasoning without a rate of its own costs output.
 *
 * @example at 2.5 / 1.25 cached / 10 $/MTok, 1,000 input of which 400 cached and 100 output: 0.0015 + 0.0005 + 0.001 = $0.003
 */
export function priceUsage(usage: Usage, entry: PriceEntry, options: PriceOptions = {}): PricedUsage {
  const wrong = wrongUsage(usage);
  if (wrong.length > 0) return { components: [], total_usd: null, problems: wrong, warnings: [] };
  const inputTokens = options.promptTokens ?? usage.input_tokens;
  const found = ratesFor(entry, { tier: options.tier ?? 'standard', inputTokens, atUtcMinutes: options.atUtcMinutes ?? null });
  if (found.kind === 'none') return { components: [], total_usd: null, problems: [{ code: 'price.no-sku', message: found.reason }], warnings: [] };
  const factor = options.region == null ? 1 : (entry.region_factor?.[options.region] ?? 1);
  const bill = new Bill(factor);
  billTokens(bill, usage, found.rates);
  billAudio(bill, usage, found.rates, entry.min_audio_seconds ?? 0);
  billImages(bill, usage, found, options.image ?? null);
  bill.add('pages', usage.pages ?? 0, 'page', found.rates.usd_per_page);
  bill.add('requests', usage.requests ?? 1, 'request', found.rates.usd_per_request ?? 0);
  return bill.priced();
}

/** Collects components and problems of one usage. */
class Bill {
  readonly components: UsageComponent[] = [];
  readonly problems: UsageProblem[] = [];
  readonly warnings: UsageProblem[] = [];
  readonly factor: number;

  constructor(factor: number) {
    this.factor = factor;
  }

  /** Adds `quantity` units; nothing of a kind adds no component, and no rate for something used is a problem. */
  add(name: string, quantity: number, unit: UsageComponent['unit'], rate: number | undefined): void {
    if (quantity === 0 || (unit === 'request' && rate === 0)) return;
    if (rate === undefined) {
      this.problems.push({ code: 'price.no-rate', message: `there is no price for ${name}` });
      return;
    }
    const unitUsd = rate * this.factor;
    this.components.push({ name, quantity, unit, unit_usd: unitUsd, usd: quantity * unitUsd });
  }

  tokens(name: string, count: number, usdPerMTok: number | undefined): void {
    this.add(name, count / MTOK, 'MTok', usdPerMTok);
  }

  priced(): PricedUsage {
    const { components, problems, warnings } = this;
    return { components, problems, warnings, total_usd: problems.length > 0 ? null : components.reduce((sum, part) => sum + part.usd, 0) };
  }
}

/** Splits tokens into parts that don't overlap and bills each part once. */
function billTokens(bill: Bill, usage: Usage, rates: Rates): void {
  const cachedAudio = usage.cached_audio_input_tokens ?? 0;
  const audioIn = (usage.audio_input_tokens ?? 0) - cachedAudio;
  const cached = (usage.cached_input_tokens ?? 0) - cachedAudio;
  const write = usage.cache_write_tokens ?? 0;
  const write1h = usage.cache_write_1h_tokens ?? 0;
  const input = rates.input_usd_per_mtok ?? rates.audio_input_usd_per_mtok;
  const cachedRate = rates.cached_input_usd_per_mtok ?? input;
  const writeRate = rates.cache_write_usd_per_mtok ?? input;
  bill.tokens('input', rest(usage.input_tokens, cachedAudio, audioIn, cached, write, write1h), input);
  bill.tokens('cached input', cached, cachedRate);
  bill.tokens('cache write', write, writeRate);
  bill.tokens('cache write 1h', write1h, rates.cache_write_1h_usd_per_mtok ?? writeRate);
  bill.tokens('audio input', audioIn, rates.audio_input_usd_per_mtok ?? input);
  bill.tokens('cached audio input', cachedAudio, rates.cached_audio_input_usd_per_mtok ?? rates.audio_input_usd_per_mtok ?? cachedRate);
  billOutput(bill, usage, rates);
}

function billOutput(bill: Bill, usage: Usage, rates: Rates): void {
  const reasoning = usage.reasoning_tokens ?? 0;
  const audio = usage.audio_output_tokens ?? 0;
  // Models that only make images or speech have one output rate, their own.
  const output = rates.output_usd_per_mtok ?? rates.image_output_usd_per_mtok ?? rates.audio_output_usd_per_mtok;
  bill.tokens('output', rest(usage.output_tokens, reasoning, audio), output);
  bill.tokens('reasoning', reasoning, rates.reasoning_usd_per_mtok ?? output);
  bill.tokens('audio output', audio, rates.audio_output_usd_per_mtok ?? output);
}

/** Minutes of audio. Where the price is per token *and* per minute, the two are one bill: tokens, if given, win. */
function billAudio(bill: Bill, usage: Usage, rates: Rates, minimumSeconds: number): void {
  const seconds = usage.audio_seconds ?? 0;
  if (seconds === 0) return;
  const byToken = rates.input_usd_per_mtok !== undefined || rates.audio_input_usd_per_mtok !== undefined;
  if (byToken && usage.input_tokens > 0) {
    bill.warnings.push({ code: 'usage.audio-twice', message: 'audio is billed by its tokens here, so the seconds are left out' });
    return;
  }
  bill.add('audio', Math.max(seconds, minimumSeconds * (usage.requests ?? 1)) / 60, 'minute', rates.audio_usd_per_minute);
}

/** Images at the price of their size and quality; where output tokens are given and images are made of them, the tokens are the bill. */
function billImages(bill: Bill, usage: Usage, found: RatesResult & { kind: 'rates' }, ask: { size: string; quality: string } | null): void {
  const images = usage.images ?? 0;
  if (images === 0) return;
  const { output_usd_per_mtok: text, image_output_usd_per_mtok: image } = found.rates;
  if (usage.output_tokens > 0 && (image ?? text) !== undefined) {
    bill.warnings.push({ code: 'usage.images-twice', message: 'images are billed by their output tokens here, so the number of images is left out' });
    return;
  }
  const price = imagePrice(found.images, ask);
  if (price === null) bill.problems.push({ code: 'price.no-image-price', message: imageMessage(found.images, ask) });
  else bill.add('images', images, 'image', price.usd_per_image);
}

/** The price of that size and quality, `any` standing for all; nothing asked: the first listed, which is the provider's default. */
export function imagePrice(prices: readonly ImagePrice[], ask: { readonly size: string; readonly quality: string } | null): ImagePrice | null {
  if (ask === null) return prices[0] ?? null;
  const fits = (price: ImagePrice) => (price.size === ask.size || price.size === 'any') && (price.quality === ask.quality || price.quality === 'any');
  return prices.find((price) => price.size === ask.size && price.quality === ask.quality) ?? prices.find(fits) ?? null;
}

function imageMessage(prices: readonly ImagePrice[], ask: { size: string; quality: string } | null): string {
  const known = prices.map((price) => `${price.size} ${price.quality}`).join(', ');
  if (known === '' || ask === null) return 'there is no price per image';
  return `there is no price for an image of ${ask.size} ${ask.quality}; there are ${known}`;
}

/** What is left of a whole, cleared of the rounding error of a subtraction. */
function rest(whole: number, ...parts: readonly number[]): number {
  const left = whole - parts.reduce((sum, part) => sum + part, 0);
  return Math.abs(left) <= whole * 1e-12 ? 0 : Math.max(0, left);
}

function wrongUsage(usage: Usage): UsageProblem[] {
  const bad = Object.entries(usage).filter(([, count]) => !(Number.isFinite(count) && count >= 0));
  if (bad.length > 0) return bad.map(([name, count]) => ({ code: 'usage.negative', message: `${name} must be a number of at least 0, found ${count}` }));
  const { cached_input_tokens: cached = 0, cache_write_tokens: write = 0, cache_write_1h_tokens: write1h = 0 } = usage;
  const { audio_input_tokens: audio = 0, cached_audio_input_tokens: cachedAudio = 0 } = usage;
  return [
    ...exceeds('cached tokens, cache writes and audio', cached + write + write1h + audio - cachedAudio, 'input_tokens', usage.input_tokens),
    ...exceeds('cached audio tokens', cachedAudio, 'cached and audio input tokens', Math.min(cached, audio)),
    ...exceeds('reasoning and audio output', (usage.reasoning_tokens ?? 0) + (usage.audio_output_tokens ?? 0), 'output_tokens', usage.output_tokens),
  ];
}

function exceeds(parts: string, sum: number, whole: string, limit: number): UsageProblem[] {
  if (sum <= limit * (1 + 1e-9)) return [];
  return [{ code: 'usage.parts-exceed-whole', message: `${parts} (${sum}) are part of ${whole} (${limit}) and can't exceed it` }];
}

function windowRates(entry: PriceEntry, minutes: number | null): Rates {
  if (minutes === null) return {};
  return entry.time_of_day?.find((window) => inWindow(minutes, minutesOf(window.from_utc), minutesOf(window.to_utc)))?.rates ?? {};
}

/** `from` inclusive, `to` exclusive; a window whose end is before its start wraps midnight. */
function inWindow(minutes: number, from: number, to: number): boolean {
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

function tiersPassed(entry: PriceEntry, inputTokens: number) {
  return [...(entry.tiers ?? [])].sort((a, b) => a.above_input_tokens - b.above_input_tokens).filter((tier) => inputTokens > tier.above_input_tokens);
}

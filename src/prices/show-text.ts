/** One model's prices in words and columns. */

import type { ApiModel, PriceEntry, Rates } from '../engine/catalog.ts';
import { entryAt } from '../engine/cost/price-usage.ts';
import { daysBetween, type IsoDate } from '../engine/units.ts';
import { type ChartLook, historyChart } from './history-chart.ts';
import { type Column, shortCount, tableLines, usd } from './table.ts';
import { availability, stepsOf } from './timeline.ts';

/** Rates in reading order, with the words for them. */
const RATE_WORDS: readonly (readonly [keyof Rates, string])[] = [
  ['input_usd_per_mtok', 'input'],
  ['cached_input_usd_per_mtok', 'cached input'],
  ['cache_write_usd_per_mtok', 'cache write, 5 min'],
  ['cache_write_1h_usd_per_mtok', 'cache write, 1 h'],
  ['output_usd_per_mtok', 'output'],
  ['reasoning_usd_per_mtok', 'reasoning'],
  ['audio_input_usd_per_mtok', 'audio input'],
  ['cached_audio_input_usd_per_mtok', 'cached audio input'],
  ['audio_output_usd_per_mtok', 'audio output'],
  ['image_input_usd_per_mtok', 'image input'],
  ['image_output_usd_per_mtok', 'image output'],
  ['audio_usd_per_minute', 'audio minute'],
  ['usd_per_request', 'request'],
  ['usd_per_page', 'page'],
];

export function showText(model: ApiModel, at: IsoDate, today: IsoDate, look: ChartLook): string {
  const entry = entryAt(model, at);
  const price = entry === null ? [`No price is known for ${at}; the first begins on ${model.prices[0]?.from}.`] : priceLines(entry);
  return [...headLines(model, at), '', ...price, ...(entry === null ? [] : ['', ...sourceLines(entry, today)]), ...chartLines(model, today, look), ''].join(
    '\n',
  );
}

function headLines(model: ApiModel, at: IsoDate): string[] {
  const state = { available: '', not_released: ` (not out on ${at})`, retired: ` (retired by ${at})` }[availability(model, at)];
  const facts = [
    model.modality === 'text' ? null : model.modality.replaceAll('_', ' '),
    model.open_model === null ? null : `open weights: ${model.open_model}`,
    model.context_tokens === null ? null : `context ${shortCount(model.context_tokens)} tokens`,
    model.released === null ? null : `released ${model.released}`,
    model.retired === null ? null : `retired ${model.retired}`,
    model.min_cacheable_tokens === null ? null : `caches prompts of ${model.min_cacheable_tokens}+ tokens`,
    model.regions.length === 0 ? null : `regions ${model.regions.join(', ')}`,
  ].filter((fact) => fact !== null);
  const names =
    model.aliases.length === 0
      ? []
      : [`also ${model.aliases.slice(0, 8).join(', ')}${model.aliases.length > 8 ? ` and ${model.aliases.length - 8} more` : ''}`];
  return [`${model.id}  ${model.label} on ${at}${state}`, ...(facts.length === 0 ? [] : [facts.join(' | ')]), ...names];
}

/** A column per SKU and context tier; US dollars per million tokens unless the row says otherwise. */
function priceLines(entry: PriceEntry): string[] {
  const columns = priceColumns(entry);
  const rows = RATE_WORDS.filter(([rate]) => columns.some(({ rates }) => rates[rate] !== undefined)).map(([rate, words]) => [
    words,
    ...columns.map(({ rates }) => usd(rates[rate])),
  ]);
  const header: Column[] = [{ title: 'US$ per MTok' }, ...columns.map(({ title }) => ({ title, align: 'right' as const }))];
  const images = (entry.images ?? []).map((image) => `image ${image.size} ${image.quality}: ${usd(image.usd_per_image)}`);
  const regions = Object.entries(entry.region_factor ?? {}).map(([region, factor]) => `${region} x${factor}`);
  return [
    ...(rows.length === 0 ? [] : tableLines(header, rows)),
    ...images,
    ...(entry.min_audio_seconds === undefined ? [] : [`a request is billed at least ${entry.min_audio_seconds} s of audio`]),
    ...(regions.length === 0 ? [] : [`surcharge by region: ${regions.join(', ')}`]),
  ];
}

function priceColumns(entry: PriceEntry): { readonly title: string; readonly rates: Rates }[] {
  const columns: { title: string; rates: Rates }[] = [{ title: 'standard', rates: entry.rates }];
  for (const sku of ['batch', 'flex', 'priority'] as const) if (entry[sku] !== undefined) columns.push({ title: sku, rates: entry[sku] });
  for (const window of entry.time_of_day ?? []) columns.push({ title: `${window.from_utc}-${window.to_utc} UTC`, rates: { ...entry.rates, ...window.rates } });
  for (const tier of entry.tiers ?? []) columns.push({ title: `over ${shortCount(tier.above_input_tokens)}`, rates: { ...entry.rates, ...tier.rates } });
  return columns;
}

function sourceLines(entry: PriceEntry, today: IsoDate): string[] {
  const age = daysBetween(entry.checked, today);
  const since = entry.from === null ? 'since the model came out' : `since ${entry.from}`;
  return [`${since}; ${entry.source}, checked ${entry.checked} (${age} days ago)`, ...(entry.note === undefined ? [] : [`note: ${entry.note}`])];
}

/** The rate with a history worth a picture: output, else what there is. */
function chartLines(model: ApiModel, today: IsoDate, look: ChartLook): string[] {
  const rate = (['output_usd_per_mtok', 'input_usd_per_mtok', 'audio_usd_per_minute'] as const).find((each) => stepsOf(model, each, today).length > 1);
  if (rate === undefined) return [];
  const steps = stepsOf(model, rate, '2023-01-01');
  const last = steps.at(-1)?.from ?? today;
  const words = RATE_WORDS.find(([each]) => each === rate)?.[1] ?? rate;
  return ['', `${words}, US$ per ${rate === 'audio_usd_per_minute' ? 'minute' : 'MTok'}, over time`, ...historyChart(steps, last > today ? last : today, look)];
}

/** Every entry of a model, one line each, then the chart. */
export function historyText(model: ApiModel, today: IsoDate, look: ChartLook): string {
  const rates = RATE_WORDS.filter(([rate]) => model.prices.some((entry) => entry.rates[rate] !== undefined));
  const columns: Column[] = [{ title: 'from' }, ...rates.map(([, title]) => ({ title, align: 'right' as const })), { title: 'note' }];
  const rows = model.prices.map((entry) => [entry.from ?? model.released ?? 'start', ...rates.map(([rate]) => usd(entry.rates[rate])), noteOf(entry, today)]);
  return [...headLines(model, today), '', ...tableLines(columns, rows), ...chartLines(model, today, look), ''].join('\n');
}

function noteOf(entry: PriceEntry, today: IsoDate): string {
  const scheduled = entry.from !== null && entry.from > today ? 'scheduled' : null;
  return [scheduled, entry.note ?? null, entry.source].filter((part) => part !== null).join('; ');
}

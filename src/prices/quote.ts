/** Prices rows of usage, one by one: what `prices quote` does. It prices what it is given; what is odd about a row becomes a warning. */

import type { ApiModel } from '../engine/catalog.ts';
import { entryAt, type PricedUsage, priceUsage, type ServiceTier, type UsageComponent } from '../engine/cost/price-usage.ts';
import { nearest } from '../schema/nearest.ts';
import { quote } from '../schema/quantity.ts';
import { type Moment, readMoment } from './moment.ts';
import { modelNames } from './names.ts';

/** Cells as they stand in the file; a missing one is blank. */
export type QuoteRow = Readonly<Record<string, string | undefined>>;

export interface Quoted {
  /** `provider/model`, null when the row names none. */
  readonly model: string | null;
  readonly components: readonly UsageComponent[];
  readonly total_usd: number | null;
  readonly error: string | null;
  readonly warnings: readonly string[];
}

const COUNTS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'audio_seconds',
  'images',
] as const;

/** Columns `prices quote` reads, in the order its help lists them. */
export const QUOTE_COLUMNS = ['provider', 'model', 'at', ...COUNTS, 'batch', 'tier', 'region'] as const;

const TIERS: Readonly<Record<string, ServiceTier>> = {
  '': 'standard',
  standard: 'standard',
  default: 'standard',
  auto: 'standard',
  batch: 'batch',
  flex: 'flex',
  priority: 'priority',
};
const YES = new Set(['true', '1', 'yes', 'y']);
const NO = new Set(['', 'false', '0', 'no', 'n']);

/**
 * A pricer of rows over one set of models.
 *
 * @param today the day of rows without `at`
 */
export function quoter(models: readonly ApiModel[], today: string): (row: QuoteRow) => Quoted {
  const names = modelNames(models);
  return (row) => {
    const model = names.find(row.provider ?? null, row.model ?? '');
    if (model === null) return failed(null, unknownModel(row, models));
    const asked = readRow(row, today);
    return typeof asked === 'string' ? failed(model, asked) : quoteModel(model, asked);
  };
}

interface Asked {
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  readonly moment: Moment;
  readonly tier: ServiceTier;
  readonly region: string | null;
}

/** What the row asks for, or a sentence why it can't be read. */
function readRow(row: QuoteRow, today: string): Asked | string {
  const counts = COUNTS.map((name) => [name, readCount(row[name])] as const);
  const bad = counts.find(([, count]) => count === null);
  if (bad !== undefined) return `${bad[0]} must be a number of at least 0, found ${quote(row[bad[0]] ?? '')}`;
  const at = (row.at ?? '').trim();
  const moment = readMoment(at === '' ? today : at);
  if (moment === null) return `at must be a date like 2026-03-01 or a time like 2026-03-01T16:30Z, found ${quote(at)}`;
  const tier = readTier(row);
  if (!(tier in TIERS)) return tier;
  const region = (row.region ?? '').trim().toLowerCase();
  return { counts: Object.fromEntries(counts) as Asked['counts'], moment, tier: tier as ServiceTier, region: region === '' ? null : region };
}

function readCount(cell: string | undefined): number | null {
  const text = (cell ?? '').trim();
  if (text === '') return 0;
  const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** The service tier, or a sentence why the two columns make none. */
function readTier(row: QuoteRow): string {
  const batch = (row.batch ?? '').trim().toLowerCase();
  const named = (row.tier ?? '').trim().toLowerCase();
  if (!YES.has(batch) && !NO.has(batch)) return `batch must be true or false, found ${quote(batch)}`;
  const tier = TIERS[named];
  if (tier === undefined) return `tier must be standard, batch, flex or priority, found ${quote(named)}`;
  if (!YES.has(batch)) return tier;
  return tier === 'standard' || tier === 'batch' ? 'batch' : `batch requests have no ${tier} tier`;
}

function quoteModel(model: ApiModel, asked: Asked): Quoted {
  const entry = entryAt(model, asked.moment.date);
  if (entry === null)
    return failed(model, `no price of ${model.id} is known for ${asked.moment.date}; the first begins on ${model.prices[0]?.from ?? 'no day'}`);
  const { counts, moment, tier, region } = asked;
  const priced = priceUsage(counts, entry, { tier, region, atUtcMinutes: moment.utcMinutes });
  const error = priced.problems.length === 0 ? null : priced.problems.map((problem) => `${model.id}: ${problem.message}`).join('; ');
  return { model: model.id, components: priced.components, total_usd: priced.total_usd, error, warnings: warningsOf(model, asked, priced) };
}

function failed(model: ApiModel | null, error: string): Quoted {
  return { model: model?.id ?? null, components: [], total_usd: null, error, warnings: [] };
}

function warningsOf(model: ApiModel, { counts, moment, region, tier }: Asked, priced: PricedUsage): string[] {
  const entry = entryAt(model, moment.date);
  const tokens = counts.input_tokens + counts.output_tokens;
  const named = (entry?.images?.length ?? 0) > 1 && counts.images > 0 ? entry?.images?.[0] : undefined;
  return [
    ...(model.retired !== null && model.retired <= moment.date ? [`${model.id} was retired on ${model.retired}`] : []),
    ...(model.released !== null && moment.date < model.released ? [`${model.id} came out on ${model.released}`] : []),
    ...(model.context_tokens !== null && tokens > model.context_tokens ? [`${tokens} tokens exceed the context of ${model.context_tokens} tokens`] : []),
    ...(region !== null && !model.regions.includes(region) && entry?.region_factor?.[region] === undefined
      ? [`no price for region ${quote(region)} is known; the general one is used`]
      : []),
    ...(named !== undefined && tier === 'standard' ? [`priced as ${named.size} ${named.quality} images`] : []),
    ...priced.warnings.map((warning) => warning.message),
  ];
}

function unknownModel(row: QuoteRow, models: readonly ApiModel[]): string {
  const wanted = [row.provider, row.model].filter((part) => (part ?? '').trim() !== '').join('/');
  if ((row.model ?? '').trim() === '') return 'the row names no model';
  const near = nearest(
    wanted.toLowerCase(),
    models.map((model) => model.id),
  );
  return `no model ${quote(wanted)} is known${near === null ? '; prices list names them all' : `. Did you mean ${quote(near)}?`}`;
}

/** `prices list`: which models, at which prices, on a day. */

import type { ApiModel, PriceEntry } from '../engine/catalog.ts';
import { entryAt } from '../engine/cost/price-usage.ts';
import type { IsoDate } from '../engine/units.ts';
import { canonicalProvider } from './names.ts';
import { decimal } from './quote-csv.ts';
import { type Column, shortCount, tableLines, usd } from './table.ts';
import { availability } from './timeline.ts';

export interface ListFilter {
  readonly at: IsoDate;
  readonly provider: string | null;
  readonly modality: string | null;
  /** Only open-weight models. */
  readonly open: boolean;
  /** Part of an id, label, alias or open model. */
  readonly search: string | null;
  /** Retired and not yet released ones too. */
  readonly all: boolean;
}

export interface Listed {
  readonly model: ApiModel;
  readonly entry: PriceEntry | null;
}

export function listModels(models: readonly ApiModel[], filter: ListFilter): Listed[] {
  return models.filter((model) => passes(model, filter)).map((model) => ({ model, entry: entryAt(model, filter.at) }));
}

function passes(model: ApiModel, filter: ListFilter): boolean {
  const { provider, modality, search } = filter;
  if (provider !== null && model.provider !== canonicalProvider(provider)) return false;
  if (modality !== null && model.modality !== modality) return false;
  if (filter.open && model.open_model === null) return false;
  if (!filter.all && availability(model, filter.at) !== 'available') return false;
  return search === null || [model.id, model.label, model.open_model ?? '', ...model.aliases].some((name) => name.toLowerCase().includes(search.toLowerCase()));
}

const COLUMNS: readonly Column[] = [
  { title: 'model' },
  { title: 'input', align: 'right' },
  { title: 'cached', align: 'right' },
  { title: 'output', align: 'right' },
  { title: 'other', align: 'left' },
  { title: 'context', align: 'right' },
  { title: 'checked' },
];

export function listText(listed: readonly Listed[], at: IsoDate): string {
  const rows = listed.map(({ model, entry }) => {
    const rates = entry?.rates ?? {};
    return [
      model.id,
      usd(rates.input_usd_per_mtok),
      usd(rates.cached_input_usd_per_mtok),
      usd(rates.output_usd_per_mtok),
      otherPrices(entry),
      shortCount(model.context_tokens),
      entry?.checked ?? '-',
    ];
  });
  const models = listed.length === 1 ? '1 model' : `${listed.length} models`;
  return [...tableLines(COLUMNS, rows), '', `${models} on ${at}; US$ per million tokens unless said otherwise, VAT excluded.`, ''].join('\n');
}

function otherPrices(entry: PriceEntry | null): string {
  if (entry === null) return '';
  const { audio_usd_per_minute: minute, usd_per_request: request, usd_per_page: page } = entry.rates;
  const image = entry.images?.[0];
  return [
    minute === undefined ? null : `${usd(minute)}/min`,
    image === undefined ? null : `${usd(image.usd_per_image)}/image`,
    request === undefined ? null : `${usd(request)}/request`,
    page === undefined ? null : `${usd(page)}/page`,
    entry.batch === undefined ? null : 'batch',
    entry.tiers === undefined ? null : 'long context',
    entry.time_of_day === undefined ? null : 'by hour',
  ]
    .filter((part) => part !== null)
    .join(', ');
}

const CSV_RATES = ['input_usd_per_mtok', 'cached_input_usd_per_mtok', 'output_usd_per_mtok', 'audio_usd_per_minute', 'usd_per_request'] as const;

export function listCsv(listed: readonly Listed[]): string {
  const header = ['model', 'provider', 'modality', 'open_model', ...CSV_RATES, 'context_tokens', 'released', 'retired', 'from', 'source', 'checked'];
  const rows = listed.map(({ model, entry }) => [
    model.id,
    model.provider,
    model.modality,
    model.open_model ?? '',
    ...CSV_RATES.map((rate) => (entry?.rates[rate] === undefined ? '' : decimal(entry.rates[rate]))),
    model.context_tokens ?? '',
    model.released ?? '',
    model.retired ?? '',
    entry?.from ?? '',
    entry?.source ?? '',
    entry?.checked ?? '',
  ]);
  return `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}

/** pydantic/genai-prices: `data.json`, a list of providers whose models have one price or a history by `start_date`. */

import type { IsoDate } from '../../engine/units.ts';
import type { ListedPrice, ListedRates } from '../compare.ts';

type Rate = number | { readonly base: number };
type Price = Readonly<Record<string, Rate | undefined>>;
interface Conditional {
  readonly constraint?: { readonly start_date?: IsoDate; readonly start_time?: string };
  readonly prices: Price;
}
interface Provider {
  readonly id: string;
  readonly pricing_urls?: readonly string[];
  readonly models: readonly { readonly id: string; readonly context_window?: number; readonly prices: Price | readonly Conditional[] }[];
}

export function readGenaiPrices(data: unknown): ListedPrice[] {
  if (!Array.isArray(data)) throw new TypeError('a list of providers');
  return (data as readonly Provider[]).flatMap((provider) =>
    provider.models.flatMap((model) => {
      const dated = history(model.prices);
      return dated.map(({ price, from }, index) => ({
        provider: provider.id,
        name: model.id,
        rates: ratesOf(price),
        from,
        until: dated[index + 1]?.from ?? null,
        source: provider.pricing_urls?.[0] ?? null,
        context_tokens: model.context_window ?? null,
      }));
    }),
  );
}

/** Prices by time of day have no place in a list of single figures and are left out. */
function history(prices: Price | readonly Conditional[]): { readonly price: Price; readonly from: IsoDate | null }[] {
  if (!Array.isArray(prices)) return [{ price: prices as Price, from: null }];
  return (prices as readonly Conditional[])
    .filter((each) => each.constraint?.start_time === undefined)
    .map((each) => ({ price: each.prices, from: each.constraint?.start_date ?? null }));
}

const NAMES = {
  input_mtok: 'input_usd_per_mtok',
  cache_read_mtok: 'cached_input_usd_per_mtok',
  cache_write_mtok: 'cache_write_usd_per_mtok',
  output_mtok: 'output_usd_per_mtok',
} as const;

function ratesOf(price: Price): ListedRates {
  const pairs = Object.entries(NAMES).flatMap(([theirs, ours]) => {
    const rate = price[theirs];
    return rate === undefined ? [] : [[ours, typeof rate === 'number' ? rate : rate.base] as const];
  });
  const hours = price.audio_hours;
  return { ...Object.fromEntries(pairs), ...(typeof hours === 'number' && { audio_usd_per_minute: hours / 60 }) };
}

/**
 * simonw/llm-prices in its three shapes: a vendor's file (`{ vendor, models: [{ id, price_history }] }`), the current list and
 * the historical one (`{ prices: [{ id, vendor, input, output, input_cached, from_date, to_date }] }`).
 */

import type { IsoDate } from '../../engine/units.ts';
import type { ListedPrice } from '../compare.ts';

interface Period {
  readonly input?: number | null;
  readonly output?: number | null;
  readonly input_cached?: number | null;
  readonly from_date?: IsoDate | null;
  readonly to_date?: IsoDate | null;
}
interface Row extends Period {
  readonly id: string;
  readonly vendor: string;
}
interface VendorFile {
  readonly vendor: string;
  readonly models: readonly { readonly id: string; readonly price_history: readonly Period[] }[];
}

export function readLlmPrices(data: unknown): ListedPrice[] {
  if (Array.isArray(data)) return data.flatMap(readLlmPrices);
  if (isVendorFile(data)) return data.models.flatMap((model) => model.price_history.map((period) => listed(data.vendor, model.id, period)));
  if (isTable(data)) return data.prices.map((row) => listed(row.vendor, row.id, row));
  throw new TypeError('a vendor file or a list under "prices"');
}

function isVendorFile(data: unknown): data is VendorFile {
  return typeof data === 'object' && data !== null && 'vendor' in data && 'models' in data;
}

function isTable(data: unknown): data is { readonly prices: readonly Row[] } {
  return typeof data === 'object' && data !== null && 'prices' in data && Array.isArray(data.prices);
}

function listed(vendor: string, name: string, period: Period): ListedPrice {
  const { input, output, input_cached: cached } = period;
  const rates = {
    ...(typeof input === 'number' && { input_usd_per_mtok: input }),
    ...(typeof cached === 'number' && { cached_input_usd_per_mtok: cached }),
    ...(typeof output === 'number' && { output_usd_per_mtok: output }),
  };
  return {
    provider: vendor,
    name,
    rates,
    from: period.from_date ?? null,
    until: period.to_date ?? null,
    source: 'https://www.llm-prices.com/',
    context_tokens: null,
  };
}

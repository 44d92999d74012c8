/** Prices in another currency become US dollars at the rate of their day. */

import type { ApiModel, FxRate, ImagePrice, PriceEntry, Rates } from '../engine/catalog.ts';
import type { IsoDate } from '../engine/units.ts';

/**
 * The history of a model in US dollars. Where the exchange rate changes within an entry, the entry is split at that day,
 * so that each day is converted at its own rate; days before the first rate use the first.
 *
 * @throws RangeError when `pricing/fx.yaml` has no rate for the currency
 * @example an entry of 0.9 EUR from 2024-01-01 with 0.90 per dollar from 2024-01-01 and 1.00 from 2025-01-01: 1.0 USD, then 0.9 USD
 */
export function inUsDollars(model: ApiModel, currency: string, fx: readonly FxRate[]): ApiModel {
  if (currency === 'USD') return model;
  const rates = fx.filter((rate) => rate.code === currency).sort((a, b) => a.date.localeCompare(b.date));
  if (rates.length === 0) throw new RangeError(`pricing/fx.yaml has no rate for ${currency}`);
  const prices = model.prices.flatMap((entry, index) => split(entry, model.prices[index + 1]?.from ?? null, currency, rates));
  return { ...model, prices };
}

function split(entry: PriceEntry, until: IsoDate | null, currency: string, rates: readonly FxRate[]): PriceEntry[] {
  const first = rates.findLast((rate) => entry.from !== null && rate.date <= entry.from) ?? rates[0];
  if (first === undefined) return [];
  const later = rates.filter((rate) => rate.date > first.date && (entry.from === null || rate.date > entry.from) && (until === null || rate.date < until));
  return [first, ...later].map((rate) => convert({ ...entry, from: rate === first ? entry.from : rate.date }, currency, rate));
}

function convert(entry: PriceEntry, currency: string, rate: FxRate): PriceEntry {
  const money = (rates: Rates) => Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, value / rate.per_usd])) as Rates;
  const note = `converted at ${rate.per_usd} ${currency} per US dollar (${rate.date}, ${rate.source})`;
  return {
    ...entry,
    rates: money(entry.rates),
    ...(entry.images && { images: entry.images.map((price): ImagePrice => ({ ...price, usd_per_image: price.usd_per_image / rate.per_usd })) }),
    ...(entry.tiers && { tiers: entry.tiers.map((tier) => ({ ...tier, rates: money(tier.rates), ...skus(tier, money) })) }),
    ...(entry.time_of_day && { time_of_day: entry.time_of_day.map((window) => ({ ...window, rates: money(window.rates) })) }),
    ...skus(entry, money),
    note: entry.note === undefined ? note : `${entry.note}; ${note}`,
  };
}

function skus(of: Pick<PriceEntry, 'batch' | 'flex' | 'priority'>, money: (rates: Rates) => Rates): Pick<PriceEntry, 'batch' | 'flex' | 'priority'> {
  return {
    ...(of.batch && { batch: money(of.batch) }),
    ...(of.flex && { flex: money(of.flex) }),
    ...(of.priority && { priority: money(of.priority) }),
  };
}

/** Our prices beside another list's, model by model. */

import type { ApiModel, Rates } from '../engine/catalog.ts';
import { entryAt } from '../engine/cost/price-usage.ts';
import type { IsoDate } from '../engine/units.ts';
import type { ModelNames } from './names.ts';

/** One price of another list, in US dollars; a rate it doesn't have is absent, not free. */
export interface ListedPrice {
  /** Provider as the list spells it; null where it has none. */
  readonly provider: string | null;
  readonly name: string;
  readonly rates: ListedRates;
  /** First day, where the list has history; null: not said. */
  readonly from: IsoDate | null;
  /** First day it no longer holds; null: it still does. */
  readonly until: IsoDate | null;
  readonly source: string | null;
  readonly context_tokens: number | null;
}

export type ListedRates = Pick<
  Rates,
  'input_usd_per_mtok' | 'cached_input_usd_per_mtok' | 'cache_write_usd_per_mtok' | 'output_usd_per_mtok' | 'audio_usd_per_minute'
>;

export const LISTED_RATES = [
  'input_usd_per_mtok',
  'cached_input_usd_per_mtok',
  'cache_write_usd_per_mtok',
  'output_usd_per_mtok',
  'audio_usd_per_minute',
] as const;

export interface Difference {
  readonly model: string;
  readonly name: string;
  readonly rate: (typeof LISTED_RATES)[number];
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly date: IsoDate;
}

export interface Comparison {
  /** Models whose common rates are equal on the day. */
  readonly agree: readonly string[];
  readonly differ: readonly Difference[];
  /** Ours that the list doesn't have, of the providers it covers. */
  readonly only_here: readonly string[];
  /** Names of the list that mean none of our models. */
  readonly only_there: readonly string[];
}

/** Compares on one day. A rate that only one side has is no difference: lists differ in how much they hold. */
export function compareList(models: readonly ApiModel[], names: ModelNames, listed: readonly ListedPrice[], date: IsoDate): Comparison {
  const agree = new Set<string>();
  const differ: Difference[] = [];
  const onlyThere: string[] = [];
  const seen = new Set<string>();
  for (const price of listed.filter((each) => holdsOn(each, date))) {
    const ours = names.find(price.provider, price.name);
    if (ours === null) onlyThere.push(listedName(price));
    else if (!seen.has(ours.id)) {
      seen.add(ours.id);
      const differences = differencesOf(ours, price, date);
      if (differences.length === 0) agree.add(ours.id);
      differ.push(...differences);
    }
  }
  const covered = new Set([...seen].map((id) => id.slice(0, id.indexOf('/'))));
  const onlyHere = models.filter((model) => covered.has(model.provider) && !seen.has(model.id)).map((model) => model.id);
  return { agree: [...agree], differ, only_here: onlyHere, only_there: onlyThere.sort() };
}

function holdsOn(price: ListedPrice, date: IsoDate): boolean {
  return (price.from === null || price.from <= date) && (price.until === null || date < price.until);
}

export function listedName(price: ListedPrice): string {
  return price.provider === null ? price.name : `${price.provider}/${price.name}`;
}

export function differencesOf(model: ApiModel, price: ListedPrice, date: IsoDate): Difference[] {
  const rates = entryAt(model, date)?.rates ?? {};
  return LISTED_RATES.flatMap((rate) => {
    const [ours, theirs] = [rates[rate], price.rates[rate]];
    if (ours === undefined || theirs === undefined || close(ours, theirs, rate)) return [];
    return [{ model: model.id, name: listedName(price), rate, ours, theirs, date }];
  });
}

/** Per-token figures times a million carry rounding; a figure per second is given to four digits and times sixty carries more. */
function close(a: number, b: number, rate: (typeof LISTED_RATES)[number]): boolean {
  const relative = rate === 'audio_usd_per_minute' ? 2e-3 : 1e-6;
  return Math.abs(a - b) <= 1e-9 + relative * Math.max(Math.abs(a), Math.abs(b));
}

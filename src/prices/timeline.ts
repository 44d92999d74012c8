/** Prices over time: the entry of a day, what changed between two days, the steps of a history. */

import type { ApiModel, PriceEntry, Rates } from '../engine/catalog.ts';
import { entryAt } from '../engine/cost/price-usage.ts';
import type { IsoDate } from '../engine/units.ts';

export type Availability = 'available' | 'not_released' | 'retired';

/** A model with no known dates counts as available. */
export function availability(model: ApiModel, date: IsoDate): Availability {
  if (model.released !== null && date < model.released) return 'not_released';
  return model.retired !== null && model.retired <= date ? 'retired' : 'available';
}

export interface RateChange {
  /** Path in the entry: `rates.input_usd_per_mtok`, `batch.output_usd_per_mtok`, `tiers.200000.input_usd_per_mtok`, `images.1024x1024.hd` ... */
  readonly rate: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface ModelChange {
  readonly model: string;
  readonly kind: 'changed' | 'new' | 'retired';
  readonly changes: readonly RateChange[];
}

/** What is different on the second day: prices of models there on both, models that came, models that went. */
export function changesBetween(models: readonly ApiModel[], first: IsoDate, second: IsoDate): ModelChange[] {
  return models.flatMap((model): ModelChange[] => {
    const before = availability(model, first) === 'available' ? entryAt(model, first) : null;
    const after = availability(model, second) === 'available' ? entryAt(model, second) : null;
    const changes = rateChanges(before, after);
    if (before === null && after === null) return [];
    if (before !== null && after !== null) return changes.length === 0 ? [] : [{ model: model.id, kind: 'changed', changes }];
    return [{ model: model.id, kind: before === null ? 'new' : 'retired', changes }];
  });
}

function rateChanges(before: PriceEntry | null, after: PriceEntry | null): RateChange[] {
  const [old, now] = [flatRates(before), flatRates(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((rate) => {
    const [was, is] = [old.get(rate) ?? null, now.get(rate) ?? null];
    return was === is ? [] : [{ rate, before: was, after: is }];
  });
}

/** Every rate of an entry under its path. */
export function flatRates(entry: PriceEntry | null): Map<string, number> {
  const flat = new Map<string, number>();
  if (entry === null) return flat;
  const put = (path: string, rates: Rates | undefined) => {
    for (const [name, value] of Object.entries(rates ?? {})) flat.set(`${path}.${name}`, value);
  };
  put('rates', entry.rates);
  for (const sku of ['batch', 'flex', 'priority'] as const) put(sku, entry[sku]);
  for (const tier of entry.tiers ?? []) {
    put(`tiers.${tier.above_input_tokens}`, tier.rates);
    for (const sku of ['batch', 'flex', 'priority'] as const) put(`tiers.${tier.above_input_tokens}.${sku}`, tier[sku]);
  }
  for (const window of entry.time_of_day ?? []) put(`time_of_day.${window.from_utc}-${window.to_utc}`, window.rates);
  for (const image of entry.images ?? []) flat.set(`images.${image.size}.${image.quality}`, image.usd_per_image);
  for (const [region, factor] of Object.entries(entry.region_factor ?? {})) flat.set(`region_factor.${region}`, factor);
  return flat;
}

export interface Step {
  readonly from: IsoDate;
  readonly value: number;
}

/** One rate as steps: when each value began. An entry without a date begins when the model came out, else on `start`. */
export function stepsOf(model: ApiModel, rate: keyof Rates, start: IsoDate): Step[] {
  const steps: Step[] = [];
  for (const entry of model.prices) {
    const value = entry.rates[rate];
    if (value !== undefined && steps.at(-1)?.value !== value) steps.push({ from: entry.from ?? model.released ?? start, value });
  }
  return steps;
}

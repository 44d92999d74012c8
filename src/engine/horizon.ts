/** Cost over the horizon: every month re-sized for its volume and re-priced at its date, plus one-off costs. */

import type { Catalog } from './catalog.ts';
import type { PriceContext } from './cost/context.ts';
import { compileOption, type OptionModel } from './cost/option.ts';
import { monthlyUsd } from './cost/terms.ts';
import type { HorizonCost } from './result.ts';
import type { Scenario, ScenarioOption } from './scenario.ts';
import { addMonths, type IsoDate, likely } from './units.ts';

export interface HorizonModel {
  /** Model of each month; the first is today's. */
  readonly months: readonly OptionModel[];
  /** Requests of each month: volume x (1 + growth)^month. */
  readonly volumes: readonly number[];
}

/** Compiles an option for each month; months between price changes share a model. */
export function compileHorizon(option: ScenarioOption, first: OptionModel, context: PriceContext): HorizonModel {
  const { scenario } = context;
  const trend = likely(scenario.price_trend_per_year);
  const months: OptionModel[] = [];
  let current = first;
  let since = context.at;
  for (let month = 0; month < scenario.horizon_months; month++) {
    const at = addMonths(context.at, month);
    if (month > 0 && (trend !== 0 || priceChanges(context.catalog, since, at))) {
      const next = compileOption(option, { ...context, at, trend: (1 + trend) ** (month / 12) });
      // A model retired within the horizon keeps its last price: the plan warns, the sum stays comparable.
      current = next.cost === null && current.cost !== null ? { ...current, blockers: next.blockers } : next;
      since = at;
    }
    months.push(current);
  }
  return { months, volumes: monthlyVolumes(scenario, likely(scenario.workload.requests_per_month)) };
}

export function monthlyVolumes(scenario: Scenario, volume: number): number[] {
  const growth = 1 + likely(scenario.workload.growth_per_month);
  return Array.from({ length: scenario.horizon_months }, (_, month) => volume * growth ** month);
}

const changeDates = new WeakMap<Catalog, readonly IsoDate[]>();

/** Does any price, launch or retirement fall after `from`, up to and including `to`? */
function priceChanges(catalog: Catalog, from: IsoDate, to: IsoDate): boolean {
  let dates = changeDates.get(catalog);
  if (!dates) {
    const all = new Set<IsoDate>();
    for (const model of catalog.api)
      for (const date of [model.released, model.retired, ...model.prices.map((price) => price.from)]) if (date !== null) all.add(date);
    for (const offer of catalog.rental) for (const price of offer.prices) if (price.from !== null) all.add(price.from);
    dates = [...all].sort();
    changeDates.set(catalog, dates);
  }
  return dates.some((date) => date > from && date <= to);
}

/** Null when the option has no price. Months above its limits are priced all the same; the limit is a gate. */
export function horizonCost(model: HorizonModel, volumes = model.volumes): HorizonCost | null {
  const first = model.months[0];
  if (!first?.cost) return null;
  const byMonth: number[] = [];
  let held = 0;
  for (let month = 0; month < model.months.length; month++) {
    const { cost, holds } = model.months[month] as OptionModel;
    const volume = volumes[month] ?? 0;
    held = holds ? Math.max(held, volume) : volume;
    byMonth.push(cost ? monthlyUsd(cost, volume, held) : 0);
  }
  const total = byMonth.reduce((sum, usd) => sum + usd, first.one_off_usd);
  return { months: byMonth.length, total_usd: total, one_off_usd: first.one_off_usd, by_month: byMonth };
}

/** First month (1-based) whose volume exceeds what the option can serve; null: none. */
export function overLimitMonth(model: HorizonModel, volumes = model.volumes): number | null {
  const month = model.months.findIndex(({ cost }, i) => cost !== null && (volumes[i] ?? 0) > cost.max_volume);
  return month === -1 ? null : month + 1;
}

/** Cost over the horizon: every month re-sized for its volume and re-priced at its date, plus one-off costs. */

import { indexOf, type PriceContext } from './cost/context.ts';
import { compileOption, type OptionModel } from './cost/option.ts';
import { optionById } from './cost/requests.ts';
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

/** Compiles an option for each month; months between its own price changes share a model. */
export function compileHorizon(option: ScenarioOption, first: OptionModel, context: PriceContext): HorizonModel {
  const { scenario } = context;
  const trend = likely(scenario.price_trend_per_year);
  const changes = changeDates(option, context);
  const months: OptionModel[] = [];
  let current = first;
  let since = context.at;
  for (let month = 0; month < scenario.horizon_months; month++) {
    const at = month === 0 || (trend === 0 && changes.length === 0) ? since : addMonths(context.at, month);
    if (month > 0 && (trend !== 0 || changes.some((date) => date > since && date <= at))) {
      const next = compileOption(option, { scenario, catalog: context.catalog, findings: context.findings, at, trend: (1 + trend) ** (month / 12) });
      // Where a later month has no price the last one is kept: the plan warns, the sum stays comparable.
      current = next.cost === null && current.cost !== null ? { ...current, blockers: next.blockers } : next;
      since = at;
    }
    months.push(current);
  }
  return { months, volumes: monthlyVolumes(scenario, likely(scenario.workload.requests_per_month)) };
}

/** Days after today on which a price or launch of this option (or of its legs) falls. */
export function changeDates(option: ScenarioOption, context: PriceContext): IsoDate[] {
  if (option.kind === 'hybrid') {
    const legs = [option.hybrid.small, option.hybrid.large].map((id) => optionById(context.scenario, id));
    return legs.flatMap((leg) => (leg === null || leg.kind === 'hybrid' ? [] : changeDates(leg, context)));
  }
  const dates: (IsoDate | null)[] = [];
  if (option.kind === 'cloud_api' || option.kind === 'hosted_open') {
    const model = indexOf(context.catalog).api.get(option.offer);
    if (model) dates.push(model.released, ...model.prices.map((price) => price.from));
  } else if (option.kind === 'self_host' && option.self_host.hosting.kind === 'rented' && option.self_host.hosting.rental.kind === 'offer') {
    const { cloud } = option.self_host.hosting.rental;
    for (const offer of context.catalog.rental) if (offer.cloud === cloud) for (const price of offer.prices) dates.push(price.from);
  }
  return dates.filter((date) => date !== null && date > context.at) as IsoDate[];
}

function monthlyVolumes(scenario: Scenario, volume: number): number[] {
  const growth = 1 + likely(scenario.workload.growth_per_month);
  return Array.from({ length: scenario.horizon_months }, (_, month) => volume * growth ** month);
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

/** The horizon's total as a function of a factor on every month's volume; Infinity when the option has no price or a month exceeds its limits. */
export function totalByScale(model: HorizonModel): (scale: number) => number {
  const line = straight(model);
  if (line !== null) return (scale) => (scale > line.limit ? Number.POSITIVE_INFINITY : line.at0 + line.slope * scale);
  const oneOff = model.months[0]?.one_off_usd ?? 0;
  return (scale) => {
    let usd = oneOff;
    let held = 0;
    for (let month = 0; month < model.months.length; month++) {
      const { cost, holds } = model.months[month] as OptionModel;
      const volume = (model.volumes[month] as number) * scale;
      if (cost === null || volume > cost.max_volume) return Number.POSITIVE_INFINITY;
      held = holds ? Math.max(held, volume) : volume;
      usd += monthlyUsd(cost, volume, held);
    }
    return usd;
  };
}

/** An option without curves costs a straight line over the scale, up to the scale at which a month exceeds its limit. */
function straight(model: HorizonModel): { readonly at0: number; readonly slope: number; readonly limit: number } | null {
  let at0 = model.months[0]?.one_off_usd ?? 0;
  let slope = 0;
  let limit = Number.POSITIVE_INFINITY;
  for (let month = 0; month < model.months.length; month++) {
    const cost = model.months[month]?.cost ?? null;
    const volume = model.volumes[month] as number;
    if (cost === null || cost.curves.length > 0) return null;
    at0 += cost.fixed_usd;
    slope += cost.usd_per_request * volume;
    limit = Math.min(limit, cost.max_volume / volume);
  }
  return { at0, slope, limit };
}

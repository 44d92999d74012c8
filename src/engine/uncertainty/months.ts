/** An option over the horizon, at any draw: which model holds in which month, and what the months cost together. */

import type { PriceContext } from '../cost/context.ts';
import type { OptionModel } from '../cost/option.ts';
import { changeDates } from '../horizon.ts';
import { addMonths } from '../units.ts';
import { type DrawnOption, drawnOption, type State, type Trend, type Variable } from './drawn-option.ts';
import { limitOf, ONE_OFF, usdOf } from './parameters.ts';

export interface DrawnMonths {
  readonly id: string;
  readonly simplicity: number;
  /** Passes its gates, limits of volume aside. */
  readonly gated: boolean;
  readonly first: DrawnOption;
  readonly months: readonly DrawnOption[];
  readonly holds: boolean;
}

/** Null when the option has no price. */
export function drawnMonths(
  model: OptionModel,
  gated: boolean,
  variables: readonly Variable[],
  trend: Trend | null,
  context: PriceContext,
): DrawnMonths | null {
  const { option } = model;
  const first = model.cost === null ? null : drawnOption(option, variables, trend, context);
  if (first === null) return null;
  const changes = changeDates(option, context);
  const months: DrawnOption[] = [];
  let current = first;
  let since = context.at;
  for (let month = 0; month < context.scenario.horizon_months; month++) {
    const at = changes.length === 0 ? since : addMonths(context.at, month);
    if (changes.some((date) => date > since && date <= at)) {
      // Without a price from then on, the last one is carried on, as in horizon.ts.
      current = drawnOption(option, variables, trend, { ...context, at }) ?? current;
      since = at;
    }
    months.push(current);
  }
  return { id: option.id, simplicity: model.simplicity, gated, first, months, holds: model.holds };
}

/** What a draw says about the months. */
export interface Course {
  readonly volume: number;
  /** Factor from month to month, 1 + growth. */
  readonly growth: number;
  /** Factor on token prices in each month. */
  readonly trend: Float64Array;
}

/** Total of the horizon; Infinity when a month exceeds what the option can serve, or has no price. `first` has been set for the draw. */
export function totalOf(option: DrawnMonths, values: Float64Array, course: Course): number {
  let usd = option.first.state.numbers[ONE_OFF] as number;
  let set = option.first;
  let volume = course.volume;
  let held = 0;
  for (let month = 0; month < option.months.length; month++) {
    const model = option.months[month] as DrawnOption;
    if (model !== set || (model.trended && month > 0)) {
      values[values.length - 1] = course.trend[month] as number;
      if (!model.set(values)) return Number.POSITIVE_INFINITY;
      set = model;
    }
    const { numbers, curves } = model.state;
    if (volume > limitOf(numbers)) return Number.POSITIVE_INFINITY;
    held = option.holds && held > volume ? held : volume;
    usd += usdOf(numbers, curves, volume, held);
    volume *= course.growth;
  }
  return usd;
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Between what the total lies in every draw, given the ends of volume and growth; Infinity: cannot serve, -Infinity: not known. */
export function totalExtent(option: DrawnMonths, volume: Extent, growth: Extent): Extent {
  if (option.months.some((model) => model.bounds === null)) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const least = option.months.map((model) => model.bounds?.least as State);
  const most = option.months.map((model) => model.bounds?.most as State);
  return {
    // Limits stand as reciprocals: the least of them are the widest.
    low: extreme(option, least, volume.low, growth.low),
    high: extreme(option, most, volume.high, growth.high),
  };
}

function extreme(option: DrawnMonths, states: readonly State[], start: number, growth: number): number {
  let usd = (states[0] as State).numbers[ONE_OFF] as number;
  let volume = start;
  let held = 0;
  for (let month = 0; month < states.length; month++) {
    const { numbers, curves } = states[month] as State;
    if (volume > limitOf(numbers)) return Number.POSITIVE_INFINITY;
    held = option.holds && held > volume ? held : volume;
    usd += usdOf(numbers, curves, volume, held);
    volume *= growth;
  }
  return usd;
}

/** The same for one month at a volume of the axis, at today's prices. */
export function monthExtent({ first }: DrawnMonths, volume: number): Extent {
  if (first.bounds === null) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const at = ({ numbers, curves }: State) => (volume > limitOf(numbers) ? Number.POSITIVE_INFINITY : usdOf(numbers, curves, volume, volume));
  return { low: at(first.bounds.least), high: at(first.bounds.most) };
}

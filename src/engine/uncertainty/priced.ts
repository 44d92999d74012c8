/** What one option costs in every draw: this month, at a volume of the axis, and over the horizon. */

import { addCurves, addLine, type Column, type Columns, closeAbove, columnsOf, larger, load, product, sum } from './columns.ts';
import { type Drawn, monthlyStep, pick, trendFactors } from './drawn.ts';
import type { DrawnOption, State } from './drawn-option.ts';
import { type DrawnMonths, totalOf } from './months.ts';
import { limitOf, ONE_OFF, usdOf } from './parameters.ts';

export interface Priced {
  /** US dollars of month 1; Infinity: no price. */
  readonly monthly: Float64Array;
  /** US dollars of a month at a volume of the axis, by its number among those asked about; Infinity: cannot serve. */
  readonly atVolume: (v: number) => Float64Array;
  /** US dollars of the horizon; Infinity: cannot serve. */
  readonly totals: () => Float64Array;
  /** The option in one draw; null: no price. */
  readonly state: (d: number) => State | null;
}

/** @param volumes the volumes of the axis that will be asked about */
export function priced(option: DrawnMonths, drawn: Drawn, volumes: readonly number[]): Priced {
  return option.months.every((model) => model.formulas !== null) ? byColumns(option, drawn, volumes) : byDraws(option, drawn, volumes);
}

function byColumns(option: DrawnMonths, drawn: Drawn, volumes: readonly number[]): Priced {
  const { draws, volume } = drawn;
  const first = at(option.first, drawn, 1);
  const monthly = new Float64Array(draws);
  addLine(monthly, first, volume, 1);
  addCurves(monthly, first, volume, volume, 1);
  return {
    monthly,
    atVolume: (v) => {
      const requests = volumes[v] as number;
      const usd = new Float64Array(draws);
      addLine(usd, first, requests, 1);
      addCurves(usd, first, requests, requests, 1);
      closeAbove(usd, first, requests);
      return usd;
    },
    totals: () => totalColumn(option, drawn, first),
    state: (d) => {
      load(option.first.state, first, d);
      return option.first.state;
    },
  };
}

/** @param trend factor on token prices */
function at(model: DrawnOption, { values, draws }: Drawn, trend: Column): Columns {
  return columnsOf(model, [...values.slice(0, -1), trend], draws);
}

/** Months that share their prices are added together; where volumes stay the same, as one. */
function totalColumn(option: DrawnMonths, drawn: Drawn, first: Columns): Float64Array {
  const usd = new Float64Array(drawn.draws);
  addLine(usd, { numbers: [0, first.numbers[ONE_OFF] as Column, 0], curves: [] }, 0, 1);
  const { months, holds } = option;
  const trend = months.some((model) => model.trended) ? trendStep(drawn.trend) : 1;
  let [volume, held, factor]: Column[] = [drawn.volume, 0, 1];
  for (let month = 0; month < months.length; ) {
    const model = months[month] as DrawnOption;
    const columns = model === option.first && month === 0 ? first : at(model, drawn, factor as Column);
    let alike = 1;
    if (!model.trended) while (months[month + alike] === model) alike++;
    const together = drawn.growth === 1 ? alike : 1;
    let requests: Column = 0;
    for (let done = 0; done < alike; done += together) {
      held = holds ? larger(held as Column, volume as Column) : (volume as Column);
      addCurves(usd, columns, volume as Column, held, together);
      closeAbove(usd, columns, volume as Column);
      requests = sum(requests, product(volume as Column, together));
      if (together === 1) volume = product(volume as Column, drawn.growth);
      factor = product(factor as Column, trend);
    }
    addLine(usd, columns, requests, alike);
    month += alike;
  }
  return usd;
}

function trendStep(trend: Column): Column {
  return typeof trend === 'number' ? monthlyStep(trend) : trend.map(monthlyStep);
}

/** Draw by draw: the option is compiled anew in each, or its curves change. */
function byDraws(option: DrawnMonths, drawn: Drawn, volumes: readonly number[]): Priced {
  const { draws } = drawn;
  const values = new Float64Array(drawn.values.length);
  const set = (d: number): boolean => {
    for (let i = 0; i < values.length; i++) values[i] = pick(drawn.values[i] as Column, d);
    return option.first.set(values);
  };
  const blank = () => new Float64Array(draws).fill(Number.POSITIVE_INFINITY);
  const [monthly, totals, onAxis] = [blank(), blank(), volumes.map(blank)];
  for (let d = 0; d < draws; d++) {
    if (!set(d)) continue;
    const { numbers, curves } = option.first.state;
    const volume = pick(drawn.volume, d);
    monthly[d] = usdOf(numbers, curves, volume, volume);
    for (let v = 0; v < volumes.length; v++) {
      const requests = volumes[v] as number;
      if (requests <= limitOf(numbers)) (onAxis[v] as Float64Array)[d] = usdOf(numbers, curves, requests, requests);
    }
    totals[d] = totalOf(option, values, { volume, growth: pick(drawn.growth, d), trend: trendFactors(pick(drawn.trend, d), option.months.length) });
  }
  return { monthly, atVolume: (v) => onAxis[v] as Float64Array, totals: () => totals, state: (d) => (set(d) ? option.first.state : null) };
}

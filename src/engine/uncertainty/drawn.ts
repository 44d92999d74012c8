/** The drawn values: one column an input, and what they say about the months. */

import type { Scenario } from '../scenario.ts';
import { likely } from '../units.ts';
import { power } from './arithmetic.ts';
import type { Column } from './columns.ts';
import { design } from './design.ts';
import type { Variable } from './drawn-option.ts';
import type { Input } from './inputs.ts';
import type { Course } from './months.ts';

export interface Drawn {
  readonly draws: number;
  /** Values of all variables by number, as formulas see them; a last 1 for prices that stay as they are. */
  readonly values: readonly Column[];
  readonly volume: Column;
  /** Factor on the volume from month to month. */
  readonly growth: Column;
  /** Change of token prices in a year. */
  readonly trend: Column;
  /** Stratum of each input in each draw, 0 .. draws - 1. */
  readonly strata: readonly Uint32Array[];
}

/** An input with its number among the variables. */
export interface Numbered {
  readonly input: Input;
  readonly number: number;
}

/** @param used inputs that are drawn; the others keep their likely values */
export function drawAll(used: readonly Numbered[], variables: readonly Variable[], draws: number, seed: number, scenario: Scenario): Drawn {
  const designs = used.map((_, i) => design(draws, seed, i));
  const values: Column[] = [...middle(variables)];
  const course = likelyCourse(scenario);
  const columns = { volume: course.volume as Column, growth: course.growth as Column, trend: likely(scenario.price_trend_per_year) as Column };
  used.forEach(({ input, number }, i) => {
    const ascending = new Float64Array(draws);
    const column = new Float64Array(draws);
    const { probabilities, strata } = designs[i] as (typeof designs)[number];
    input.distribution.quantiles(probabilities, ascending);
    if (input.role === 'growth') for (let d = 0; d < draws; d++) ascending[d] = 1 + (ascending[d] as number);
    if (input.role === 'parameter' && input.reciprocal) for (let d = 0; d < draws; d++) ascending[d] = 1 / (ascending[d] as number);
    for (let d = 0; d < draws; d++) column[d] = ascending[strata[d] as number] as number;
    if (input.role === 'parameter') values[number] = column;
    else columns[input.role] = column;
  });
  return { draws, values, ...columns, strata: designs.map(({ strata }) => strata) };
}

/** Likely values of all variables, and no change of prices. */
export function middle(variables: readonly Variable[]): Float64Array {
  return Float64Array.from([...variables.map(({ input }) => (input.reciprocal ? 1 / input.likely : input.likely)), 1]);
}

export type MutableCourse = { -readonly [key in keyof Course]: Course[key] };

export function likelyCourse(scenario: Scenario): MutableCourse {
  return {
    volume: likely(scenario.workload.requests_per_month),
    growth: 1 + likely(scenario.workload.growth_per_month),
    trend: trendFactors(likely(scenario.price_trend_per_year), scenario.horizon_months),
  };
}

/** Factor on token prices in each month. */
export function trendFactors(trend: number, months: number): Float64Array {
  const factors = new Float64Array(months);
  const step = monthlyStep(trend);
  let factor = 1;
  for (let month = 0; month < months; month++) {
    factors[month] = factor;
    factor *= step;
  }
  return factors;
}

/** Factor on token prices from month to month. */
export function monthlyStep(trend: number): number {
  return trend === 0 ? 1 : power(1 + trend, 1 / 12);
}

/** Value of one draw. */
export function pick(column: Column, d: number): number {
  return typeof column === 'number' ? column : (column[d] as number);
}

/** The draws themselves: every option at every draw, in arrays. */

import type { PriceContext } from '../cost/context.ts';
import type { OptionModel } from '../cost/option.ts';
import { likely } from '../units.ts';
import { power } from './arithmetic.ts';
import { Axis, Horizons, VOLUMES } from './contest.ts';
import { BATCHES, type Design, design } from './design.ts';
import { type Trend, type Variable, variableOf } from './drawn-option.ts';
import { type Input, inputsOf } from './inputs.ts';
import { type Course, type DrawnMonths, drawnMonths, totalOf } from './months.ts';
import { usdOf } from './parameters.ts';
import { settledAt } from './settle.ts';

export interface Question {
  readonly models: readonly OptionModel[];
  readonly gated: readonly boolean[];
  readonly context: PriceContext;
  readonly seed: number;
  readonly draws: number;
  /** Option the plan decides for; null: none. */
  readonly decided: string | null;
  /** Options whose crossover is followed; null: none. */
  readonly pair: { readonly api: string; readonly own: string } | null;
}

export interface Sample {
  readonly inputs: readonly Input[];
  /** Options with a price, in order of ties: the simpler, then the first listed. */
  readonly options: readonly DrawnMonths[];
  readonly draws: number;
  /** Stratum of each input in each draw, 0 .. draws - 1. */
  readonly strata: readonly Uint32Array[];
  /** US dollars of month 1, by option and draw; Infinity: no price. */
  readonly monthly: readonly Float64Array[];
  /** US dollars of the horizon; Infinity: cannot serve. Null for an option that is neither decided for nor the cheapest in any draw. */
  readonly totals: readonly (Float64Array | null)[];
  /** Index of the cheapest over the horizon; -1: none can serve. */
  readonly cheapest: Int32Array;
  readonly volumes: readonly number[];
  /** Draws in which option o is the cheapest at volume v in a month: wins[v * options + o]. */
  readonly wins: Uint32Array;
  /** Volume from which self-hosting stays cheaper; Infinity: never. Null: no pair. */
  readonly settled: Float64Array | null;
  /** Totals of all options with one input at a value and the others at their likely values. */
  readonly at: (input: number, value: number) => Float64Array;
}

export function sample(question: Question): Sample {
  const { scenario } = question.context;
  const inputs = inputsOf(question.models, question.context);
  const variables = inputs.map(variableOf);
  const trend = trendRange(inputs, question.context);
  const options = question.models
    .flatMap((model, i) => drawnMonths(model, question.gated[i] === true, variables, trend, question.context) ?? [])
    .sort((a, b) => a.simplicity - b.simplicity);
  const used = inputs.filter((input, i) => moves(input, i, options, scenario.horizon_months));
  const numbers = used.map((input) => inputs.indexOf(input));
  return run(question, used, numbers, variables, options);
}

/** Factors on token prices over the horizon, at the ends of the trend's range. Null: there is no trend. */
function trendRange(inputs: readonly Input[], { scenario }: PriceContext): Trend | null {
  const drawn = inputs.find((input) => input.role === 'trend')?.distribution;
  const now = likely(scenario.price_trend_per_year);
  if ((drawn === undefined && now === 0) || scenario.horizon_months < 2) return null;
  const factors = [drawn?.low ?? now, drawn?.high ?? now].map((trend) => power(1 + trend, (scenario.horizon_months - 1) / 12));
  return { low: Math.min(1, ...factors), high: Math.max(1, ...factors) };
}

function moves(input: Input, number: number, options: readonly DrawnMonths[], months: number): boolean {
  switch (input.role) {
    case 'volume':
      return true;
    case 'growth':
      return months > 1;
    case 'trend':
      return options.some((option) => option.months.some((model) => model.trended));
    case 'parameter':
      return options.some((option) => option.months.some((model) => model.moved.includes(number)));
  }
}

function run(
  question: Question,
  inputs: readonly Input[],
  numbers: readonly number[],
  variables: readonly Variable[],
  options: readonly DrawnMonths[],
): Sample {
  const { scenario } = question.context;
  // Without anything uncertain all draws are one.
  const draws = inputs.length === 0 ? BATCHES : Math.ceil(question.draws / BATCHES) * BATCHES;
  const designs = inputs.map((_, i) => design(draws, question.seed, i));
  const drawn = inputs.map((input, i) => valuesOf(input, designs[i] as Design, draws));
  const course = new Courses(scenario.horizon_months, question.context);
  const values = middle(variables);
  const axis = new Axis(options, draws);
  const horizon = new Horizons(options, inputs, question.context.scenario, question.decided, draws);
  const monthly = options.map(() => new Float64Array(draws));
  const pair = pairOf(question, options);
  const settled = pair && new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    for (let i = 0; i < inputs.length; i++) put(values, inputs, numbers, i, (drawn[i] as Float64Array)[d] as number, course);
    values[values.length - 1] = 1;
    for (let o = 0; o < options.length; o++) (monthly[o] as Float64Array)[d] = firstMonth(options[o] as DrawnMonths, values, course.volume);
    if (settled && pair) settled[d] = settledAt(pair.api.first.state, pair.own.first.state);
    axis.count();
    horizon.price(d, values, course, monthly);
  }
  const at = (input: number, value: number) => {
    const alone = middle(variables);
    const likelyCourse = new Courses(scenario.horizon_months, question.context);
    put(alone, inputs, numbers, input, value, likelyCourse);
    return Float64Array.from(options, (option) => {
      alone[alone.length - 1] = 1;
      return option.first.set(alone) ? totalOf(option, alone, likelyCourse) : Number.POSITIVE_INFINITY;
    });
  };
  const { totals, cheapest } = horizon;
  return { inputs, options, draws, strata: designs.map((each) => each.strata), monthly, totals, cheapest, volumes: VOLUMES, wins: axis.wins, settled, at };
}

/** Likely values of all variables, and no change of prices. */
function middle(variables: readonly Variable[]): Float64Array {
  return Float64Array.from([...variables.map(({ input }) => (input.reciprocal ? 1 / input.likely : input.likely)), 1]);
}

/** Values of an input in the order of the draws. */
function valuesOf(input: Input, { probabilities, strata }: Design, draws: number): Float64Array {
  const ascending = new Float64Array(draws);
  input.distribution.quantiles(probabilities, ascending);
  const values = new Float64Array(draws);
  for (let d = 0; d < draws; d++) values[d] = ascending[strata[d] as number] as number;
  return values;
}

/** Volume, growth and trend of the draw at hand. */
class Courses implements Course {
  readonly trend: Float64Array;
  volume: number;
  growth: number;

  constructor(months: number, { scenario }: PriceContext) {
    this.volume = likely(scenario.workload.requests_per_month);
    this.growth = 1 + likely(scenario.workload.growth_per_month);
    this.trend = new Float64Array(months);
    this.setTrend(likely(scenario.price_trend_per_year));
  }

  setTrend(trend: number): void {
    const step = trend === 0 ? 1 : power(1 + trend, 1 / 12);
    let factor = 1;
    for (let month = 0; month < this.trend.length; month++) {
      this.trend[month] = factor;
      factor *= step;
    }
  }
}

function put(values: Float64Array, inputs: readonly Input[], numbers: readonly number[], i: number, value: number, course: Courses): void {
  const input = inputs[i] as Input;
  switch (input.role) {
    case 'volume':
      course.volume = value;
      return;
    case 'growth':
      course.growth = 1 + value;
      return;
    case 'trend':
      course.setTrend(value);
      return;
    case 'parameter':
      values[numbers[i] as number] = input.reciprocal ? 1 / value : value;
  }
}

function pairOf({ pair }: Question, options: readonly DrawnMonths[]) {
  const api = options.find((option) => option.id === pair?.api);
  const own = options.find((option) => option.id === pair?.own);
  return api && own ? { api, own } : null;
}

/** Sets the option for the draw. */
function firstMonth({ first }: DrawnMonths, values: Float64Array, volume: number): number {
  if (!first.set(values)) return Number.POSITIVE_INFINITY;
  return usdOf(first.state.numbers, first.state.curves, volume, volume);
}

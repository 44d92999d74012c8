/** The draws themselves: every option at every draw, in arrays. */

import type { PriceContext } from '../cost/context.ts';
import type { OptionModel } from '../cost/option.ts';
import type { Scenario } from '../scenario.ts';
import { likely } from '../units.ts';
import { power } from './arithmetic.ts';
import { axisOf, horizonsOf, play, VOLUMES } from './contest.ts';
import { BATCHES } from './design.ts';
import { drawAll, likelyCourse, middle, type Numbered, trendFactors } from './drawn.ts';
import { type Trend, type Variable, variableOf } from './drawn-option.ts';
import { type Input, inputsOf } from './inputs.ts';
import { type DrawnMonths, drawnMonths, totalOf } from './months.ts';
import { type Priced, priced } from './priced.ts';
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
  const used = inputs.flatMap((input, number) => (moves(input, number, options, scenario.horizon_months) ? [{ input, number }] : []));
  // Without anything uncertain all draws are one.
  const draws = used.length === 0 ? BATCHES : Math.ceil(question.draws / BATCHES) * BATCHES;
  const drawn = drawAll(used, variables, draws, question.seed, scenario);
  const axis = axisOf(options, draws);
  const volumes = axis.open.map(({ volume }) => volume);
  const columns = options.map((option) => priced(option, drawn, volumes));
  play(axis, columns);
  return {
    inputs: used.map(({ input }) => input),
    options,
    draws,
    strata: drawn.strata,
    monthly: columns.map(({ monthly }) => monthly),
    ...horizonsOf(options, columns, drawn, question.decided),
    volumes: VOLUMES,
    wins: axis.wins,
    settled: settledOf(question, options, columns, draws),
    at: (i, value) => totalsAt(used[i] as Numbered, value, variables, options, scenario),
  };
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

function settledOf({ pair }: Question, options: readonly DrawnMonths[], columns: readonly Priced[], draws: number): Float64Array | null {
  const api = columns[options.findIndex((option) => option.id === pair?.api)];
  const own = columns[options.findIndex((option) => option.id === pair?.own)];
  if (!api || !own) return null;
  const settled = new Float64Array(draws).fill(Number.POSITIVE_INFINITY);
  for (let d = 0; d < draws; d++) {
    const [apiState, ownState] = [api.state(d), own.state(d)];
    if (apiState !== null && ownState !== null) settled[d] = settledAt(apiState, ownState);
  }
  return settled;
}

/** Totals of all options with one input at a value and the others at their likely values. */
function totalsAt(
  { input, number }: Numbered,
  value: number,
  variables: readonly Variable[],
  options: readonly DrawnMonths[],
  scenario: Scenario,
): Float64Array {
  const values = middle(variables);
  const course = likelyCourse(scenario);
  if (input.role === 'volume') course.volume = value;
  else if (input.role === 'growth') course.growth = 1 + value;
  else if (input.role === 'trend') course.trend = trendFactors(value, scenario.horizon_months);
  else values[number] = input.reciprocal ? 1 / value : value;
  return Float64Array.from(options, (option) => {
    values[values.length - 1] = 1;
    return option.first.set(values) ? totalOf(option, values, course) : Number.POSITIVE_INFINITY;
  });
}

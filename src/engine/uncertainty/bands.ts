/** How far each option's month may be from the likely one, over volume: the band around a line of a chart. */

import type { PriceContext } from '../cost/context.ts';
import { compileOption } from '../cost/option.ts';
import type { PlanInput } from '../plan.ts';
import type { ScenarioOption } from '../scenario.ts';
import { BATCHES, design } from './design.ts';
import { drawnOption, type Variable, variableOf } from './drawn-option.ts';
import { inputsOf } from './inputs.ts';
import { limitOf, usdOf } from './parameters.ts';
import { percentilesOf } from './statistics.ts';

export interface CostBand {
  readonly option_id: string;
  /** US dollars of a month at each volume; null where the option has no price there in any draw. */
  readonly p10: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
}

/**
 * Bands at these volumes, the volume itself being certain. An option that nothing uncertain moves has none.
 *
 * @param draws rounded up to a multiple of ten
 */
export function costBands({ scenario, catalog, today, seed = 1 }: PlanInput, volumes: readonly number[], draws: number): CostBand[] {
  const context: PriceContext = { scenario, catalog, at: scenario.pricing.as_of ?? today, trend: 1, findings: [] };
  const models = scenario.options.map((option) => compileOption(option, context));
  const variables = inputsOf(models, context)
    .filter((input) => input.role === 'parameter')
    .map(variableOf);
  const values = drawnValues(variables, Math.ceil(draws / BATCHES) * BATCHES, seed);
  return models.flatMap(({ option, cost }) => (cost === null ? [] : (bandOf(option, variables, values, volumes, context) ?? [])));
}

/** One row of values a draw, a last 1 for prices that stay as they are. */
function drawnValues(variables: readonly Variable[], draws: number, seed: number): Float64Array[] {
  const rows = Array.from({ length: draws }, () => new Float64Array(variables.length + 1).fill(1));
  variables.forEach(({ input }, i) => {
    const { probabilities, strata } = design(draws, seed, i);
    const ascending = new Float64Array(draws);
    input.distribution.quantiles(probabilities, ascending);
    rows.forEach((row, d) => {
      const value = ascending[strata[d] as number] as number;
      row[i] = input.reciprocal ? 1 / value : value;
    });
  });
  return rows;
}

function bandOf(
  option: ScenarioOption,
  variables: readonly Variable[],
  draws: readonly Float64Array[],
  volumes: readonly number[],
  context: PriceContext,
): CostBand | null {
  const drawn = drawnOption(option, variables, null, context);
  if (drawn === null || drawn.moved.length === 0) return null;
  const costs = volumes.map(() => new Float64Array(draws.length).fill(Number.POSITIVE_INFINITY));
  draws.forEach((values, d) => {
    if (!drawn.set(values)) return;
    const { numbers, curves } = drawn.state;
    const limit = limitOf(numbers);
    volumes.forEach((volume, v) => {
      if (volume <= limit) (costs[v] as Float64Array)[d] = usdOf(numbers, curves, volume, volume);
    });
  });
  const ranges = costs.map(percentilesOf);
  return { option_id: option.id, p10: ranges.map((range) => range?.p10 ?? null), p90: ranges.map((range) => range?.p90 ?? null) };
}

/** Cost over volume, for charts. */
import type { PriceContext } from './cost/context.ts';
import { compileOption } from './cost/option.ts';
import { monthlyUsd } from './cost/terms.ts';
import type { PlanInput } from './plan.ts';

export interface CostLine {
  readonly option_id: string;
  /** Null where the option has no price or cannot serve the volume. */
  readonly monthly_usd: readonly (number | null)[];
}

/** US dollars of a month at each volume, for every option that has a price. */
export function costCurve(input: PlanInput, volumes: readonly number[]): CostLine[] {
  const context: PriceContext = { scenario: input.scenario, catalog: input.catalog, at: input.scenario.pricing.as_of ?? input.today, trend: 1, findings: [] };
  return input.scenario.options.map((option) => {
    const { cost } = compileOption(option, context);
    return { option_id: option.id, monthly_usd: volumes.map((volume) => (cost === null || volume > cost.max_volume ? null : monthlyUsd(cost, volume))) };
  });
}

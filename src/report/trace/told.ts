/** What the parts of a trace share: values of the scenario with their lines, dollars, components with what they depend on. */

import type { CostComponent, Plan, PlanOption } from '../../engine/result.ts';
import { valueAt } from '../../engine/set-value.ts';
import type { Judged } from '../../engine/units.ts';
import { judged, significant } from '../figures.ts';
import { inputsOf } from '../inputs.ts';
import type { Places } from '../options.ts';

export interface Told {
  readonly formula: readonly string[];
  readonly inputs?: readonly string[];
  readonly sources?: readonly string[];
}

export function usd(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : `$${significant(value, 8)}`;
}

export function number(value: number): string {
  return significant(value, 8);
}

export function volume(plan: Plan, places: Places): string[] {
  return [input(plan, 'workload.requests_per_month', places)];
}

/** A value of the scenario with its line. */
export function input(plan: Plan, path: string, places: Places): string {
  const value = valueAt(plan.scenario, path);
  const shown =
    typeof value === 'number' || (typeof value === 'object' && value !== null && 'likely' in value)
      ? judged(value as Judged)
      : value === undefined
        ? 'not given'
        : JSON.stringify(value);
  const place = places(path);
  return `${path} = ${shown}${place === null ? '' : ` (${place})`}`;
}

export function componentInputs(plan: Plan, option: PlanOption, components: readonly CostComponent[], places: Places): Pick<Told, 'inputs' | 'sources'> {
  return {
    inputs: components.flatMap((component) => inputsOf(component, option, plan.scenario, places)),
    sources: merged(components.map(({ name, source }) => ({ name, source }))),
  };
}

/** Each source once, behind everything that has it. */
export function merged(items: readonly { readonly name: string; readonly source: string }[]): string[] {
  const names = new Map<string, Set<string>>();
  for (const { name, source } of items) names.set(source, (names.get(source) ?? new Set()).add(name));
  return [...names].map(([source, who]) => `${[...who].join('; ')}: ${source}`);
}

/** The same options at other values: a table of costs, winners and savings. */

import type { PriceContext } from './cost/context.ts';
import { compileOption, type OptionModel } from './cost/option.ts';
import { monthlyUsd } from './cost/terms.ts';
import { cheapestOf } from './decision.ts';
import type { WhatIf } from './result.ts';
import type { Scenario } from './scenario.ts';
import { withValue } from './set-value.ts';
import { likely } from './units.ts';

/** Combinations computed at most; more is a finding, not a wait. */
export const MAX_COMBINATIONS = 1000;

export interface Offered {
  readonly model: OptionModel;
  /** Passes its gates; limits of volume are looked at for each volume. */
  readonly gated: boolean;
}

/** Every combination of the listed values, the last path varying fastest. */
export function combinations(whatIf: Scenario['what_if']): Readonly<Record<string, number>>[] {
  let sets: Readonly<Record<string, number>>[] = [{}];
  for (const [path, values] of Object.entries(whatIf)) {
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [path]: value })));
    if (sets.length > MAX_COMBINATIONS) return sets.slice(0, MAX_COMBINATIONS);
  }
  return Object.keys(whatIf).length === 0 ? [] : sets;
}

/** One row: costs of a month with the values set. A path that names no number leaves every cost null. */
export function whatIfRow(set: Readonly<Record<string, number>>, offered: readonly Offered[], baseline: string | null, context: PriceContext): WhatIf {
  const scenario = applyAll(context.scenario, set);
  if (scenario === null)
    return { set, monthly_usd: Object.fromEntries(offered.map(({ model }) => [model.option.id, null])), winner: null, savings_vs_baseline: null };
  const onlyVolume = Object.keys(set).every((path) => path === 'workload.requests_per_month');
  const models = onlyVolume
    ? offered.map(({ model }) => model)
    : scenario.options.map((option) => compileOption(option, { ...context, scenario, findings: [] }));
  const volume = likely(scenario.workload.requests_per_month);
  const rows = models.map((model, i) => {
    const usd = model.cost === null ? null : monthlyUsd(model.cost, volume);
    const feasible = offered[i]?.gated === true && model.cost !== null && volume <= model.cost.max_volume;
    return { id: model.option.id, kind: model.kind, simplicity: model.simplicity, total_usd: usd, feasible };
  });
  return {
    set,
    monthly_usd: Object.fromEntries(rows.map((row) => [row.id, row.total_usd])),
    winner: rows[cheapestOf(rows)]?.id ?? null,
    savings_vs_baseline: savings(rows, baseline),
  };
}

function applyAll(scenario: Scenario, set: Readonly<Record<string, number>>): Scenario | null {
  let changed: Scenario | null = scenario;
  for (const [path, value] of Object.entries(set)) changed = changed && withValue(changed, path, value);
  return changed;
}

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly simplicity: number;
  readonly total_usd: number | null;
  readonly feasible: boolean;
}

/** 1 - cheapest feasible option of another kind / baseline; null without a baseline, another kind, or a baseline cost above 0. */
function savings(rows: readonly Row[], baselineId: string | null): number | null {
  const baseline = rows.find((row) => row.id === baselineId);
  if (!baseline?.total_usd) return null;
  const others = rows.filter((row) => row.kind !== baseline.kind);
  const best = others[cheapestOf(others)]?.total_usd ?? null;
  return best === null ? null : 1 - best / baseline.total_usd;
}

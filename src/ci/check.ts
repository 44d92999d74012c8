/** From loaded scenarios to what `check` has to say about them. */

import type { Catalog } from '../engine/catalog.ts';
import { plan } from '../engine/plan.ts';
import type { Plan } from '../engine/result.ts';
import type { IsoDate } from '../engine/units.ts';
import type { LoadedScenario } from '../files/load.ts';
import type { Found, Subject } from './baseline.ts';
import { type Comparison, compare, recommended } from './delta.ts';
import { judgePolicies } from './policies.ts';
import { type CheckReport, exitCode, type ScenarioResult } from './result.ts';

export interface CheckInput {
  readonly scenarios: readonly { readonly path: string; readonly loaded: LoadedScenario }[];
  readonly catalog: Catalog;
  readonly today: IsoDate;
  /** Finds the baseline of a scenario; null: none was asked for. */
  readonly baseline: ((subject: Subject) => Found) | null;
  readonly version: string;
}

/** Draws over the ranges, where a policy asks how probable the answer is: the same as a plan's. */
const DRAWS = 2000;

export function check(input: CheckInput): CheckReport {
  const scenarios = input.scenarios.map(({ path, loaded }) => checkOne(path, loaded, input));
  return { schema_version: 1, tool_version: input.version, exit_code: exitCode(scenarios), scenarios };
}

function checkOne(path: string, { scenario, positions }: LoadedScenario, { catalog, today, baseline }: CheckInput): ScenarioResult {
  const now = plan({ scenario, catalog, today, draws: scenario.policies.min_probability_cheapest === undefined ? 0 : DRAWS });
  const found = baseline === null ? null : baseline({ path, name: scenario.name });
  const comparison = found?.kind === 'found' ? compare(found.baseline, now, catalog, today) : null;
  return {
    file: path,
    name: scenario.name,
    decision: decisionOf(now),
    as_of: now.pricing.as_of,
    baseline: found === null ? null : baselineOf(found),
    ...changesOf(comparison),
    policies: judgePolicies({ plan: now, baseline: found, comparison }, (at) => {
      const place = positions(at);
      // A policy given by --set stands in no file: the scenario's first line takes its mark.
      return place.file === '--set' ? { file: path, line: 1, column: 1 } : place;
    }),
    currency: scenario.currency,
  };
}

function decisionOf(now: Plan): ScenarioResult['decision'] {
  const option = now.options.find((each) => each.id === now.decision.option_id);
  return { option_id: now.decision.option_id, label: option?.label ?? null, kind: now.decision.kind, monthly_usd: recommended(now) };
}

function baselineOf(found: Found): ScenarioResult['baseline'] {
  if (found.kind !== 'found') return { from: 'the baseline', option_id: null, monthly_usd: null, as_of: null, reason: found.reason };
  const { from, plan: before } = found.baseline;
  return { from, option_id: before.decision.option_id, monthly_usd: recommended(before), as_of: before.pricing.as_of, reason: null };
}

function changesOf(comparison: Comparison | null): Pick<ScenarioResult, 'delta' | 'option_deltas' | 'recalculated_usd'> {
  if (comparison === null) return { delta: null, option_deltas: {}, recalculated_usd: 0 };
  return { delta: comparison.delta, option_deltas: comparison.options, recalculated_usd: comparison.recalculated_usd };
}

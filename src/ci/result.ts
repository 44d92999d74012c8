/** What `check` found, before it has a format. Keys are those of `check --format json`. */

import type { OptionKind } from '../engine/scenario.ts';
import type { PolicyLevel } from '../schema/policies.ts';
import type { Delta } from './delta.ts';

export type PolicyName =
  | 'max_monthly_usd'
  | 'max_delta_usd'
  | 'max_delta_percent'
  | 'verdict_must_be'
  | 'verdict_must_not_change'
  | 'min_margin'
  | 'max_price_age_days'
  | 'max_measurement_age_days'
  | 'require_measured_throughput'
  | 'no_unknown_gates'
  | 'min_probability_cheapest';

/** pass; broken at its level (warn, fail); skipped: there is nothing to hold it against. */
export type Outcome = 'pass' | 'warn' | 'fail' | 'skipped';

export interface PolicyResult {
  /** `feasible_option` is always asked: a scenario without an answer fails. */
  readonly policy: PolicyName | 'feasible_option';
  readonly level: PolicyLevel;
  readonly outcome: Outcome;
  /** What was found against what is allowed, one sentence. */
  readonly message: string;
  /** Place of the policy in the scenario. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ScenarioResult {
  readonly file: string;
  readonly name: string;
  readonly decision: {
    readonly option_id: string | null;
    readonly label: string | null;
    readonly kind: OptionKind | null;
    readonly monthly_usd: number | null;
  };
  readonly as_of: string;
  /** Null: no baseline was asked for. */
  readonly baseline: {
    readonly from: string;
    /** Null with `reason`: the baseline doesn't have this scenario, or not in a readable form. */
    readonly option_id: string | null;
    readonly monthly_usd: number | null;
    readonly as_of: string | null;
    readonly reason: string | null;
  } | null;
  readonly delta: Delta | null;
  readonly option_deltas: Readonly<Record<string, Delta>>;
  readonly recalculated_usd: number;
  readonly policies: readonly PolicyResult[];
  /** For showing amounts; the figures here are US dollars. */
  readonly currency: { readonly code: string; readonly per_usd: number } | null;
}

export interface CheckReport {
  readonly schema_version: 1;
  readonly tool_version: string;
  /** 0 every policy holds or warns only, 1 one fails. */
  readonly exit_code: 0 | 1;
  readonly scenarios: readonly ScenarioResult[];
}

export function exitCode(scenarios: readonly ScenarioResult[]): 0 | 1 {
  return scenarios.some((scenario) => scenario.policies.some((policy) => policy.outcome === 'fail')) ? 1 : 0;
}

export function counts(results: readonly PolicyResult[]): Readonly<Record<Outcome, number>> {
  const found = { pass: 0, warn: 0, fail: 0, skipped: 0 };
  for (const result of results) found[result.outcome] += 1;
  return found;
}

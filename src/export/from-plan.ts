/** From a plan and the id of one of its options to what a target is told. */

import { createHash } from 'node:crypto';
import type { Catalog } from '../engine/catalog.ts';
import { escalationOf, legShares } from '../engine/hybrid/legs.ts';
import type { Plan, PlanOption } from '../engine/result.ts';
import type { HybridOption, ScenarioOption } from '../engine/scenario.ts';
import { likely } from '../engine/units.ts';
import { InputError } from '../files/problem.ts';
import type { Deployment, Split } from './deployment.ts';
import { type LegInput, legOf } from './legs.ts';
import type { Wishes } from './wishes.ts';

/** The article's figure, used where nothing was calibrated. */
const DEFAULT_THRESHOLD = 0.7;

/**
 * The first twelve hexadecimal digits of a SHA-256 over the scenario, the date of its prices and the option's result:
 * the same plan has the same id on every day and machine.
 */
function planId(plan: Plan, planned: PlanOption): string {
  const text = JSON.stringify([plan.scenario, plan.pricing.as_of, planned]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

export function deploymentOf(plan: Plan, catalog: Catalog, wishes: Wishes, id: string | null): Deployment {
  const option = optionOf(plan, id);
  const planned = plan.options.find((each) => each.id === option.id);
  if (planned === undefined)
    throw InputError.of('export.no-plan', `The plan has no result for ${option.id}.`, 'Make it again with `llm-crossover plan --format json`.');
  const input: LegInput = { plan, catalog, wishes, planned };
  checkIds(plan, wishes);
  return {
    plan_id: planId(plan, planned),
    source: 'plan',
    name: plan.scenario.name,
    as_of: plan.pricing.as_of,
    option_id: option.id,
    monthly_usd: planned.monthly_usd,
    served_name: wishes.served_name,
    legs: option.kind === 'hybrid' ? hybridLegs(option, input) : [legOf(option, 'only', 1, input)],
    split: option.kind === 'hybrid' ? splitOf(option, wishes) : null,
    random_split: wishes.random_split,
  };
}

/** The option asked for, else the one the plan decided on. */
function optionOf(plan: Plan, id: string | null): ScenarioOption {
  const wanted = id ?? plan.decision.option_id;
  const ids = plan.scenario.options.map((each) => each.id).join(', ');
  if (wanted === null) throw InputError.of('export.no-decision', 'The plan decides for none of its options.', `Name one with --option: ${ids}.`);
  const found = plan.scenario.options.find((each) => each.id === wanted);
  if (found === undefined) throw InputError.of('export.unknown-option', `The plan has no option ${JSON.stringify(wanted)}.`, `It has ${ids}.`);
  return found;
}

function checkIds(plan: Plan, wishes: Wishes): void {
  const known = new Set(plan.scenario.options.map((each) => each.id));
  const flags = [
    ['--endpoint', wishes.endpoints],
    ['--model', wishes.models],
    ['--key-env', wishes.keys],
  ] as const;
  for (const [flag, values] of flags)
    for (const id of values.keys())
      if (!known.has(id)) throw InputError.of('export.unknown-option', `${flag} ${id}: the plan has no option of that id.`, `It has ${[...known].join(', ')}.`);
}

function hybridLegs(option: HybridOption, input: LegInput) {
  const shares = legShares(option.hybrid);
  const leg = (id: string) => optionOf(input.plan, id);
  return [legOf(leg(option.hybrid.small), 'small', shares.small, input), legOf(leg(option.hybrid.large), 'large', shares.large, input)];
}

function splitOf({ hybrid }: HybridOption, wishes: Wishes): Split {
  const calibrated = hybrid.calibration?.threshold ?? null;
  const fallback = hybrid.mode === 'cascade' ? DEFAULT_THRESHOLD : null;
  return {
    mode: hybrid.mode,
    escalation: escalationOf(hybrid),
    threshold: wishes.threshold ?? calibrated ?? fallback,
    origin: calibrated !== null && wishes.threshold === null ? 'calibrated' : 'given',
    score: likely(hybrid.judge.usd_per_request) > 0 ? 'verifier' : 'mean_logprob',
    fallback: hybrid.fallback !== undefined,
    keep: hybrid.keep,
  };
}

/** The policies of a scenario, each held against its plan. A figure that isn't known never passes. */

import type { Plan, PlanOption } from '../engine/result.ts';
import { daysBetween } from '../engine/units.ts';
import type { Policy, PolicyLevel, PolicyValues } from '../schema/policies.ts';
import type { Found } from './baseline.ts';
import { type Comparison, recommended } from './delta.ts';
import { days, percent, usd } from './figures.ts';
import type { Outcome, PolicyName, PolicyResult } from './result.ts';

export interface Judged {
  readonly plan: Plan;
  /** Null: no baseline was asked for. */
  readonly baseline: Found | null;
  readonly comparison: Comparison | null;
}

/** Line of a dotted path of the scenario. */
export type PlaceOf = (path: string) => { readonly file: string; readonly line: number; readonly column: number };

/** Does the policy hold, and what was found? Null: there is nothing to hold it against. */
interface Verdict {
  readonly holds: boolean | null;
  readonly message: string;
}

type Judge<T> = (value: T, judged: Judged) => Verdict;
type Judges = { readonly [K in PolicyName]: Judge<NonNullable<PolicyValues[K]>['value']> };

const JUDGES: Judges = {
  max_monthly_usd: maxMonthly,
  max_delta_usd: (limit, judged) => maxDelta(judged, (delta) => delta.usd <= limit, `at most ${usd(limit)} more`),
  max_delta_percent: (limit, judged) =>
    maxDelta(judged, (delta) => (delta.percent === null ? delta.usd <= 0 : delta.percent <= limit), `at most ${percent(limit / 100)} more`),
  verdict_must_be: verdictMustBe,
  verdict_must_not_change: verdictMustNotChange,
  min_margin: minMargin,
  max_price_age_days: maxPriceAge,
  max_measurement_age_days: maxMeasurementAge,
  require_measured_throughput: (wanted, judged) => (wanted ? measuredThroughput(judged) : notAsked()),
  no_unknown_gates: (wanted, judged) => (wanted ? noUnknownGates(judged) : notAsked()),
  min_probability_cheapest: minProbability,
};

/** One result a policy of the file, in a fixed order, after the question every check asks: is there an answer at all? */
export function judgePolicies(judged: Judged, place: PlaceOf): PolicyResult[] {
  const set = judged.plan.scenario.policies as PolicyValues;
  const names = (Object.keys(JUDGES) as PolicyName[]).filter((name) => set[name] !== undefined);
  return [feasible(judged.plan, place), ...names.map((name) => judge(name, set[name] as Policy<never>, judged, place))];
}

function judge(name: PolicyName, policy: Policy<never>, judged: Judged, place: PlaceOf): PolicyResult {
  const { holds, message } = (JUDGES[name] as Judge<never>)(policy.value, judged);
  return result(name, policy.level, outcomeOf(holds, policy.level), message, place(`policies.${name}`));
}

function outcomeOf(holds: boolean | null, level: PolicyLevel): Outcome {
  return holds === null ? 'skipped' : holds ? 'pass' : level;
}

function result(policy: PolicyResult['policy'], level: PolicyLevel, outcome: Outcome, message: string, at: ReturnType<PlaceOf>): PolicyResult {
  return { policy, level, outcome, message, file: at.file, line: at.line, column: at.column };
}

function feasible(plan: Plan, place: PlaceOf): PolicyResult {
  const { option_id, kind } = plan.decision;
  const message = option_id === null ? 'No option is feasible under these rules, prices and limits.' : `${option_id} (${kind}) is recommended.`;
  return result('feasible_option', 'fail', option_id === null ? 'fail' : 'pass', message, place('options'));
}

function notAsked(): Verdict {
  return { holds: true, message: 'Not asked for (false).' };
}

function noDecision(): Verdict {
  return { holds: false, message: 'There is no recommendation to hold it against.' };
}

function maxMonthly(limit: number, { plan }: Judged): Verdict {
  const cost = recommended(plan);
  if (cost === null) return noDecision();
  return { holds: cost <= limit, message: `${plan.decision.option_id} costs ${usd(cost)} a month; at most ${usd(limit)} is allowed.` };
}

function maxDelta(judged: Judged, holds: (delta: NonNullable<Comparison['delta']>) => boolean, allowed: string): Verdict {
  const missing = withoutBaseline(judged);
  if (missing !== null) return missing;
  const delta = judged.comparison?.delta ?? null;
  if (delta === null) return { holds: false, message: `The change can't be told: one side has no recommendation with a price; ${allowed} is allowed.` };
  const share = delta.percent === null ? '' : ` (${percent(delta.percent / 100, true)})`;
  return { holds: holds(delta), message: `${usd(delta.usd, true)}${share} a month against the baseline; ${allowed} is allowed.` };
}

/** Nothing to compare with skips a policy that compares. */
function withoutBaseline({ baseline }: Judged): Verdict | null {
  if (baseline === null) return { holds: null, message: 'It needs a baseline: give --baseline.' };
  return baseline.kind === 'found' ? null : { holds: null, message: `There is no baseline: ${baseline.reason}.` };
}

function verdictMustBe(allowed: readonly string[], { plan }: Judged): Verdict {
  const id = plan.decision.option_id;
  if (id === null) return noDecision();
  return { holds: allowed.includes(id), message: `The recommendation is ${id}; it must be ${allowed.join(' or ')}.` };
}

function verdictMustNotChange(wanted: boolean, judged: Judged): Verdict {
  if (!wanted) return notAsked();
  const missing = withoutBaseline(judged);
  if (missing !== null || judged.baseline?.kind !== 'found') return missing ?? noDecision();
  const [before, now] = [judged.baseline.baseline.plan.decision.option_id, judged.plan.decision.option_id];
  if (before === now) return { holds: true, message: `The recommendation is still ${now ?? 'none'}.` };
  return { holds: false, message: `The recommendation changed from ${before ?? 'none'} to ${now ?? 'none'}.` };
}

/** How much more the next best feasible option costs over the horizon, as a share of the recommended one's cost. */
function minMargin(least: number, { plan }: Judged): Verdict {
  const chosen = plan.options.find((option) => option.id === plan.decision.option_id);
  const own = chosen?.horizon?.total_usd ?? null;
  if (chosen === undefined || own === null) return noDecision();
  const next = nextBest(plan, chosen.id);
  const other = next?.horizon?.total_usd ?? null;
  if (next === null || other === null) return { holds: true, message: `No other feasible option comes near ${chosen.id}: there is none.` };
  const margin = own === 0 ? (other > 0 ? Number.POSITIVE_INFINITY : 0) : other / own - 1;
  const found = margin < 0 ? `${percent(-margin)} less` : `${Number.isFinite(margin) ? percent(margin) : 'infinitely'} more`;
  return {
    holds: margin >= least,
    message: `${next.id}, the next best, costs ${found} over the horizon than ${chosen.id}; at least ${percent(least)} is wanted.`,
  };
}

function nextBest(plan: Plan, chosen: string): PlanOption | null {
  const others = plan.options.filter((option) => option.feasible && option.id !== chosen && option.horizon !== null);
  return [...others].sort((a, b) => (a.horizon?.total_usd ?? 0) - (b.horizon?.total_usd ?? 0))[0] ?? null;
}

/** The oldest price any option with a cost uses. */
function maxPriceAge(limit: number, { plan }: Judged): Verdict {
  const dated = plan.options.flatMap((option) => option.components.map(({ name, source }) => ({ id: option.id, name, checked: checkedIn(source) })));
  const known = dated.filter((each): each is typeof each & { checked: string } => each.checked !== null);
  const [oldest] = known.sort((a, b) => (a.checked < b.checked ? -1 : 1));
  if (oldest === undefined) return { holds: true, message: 'No price with a date is used.' };
  const age = daysBetween(oldest.checked, plan.pricing.today);
  return {
    holds: age <= limit,
    message: `The oldest price used (${oldest.id}, ${oldest.name}) was checked ${oldest.checked}, ${days(age)} ago; at most ${days(limit)} is allowed.`,
  };
}

function checkedIn(source: string): string | null {
  return /checked (\d{4}-\d{2}-\d{2})/.exec(source)?.[1] ?? null;
}

function maxMeasurementAge(limit: number, { plan }: Judged): Verdict {
  const measured = plan.scenario.options.flatMap((option) =>
    option.kind === 'self_host' && option.throughput?.kind === 'measurement'
      ? [{ id: option.id, day: option.throughput.measurement.started_at.slice(0, 10) }]
      : [],
  );
  const [oldest] = measured.sort((a, b) => (a.day < b.day ? -1 : 1));
  if (oldest === undefined) return { holds: true, message: 'No measurement is used.' };
  const age = daysBetween(oldest.day, plan.pricing.today);
  return { holds: age <= limit, message: `The measurement of ${oldest.id} is of ${oldest.day}, ${days(age)} ago; at most ${days(limit)} is allowed.` };
}

/** Of every option that can be chosen: the answer hangs on each of them. */
function measuredThroughput({ plan }: Judged): Verdict {
  const guessed = plan.options.filter((option) => option.feasible && option.capacity !== null && option.capacity.throughput_source !== 'measured');
  if (guessed.length === 0) return { holds: true, message: 'The throughput of every self-hosted option that can be chosen is measured.' };
  return { holds: false, message: `Not measured: ${guessed.map((option) => `${option.id} (${option.capacity?.throughput_source})`).join(', ')}.` };
}

/** Options that a gate has failed already are out, whatever else is unknown about them. */
function noUnknownGates({ plan }: Judged): Verdict {
  const out = new Set(plan.gates.filter((gate) => gate.blocks && gate.verdict === 'fail').map((gate) => gate.option_id));
  const open = plan.gates.filter((gate) => (gate.verdict === 'unknown' || gate.verdict === 'unverified') && !out.has(gate.option_id));
  if (open.length === 0) return { holds: true, message: 'Every gate is answered.' };
  const names = [...new Set(open.map((gate) => `${gate.option_id}/${gate.rule}`))];
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return { holds: false, message: `Not answered: ${names.slice(0, 4).join(', ')}${more}.` };
}

function minProbability(least: number, { plan }: Judged): Verdict {
  const id = plan.decision.option_id;
  if (id === null) return noDecision();
  if (plan.uncertainty === null) return { holds: false, message: 'How probable it is was not computed.' };
  const found = plan.uncertainty.probability_cheapest[id] ?? 0;
  return { holds: found >= least, message: `${id} is the cheapest in ${percent(found)} of the draws; at least ${percent(least)} is wanted.` };
}

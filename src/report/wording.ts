/** The sentences every report shares: what to do, against what, why, what would change it, how sure we are. */

import type { Flip, Gate, Plan, PlanOption } from '../engine/result.ts';
import type { OptionKind } from '../engine/scenario.ts';
import type { Percentiles } from '../engine/units.ts';
import { count, grouped, type Money, percent, plural, short, significant } from './figures.ts';
import type { Cell } from './model.ts';
import { variableName } from './names.ts';

const KINDS: Readonly<Record<OptionKind, string>> = {
  cloud_api: 'cloud API',
  hosted_open: 'hosted open model',
  self_host: 'self-hosted',
  hybrid: 'hybrid',
};

export function kindName(kind: OptionKind): string {
  return KINDS[kind];
}

export function optionName(option: PlanOption): string {
  return option.label === '' || option.label === option.id ? option.id : `${option.id} (${option.label})`;
}

export function chosen(plan: Plan): PlanOption | null {
  return plan.options.find((option) => option.id === plan.decision.option_id) ?? null;
}

/** One sentence: what to do and what it costs. */
export function verdict(plan: Plan, money: Money): string {
  const option = chosen(plan);
  if (option === null) return 'No option passes every gate: nothing here can be recommended as it stands.';
  const cost = option.monthly_usd === null ? 'at an unknown price' : `${money.total(option.monthly_usd)} a month${range(option, money)}`;
  return `Use ${optionName(option)}, ${article(kindName(option.kind))}${option.quoted ? ' at the quoted price' : ''}: ${cost}.`;
}

function article(noun: string): string {
  return noun === 'self-hosted' ? noun : `a ${noun}`;
}

/** Half a percent is no range worth reading. */
export function isSpread({ p10, p50, p90 }: Percentiles): boolean {
  return p90 - p10 > 0.005 * Math.abs(p50);
}

function range(option: PlanOption, money: Money): string {
  const r = option.monthly_usd_range;
  return r === null || !isSpread(r) ? '' : ` (${money.total(r.p10)} to ${money.total(r.p90)} in 8 of 10 draws)`;
}

/** Each other option against the chosen one, or against the baseline when nothing is chosen. */
export function alternatives(plan: Plan, money: Money): Cell[] {
  const reference = chosen(plan);
  return plan.options.filter((option) => option.id !== reference?.id).map((option) => alternative(option, reference, money));
}

function alternative(option: PlanOption, reference: PlanOption | null, money: Money): Cell {
  const cost =
    option.monthly_usd === null ? 'price unknown' : `${money.total(option.monthly_usd)} a month${against(option.monthly_usd, reference?.monthly_usd ?? null)}`;
  const name = `${optionName(option)}, ${kindName(option.kind)}: ${cost}`;
  const path = `options.${option.id}.monthly_usd`;
  return option.feasible ? { text: name, path } : { text: `${name}; ruled out by ${blockers(option)}`, tone: 'dim', path };
}

function against(usd: number, reference: number | null): string {
  return reference === null || reference <= 0 ? '' : `, ${times(usd / reference)}`;
}

/** A cost as a multiple of another. `2.2 times as much`, `37 % more`, `61 % less` */
export function times(factor: number): string {
  if (Math.abs(factor - 1) < 0.005) return 'about the same';
  if (factor >= 2) return `${significant(factor, 2)} times as much`;
  return factor > 1 ? `${percent(factor - 1)} more` : `${percent(1 - factor)} less`;
}

/** The first three rules in the way, and how many more. */
export function blockers(option: PlanOption): string {
  const rules = [...new Set(option.blocked_by)];
  const more = rules.length > 3 ? ` and ${rules.length - 3} more` : '';
  return rules.length === 0 ? 'its price' : rules.slice(0, 3).join(', ') + more;
}

/** `at 13,914 requests a month (now 500,000): the answer becomes own [workload.requests_per_month]`; the path is what --set takes. */
export function flipSentence(flip: Flip, money: Money): string {
  const becomes = flip.becomes === null ? 'no option is left' : `the answer becomes ${flip.becomes}`;
  const gates = /^gates\.(.+)$/.exec(flip.variable)?.[1];
  if (gates !== undefined) return `once every open gate of ${gates} is met: ${becomes}`;
  if (typeof flip.value === 'boolean') return `${flip.variable} ${flip.value ? 'met' : 'not met'}: ${becomes}`;
  const now = typeof flip.now === 'number' ? ` (now ${amount(flip.now, bare(flip.unit), money)})` : '';
  const path = flip.variable.includes('.') ? ` [${flip.variable}]` : '';
  return `${named(flip)}at ${amount(flip.value, flip.unit, money)}${now}: ${becomes}${path}`;
}

/** The variable in front of its value, where the unit does not say it all. */
function named({ variable, unit }: Pick<Flip, 'variable' | 'unit'>): string {
  return unit === 'requests/month' ? '' : `${variableName(variable)} `;
}

/** The unit of a value beside another that has it already. */
function bare(unit: string): string {
  return unit === 'requests/month' || unit.startsWith('x ') ? '' : unit;
}

/** A value with its unit; US dollars are shown in the report's currency. */
function amount(value: number, unit: string, money: Money): string {
  const usd = /^(?:usd|US dollars)\b\s*(?:\/|per|a)?\s*(.*)$/i.exec(unit);
  if (usd) return `${money.unit(value)}${usd[1] ? ` per ${usd[1]}` : ''}`;
  if (unit === 'share' || unit === 'fraction' || unit === '%') return percent(unit === '%' ? value / 100 : value);
  const text = Math.abs(value) >= 1000 || Number.isInteger(value) ? count(value) : significant(value, 4);
  if (unit === 'requests/month') return `${text} requests a month`;
  if (unit.startsWith('x ')) return `${text} times ${unit.startsWith('x its ') ? 'what it is' : `the ${unit.slice(2)}`}`;
  return unit === '' ? text : `${text} ${unit}`;
}

/** How far the answer can be trusted: odds, where speeds come from, what is unknown, how old the prices are. */
export function confidence(plan: Plan, money: Money): Cell[] {
  return [...odds(plan, money), ...speeds(plan), ...unknowns(plan), prices(plan), ...warnings(plan)];
}

function odds(plan: Plan, money: Money): Cell[] {
  const { uncertainty } = plan;
  const option = chosen(plan);
  if (uncertainty === null || option === null) return [];
  const p = uncertainty.probability_cheapest[option.id] ?? 0;
  return [
    {
      text: `${option.id} is the cheapest in ${chance(p)} of ${grouped(uncertainty.draws, 0)} draws over the ranges given (seed ${uncertainty.seed})${wouldFlip(plan, money)}`,
      tone: p < 0.6 ? 'warn' : 'plain',
      path: `uncertainty.probability_cheapest.${option.id}`,
    },
    ...worthKnowing(uncertainty, money),
  ];
}

/** A share of draws; only all is all, and only none is none. */
export function chance(p: number): string {
  if (p === 1) return 'all';
  if (p > 0.995) return 'more than 99 %';
  return p > 0 && p < 0.0005 ? 'less than 0.1 %' : percent(p);
}

/** The two nearest values at which the answer is another: `would flip below 41k requests a month or above $3.10 per GPU-hour`. */
function wouldFlip(plan: Plan, money: Money): string {
  const numeric = plan.decision.flips.flatMap(({ variable, value, now, unit }) =>
    typeof value === 'number' && typeof now === 'number' && value > 0 && now > 0 ? [{ variable, value, now, unit, far: Math.abs(Math.log(value / now)) }] : [],
  );
  const nearest = numeric.sort((a, b) => a.far - b.far).slice(0, 2);
  if (nearest.length === 0) return '';
  return `; would flip ${nearest.map((flip) => `${flip.value > flip.now ? 'above' : 'below'} ${flipValue(flip, money)}`).join(' or ')}`;
}

function flipValue({ variable, value, unit }: { readonly variable: string; readonly value: number; readonly unit: string }, money: Money): string {
  if (unit === 'requests/month') return `${short(value)} requests a month`;
  if (unit.startsWith('USD/')) return amount(value, unit, money);
  if (unit.startsWith('x its ')) return `${significant(value, 4)} times the ${variableName(variable)}`;
  const id = /^options\.(.+)\.price_factor$/.exec(variable)?.[1];
  return `${amount(value, unit, money)} ${id === undefined ? `for ${variableName(variable)}` : `of ${id}`}`;
}

/** Which unknown to find out first, where that could change the choice. */
function worthKnowing(uncertainty: NonNullable<Plan['uncertainty']>, money: Money): Cell[] {
  const [first] = uncertainty.value_of_information;
  if (first === undefined || first.usd < 0.5) return [];
  return [
    {
      text: `worth finding out first: ${variableName(first.variable)}; choosing once it is known saves ${money.total(first.usd)} over the horizon on average`,
      path: 'uncertainty.value_of_information.0.usd',
    },
  ];
}

const SPEEDS = {
  measured: 'measured on this model and GPU',
  published: 'a published figure',
  estimated: 'estimated from the hardware, not measured',
  given: 'given in the scenario, not measured by us',
} as const;

/** Options whose speed has the same origin (a hybrid and its leg) share a line. */
function speeds(plan: Plan): Cell[] {
  const origins = new Map<string, { readonly ids: string[]; readonly tone: Cell['tone'] }>();
  for (const { id, capacity } of plan.options) {
    if (capacity === null) continue;
    const { throughput_source: from, reference } = capacity;
    const origin = `throughput is ${SPEEDS[from]}${reference === '' ? '' : ` (${reference})`}`;
    const known = origins.get(origin) ?? { ids: [], tone: from === 'measured' ? 'good' : 'warn' };
    known.ids.push(id);
    origins.set(origin, known);
  }
  return [...origins].map(([origin, { ids, tone = 'plain' }]) => ({
    text: `${ids.join(', ')}: ${origin}`,
    tone,
    path: `options.${ids[0]}.capacity.work_per_s_per_replica`,
  }));
}

function unknowns(plan: Plan): Cell[] {
  const open = plan.gates.filter((gate) => gate.verdict === 'unknown' || gate.verdict === 'unverified');
  if (open.length === 0)
    return [{ text: plan.gates.length === 0 ? 'no rule, limit or bar applies to this workload' : 'every gate is answered: nothing is unknown', tone: 'good' }];
  const mine = open.filter((gate) => gate.option_id === plan.decision.option_id);
  const about = mine.length === 0 ? '' : `; for ${plan.decision.option_id}: ${names(mine)}`;
  return [{ text: `${plural(open.length, 'gate')} cannot be answered from what is known${about}`, tone: 'warn' }];
}

function names(gates: readonly Gate[]): string {
  const rules = [...new Set(gates.map((gate) => gate.rule))];
  return rules.length > 4 ? `${rules.slice(0, 4).join(', ')} and ${rules.length - 4} more` : rules.join(', ');
}

function prices(plan: Plan): Cell {
  const { as_of, today, newest_checked, stale_count } = plan.pricing;
  const dated = as_of === today ? `prices of today, ${as_of}` : `prices of ${as_of}`;
  const stale = stale_count === 0 ? '' : `; ${plural(stale_count, 'price')} used here ${stale_count === 1 ? 'was' : 'were'} last checked more than 90 days ago`;
  return { text: `${dated}, newest checked ${newest_checked}${stale}`, tone: stale_count === 0 ? 'plain' : 'warn', path: 'pricing.stale_count' };
}

/** The first warning in full, and how many more there are. */
function warnings(plan: Plan): Cell[] {
  const serious = plan.findings.filter((finding) => finding.severity !== 'info');
  const [first, ...more] = [...serious].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  if (first === undefined) return [];
  const rest = more.length === 0 ? '' : ` (and ${plural(more.length, 'more warning')})`;
  return [{ text: `${first.message.replace(/\.$/, '')}${rest}`, tone: first.severity === 'error' ? 'bad' : 'warn' }];
}

const VERDICTS = { self_host: 'self-host', cloud_api: 'use a cloud API' } as const;

/** The article's checklist beside our decision, and why they differ when they do. */
export function checklistSentence(plan: Plan): string {
  const { checklist, decision } = plan;
  const says = `The five questions give ${plural(checklist.self_host_votes, 'vote')} for self-hosting and ${checklist.cloud_votes} for a cloud API: ${VERDICTS[checklist.verdict]}.`;
  const kind = decision.kind;
  if (kind === null || decision.agrees_with_checklist === null) return `${says} No option is feasible, so there is no decision to compare it with.`;
  if (decision.agrees_with_checklist) return `${says} The decision agrees.`;
  return `${says} The decision differs (${kindName(kind)}), because the questions see neither these prices nor these rules: ${DECIDING[decision.deciding]}.`;
}

const DECIDING = {
  gate: 'gates removed what they point to',
  cost: 'the costs of this workload point the other way',
  margin: 'the costs are within the margin, and the simpler option is preferred',
  only_option: 'it is the only option left',
  none: 'nothing is left to choose',
} as const;

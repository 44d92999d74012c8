/** Two plans of one scenario: what changed in the answer, and which components the difference of each option is made of. */

import type { CostComponent, Finding, Plan, PlanOption } from '../engine/index.ts';
import { valueAt } from '../engine/set-value.ts';
import { likely } from '../engine/units.ts';
import { count, type Money, percent } from './figures.ts';

interface ComponentChange {
  readonly name: string;
  readonly leg: string | null;
  readonly before_usd: number | null;
  readonly after_usd: number | null;
  /** Dollars a month; the changes of an option add up to its delta. */
  readonly delta_usd: number;
}

interface OptionChange {
  readonly id: string;
  /** added: only in the second plan; removed: only in the first. */
  readonly change: 'same' | 'changed' | 'added' | 'removed';
  readonly before_usd: number | null;
  readonly after_usd: number | null;
  readonly delta_usd: number | null;
  readonly feasible: readonly [boolean | null, boolean | null];
  readonly components: readonly ComponentChange[];
}

export interface PlanDiff {
  readonly scenario: string;
  readonly decision: { readonly before: string | null; readonly after: string | null; readonly changed: boolean };
  readonly settled: { readonly before: number | null; readonly after: number | null };
  readonly options: readonly OptionChange[];
  /** Gates whose verdict changed. */
  readonly gates: readonly { readonly gate: string; readonly before: string | null; readonly after: string | null }[];
  /** Numbers of the scenario that changed, by path. */
  readonly scenario_changes: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
  readonly findings: { readonly new: readonly string[]; readonly gone: readonly string[] };
}

export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const ids = distinct([...before.options, ...after.options].map((option) => option.id));
  return {
    scenario: after.scenario.name,
    decision: { before: before.decision.option_id, after: after.decision.option_id, changed: before.decision.option_id !== after.decision.option_id },
    settled: { before: before.crossover_summary?.settled ?? null, after: after.crossover_summary?.settled ?? null },
    options: ids.map((id) => optionChange(byId(before, id), byId(after, id), id)),
    gates: gateChanges(before, after),
    scenario_changes: scenarioChanges(before.scenario, after.scenario),
    findings: { new: missing(after.findings, before.findings), gone: missing(before.findings, after.findings) },
  };
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}

function byId(plan: Plan, id: string): PlanOption | null {
  return plan.options.find((option) => option.id === id) ?? null;
}

function optionChange(before: PlanOption | null, after: PlanOption | null, id: string): OptionChange {
  const [from, to] = [before?.monthly_usd ?? null, after?.monthly_usd ?? null];
  const components = componentChanges(before?.components ?? [], after?.components ?? []);
  const same = from === to && before?.feasible === after?.feasible && components.length === 0;
  return {
    id,
    change: before === null ? 'added' : after === null ? 'removed' : same ? 'same' : 'changed',
    before_usd: from,
    after_usd: to,
    delta_usd: from === null || to === null ? null : to - from,
    feasible: [before?.feasible ?? null, after?.feasible ?? null],
    components,
  };
}

/** Components of the same name and leg are one; those that cost the same are left out. */
function componentChanges(before: readonly CostComponent[], after: readonly CostComponent[]): ComponentChange[] {
  const [from, to] = [sums(before), sums(after)];
  return distinct([...from.keys(), ...to.keys()]).flatMap((key): ComponentChange[] => {
    const [a, b] = [from.get(key) ?? null, to.get(key) ?? null];
    const [leg, name] = JSON.parse(key) as [string | null, string];
    return a === b ? [] : [{ name, leg, before_usd: a, after_usd: b, delta_usd: (b ?? 0) - (a ?? 0) }];
  });
}

function sums(components: readonly CostComponent[]): Map<string, number> {
  const map = new Map<string, number>();
  for (const { leg, name, monthly_usd } of components) {
    const key = JSON.stringify([leg, name]);
    map.set(key, (map.get(key) ?? 0) + monthly_usd);
  }
  return map;
}

function gateChanges(before: Plan, after: Plan): PlanDiff['gates'] {
  const name = (gate: Plan['gates'][number]) => `${gate.option_id}${gate.leg === null ? '' : `/${gate.leg}`} ${gate.rule}`;
  const of = (plan: Plan) => new Map(plan.gates.map((gate) => [name(gate), gate.blocks && gate.verdict !== 'fail' ? `${gate.verdict}, blocks` : gate.verdict]));
  const [from, to] = [of(before), of(after)];
  return distinct([...from.keys(), ...to.keys()])
    .map((gate) => ({ gate, before: from.get(gate) ?? null, after: to.get(gate) ?? null }))
    .filter((each) => each.before !== each.after);
}

/** Paths of plain values below a node, list items by id. */
function* paths(node: unknown, path: string): Generator<string> {
  if (typeof node !== 'object' || node === null || 'likely' in node) {
    yield path;
    return;
  }
  for (const [key, child] of Object.entries(node)) {
    const step = Array.isArray(node) && typeof child?.id === 'string' ? child.id : key;
    yield* paths(child, path === '' ? step : `${path}.${step}`);
  }
}

function scenarioChanges(before: Plan['scenario'], after: Plan['scenario']): PlanDiff['scenario_changes'] {
  const all = distinct([...paths(before, ''), ...paths(after, '')]);
  return all
    .map((path) => ({ path, before: valueAt(before, path) ?? null, after: valueAt(after, path) ?? null }))
    .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after) && !isMap(each));
}

/** A map on one side and nothing on the other is told by its parts. */
function isMap({ before, after }: { readonly before: unknown; readonly after: unknown }): boolean {
  return [before, after].some((value) => typeof value === 'object' && value !== null && !('likely' in value));
}

function missing(from: readonly Finding[], other: readonly Finding[]): string[] {
  const known = new Set(other.map((finding) => `${finding.code} ${finding.path}`));
  return distinct(from.filter((finding) => !known.has(`${finding.code} ${finding.path}`)).map((finding) => `${finding.code}: ${finding.message}`));
}

/** Most lines of one kind shown; JSON has them all. */
const MOST = 12;

export function diffText(diff: PlanDiff, money: Money): string[] {
  const { decision, settled } = diff;
  const said = decision.changed
    ? `The decision changes from ${decision.before ?? 'none'} to ${decision.after ?? 'none'}.`
    : `The decision stays ${decision.after ?? 'none'}.`;
  const crossover = settled.before === settled.after ? [] : [`Self-hosting stays cheaper above ${at(settled.before)} before, ${at(settled.after)} after.`];
  return [
    `${diff.scenario}: ${said}`,
    ...crossover,
    ...part(
      'A month',
      diff.options.flatMap((option) => optionLines(option, money)),
    ),
    ...part(
      'Gates',
      diff.gates.map((gate) => `${gate.gate}: ${gate.before ?? 'none'} -> ${gate.after ?? 'none'}`),
    ),
    ...part(
      'Scenario',
      diff.scenario_changes.map((each) => `${each.path}: ${shown(each.before)} -> ${shown(each.after)}`),
    ),
    ...part('New findings', diff.findings.new),
    ...part('Findings gone', diff.findings.gone),
  ];
}

function at(volume: number | null): string {
  if (volume === null) return 'no volume';
  return volume === 0 ? 'every volume' : `${count(volume)} requests a month`;
}

function part(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > MOST * 3 ? [`  and ${lines.length - MOST * 3} more (--format json has them all)`] : [];
  return ['', title, ...lines.slice(0, MOST * 3).map((line) => `  ${line}`), ...rest];
}

function optionLines(option: OptionChange, money: Money): string[] {
  const amount = (usd: number | null) => (usd === null ? 'no price' : money.total(usd));
  if (option.change === 'added') return [`${option.id}: new, ${amount(option.after_usd)}`];
  if (option.change === 'removed') return [`${option.id}: gone, was ${amount(option.before_usd)}`];
  if (option.change === 'same') return [`${option.id}: ${amount(option.after_usd)}, the same`];
  const share =
    option.delta_usd === null || !option.before_usd
      ? ''
      : `, ${signed(option.delta_usd, money)} (${option.delta_usd > 0 ? '+' : ''}${percent(option.delta_usd / option.before_usd)})`;
  const now = option.feasible[0] === option.feasible[1] ? '' : option.feasible[1] ? '; can now be used' : '; can no longer be used';
  const parts = option.components.map(
    (each) =>
      `  ${each.leg === null ? '' : `${each.leg}: `}${each.name}: ${amount(each.before_usd ?? 0)} -> ${amount(each.after_usd ?? 0)}, ${signed(each.delta_usd, money)}`,
  );
  return [`${option.id}: ${amount(option.before_usd)} -> ${amount(option.after_usd)}${share}${now}`, ...parts];
}

function signed(usd: number, money: Money): string {
  return `${usd > 0 ? '+' : ''}${money.total(usd)}`;
}

function shown(value: unknown): string {
  if (value === null) return 'not given';
  if (typeof value === 'object' && 'likely' in value) {
    const { low, high } = value as unknown as { low: number; high: number };
    return `${low} to ${high} (likely ${likely(value as never)})`;
  }
  return typeof value === 'number' ? count(value) : String(value);
}

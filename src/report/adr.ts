/** A decision record: context, options, decision, consequences and the day to look again, as an architecture decision record in Markdown. */

import type { KnownChange } from '../engine/known-changes.ts';
import type { Plan, PlanDocument, PlanOption } from '../engine/result.ts';
import type { ScenarioOption } from '../engine/scenario.ts';
import { addMonths, type IsoDate } from '../engine/units.ts';
import { markdown } from './escape.ts';
import { count, judged, type Money, moneyOf, percent } from './figures.ts';
import type { ReportOptions } from './options.ts';
import { blockers, checklistSentence, chosen, confidence, flipSentence, isSpread, kindName, optionName, verdict } from './wording.ts';

export const charts = false;

export function render(document: PlanDocument, options: Partial<Pick<ReportOptions, 'nextChanges'>>): string {
  const records = document.plans.map((plan, index) => record(plan, options.nextChanges?.[index] ?? []));
  return `${records.join('\n\n---\n\n')}\n\n<sub>llm-crossover ${markdown(document.tool_version)}</sub>\n`;
}

function record(plan: Plan, changes: readonly KnownChange[]): string {
  const money = moneyOf(plan.scenario.currency);
  return [
    `# How to serve ${markdown(plan.scenario.name)}`,
    bullets([
      `Status: ${plan.decision.option_id === null ? 'open, no option is feasible' : 'proposed'}`,
      `Date: ${plan.pricing.today}`,
      `Prices of: ${plan.pricing.as_of}`,
    ]),
    section('Context', context(plan, money)),
    section('Options', table(plan, money)),
    section('Decision', decision(plan, money)),
    section('Consequences', consequences(plan, money)),
    section('Look again', lookAgain(plan, changes, money)),
  ].join('\n\n');
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${markdown(line)}`).join('\n');
}

function context(plan: Plan, money: Money): string {
  const { workload, requirements, team, horizon_months } = plan.scenario;
  const growth = judged(workload.growth_per_month, percent);
  const rules = [
    ...requirements.regimes.map((name) => name.replaceAll('_', ' ').toUpperCase()),
    ...requirements.data.map((name) => `${name.replaceAll('_', ' ')} data`),
  ];
  return bullets([
    `${judged(workload.requests_per_month)} ${workload.modality.replaceAll('_', ' ')} requests a month${growth === '0 %' ? '' : `, growing ${growth} a month`}, over ${horizon_months} months`,
    ...(rules.length === 0 ? [] : [`Rules: ${rules.join(', ')}${requirements.residency === null ? '' : `; data kept in ${requirements.residency}`}`]),
    ...(team.engineers === null ? [] : [`Team: ${count(team.engineers)} engineers`]),
    `Costs are in ${money.code}, of a month at likely values; ranges are 8 of 10 draws.`,
    checklistSentence(plan),
  ]);
}

function table(plan: Plan, money: Money): string {
  const rows = plan.options.map((option) => {
    const chance = plan.uncertainty?.probability_cheapest[option.id];
    return [
      `${optionName(option)}, ${kindName(option.kind)}`,
      option.monthly_usd === null ? 'unknown' : money.total(option.monthly_usd),
      option.monthly_usd_range === null || !isSpread(option.monthly_usd_range)
        ? ''
        : `${money.total(option.monthly_usd_range.p10)} to ${money.total(option.monthly_usd_range.p90)}`,
      option.horizon === null ? '' : money.total(option.horizon.total_usd),
      chance === undefined ? '' : percent(chance),
      option.feasible ? 'yes' : `no: ${blockers(option)}`,
    ].map((text) => markdown(text, 'cell'));
  });
  const head = ['Option', 'A month', 'p10 to p90', `${plan.scenario.horizon_months} months`, 'Cheapest in', 'Can be used'];
  return [head, ['---', '---:', '---:', '---:', '---:', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function decision(plan: Plan, money: Money): string {
  return [`**${markdown(verdict(plan, money))}**`, bullets(plan.decision.because.map((reason) => reason.message))].join('\n\n');
}

function consequences(plan: Plan, money: Money): string {
  const option = chosen(plan);
  if (option === null) return 'None before an option is found.';
  return bullets([...costs(option, money), ...duties(plan, option), ...confidence(plan, money).map((cell) => cell.text), ...regret(plan, money)]);
}

function costs(option: PlanOption, money: Money): string[] {
  if (option.horizon === null) return [];
  const once = option.horizon.one_off_usd === 0 ? '' : `, of which ${money.total(option.horizon.one_off_usd)} once`;
  const gpus =
    option.capacity === null ? [] : [`${count(option.capacity.gpus)} GPUs run, in use ${percent(option.capacity.utilization)} of what they could serve`];
  return [`${money.total(option.horizon.total_usd)} over ${option.horizon.months} months${once}`, ...gpus];
}

/** What the choice rests on and nobody has shown yet. */
function duties(plan: Plan, option: PlanOption): string[] {
  return plan.gates
    .filter((gate) => gate.option_id === option.id && gate.verdict !== 'pass')
    .map((gate) => `To be settled: ${gate.rule}, ${gate.verdict}. ${gate.message}`);
}

function regret({ uncertainty }: Plan, money: Money): string[] {
  if (uncertainty === null || uncertainty.expected_regret_usd === null || uncertainty.expected_regret_usd < 0.5) return [];
  const [first] = uncertainty.value_of_information;
  const know = first === undefined ? '' : `; knowing ${first.variable} before deciding would save ${money.total(first.usd)} of it`;
  return [`Expected regret: ${money.total(uncertainty.expected_regret_usd)} over the horizon${know}`];
}

interface Reason {
  readonly date: IsoDate;
  readonly what: string;
}

/** Without an earlier reason, prices are looked at again after a quarter. */
const QUARTER = 3;

function lookAgain(plan: Plan, changes: readonly KnownChange[], money: Money): string {
  const reasons = [...changes.map((change) => ({ date: change.date, what: `${change.option_id}: ${change.what}` })), ...terms(plan), ...ends(plan)].sort(
    (a, b) => (a.date < b.date ? -1 : 1),
  );
  const first = reasons[0] as Reason;
  const flips = plan.decision.flips.map((flip) => flipSentence(flip, money));
  return [
    `By **${first.date}** at the latest: ${markdown(first.what)}.`,
    bullets(reasons.map((reason) => `${reason.date}: ${reason.what}`)),
    ...(flips.length === 0 ? [] : ['Before that, when one of these happens:', bullets(flips)]),
  ].join('\n\n');
}

/** The chosen option's contract, counted from today. */
function terms(plan: Plan): Reason[] {
  const option = plan.scenario.options.find((each) => each.id === plan.decision.option_id);
  const months = option === undefined ? 0 : termOf(option);
  return months > 0 ? [{ date: addMonths(plan.pricing.today, months), what: `the ${months}-month term of ${option?.id} ends` }] : [];
}

function termOf(option: ScenarioOption): number {
  if (option.kind === 'cloud_api' || option.kind === 'hosted_open')
    return option.commit?.term_months ?? (option.billing.kind === 'provisioned' ? option.billing.provisioned.term_months : 0);
  if (option.kind !== 'self_host' || option.self_host.hosting.kind !== 'rented') return 0;
  const { rental } = option.self_host.hosting;
  return rental.kind === 'custom' ? rental.term_months : Number(/^reserved_(\d+)m$/.exec(rental.billing)?.[1] ?? 0);
}

function ends(plan: Plan): Reason[] {
  const { today } = plan.pricing;
  const quarter = { date: addMonths(today, QUARTER), what: 'prices are a quarter older' };
  const month = plan.crossover_summary?.month ?? null;
  const growth =
    month !== null && month > 1
      ? [{ date: addMonths(today, month - 1), what: `with the growth given, ${plan.crossover_summary?.self_host_option} becomes the cheaper in the month` }]
      : [];
  return [...growth, quarter, { date: addMonths(today, plan.scenario.horizon_months), what: 'the horizon ends' }];
}

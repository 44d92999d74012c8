/** The evidence as tables and lists. */

import type { Gate, Plan, PlanOption, Uncertainty, WhatIf } from '../engine/result.ts';
import { count, grouped, type Money, percent, short, significant } from './figures.ts';
import { type Block, type Cell, type Column, cell, list, type Table, type Tone } from './model.ts';
import { variableName } from './names.ts';
import { blockers, isSpread, kindName, times } from './wording.ts';

interface Field<Row> extends Column {
  readonly show: (row: Row) => Cell | string;
}

/** Builds a table from columns that know how to show a row. */
function table<Row>(fields: readonly Field<Row>[], rows: readonly Row[]): Table {
  const show = (field: Field<Row>, row: Row): Cell => {
    const shown = field.show(row);
    return typeof shown === 'string' ? { text: shown } : shown;
  };
  return {
    kind: 'table',
    columns: fields.map(({ title, align, wraps }) => ({ title, align, wraps: wraps ?? false })),
    rows: rows.map((row) => fields.map((field) => show(field, row))),
  };
}

const DASH = '-';
export const UNITS = { output_mtok: 'M output tokens', audio_minute: 'audio minute', image: 'image', input_mtok: 'M input tokens' } as const;

export function optionsTable(plan: Plan, money: Money): Table {
  const total = (usd: number | null | undefined) => (usd === null || usd === undefined ? DASH : money.total(usd));
  const unit = UNITS[plan.options[0]?.work_unit ?? 'output_mtok'];
  const fields: (Field<PlanOption> | null)[] = [
    { title: 'Option', align: 'left', wraps: true, show: (option) => cell(option.id, option.id === plan.decision.option_id ? 'strong' : 'plain') },
    { title: 'Kind', align: 'left', wraps: true, show: (option) => (option.quoted ? `${kindName(option.kind)}, quoted` : kindName(option.kind)) },
    { title: 'A month', align: 'right', show: (option) => total(option.monthly_usd) },
    plan.options.some(({ monthly_usd_range: r }) => r !== null && isSpread(r))
      ? {
          title: 'p10 to p90',
          align: 'right',
          wraps: true,
          show: ({ monthly_usd_range: r }) => (r === null || !isSpread(r) ? DASH : `${money.total(r.p10)} to\u00a0${money.total(r.p90)}`),
        }
      : null,
    { title: `${plan.scenario.horizon_months} months`, align: 'right', show: (option) => total(option.horizon?.total_usd) },
    { title: `Per ${unit}`, align: 'right', wraps: true, show: (option) => total(option.usd_per_work_unit) },
    {
      title: 'GPUs (in use)',
      align: 'right',
      wraps: true,
      show: ({ capacity }) => (capacity === null ? DASH : `${count(capacity.gpus)} (${percent(capacity.utilization)})`),
    },
    { title: 'Can be used', align: 'left', wraps: true, show: (option) => (option.feasible ? cell('yes', 'good') : cell(`no: ${blockers(option)}`, 'bad')) },
  ];
  return table(
    fields.filter((field) => field !== null),
    plan.options,
  );
}

const GATE_TONES: Readonly<Record<Gate['verdict'], Tone>> = { pass: 'good', fail: 'bad', unknown: 'warn', unverified: 'warn' };

/** Rules down, options across; the worst verdict of a hybrid's legs stands for it. */
export function gatesTable(plan: Plan): Table {
  const rules = [...new Set(plan.gates.map((gate) => gate.rule))];
  const options = plan.options.filter((option) => plan.gates.some((gate) => gate.option_id === option.id));
  const fields: Field<string>[] = [
    { title: 'Gate', align: 'left', wraps: true, show: (rule) => rule },
    ...options.map(
      ({ id }): Field<string> => ({
        title: id,
        align: 'left',
        wraps: true,
        show: (rule) => gateCell(plan.gates.filter((gate) => gate.option_id === id && gate.rule === rule)),
      }),
    ),
  ];
  return table(fields, rules);
}

function gateCell(gates: readonly Gate[]): Cell {
  const [worst] = [...gates].sort((a, b) => rank(a) - rank(b));
  if (worst === undefined) return cell(DASH, 'dim');
  return cell(worst.blocks && worst.verdict !== 'fail' ? `${worst.verdict}, blocks` : worst.verdict, GATE_TONES[worst.verdict]);
}

/** What blocks comes first, what passes last. */
function rank(gate: Gate): number {
  if (gate.blocks) return gate.verdict === 'fail' ? 0 : 1;
  return gate.verdict === 'pass' ? 3 : 2;
}

/** What gates say, the worst first, and of which options (and legs) they say it. */
export function gateGroups(plan: Plan): { readonly gate: Gate; readonly who: readonly string[] }[] {
  const groups = new Map<string, { readonly gate: Gate; readonly who: string[] }>();
  for (const gate of [...plan.gates].sort((a, b) => rank(a) - rank(b))) {
    const text = gateText(gate);
    const who = gate.leg === null ? gate.option_id : `${gate.option_id}/${gate.leg}`;
    const key = `${gate.blocks}|${text}`;
    const group = groups.get(key);
    if (group) group.who.push(who);
    else groups.set(key, { gate, who: [who] });
  }
  return [...groups.values()];
}

export function gatesList(plan: Plan): Block {
  return list(gateGroups(plan).map(({ gate, who }) => cell(`${who.join(', ')}: ${gateText(gate)}`, gate.blocks ? GATE_TONES[gate.verdict] : 'plain')));
}

function gateText({ rule, verdict, message, source, checked }: Gate): string {
  const origin = source === null ? '' : ` (${source}${checked === null ? '' : `, checked ${checked}`})`;
  const said = message.startsWith(`${rule}: `) ? message.slice(rule.length + 2) : message;
  return `${rule} ${verdict}. ${said}${origin}`;
}

const QUESTIONS = {
  data_sovereignty: 'Does compliance require data sovereignty?',
  above_100k_requests: 'Above 100,000 requests a month?',
  sub_100ms_latency: 'Is latency below 100 ms needed?',
  fewer_than_3_engineers: 'Fewer than 3 engineers?',
  frontier_reasoning: 'Is frontier reasoning needed?',
} as const;

export function checklistTable(plan: Plan): Table {
  return table(
    [
      { title: 'Question', align: 'left', wraps: true, show: (question) => QUESTIONS[question.id] },
      { title: 'Answer', align: 'left', show: ({ answer }) => (answer === null ? cell('unknown', 'warn') : answer ? 'yes' : 'no') },
      {
        title: 'Vote',
        align: 'left',
        show: ({ answer, points_to }) => (answer && points_to !== null ? points_to.replace('_', '-').replace('cloud-api', 'cloud API') : DASH),
      },
      { title: 'Taken from', align: 'left', wraps: true, show: (question) => question.basis },
    ],
    plan.checklist.questions,
  );
}

export function whatIfTable(plan: Plan, money: Money): Table {
  const paths = [...new Set(plan.what_if.flatMap((row) => Object.keys(row.set)))];
  const fields: Field<WhatIf>[] = [
    ...paths.map((path): Field<WhatIf> => ({ title: shortPath(path, paths), align: 'right', wraps: true, show: (row) => value(row.set[path] ?? null) })),
    ...plan.options.map(
      (option): Field<WhatIf> => ({
        title: option.feasible ? option.id : `${option.id} (ruled out)`,
        align: 'right',
        wraps: true,
        show: (row) => whatIfCost(row, option.id, money, plan),
      }),
    ),
    { title: 'Cheapest', align: 'left', wraps: true, show: (row) => cell(row.winner ?? 'none', row.winner === null ? 'bad' : 'strong') },
    {
      title: `Cheapest other kind against ${plan.baseline ?? 'the baseline'}`,
      align: 'right',
      wraps: true,
      show: (row) =>
        row.savings_vs_baseline === null
          ? DASH
          : { text: times(1 - row.savings_vs_baseline), path: `what_if.${plan.what_if.indexOf(row)}.savings_vs_baseline` },
    },
  ];
  return table(fields, plan.what_if);
}

/** The last step says enough, unless two paths share it. */
function shortPath(path: string, paths: readonly string[]): string {
  const last = path.split('.').at(-1) ?? path;
  return paths.filter((each) => each.endsWith(`.${last}`)).length > 1 ? path : last.replaceAll('_', ' ');
}

function whatIfCost(row: WhatIf, id: string, money: Money, plan: Plan): Cell {
  const usd = row.monthly_usd[id] ?? null;
  if (usd === null) return cell(DASH);
  return { text: money.total(usd), tone: row.winner === id ? 'strong' : 'plain', path: `what_if.${plan.what_if.indexOf(row)}.monthly_usd.${id}` };
}

function value(number: number | null): string {
  if (number === null) return DASH;
  return Math.abs(number) >= 1 ? count(number) : significant(number, 4);
}

/** Where the cheapest option changes, and which one is cheapest in between. */
export function crossoverList(plan: Plan): Block {
  const runs = winnerRuns(plan.winners);
  const shown = runs.slice(0, MAX_INTERVALS).map((run) => ({ text: runText(run), path: `winners.${plan.winners.indexOf(run[0] as Winner)}.from_requests` }));
  const more = runs.length > MAX_INTERVALS ? [`and ${runs.length - MAX_INTERVALS} more intervals (--format json has them all)`] : [];
  return list([...shown, ...more, ...crossoverNotes(plan)]);
}

const MAX_INTERVALS = 12;

type Winner = Plan['winners'][number];

/** Neighbouring intervals in which the same two options keep taking turns (two fleets that grow in steps) are one run. */
function winnerRuns(winners: readonly Winner[]): Winner[][] {
  const runs: Winner[][] = [];
  let at = 0;
  while (at < winners.length) {
    let end = at + 1;
    while (end < winners.length && (end === at + 1 || winners[end]?.option_id === winners[end - 2]?.option_id)) end++;
    // The first of a turn-taking run has the field for itself before, the last after it.
    const turns = winners.slice(at + 1, end - 1);
    const first = winners[at] as Winner;
    runs.push([first]);
    if (turns.length >= 4) {
      runs.push(turns);
      at = end - 1;
    } else at++;
  }
  return runs;
}

function runText(run: readonly Winner[]): string {
  const [first, last] = [run[0] as Winner, run.at(-1) as Winner];
  const from = grouped(first.from_requests, 0);
  const range = last.to_requests === null ? `${from} requests a month and more` : `${from} to ${grouped(last.to_requests, 0)} requests a month`;
  if (run.length === 1) return `${range}: ${first.option_id ?? 'no option is possible'}`;
  const ids = [...new Set(run.map((each) => each.option_id ?? 'no option'))].sort();
  return `${range}: ${ids.join(' and ')} take turns, ${run.length} times`;
}

function crossoverNotes(plan: Plan): string[] {
  const marks = plan.crossovers.length === 0 ? ['the cheapest option is the same at every volume'] : [crossoverMarks(plan.crossovers)];
  const summary = plan.crossover_summary;
  if (summary === null) return marks;
  const { self_host_option: own, api_option: api, month, payback_months } = summary;
  return [
    ...marks,
    settledNote(summary),
    ...(month === null || month === 1 ? [] : [`with the growth given, ${own} is cheaper than ${api} from month ${month} on`]),
    ...(payback_months === null || payback_months === 0
      ? []
      : [`what ${own} costs once more than ${api} is paid back after ${significant(payback_months, 3)} months`]),
  ];
}

function settledNote({ self_host_option: own, api_option: api, settled }: NonNullable<Plan['crossover_summary']>): string {
  if (settled === null) return `${own} does not become cheaper than ${api} for good at any volume`;
  return settled === 0 ? `${own} is cheaper than ${api} at every volume` : `above ${count(settled)} requests a month ${own} stays cheaper than ${api}`;
}

function crossoverMarks(crossovers: Plan['crossovers']): string {
  const marks = crossovers.map(mark);
  if (marks.length > 6) return `${marks.length} crossovers, the first at ${marks[0]}, the last at ${marks.at(-1)} requests a month`;
  return `${marks.length === 1 ? 'crossover' : 'crossovers'} at ${marks.join(', ')} requests a month`;
}

function mark(crossover: Plan['crossovers'][number]): string {
  const at = crossover.requests_per_month;
  return at >= 1e9 ? short(at) : count(at);
}

/** What one input moves, the others at their likely values; the one that moves most first. */
export function sensitivityTable({ sensitivity }: Uncertainty, money: Money): Table {
  type Row = Uncertainty['sensitivity'][number];
  const reach = (row: Row) => Math.abs(row.high_usd - row.low_usd);
  const fields: Field<Row>[] = [
    { title: 'Input', align: 'left', wraps: true, show: (row) => variableName(row.variable) },
    { title: 'At its low end', align: 'right', show: (row) => money.total(row.low_usd) },
    { title: 'At its high end', align: 'right', show: (row) => money.total(row.high_usd) },
    { title: 'Share of variance', align: 'right', show: (row) => (row.share === null ? DASH : percent(row.share)) },
  ];
  return table(
    fields,
    [...sensitivity].sort((a, b) => reach(b) - reach(a)),
  );
}

/** Where self-hosting begins to pay, over the draws. */
export function settledList({ settled_requests: r, share_never, draws }: Uncertainty): Block {
  const never = `in ${percent(share_never)} of ${grouped(draws, 0)} draws self-hosting does not stay cheaper at any volume`;
  return list(
    r === null
      ? [never]
      : [
          `self-hosting stays cheaper above ${short(r.p10)} to ${short(r.p90)} requests a month (8 of 10 of the draws in which it ever does; middle ${short(r.p50)})`,
          never,
        ],
  );
}

const SEVERITIES: Readonly<Record<string, Tone>> = { error: 'bad', warning: 'warn', info: 'dim' };

export function findingsList(plan: Plan): Block {
  const order = ['error', 'warning', 'info'];
  return list(
    [...plan.findings]
      .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
      .map((finding) =>
        cell(
          `${finding.severity}: ${finding.message}${finding.path === null ? '' : ` (${finding.path})`} [${finding.code}]`,
          SEVERITIES[finding.severity] ?? 'plain',
        ),
      ),
  );
}

/** The report of one plan as HTML text: the same function makes the page and, after every move of a slider, makes it anew. */

import type { WeekOfUse } from '../../engine/capacity/week.ts';
import type { Gate, Plan } from '../../engine/result.ts';
import { type Curves, chartOf } from '../curves.ts';
import { html } from '../escape.ts';
import { type Money, moneyOf, percent } from '../figures.ts';
import { hybridBlocks } from '../hybrid.ts';
import type { Chart } from '../model.ts';
import { variableName } from '../names.ts';
import { checklistTable, crossoverList, findingsList, gateGroups, settledList, whatIfTable } from '../tables.ts';
import { checklistSentence, flipSentence } from '../wording.ts';
import { categoryLegend, ranked, stackedBars, tornado } from './bar-charts.ts';
import { block, figure, linked, list, origin, paragraph, prose, scrolled, section } from './elements.ts';
import { verdictSection } from './facts.ts';
import { frontierChart } from './frontier.ts';
import { legend, lineChart, readingText } from './line-chart.ts';
import { breakdown, optionsTable, sourcesList } from './options.ts';
import { weekFigure } from './week.ts';

export interface View {
  readonly plan: Plan;
  readonly curves: Curves;
  /** Null: the recommended option and its rivals have no GPUs of their own. */
  readonly week: WeekOfUse | null;
  /** Keeps ids apart where a page holds several plans. */
  readonly prefix: string;
  /** Pixels a chart may take. */
  readonly width: number;
}

/** Sections by name, so that the page can replace them one by one. */
export function sectionsOf(view: View): Readonly<Record<string, string>> {
  const { plan, prefix, week } = view;
  const money = moneyOf(plan.scenario.currency);
  const chart = chartOf(plan, view.curves);
  const hybrids = hybrid(view, money);
  const at = (name: string, title: string, inner: string) => (inner === '' ? '' : section(prefix, name, title, inner));
  return {
    verdict: verdictSection(plan, money),
    chart: at('chart', 'Cost over volume', (chart === null ? '' : chartFigure(view, chart)) + block(crossoverList(plan))),
    options: at('options', 'Options', optionsTable(plan, prefix, money)),
    components: at('components', 'What a month is made of', components(view, money)),
    week: week === null ? '' : at('week', `How busy the GPUs of ${week.option_id} are`, weekFigure(week, view.width)),
    hybrid: at('hybrid', 'Hybrid: how much to send to the large model', hybrids),
    sensitivity: at('sensitivity', 'What would change it', sensitivity(view, money)),
    gates: plan.gates.length === 0 ? '' : at('gates', 'Gates', gates(plan)),
    checklist: at('checklist', 'Checklist against decision', block(checklistTable(plan)) + paragraph(checklistSentence(plan))),
    what_if: plan.what_if.length === 0 ? '' : at('what-if', 'What if', block(whatIfTable(plan, money))),
    findings: plan.findings.length === 0 ? '' : at('findings', 'Findings', block(findingsList(plan))),
    sources: at('sources', 'Sources', sourcesList(plan)),
  };
}

function chartFigure({ width, prefix, curves }: View, chart: Chart): string {
  const { svg } = lineChart(
    chart,
    curves.bands ?? [],
    width,
    `US dollars a month over requests a month, both axes logarithmic. ${chart.series.length} options; the slider below reads the values.`,
  );
  const start = nearest(chart.volumes, chart.volume);
  const id = `${prefix}read`;
  const reader = `<p class="reader"><label for="${id}">Read the chart at</label> <input id="${id}" class="read" type="range" min="0" max="${chart.volumes.length - 1}" value="${start}"> <output for="${id}" class="reading">${html(readingText(chart, start))}</output></p>`;
  const banded = (curves.bands ?? []).length === 0 ? '' : ' A pale band holds 8 of 10 draws.';
  const code = html(chart.currency.code);
  return `<figure class="chart"><figcaption>${code} a month. A ring marks where the cheapest option changes.${banded}</figcaption>${svg}<ul class="legend">${legend(chart)}</ul>${reader}</figure>`;
}

export function nearest(volumes: readonly number[], volume: number): number {
  let best = 0;
  volumes.forEach((each, index) => {
    if (Math.abs(Math.log(each / volume)) < Math.abs(Math.log((volumes[best] ?? 1) / volume))) best = index;
  });
  return best;
}

function components({ plan, width, prefix }: View, money: Money): string {
  const bars = `<figure>${stackedBars(plan, width, money)}<ul class="legend">${categoryLegend(plan)}</ul></figure>`;
  return bars + plan.options.map((option) => breakdown(option, prefix, money)).join('');
}

function hybrid({ plan, width }: View, money: Money): string {
  const charts = plan.options.flatMap(({ id, hybrid: figures }) => (figures === null ? [] : [frontierChart(id, figures, width, money)]));
  return charts.join('') + hybridBlocks(plan, money).map(block).join('');
}

const RANKS: Readonly<Record<Gate['verdict'], number>> = { fail: 0, unknown: 1, unverified: 2, pass: 3 };
const TONES: Readonly<Record<Gate['verdict'], string>> = { pass: 'good', fail: 'bad', unknown: 'warn', unverified: 'warn' };

function gates(plan: Plan): string {
  const sorted = gateGroups(plan).sort((a, b) => Number(b.gate.blocks) - Number(a.gate.blocks) || RANKS[a.gate.verdict] - RANKS[b.gate.verdict]);
  const rows = sorted.map(({ gate, who }) => {
    const said = gate.message.startsWith(`${gate.rule}: `) ? gate.message.slice(gate.rule.length + 2) : gate.message;
    const from =
      gate.source === null ? '' : ` <span class="dim">${linked(gate.source)}${gate.checked === null ? '' : `, checked ${html(gate.checked)}`}</span>`;
    return `<tr><th scope="row">${html(gate.rule)}</th><td class="${TONES[gate.verdict]}">${gate.verdict}${gate.blocks && gate.verdict !== 'fail' ? ', blocks' : ''}</td><td>${html(who.join(', '))}</td><td>${prose(said)}${from}</td></tr>`;
  });
  const head = '<tr><th scope="col">Gate</th><th scope="col">Verdict</th><th scope="col">Options</th><th scope="col">Why, and where it says so</th></tr>';
  return scrolled(`<table class="gates"><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`, 'Gates');
}

function sensitivity({ plan, width }: View, money: Money): string {
  const { decision, uncertainty, crossover_summary } = plan;
  const said =
    decision.flips.length === 0
      ? paragraph('Nothing that was tried changes the answer.')
      : list(decision.flips.map((flip, at) => ({ text: flipSentence(flip, money), path: `decision.flips.${at}.value` })));
  if (uncertainty === null) return said;
  const settled = crossover_summary === null ? '' : block(settledList(uncertainty));
  const rows = ranked(uncertainty).slice(0, 10);
  if (rows.length === 0) return said + settled;
  const body = rows.map((row) => {
    const at = `uncertainty.sensitivity.${uncertainty.sensitivity.indexOf(row)}`;
    const share = row.share === null ? '-' : origin(`${at}.share`, percent(row.share));
    return `<tr><th scope="row">${html(variableName(row.variable))}</th>${figure(row.low_usd, 'low_usd', `${at}.low_usd`, money)}${figure(row.high_usd, 'high_usd', `${at}.high_usd`, money)}<td class="right">${share}</td></tr>`;
  });
  const titles = ['Input', 'At its low end', 'At its high end', 'Share of the spread'];
  const head = titles.map((title, at) => `<th scope="col"${at > 0 ? ' class="right"' : ''}>${title}</th>`).join('');
  return `${said}${settled}<h3>What the recommended option costs over the horizon, one input at a time</h3><figure>${tornado(uncertainty, width, money)}</figure>${scrolled(`<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`, 'Sensitivity')}`;
}

/** The report of one plan as HTML text: the same function makes the page and, after every move of a slider, makes it anew. */

import type { Gate, Plan, PlanOption } from '../../engine/result.ts';
import { type Curves, chartOf } from '../curves.ts';
import { html } from '../escape.ts';
import { count, type Money, moneyOf, percent, significant } from '../figures.ts';
import { inputsOf } from '../inputs.ts';
import type { Block, Cell, Chart, Table } from '../model.ts';
import { subject } from '../sections.ts';
import { checklistTable, crossoverList, findingsList, whatIfTable } from '../tables.ts';
import { alternatives, blockers, checklistSentence, confidence, flipSentence, kindName, optionName, verdict } from '../wording.ts';
import { categoryLegend, ranked, stackedBars, tornado } from './bar-charts.ts';
import { legend, lineChart, readingText } from './line-chart.ts';

export interface View {
  readonly plan: Plan;
  readonly curves: Curves;
  readonly places: Readonly<Record<string, string>>;
  /** Keeps ids apart where a page holds several plans. */
  readonly prefix: string;
  /** Pixels a chart may take. */
  readonly width: number;
}

/** Sections by name, so that the page can replace them one by one. */
export function sectionsOf(view: View): Readonly<Record<string, string>> {
  const { plan } = view;
  const money = moneyOf(plan.scenario.currency);
  const chart = chartOf(plan, view.curves);
  return {
    verdict: verdictSection(plan, money),
    chart: section(view, 'chart', 'Cost over volume', (chart === null ? '' : chartFigure(view, chart)) + block(crossoverList(plan))),
    options: section(view, 'options', 'Options', optionsTable(view, money)),
    components: section(view, 'components', 'What a month is made of', components(view, money)),
    gates: plan.gates.length === 0 ? '' : section(view, 'gates', 'Gates', gates(plan)),
    sensitivity: section(view, 'sensitivity', 'What would change it', sensitivity(view, money)),
    checklist: section(view, 'checklist', 'Checklist against decision', block(checklistTable(plan)) + paragraph(checklistSentence(plan))),
    what_if: plan.what_if.length === 0 ? '' : section(view, 'what-if', 'What if', block(whatIfTable(plan, money))),
    findings: plan.findings.length === 0 ? '' : section(view, 'findings', 'Findings', block(findingsList(plan))),
  };
}

function section({ prefix }: View, name: string, title: string, inner: string): string {
  return `<section aria-labelledby="${prefix}${name}-title"><h2 id="${prefix}${name}-title">${html(title)}</h2>${inner}</section>`;
}

function verdictSection(plan: Plan, money: Money): string {
  const none = plan.decision.option_id === null;
  const others = alternatives(plan, money);
  return [
    `<p class="subject">${html(subject(plan))}</p>`,
    `<p class="verdict${none ? ' bad' : ''}" data-option="${html(plan.decision.option_id ?? '')}">${html(verdict(plan, money))}</p>`,
    titled(none ? 'What was looked at' : 'Instead of', others),
    titled(
      'Why',
      plan.decision.because.map((reason) => ({ text: reason.message })),
    ),
    titled('How sure we are', confidence(plan, money)),
  ].join('');
}

function titled(title: string, items: readonly Cell[]): string {
  return items.length === 0 ? '' : `<h3>${html(title)}</h3>${list(items)}`;
}

function paragraph(content: string): string {
  return `<p>${html(content)}</p>`;
}

function list(items: readonly Cell[]): string {
  return `<ul>${items.map((item) => `<li${toned(item)}>${html(item.text)}</li>`).join('')}</ul>`;
}

function toned({ tone = 'plain' }: Cell): string {
  return tone === 'plain' ? '' : ` class="${tone}"`;
}

function block(value: Block): string {
  if (value.kind === 'paragraph') return paragraph(value.text);
  if (value.kind === 'list') return list(value.items);
  return value.kind === 'table' ? table(value) : '';
}

function table({ columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col" class="${column.align}">${html(column.title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((each, at) => cell(each, at === 0, columns[at]?.align ?? 'left')).join('')}</tr>`).join('');
  return scrolled(`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`);
}

function cell(each: Cell, heads: boolean, align: string): string {
  const name = heads ? 'th' : 'td';
  return `<${name}${heads ? ' scope="row"' : ''} class="${align} ${each.tone ?? ''}">${html(each.text)}</${name}>`;
}

/** Wide tables scroll in a frame of their own, also by keyboard. */
function scrolled(inner: string, label = 'Table'): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${html(label)}">${inner}</div>`;
}

function chartFigure({ width, prefix }: View, chart: Chart): string {
  const { svg } = lineChart(
    chart,
    width,
    `US dollars a month over requests a month, both axes logarithmic. ${chart.series.length} options; the slider below reads the values.`,
  );
  const start = nearest(chart.volumes, chart.volume);
  const id = `${prefix}read`;
  const reader = `<p class="reader"><label for="${id}">Read the chart at</label> <input id="${id}" class="read" type="range" min="0" max="${chart.volumes.length - 1}" value="${start}"> <output for="${id}" class="reading">${html(readingText(chart, start))}</output></p>`;
  return `<figure class="chart"><figcaption>${html(chart.currency.code)} a month; the dashed upright line is today's volume, a ring marks where the cheapest option changes.</figcaption>${svg}<ul class="legend">${legend(chart)}</ul>${reader}</figure>`;
}

export function nearest(volumes: readonly number[], volume: number): number {
  let best = 0;
  volumes.forEach((each, index) => {
    if (Math.abs(Math.log(each / volume)) < Math.abs(Math.log((volumes[best] ?? 1) / volume))) best = index;
  });
  return best;
}

/** A figure for people with the exact one beside it for programs (US dollars). */
function figure(usd: number | null | undefined, name: string, money: Money): string {
  if (usd === null || usd === undefined) return '<td class="right">-</td>';
  return `<td class="right" data-name="${name}" data-usd="${usd}">${html(money.total(usd))}</td>`;
}

function optionsTable({ plan, prefix }: View, money: Money): string {
  const ranges = plan.options.some((option) => option.monthly_usd_range !== null);
  const titles = [
    'Option',
    'Kind',
    'A month',
    ...(ranges ? ['p10', 'p90'] : []),
    `${plan.scenario.horizon_months} months`,
    'Per request',
    'GPUs (in use)',
    'Can be used',
  ];
  const rows = plan.options.map((option) => {
    const cells = [
      `<th scope="row" class="${option.id === plan.decision.option_id ? 'strong' : ''}"><a href="#${prefix}c-${html(encodeURIComponent(option.id))}">${html(option.id)}</a></th>`,
      `<td>${html(kindName(option.kind) + (option.quoted ? ', quoted' : ''))}</td>`,
      figure(option.monthly_usd, 'monthly_usd', money),
      ...(ranges ? [figure(option.monthly_usd_range?.p10, 'p10', money), figure(option.monthly_usd_range?.p90, 'p90', money)] : []),
      figure(option.horizon?.total_usd, 'total_usd', money),
      figure(option.usd_per_request, 'usd_per_request', money),
      `<td class="right">${option.capacity === null ? '-' : `${html(count(option.capacity.gpus))} (${html(percent(option.capacity.utilization))})`}</td>`,
      option.feasible ? '<td class="good">yes</td>' : `<td class="bad">${html(`no: ${blockers(option)}`)}</td>`,
    ];
    return `<tr data-option="${html(option.id)}">${cells.join('')}</tr>`;
  });
  const head = titles.map((title, at) => `<th scope="col"${at > 1 && at < titles.length - 1 ? ' class="right"' : ''}>${html(title)}</th>`).join('');
  return scrolled(`<table class="options"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`, 'Options');
}

function components(view: View, money: Money): string {
  const { plan, width } = view;
  const bars = `<figure>${stackedBars(plan, width, money)}<ul class="legend">${categoryLegend(plan)}</ul></figure>`;
  return bars + plan.options.map((option) => breakdown(view, option, money)).join('');
}

/** Every dollar with its origin a click away. */
function breakdown(view: View, option: PlanOption, money: Money): string {
  const id = `${view.prefix}c-${html(encodeURIComponent(option.id))}`;
  const title = `<h3 id="${id}">${html(optionName(option))}</h3>`;
  if (option.components.length === 0) return `${title}<p class="dim">No cost: ${html(option.blocked_by.join(', ') || 'see the findings')}.</p>`;
  const head =
    '<tr><th scope="col">Component and origin</th><th scope="col" class="right">Quantity</th><th scope="col" class="right">Unit price</th><th scope="col" class="right">A month</th></tr>';
  const rows = option.components.map((component) => {
    const name = component.leg === null ? component.name : `${component.leg}: ${component.name}`;
    const inputs = inputsOf(component, option, view.plan.scenario, (path) => view.places[path] ?? null);
    const origin = `<p>${linked(component.source)}</p>${inputs.length === 0 ? '' : `<p>Quantity from ${html(inputs.join(', '))}</p>`}<p>${html(component.category.replace('_', '-'))}, ${component.behaviour}</p>`;
    return `<tr data-component="${html(name)}"><th scope="row"><details><summary>${html(name)}</summary>${origin}</details></th><td class="right">${html(significant(component.quantity, 7))} ${html(component.unit)}</td><td class="right">${html(money.unit(component.unit_usd))}</td>${figure(component.monthly_usd, 'component_usd', money)}</tr>`;
  });
  return title + scrolled(`<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`, `Components of ${option.id}`);
}

/** Web addresses in a source become links; everything else stays text. */
function linked(source: string): string {
  return source
    .split(/(https:\/\/[^\s,;()<>"']+)/)
    .map((part, at) => (at % 2 === 1 ? `<a href="${html(part)}" rel="noreferrer noopener">${html(part)}</a>` : html(part)))
    .join('');
}

const RANKS: Readonly<Record<Gate['verdict'], number>> = { fail: 0, unknown: 1, unverified: 2, pass: 3 };
const TONES: Readonly<Record<Gate['verdict'], string>> = { pass: 'good', fail: 'bad', unknown: 'warn', unverified: 'warn' };

function gates(plan: Plan): string {
  const sorted = [...plan.gates].sort((a, b) => Number(b.blocks) - Number(a.blocks) || RANKS[a.verdict] - RANKS[b.verdict]);
  const rows = sorted.map((gate) => {
    const who = gate.leg === null ? gate.option_id : `${gate.option_id}/${gate.leg}`;
    const origin =
      gate.source === null ? '' : ` <span class="dim">${linked(gate.source)}${gate.checked === null ? '' : `, checked ${html(gate.checked)}`}</span>`;
    return `<tr><th scope="row">${html(who)}</th><td>${html(gate.rule)}</td><td class="${TONES[gate.verdict]}">${gate.verdict}${gate.blocks && gate.verdict !== 'fail' ? ', blocks' : ''}</td><td>${html(gate.message)}${origin}</td></tr>`;
  });
  const head = '<tr><th scope="col">Option</th><th scope="col">Gate</th><th scope="col">Verdict</th><th scope="col">Why, and where it says so</th></tr>';
  return scrolled(`<table class="gates"><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`, 'Gates');
}

function sensitivity({ plan, width }: View, money: Money): string {
  const { flips } = plan.decision;
  const said = flips.length === 0 ? paragraph('Nothing that was tried changes the answer.') : list(flips.map((flip) => ({ text: flipSentence(flip, money) })));
  if (plan.uncertainty === null) return said;
  const rows = ranked(plan.uncertainty).slice(0, 10);
  if (rows.length === 0) return said;
  const body = rows.map((row) => {
    const share = row.share === null ? '-' : percent(row.share);
    return `<tr><th scope="row">${html(row.variable)}</th>${figure(row.low_usd, 'low_usd', money)}${figure(row.high_usd, 'high_usd', money)}<td class="right">${html(share)}</td></tr>`;
  });
  const head =
    '<tr><th scope="col">Input</th><th scope="col" class="right">At its low end</th><th scope="col" class="right">At its high end</th><th scope="col" class="right">Share of the spread</th></tr>';
  return `${said}<h3>What the recommended option costs over the horizon, one input at a time</h3><figure>${tornado(plan.uncertainty, width, money)}</figure>${scrolled(`<table><thead>${head}</thead><tbody>${body.join('')}</tbody></table>`, 'Sensitivity')}`;
}

/** The report as one HTML file that needs nothing else: the engine, the prices it uses and the plan are all inside. */

import { createHash } from 'node:crypto';
import { costCurve } from '../engine/curve.ts';
import type { PlanInput } from '../engine/plan.ts';
import type { Plan, PlanDocument } from '../engine/result.ts';
import { type Curves, chartVolumes } from './curves.ts';
import { html } from './escape.ts';
import { inputsOf } from './inputs.ts';
import type { Places, ReportOptions } from './options.ts';
import { anchorsOf } from './page/anchors.ts';
import { controlsOf } from './page/controls.ts';
import { DATA_ID, type PageData, type PageInput, type PageParts, type PagePlan, POINTS } from './page/data.ts';
import { form, takeAway } from './page/form.ts';
import { sliceCatalog } from './page/slice.ts';
import { sectionsOf } from './page/view.ts';

/** It draws its own, with points enough for a wide screen. */
export const charts = false;

/** Pixels a chart is drawn for before the page knows its window. */
const WIDTH = 720;

export function render(document: PlanDocument, options: ReportOptions): string {
  const { page } = options;
  if (page === undefined) throw new Error('the HTML report needs the parts of its page');
  const data = dataOf(document, options, page);
  const articles = document.plans.map((_, index) => article(document, page, data, index));
  const names = document.plans.map((plan) => plan.scenario.name).join(', ');
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(page)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    `<title>${html(`Plan for ${names}`)}</title>`,
    `<style>${page.style}</style>`,
  ];
  const foot = `<footer><p>llm-crossover ${html(document.tool_version)}. Everything on this page is inside this file; it opens no connection.</p></footer>`;
  const body = `<main>${articles.join('')}</main>${foot}<script type="application/json" id="${DATA_ID}">${json(data)}</script><script type="module">${page.script}</script>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

/** Nothing may be loaded or sent; the only program and style that run are those whose hash is named. */
function policy({ script, style }: PageParts): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** JSON inside a script element: no text in it can end the element. */
function json(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

function dataOf(document: PlanDocument, options: ReportOptions, { plans }: PageParts): PageData {
  const catalog = plans[0]?.input.catalog;
  if (catalog === undefined) throw new Error('the HTML report needs the inputs of its plans');
  const slice = sliceCatalog(
    catalog,
    plans.map((each) => each.input.scenario),
  );
  return { tool_version: document.tool_version, ...slice, plans: plans.map((each, index) => carried(each, document, index, options.places?.[index])) };
}

function carried({ input, file, text }: PageInput, document: PlanDocument, index: number, places: Places | undefined): PagePlan {
  const { catalog: _, ...rest } = input;
  const plan = document.plans[index];
  const paths = plan === undefined ? [] : controlsOf(plan).map((control) => control.path);
  const known = new Map<string, string>();
  const note: Places = (path) => {
    const place = places?.(path) ?? null;
    if (place !== null) known.set(path, place);
    return null;
  };
  for (const option of plan?.options ?? []) for (const component of option.components) inputsOf(component, option, input.scenario, note);
  return { input: rest, file, text, anchors: text === null ? [] : anchorsOf(text, file ?? 'scenario', paths), places: Object.fromEntries(known) };
}

function curvesOf(plan: Plan, input: PlanInput): Curves {
  const volumes = chartVolumes(plan, POINTS);
  return { volumes, series: costCurve(input, volumes).map((line) => ({ id: line.option_id, monthly_usd: line.monthly_usd })) };
}

function article(document: PlanDocument, { plans }: PageParts, data: PageData, index: number): string {
  const plan = document.plans[index];
  const input = plans[index]?.input;
  if (plan === undefined || input === undefined) return '';
  const curves = curvesOf(plan, input);
  const prefix = `p${index}-`;
  const sections = sectionsOf({ plan, curves, places: data.plans[index]?.places ?? {}, prefix, width: WIDTH });
  const filled = Object.entries(sections).map(([name, content]) => `<div data-section="${name}">${content}</div>`);
  const [verdict = '', ...evidence] = filled;
  const side = `<div class="side">${form(controlsOf(plan), prefix)}${takeAway(prefix)}</div>`;
  return `<article data-plan="${index}"><h1>${html(`Plan for ${plan.scenario.name}`)}</h1>${verdict}<div class="body">${side}<div class="report">${evidence.join('')}</div></div></article>`;
}

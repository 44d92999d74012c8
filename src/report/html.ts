/** The report as one HTML file that needs nothing else: the engine, the prices it uses and the plan are all inside. */

import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Plan, PlanDocument } from '../engine/result.ts';
import type { Scenario } from '../engine/scenario.ts';
import { chartVolumes } from './curves.ts';
import { html } from './escape.ts';
import type { Places, ReportOptions } from './options.ts';
import { anchorsOf } from './page/anchors.ts';
import { controlsOf } from './page/controls.ts';
import { DATA_ID, type PageData, type PageInput, type PageParts, type PagePlan, POINTS } from './page/data.ts';
import { bandsOf, linesOfCost, weekOf } from './page/extras.ts';
import { form, takeAway } from './page/form.ts';
import { ORIGIN_DIALOG } from './page/origins.ts';
import { sliceCatalog } from './page/slice.ts';
import { sectionsOf } from './page/view.ts';
import { leaves } from './trace/resolve.ts';

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
  const foot = `<footer><p>llm-crossover ${html(document.tool_version)}. Everything on this page is inside this file; it opens no connection. Underlined figures tell where they come from: press one, or move between them with the arrow keys.</p></footer>${ORIGIN_DIALOG}`;
  const body = `<main>${articles.join('')}</main>${foot}${inert(DATA_ID, JSON.stringify(data))}${inert(PROGRAM_ID, page.script)}<script type="module">${START}</script>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

const PROGRAM_ID = 'llm-crossover-program';

/** Unfolds the program and runs it; the policy names the hash of the unfolded text too. */
const START = `const script=document.createElement('script');script.type='module';script.textContent=await new Response(new Blob([Uint8Array.from(atob(document.getElementById('${PROGRAM_ID}').textContent),(c)=>c.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();document.body.append(script);`;

/** Nothing may be loaded or sent; the only programs and style that run are those whose hash is named. */
function policy({ script, style }: PageParts): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(START)} ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** Deflated, less than half the text; no letter of base64 can end the element. */
function inert(id: string, text: string): string {
  return `<script type="text/plain" id="${id}">${deflateRawSync(text, { level: 9 }).toString('base64')}</script>`;
}

function dataOf(document: PlanDocument, options: ReportOptions, { plans }: PageParts): PageData {
  const catalog = plans[0]?.input.catalog;
  if (catalog === undefined) throw new Error('the HTML report needs the inputs of its plans');
  const slice = sliceCatalog(
    catalog,
    plans.map((each) => each.input.scenario),
  );
  const carriedPlans = document.plans.flatMap((plan, index) => {
    const page = plans[index];
    return page === undefined ? [] : [carried(page, plan, options.places?.[index])];
  });
  return { tool_version: document.tool_version, ...slice, plans: carriedPlans };
}

function carried({ input, file, text }: PageInput, plan: Plan, places: Places | undefined): PagePlan {
  const { catalog: _, ...rest } = input;
  const { scenario: __, ...answer } = plan;
  const paths = controlsOf(plan).map((control) => control.path);
  const lines = places === undefined ? {} : linesOf(input.scenario, places);
  const anchors = text === null ? [] : anchorsOf(text, file ?? 'scenario', paths);
  return { input: rest, plan: answer, bands: bandsOf(input, chartVolumes(plan, POINTS)), file, text, anchors, lines };
}

/** Values asked for in the origin of a figure stand in the page with their lines. */
function linesOf(scenario: Scenario, places: Places): Record<string, number> {
  const { profile, ...workload } = scenario.workload;
  const known = leaves({ ...scenario, workload: { ...workload, profile: profile?.name ?? null } }, '', MOST_LINES).flatMap((path) => [path, givenPath(path)]);
  const found = [...new Set(known)].flatMap((path) => {
    const line = /:(\d+)$/.exec(places(path) ?? '')?.[1];
    return line === undefined ? [] : [[path, Number(line)] as const];
  });
  return Object.fromEntries(found);
}

const MOST_LINES = 2000;

/** Ranges stand in the file as a whole, and given speeds one level deeper. */
function givenPath(path: string): string {
  return path.replace(/\.(low|likely|high)$/, '').replace(/\.throughput\.(\w+_per_s)$/, '.throughput.given.$1');
}

function article(document: PlanDocument, { plans }: PageParts, data: PageData, index: number): string {
  const plan = document.plans[index];
  const input = plans[index]?.input;
  if (plan === undefined || input === undefined) return '';
  const prefix = `p${index}-`;
  const sections = sectionsOf({
    plan,
    curves: linesOfCost(input, chartVolumes(plan, POINTS), data.plans[index]?.bands ?? []),
    week: weekOf(plan, input),
    prefix,
    width: WIDTH,
  });
  const filled = Object.entries(sections).map(([name, content]) => `<div data-section="${name}">${content}</div>`);
  const [verdict = '', ...evidence] = filled;
  const side = `<div class="side">${form(controlsOf(plan), prefix)}${takeAway(prefix)}</div>`;
  return `<article data-plan="${index}"><h1>${html(`Plan for ${plan.scenario.name}`)}</h1>${verdict}<div class="body">${side}<div class="report">${evidence.join('')}</div></div></article>`;
}

/** What the HTML report is made from: the page's program from the build, and the texts of the scenarios. */

import { existsSync, readFileSync } from 'node:fs';
import type { PlanInput } from '../engine/plan.ts';
import { scenarioFromText } from '../files/load.ts';
import { InputError } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import type { PageInput, PageParts } from '../report/page/data.ts';

export interface PageSource {
  readonly input: PlanInput;
  readonly file?: string;
}

/** @throws InputError when the build left no page */
export function pageParts(planned: readonly PageSource[]): PageParts {
  return { script: built('page.js'), style: built('style.css'), plans: planned.map(({ input, file }) => pageInput(input, file ?? null)) };
}

/** Beside `dist/plan.cjs`, one folder up from `dist/cli/*.js`, and where the sources find a build. */
const PLACES = ['./page/', '../page/', '../../dist/page/'];

function built(name: string): string {
  const found = PLACES.map((place) => new URL(place + name, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined)
    throw InputError.of('page.missing', `The page's program (dist/page/${name}) is missing.`, 'Run npm run build, or install the package again.');
  return readFileSync(found, 'utf8').trim();
}

/** The text goes with the page only where it is what was planned: --set changes no file. */
function pageInput(input: PlanInput, file: string | null): PageInput {
  const text = file === null || !existsSync(file) ? null : readText(file);
  return { input, file, text: text !== null && isPlanned(text, file ?? '', input) ? text : null };
}

function isPlanned(text: string, file: string, { scenario, catalog }: PlanInput): boolean {
  try {
    return JSON.stringify(scenarioFromText(text, file, { catalog }).scenario) === JSON.stringify(scenario);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

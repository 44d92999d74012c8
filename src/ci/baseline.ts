/** What a plan is compared with: an older plan as JSON, or the same scenario in another git revision. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, posix, resolve } from 'node:path';
import type { Catalog } from '../engine/catalog.ts';
import { plan } from '../engine/plan.ts';
import type { Plan } from '../engine/result.ts';
import type { IsoDate } from '../engine/units.ts';
import { readDocument } from '../files/document.ts';
import { loadScenario, loadYaml } from '../files/load.ts';
import { InputError } from '../files/problem.ts';
import { planDocument } from '../schema/plan.ts';
import { openRevision, pathIn, type Revision, showFile } from './git.ts';

export interface Baseline {
  /** Where it comes from, for people: `plan.json`, `origin/main (1a2b3c4)`. */
  readonly from: string;
  readonly plan: Plan;
  /** Made by this version with today's price data, not read from a file. */
  readonly ours: boolean;
}

/** A baseline, or why there is none for this scenario. */
export type Found = { readonly kind: 'found'; readonly baseline: Baseline } | { readonly kind: 'new' | 'unreadable'; readonly reason: string };

export interface Subject {
  readonly path: string;
  readonly name: string;
}

export interface BaselineOptions {
  readonly cwd: string;
  readonly catalog: Catalog;
  readonly today: IsoDate;
  /** Day of the prices of a scenario from git that names none; null: today. */
  readonly as_of: IsoDate | null;
}

/**
 * Opens the baseline once; the function then finds the part of it that belongs to a scenario.
 *
 * @throws InputError when it can't be opened at all
 */
export function openBaseline(named: string, options: BaselineOptions): (subject: Subject) => Found {
  const path = resolve(options.cwd, named);
  if (existsSync(path) && statSync(path).isFile()) return fromPlans(named, path);
  const revision = openRevision(named, options.cwd);
  return (subject) => fromRevision(revision, subject, options);
}

function fromPlans(named: string, path: string): (subject: Subject) => Found {
  const { plans } = loadYaml(path, planDocument, 'plan');
  return ({ name }) => {
    const found = plans.find((each) => each.scenario.name === name);
    if (found === undefined) return { kind: 'new', reason: `${named} has no plan for ${name}` };
    return { kind: 'found', baseline: { from: named, plan: found as Plan, ours: false } };
  };
}

function fromRevision(revision: Revision, subject: Subject, options: BaselineOptions): Found {
  const from = `${revision.name} (${revision.commit.slice(0, 7)})`;
  const path = pathIn(revision, resolve(options.cwd, subject.path));
  const text = path === null ? null : showFile(revision, path);
  if (path === null || text === null) return { kind: 'new', reason: `${subject.path} is not in ${from}` };
  try {
    return { kind: 'found', baseline: { from, plan: planAt(revision, path, text, options), ours: true } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'unreadable', reason: `${subject.path} in ${from} can't be read: ${error.problems[0]?.message ?? error.message}` };
  }
}

/** The scenario and the files it names are laid out in a folder of their own, so that its relative paths lead to the old files. */
function planAt(revision: Revision, path: string, text: string, { catalog, today, as_of }: BaselineOptions): Plan {
  const folder = mkdtempSync(join(tmpdir(), 'llm-crossover-baseline-'));
  try {
    put(folder, path, text);
    for (const named of filesNamedIn(text, path)) {
      const other = posix.normalize(posix.join(posix.dirname(path), named));
      const old = other.startsWith('..') ? null : showFile(revision, other);
      if (old !== null) put(folder, other, old);
    }
    const { scenario } = loadScenario(join(folder, path), { catalog });
    return plan({ scenario: { ...scenario, pricing: { as_of: scenario.pricing.as_of ?? as_of } }, catalog, today });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function put(folder: string, path: string, text: string): void {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

/** Keys whose value is the path of another file. */
const FILE_KEYS = new Set(['profile', 'measurement', 'calibration']);

function filesNamedIn(text: string, path: string): string[] {
  const named: string[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (FILE_KEYS.has(key) && typeof child === 'string' && !isAbsolute(child)) named.push(child);
      else look(child);
    }
  };
  look(readDocument(text, path).value);
  return [...new Set(named)];
}

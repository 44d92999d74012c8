/** Files into values: the doors the rest of the program uses. Everything wrong with a file, and with the files it names, is thrown at once. */

import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import * as z from 'zod/mini';
import type { Catalog } from '../engine/catalog.ts';
import type { Measurement } from '../engine/measurement.ts';
import type { Calibration, Profile, Scenario } from '../engine/scenario.ts';
import { calibrationSchema } from '../schema/calibration.ts';
import { measurementSchema } from '../schema/measurement.ts';
import { profileSchema } from '../schema/profile.ts';
import type { Loaded, References } from '../schema/references.ts';
import { scenarioSchema } from '../schema/scenario.ts';
import { readDocument } from './document.ts';
import { issueProblems, type Reading } from './issues.ts';
import { nameProblems, offersIn } from './names.ts';
import { type Located, type Positions, positionsOf } from './places.ts';
import { InputError, type Problem } from './problem.ts';
import { readText } from './read.ts';
import { applySet } from './set.ts';

export interface LoadOptions {
  /** Names are checked against it, and currencies looked up. A function is told which offers (`provider/model`) the file names. */
  readonly catalog: Catalog | ((offers: readonly string[]) => Catalog);
  /** Assignments `path=value`, applied to the file's values before they are judged. */
  readonly set?: readonly string[];
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly positions: Positions;
  /** The catalog the names were found in. */
  readonly catalog: Catalog;
}

/**
 * Reads a scenario file and the profiles, measurements and calibrations it names.
 *
 * @throws InputError with every problem found, in order of their places
 */
export function loadScenario(path: string, options: LoadOptions): LoadedScenario {
  return scenarioFromText(readText(path), path, options);
}

/** As `loadScenario`, for text that is already in hand (another git revision); `path` names it and anchors relative paths. */
export function scenarioFromText(text: string, path: string, { catalog: given, set = [] }: LoadOptions): LoadedScenario {
  const parsed = readDocument(text, path);
  const elsewhere: Problem[] = [];
  const references = referencesFrom(path, (code) => newestRate(code, catalog), elsewhere);
  const schema = scenarioSchema(references);
  const { located, problems } = applySet(parsed, set, schema);
  const catalog = typeof given === 'function' ? given(offersIn(located.value)) : given;
  const names = nameProblems(located, catalog);
  const read = judge(located, { schema, area: 'scenario' }, schema);
  const all = [...parsed.problems, ...read.problems, ...names, ...problems, ...elsewhere];
  if (all.length > 0 || !('value' in read)) throw new InputError(inOrder(all, path));
  return { scenario: read.value, positions: positionsOf(located), catalog };
}

/**
 * Reads any YAML or JSON file with a schema.
 *
 * @param area what the file is, one word: it begins the codes (`profile.unknown-key`) and stands in messages
 * @throws InputError with every problem found
 */
export function loadYaml<T>(path: string, schema: z.core.$ZodType<T, unknown>, area = 'file'): T {
  const parsed = readDocument(readText(path), path);
  const read = judge(parsed, { schema, area }, schema);
  const all = [...parsed.problems, ...read.problems];
  if (all.length > 0 || !('value' in read)) throw new InputError(inOrder(all, path));
  return read.value;
}

export function loadProfile(path: string): Profile {
  return loadYaml(path, profileSchema(basename(path, extname(path))), 'profile');
}

export function loadMeasurement(path: string): Measurement {
  return loadYaml(path, measurementSchema(), 'measurement');
}

function loadCalibration(path: string, named = path): Calibration {
  return loadYaml(path, calibrationSchema(named), 'calibration');
}

type Judged<T> = { readonly value: T; readonly problems: readonly [] } | { readonly problems: readonly Problem[] };

function judge<T>(located: Located, reading: Reading, schema: z.core.$ZodType<T, unknown>): Judged<T> {
  const read = z.safeParse(schema, located.value);
  return read.success ? { value: read.data, problems: [] } : { problems: issueProblems(read.error.issues, located, reading) };
}

/** Opens the files a scenario names, relative to it; each is read once, its problems noted once. */
function referencesFrom(path: string, perUsd: References['perUsd'], problems: Problem[]): References {
  const known = new Map<string, Loaded<unknown>>();
  const load = <T>(kind: string, named: string, read: (full: string) => T): Loaded<T> => {
    const full = join(dirname(path), named);
    const key = `${kind} ${full}`;
    const loaded = known.get(key) ?? attempt(() => read(isAbsolute(named) ? named : full), problems);
    known.set(key, loaded);
    return loaded as Loaded<T>;
  };
  return {
    profile: (named) => load('profile', named, loadProfile),
    measurement: (named) => load('measurement', named, loadMeasurement),
    calibration: (named) => load('calibration', named, (full) => loadCalibration(full, named)),
    perUsd,
  };
}

/** A file that can't be opened is a mistake of the line that names it; mistakes inside it stand there. */
function attempt<T>(read: () => T, problems: Problem[]): Loaded<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [first] = error.problems;
    if (error.problems.length === 1 && first !== undefined && first.line === null) {
      return { issue: { path: [], code: first.code, message: `names ${first.file}: ${first.message}`, ...(first.hint === null ? {} : { hint: first.hint }) } };
    }
    problems.push(...error.problems);
    return { issue: null };
  }
}

function newestRate(code: string, catalog: Catalog): number | null {
  const rates = catalog.fx.filter((rate) => rate.code === code);
  return [...rates].sort((a, b) => (a.date < b.date ? 1 : -1))[0]?.per_usd ?? (code === 'USD' ? 1 : null);
}

/** By place: the file itself, then the files it names, then --set; a value that couldn't be read isn't judged a second time. */
function inOrder(problems: readonly Problem[], path: string): readonly Problem[] {
  const files = [path, ...problems.map(({ file }) => file ?? '').filter((file) => file !== path && file !== '--set'), '--set'];
  const place = ({ file, line, column }: Problem) => `${file}:${line}:${column}`;
  const unread = new Set(problems.filter(({ code }) => code.startsWith('yaml.')).map(place));
  const told = new Set<string>();
  return problems
    .filter((problem) => {
      const again = told.has(`${place(problem)} ${problem.message}`) || (!problem.code.startsWith('yaml.') && unread.has(place(problem)));
      told.add(`${place(problem)} ${problem.message}`);
      return !again;
    })
    .sort((a, b) => files.indexOf(a.file ?? '') - files.indexOf(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

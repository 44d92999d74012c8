/** Reads the YAML files of one kind under `pricing/` and says, with file, line and column, what is wrong in any of them. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { InputError, type Problem } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import type { Span } from '../files/source.ts';
import { type Parsed, type Place, parseYaml } from '../files/yaml.ts';

/** Collects the values and the problems of many files, so that all mistakes are told at once. */
export class DataReader {
  readonly problems: Problem[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All files of a folder by name, `except` left out; a folder that isn't there holds none. */
  folder<T>(name: string, schema: z.ZodType<T, unknown>, except: readonly string[] = []): T[] {
    const path = join(this.#folder, name);
    if (!existsSync(path)) return [];
    const files = readdirSync(path).filter((file) => file.endsWith('.yaml') && !except.includes(file));
    return files.sort().flatMap((file) => this.file(join(name, file), schema));
  }

  /** One file as a list of one value, empty where there is no such file or it has mistakes. */
  file<T>(name: string, schema: z.ZodType<T, unknown>): T[] {
    const path = join(this.#folder, name);
    if (!existsSync(path)) return [];
    try {
      return this.#values(parseYaml(readText(path), path), schema);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.problems.push(...error.problems);
      return [];
    }
  }

  #values<T>(parsed: Parsed, schema: z.ZodType<T, unknown>): T[] {
    this.problems.push(...parsed.problems);
    const result = schema.safeParse(parsed.value);
    if (result.success) return [result.data];
    this.problems.push(...result.error.issues.map((issue) => issueProblem(issue, parsed)));
    return [];
  }

  /** @throws InputError with every problem found so far */
  finish(): void {
    if (this.problems.length > 0) throw new InputError(this.problems);
  }
}

/** The deepest place of the path that exists; an unknown key is marked at the key itself. */
function issueProblem(issue: z.core.$ZodIssue, parsed: Parsed): Problem {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = issue.path.map(String);
  const span = unknown === undefined ? placeAt(parsed.place, path).value : keySpan(placeAt(parsed.place, path), unknown);
  return parsed.source.problem(span, `data.${issue.code.replaceAll('_', '-')}`, `${pathText(issue.path)}${issue.message}`);
}

function placeAt(root: Place, path: readonly string[]): Place {
  let place = root;
  for (const step of path) place = place.children.get(step) ?? place;
  return place;
}

function keySpan(place: Place, key: string): Span {
  return place.children.get(key)?.key ?? place.value;
}

/** `['models', 2, 'prices'] -> 'models[2].prices: '` */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  return `${path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`)).join('')}: `;
}

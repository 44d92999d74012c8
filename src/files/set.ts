/** `--set path=value`: changes a file's values before they are judged, by the same rules as the file itself. */

import type * as z from 'zod/mini';
import { isMap } from '../schema/fields.ts';
import { suggestion } from '../schema/nearest.ts';
import { quote } from '../schema/quantity.ts';
import { walk } from '../schema/walk.ts';
import type { Located } from './places.ts';
import { InputError, type Problem } from './problem.ts';
import { Source } from './source.ts';
import { type Place, parseSource } from './yaml.ts';

interface Changed {
  readonly value: unknown;
  readonly place: Place;
}

/** Applies the assignments in order; a mistaken one becomes a problem and changes nothing. */
export function applySet(
  located: Located,
  assignments: readonly string[],
  schema: z.core.$ZodType,
): { readonly located: Located; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let current = located;
  for (const assignment of assignments) {
    try {
      current = { ...current, ...assign(current, new Source('--set', assignment), schema) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { located: current, problems };
}

function assign(located: Located, source: Source, schema: z.core.$ZodType): Changed {
  const split = source.text.indexOf('=');
  const path = source.text.slice(0, split === -1 ? undefined : split).trim();
  const whole = { start: 0, end: Math.max(1, path.length) };
  const value = split === -1 ? '' : source.text.slice(split + 1);
  if (path === '' || value.trim() === '') {
    throw new InputError([source.problem(whole, 'set.no-value', 'must be path=value', 'Write for example --set workload.requests_per_month=1M.')]);
  }
  const walked = walk(schema, located.value, path.split('.'));
  if (walked.kind === 'unknown') throw unknownPath(source, path, walked.at, walked.known);
  const parsed = parseSource(source, split + 1);
  if (parsed.problems.length > 0) throw new InputError(parsed.problems);
  const change = { value: parsed.value, place: { ...parsed.place, key: whole, source } };
  return put({ value: located.value, place: located.place }, walked.keys, change);
}

function unknownPath(source: Source, path: string, at: number, known: readonly string[]): InputError {
  const steps = path.split('.');
  const step = steps[at] ?? '';
  const before = steps.slice(0, at).join('.');
  const start = before === '' ? 0 : before.length + 1;
  const full = known.map((name) => [...steps.slice(0, at), name].join('.'));
  const near = suggestion([...steps.slice(0, at), step].join('.'), full);
  const message = `${before === '' ? 'the scenario' : before} has no ${quote(step)} to set`;
  return new InputError([source.problem({ start, end: start + step.length }, 'set.unknown-path', message, near)]);
}

/** A copy with `change` at `keys`; maps on the way that aren't there are made. */
function put(at: Changed, keys: readonly (string | number)[], change: Changed): Changed {
  const [key, ...rest] = keys;
  if (key === undefined) return change;
  const children = new Map(at.place.children);
  const below: Changed = {
    value: Array.isArray(at.value) ? at.value[Number(key)] : isMap(at.value) ? at.value[key] : undefined,
    place: children.get(String(key)) ?? { ...change.place, children: new Map() },
  };
  const inner = put(below, rest, change);
  children.set(String(key), inner.place);
  return { value: withKey(at.value, key, inner.value), place: { ...at.place, children } };
}

function withKey(value: unknown, key: string | number, inner: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, i) => (i === Number(key) ? inner : item));
  // rental: lambda/on_demand is short for { offer: lambda/on_demand }
  const base = isMap(value) ? value : typeof value === 'string' && value.includes('/') ? { offer: value } : {};
  return { ...base, [key]: inner };
}

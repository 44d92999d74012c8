/** Finding the line of a value: by keys as zod gives them, or by a dotted path as findings have it. */

import { isMap } from '../schema/fields.ts';
import type { Source, Span } from './source.ts';
import type { Place } from './yaml.ts';

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Line and column of a dotted path (`options.gpt.discount`), or of the nearest place above it that the file has. */
export type Positions = (path: string) => Position;

/** A value with the places of its parts. */
export interface Located {
  readonly source: Source;
  readonly value: unknown;
  readonly place: Place;
}

export interface Found {
  readonly source: Source;
  readonly place: Place;
  /** Did the whole path exist? */
  readonly whole: boolean;
}

/** The place of `path`, or of the deepest part of it that exists. */
export function placeAt({ source, place: root }: Located, path: readonly PropertyKey[]): Found {
  let found: Found = { source: root.source ?? source, place: root, whole: true };
  for (const step of path) {
    const below = found.place.children.get(String(step));
    if (below === undefined) return { ...found, whole: false };
    found = { source: below.source ?? found.source, place: below, whole: true };
  }
  return found;
}

/** Own value at `path`, undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else at = isMap(at) && Object.hasOwn(at, step) ? at[String(step)] : undefined;
  }
  return at;
}

/** Steps of a dotted path, list items named by id turned into their index. */
function keysOf(value: unknown, path: string): readonly string[] {
  const keys: string[] = [];
  for (const step of path.split('.')) {
    const at = valueAt(value, keys);
    const index = Array.isArray(at) ? at.findIndex((item) => isMap(item) && item.id === step) : -1;
    keys.push(index === -1 ? step : String(index));
  }
  return keys;
}

/** `options.gpt.discount`, `models[2].prices`: list items by id where they have one. */
export function dotted(value: unknown, path: readonly PropertyKey[]): string {
  let text = '';
  path.forEach((step, i) => {
    const item = valueAt(value, path.slice(0, i + 1));
    const id = typeof step === 'number' && isMap(item) && typeof item.id === 'string' && /^[\w-]{1,64}$/.test(item.id) ? item.id : null;
    if (typeof step === 'number' && id === null) text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${id ?? String(step)}`;
  });
  return text;
}

export function positionsOf(located: Located): Positions {
  return (path) => {
    const { source, place } = placeAt(located, keysOf(located.value, path));
    const span: Span = place.key ?? place.value;
    return { file: source.file, ...source.position(span.start) };
  };
}

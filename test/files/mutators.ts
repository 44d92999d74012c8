/** Ways to spoil a good scenario so that it is surely wrong. Each works on the text, or on the values written back as YAML. */

import { parse, stringify } from 'yaml';

/** Deterministic numbers in [0, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
type Keys = readonly (string | number)[];

function pick<T>(items: readonly T[], next: Random): T {
  return items[Math.floor(next() * items.length)] as T;
}

/** Paths of all maps (and lists) in a value. */
function paths(value: unknown, want: (value: unknown) => boolean, at: Keys = []): readonly Keys[] {
  if (typeof value !== 'object' || value === null) return want(value) ? [at] : [];
  const below = Object.entries(value).flatMap(([key, child]) => paths(child, want, [...at, Array.isArray(value) ? Number(key) : key]));
  return want(value) ? [at, ...below] : below;
}

const isPlainMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function at(value: unknown, keys: Keys): Record<string, unknown> {
  return keys.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value) as Record<string, unknown>;
}

function spoil(text: string, change: (value: Record<string, unknown>) => void): string {
  const value = parse(text) as Record<string, unknown>;
  change(value);
  return stringify(value, { aliasDuplicateObjects: false });
}

/** Places where any key is a known name or a path, so that an invented one is always wrong. */
const CLOSED = (keys: Keys) => !['have', 'lack', 'what_if', 'monthly_usd'].includes(String(keys.at(-1)));

const REQUIRED: readonly Keys[] = [
  ['version'],
  ['name'],
  ['workload'],
  ['options'],
  ['workload', 'requests_per_month'],
  ['options', 0, 'id'],
  ['options', 1, 'id'],
];

export interface Mutator {
  readonly name: string;
  readonly spoil: (text: string, next: Random) => string;
}

export const mutators: readonly Mutator[] = [
  { name: 'invented key', spoil: (text, next) => spoil(text, (value) => inventKey(value, next)) },
  { name: 'misspelt key', spoil: (text, next) => spoil(text, (value) => misspellKey(value, next)) },
  { name: 'required key removed', spoil: (text, next) => spoil(text, (value) => removeKey(value, next)) },
  { name: 'number replaced by words', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'number', 'not a number')) },
  { name: 'number replaced by a list', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'number', [1, 2])) },
  { name: 'number replaced by true', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'number', true)) },
  { name: 'number replaced by a huge negative one', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'number', -1e12, ['quality'])) },
  { name: 'text replaced by a map', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'string', { surprise: 1 })) },
  { name: 'text replaced by a list of maps', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'string', [{ surprise: 1 }])) },
  { name: 'map replaced by a text', spoil: (text, next) => spoil(text, (value) => replaceMap(value, next, 'surprise ?')) },
  { name: 'map replaced by null', spoil: (text, next) => spoil(text, (value) => replaceMap(value, next, null)) },
  { name: 'scalar replaced by infinity', spoil: (text, next) => spoil(text, (value) => replaceScalar(value, next, 'number', Number.POSITIVE_INFINITY)) },
  { name: 'options repeated', spoil: (text) => spoil(text, (value) => (value.options as unknown[]).push((value.options as unknown[])[0])) },
  { name: 'line repeated', spoil: (text, next) => repeatTopKey(text, next) },
  { name: 'control character', spoil: (text, next) => insert(text, '\u0001', next) },
  { name: 'escape character', spoil: (text, next) => insert(text, '\u001b[31m', next) },
  { name: 'second document', spoil: (text) => `${text}---\nversion: 1\n` },
  { name: 'unclosed bracket', spoil: (text) => `${text}extra: [1, 2\n` },
  { name: 'unclosed quote', spoil: (text) => `${text}extra: "never closed\n` },
  { name: 'unknown tag', spoil: (text, next) => text.replace(/^(version|name|options|workload):/m, (key) => `${key} !t${Math.floor(next() * 1e6)}`) },
  { name: 'unknown alias', spoil: (text) => text.replace(/^name: .*$/m, 'name: *nowhere') },
  { name: 'tab indentation', spoil: (text) => text.replace(/^options:\n {2}/m, 'options:\n\t') },
  { name: 'cut in a flow', spoil: (text, next) => cut(text, next) },
  { name: 'turned into a list', spoil: (text) => `- ${text.split('\n').join('\n  ')}` },
  { name: 'too deep', spoil: (text, next) => `${text}extra: ${'['.repeat(70 + Math.floor(next() * 500))}\n` },
];

function inventKey(value: Record<string, unknown>, next: Random): void {
  const maps = paths(value, isPlainMap).filter(CLOSED);
  at(value, pick(maps, next))[`zz_${Math.floor(next() * 1e6)}`] = 1;
}

function misspellKey(value: Record<string, unknown>, next: Random): void {
  const maps = paths(value, isPlainMap).filter((keys) => CLOSED(keys) && Object.keys(at(value, keys)).length > 0);
  const map = at(value, pick(maps, next));
  const key = pick(Object.keys(map), next);
  map[`${key}q`] = map[key];
  delete map[key];
}

function removeKey(value: Record<string, unknown>, next: Random): void {
  const keys = pick(
    REQUIRED.filter((path) => path.length < 3 || (value.options as unknown[]).length > 1),
    next,
  );
  const parent = at(value, keys.slice(0, -1));
  delete parent[String(keys.at(-1))];
}

function replaceScalar(value: Record<string, unknown>, next: Random, type: 'number' | 'string', by: unknown, except: readonly string[] = []): void {
  // A list of ids or numbers is replaced item by item; the label of nothing is left alone.
  const found = paths(value, (each) => typeof each === type).filter((keys) => !keys.some((key) => except.includes(String(key))));
  const keys = pick(found, next);
  at(value, keys.slice(0, -1))[String(keys.at(-1))] = by;
}

function replaceMap(value: Record<string, unknown>, next: Random, by: unknown): void {
  const keys = pick(
    paths(value, isPlainMap).filter((each) => each.length > 0),
    next,
  );
  at(value, keys.slice(0, -1))[String(keys.at(-1))] = by;
}

function repeatTopKey(text: string, next: Random): string {
  const line = pick(text.match(/^[a-z_]+:/gm) ?? [], next);
  return `${text}${line} 1\n`;
}

function insert(text: string, piece: string, next: Random): string {
  const place = Math.floor(next() * text.length);
  return text.slice(0, place) + piece + text.slice(place);
}

/** Ends the text inside a flow map, which then is never closed. */
function cut(text: string, next: Random): string {
  const opened = [...text.matchAll(/\{ /g)].map(({ index }) => index + 2);
  return text.slice(0, opened.length === 0 ? text.indexOf(':') : pick(opened, next));
}

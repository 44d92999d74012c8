/**
 * The compiled catalog as one JSON file that needn't be parsed as a whole: an array whose first line is a table of
 * contents and each later line one part, so that a plan parses the parts it looks at and no others.
 */

import type { ApiModel, Catalog } from '../engine/catalog.ts';
import type { Accepted } from './check.ts';

interface Contents {
  readonly schema_version: 1;
  readonly hash: string;
  readonly newest_checked: string;
  /** Part -> [start, end) counted from the end of the first line; API prices are one part per provider, `api/<provider>`. */
  readonly parts: Readonly<Record<string, readonly [number, number]>>;
}

/** The text of a packed file: a string, or a file read piece by piece. */
export interface Sliceable {
  readonly slice: (from: number, to: number) => string;
}

const KINDS = ['rental', 'hardware', 'models', 'rules', 'needs', 'providers', 'quality', 'assumptions', 'fx', 'throughput'] as const;
const API = 'api/';

/** Text of the file. ASCII only, so that offsets are the same in bytes and characters. */
export function pack(catalog: Catalog, accepted: readonly Accepted[]): string {
  const kinds = KINDS.filter((kind) => catalog[kind] !== undefined);
  const parts = new Map<string, string>(kinds.map((kind) => [kind, ascii(catalog[kind])]));
  parts.set('accepted', ascii(accepted));
  for (const provider of new Set(catalog.api.map((model) => model.provider))) {
    parts.set(API + provider, ascii(catalog.api.filter((model) => model.provider === provider)));
  }
  let at = 0;
  const places = [...parts].map(([name, text]) => {
    const place = [name, [at, at + text.length]] as const;
    at += text.length + 2;
    return place;
  });
  const { schema_version, hash, newest_checked } = catalog;
  const contents: Contents = { schema_version, hash, newest_checked, parts: Object.fromEntries(places) };
  return `[${ascii(contents)},\n${[...parts.values()].join(',\n')}]\n`;
}

function ascii(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The catalog of a packed file; each kind is parsed when it is first read.
 *
 * @param providers providers whose API prices are wanted; null: all
 */
export function unpack(text: Sliceable, providers: readonly string[] | null): Catalog {
  const { contents, part } = open(text);
  const names = Object.keys(contents.parts).filter((name) => name.startsWith(API) && (providers === null || providers.includes(name.slice(API.length))));
  const { schema_version, hash, newest_checked } = contents;
  const catalog = { schema_version, hash, newest_checked };
  lazily(catalog, 'api', () => names.flatMap((name) => part(name) as ApiModel[]));
  for (const kind of KINDS) if (contents.parts[kind] !== undefined) lazily(catalog, kind, () => part(kind));
  return catalog as Catalog;
}

/** Findings of `prices check` that stay as they are. */
export function unpackAccepted(text: Sliceable): readonly Accepted[] {
  return open(text).part('accepted') as readonly Accepted[];
}

function open(text: Sliceable): { readonly contents: Contents; readonly part: (name: string) => unknown } {
  const head = firstLine(text);
  const start = head.length + 1;
  const contents = JSON.parse(head.slice(1, -1)) as Contents;
  const part = (name: string): unknown => {
    const [from, to] = contents.parts[name] ?? [0, 0];
    return JSON.parse(text.slice(start + from, start + to));
  };
  return { contents, part };
}

function firstLine(text: Sliceable): string {
  for (let size = 8192; ; size *= 2) {
    const head = text.slice(0, size);
    const end = head.indexOf('\n');
    if (end >= 0 || head.length < size) return head.slice(0, end < 0 ? head.length : end);
  }
}

/** A property that is worked out once, when it is first read. */
function lazily(target: object, key: string, work: () => unknown): void {
  Object.defineProperty(target, key, {
    enumerable: true,
    configurable: true,
    get() {
      const value = work();
      Object.defineProperty(target, key, { enumerable: true, configurable: true, writable: true, value });
      return value;
    },
  });
}

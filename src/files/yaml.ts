/** YAML text to plain values, with the place of every key and value kept. YAML 1.2 core and merge keys; nothing in it can run, grow without bound or overflow the stack. */

import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { quote } from '../schema/quantity.ts';
import { InputError, type Problem } from './problem.ts';
import { Source, type Span } from './source.ts';

/** Nesting beyond this is a mistake in any file of ours. */
const MAX_DEPTH = 64;
/** Values after aliases are followed; a bomb reaches this at once. */
const MAX_VALUES = 200_000;
const MAX_PROBLEMS = 50;
const CORE_TAGS = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`));

/** A value's place, that of the key it belongs to, and the places below it. */
export interface Place {
  readonly key: Span | null;
  readonly value: Span;
  readonly children: ReadonlyMap<string, Place>;
  /** Where this place lies when not in the file itself: a value given by --set. */
  readonly source?: Source;
}

export interface Parsed {
  readonly source: Source;
  readonly value: unknown;
  readonly place: Place;
  /** Mistakes that leave the rest readable: duplicate keys, unknown tags, ... */
  readonly problems: readonly Problem[];
}

/**
 * Reads one YAML (or JSON) document.
 *
 * @throws InputError when the text isn't one readable document
 */
export function parseYaml(text: string, file: string): Parsed {
  return parseSource(new Source(file, text.replace(/^\uFEFF/, '')));
}

/** As `parseYaml`; `offset` characters at the beginning of the text belong to something else. */
export function parseSource(source: Source, offset = 0): Parsed {
  const controls = controlCharacters(source);
  if (controls.length > 0) throw new InputError(controls);
  const document = onlyDocument(source, offset);
  const broken = document.errors.slice(0, MAX_PROBLEMS).map((error) => syntaxProblem(error, source));
  if (broken.length > 0) throw new InputError(broken);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) throw empty(source);
  const reader = new Reader(source);
  const read = reader.read(document.contents, null, 0);
  return { source, ...read, problems: reader.problems };
}

function empty(source: Source): InputError {
  const comments = source.text.trim() !== '';
  const message = comments ? 'the file holds no values, only comments or nothing at all' : 'the file is empty';
  return new InputError([source.problem({ start: 0, end: 0 }, 'file.empty', message, 'Begin from one of the files in scenarios/.')]);
}

/** Everything Unicode calls a control, except tab and line ends, and the byte order mark inside the text. */
const CONTROL = /[^\P{Cc}\t\n\r]|\uFEFF/gu;

function controlCharacters(source: Source): readonly Problem[] {
  const found = [...source.text.matchAll(CONTROL)].slice(0, MAX_PROBLEMS);
  return found.map(({ index, 0: character }) => controlProblem(source, { start: index, end: index + 1 }, character));
}

function controlProblem(source: Source, span: Span, character: string): Problem {
  const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return source.problem(span, 'yaml.control-character', `the control character ${name} is not allowed`, 'Remove it.');
}

/** The only document of the text. Lexed by hand so that nesting is stopped before anything recursive sees it. */
function onlyDocument(source: Source, offset: number): Document<ParsedNode> {
  const documents = [
    ...new Composer<ParsedNode>({ uniqueKeys: false, prettyErrors: false, resolveKnownTags: false, schema: 'core', version: '1.2' }).compose(
      tokens(source, offset),
      true,
      source.text.length,
    ),
  ];
  const [first, second] = documents;
  if (first === undefined) throw empty(source);
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    throw new InputError([source.problem({ start, end: start + 1 }, 'yaml.several-documents', 'a second document begins here', 'Keep one document a file.')]);
  }
  return first;
}

function* tokens(source: Source, offset: number) {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(' '.repeat(offset) + source.text.slice(offset))) {
    const start = parser.offset;
    yield* parser.next(lexeme);
    if (parser.stack.length > 2 * MAX_DEPTH + 8) throw tooDeep(source, { start, end: start + 1 });
  }
  yield* parser.end();
}

function tooDeep(source: Source, span: Span): InputError {
  return new InputError([source.problem(span, 'yaml.too-deep', `values are nested more than ${MAX_DEPTH} deep`, 'Flatten them.')]);
}

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'Indent the lines of one map or list alike.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MISSING_CHAR: 'Close the bracket or quote, or put the missing character.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the nested lines on lines of their own, or quote the text.',
  MULTILINE_IMPLICIT_KEY: 'Put a colon and a space after the key.',
  BAD_ALIAS: 'Define the anchor (&name) above its use (*name).',
};

function syntaxProblem(error: { code: string; message: string; pos: [number, number] }, source: Source): Problem {
  const [start, end] = error.pos;
  const code = `yaml.${error.code.toLowerCase().replaceAll('_', '-')}`;
  const message = error.message.replace(/\s+/gu, ' ').replace(/\.$/, '');
  return source.problem(
    { start, end },
    code,
    `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    SYNTAX_HINTS[error.code] ?? 'Check the line and the one above it.',
  );
}

interface Read {
  readonly value: unknown;
  readonly place: Place;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  read(node: Node | null, key: Span | null, depth: number): Read {
    const span = spanOf(node) ?? key ?? { start: 0, end: 0 };
    if (depth > MAX_DEPTH) throw tooDeep(this.#source, span);
    this.#values++;
    if (this.#values > MAX_VALUES)
      throw new InputError([this.#source.problem(span, 'yaml.alias-bomb', 'aliases blow this file up to more than 200,000 values', 'Write the values out.')]);
    if (node === null) return { value: null, place: { key, value: span, children: new Map() } };
    if (isAlias(node)) return this.#alias(node.source, key, span, depth);
    this.#note(node, span);
    this.#open.add(node);
    const read = isMap(node)
      ? this.#map(node, key, span, depth)
      : isSeq(node)
        ? this.#list(node.items as (Node | null)[], key, span, depth)
        : this.#scalar(node as Scalar, key, span);
    this.#open.delete(node);
    return read;
  }

  /** Keeps the anchor and refuses tags beyond the core ones. */
  #note(node: Node, span: Span): void {
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag))
      this.#problem(span, 'yaml.unknown-tag', `the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')} is not known`, 'Remove the tag.');
  }

  #problem(span: Span, code: string, message: string, hint: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(this.#source.problem(span, code, message, hint));
  }

  #alias(name: string, key: Span | null, span: Span, depth: number): Read {
    const target = this.#anchors.get(name);
    if (target === undefined || this.#open.has(target)) {
      const message = target === undefined ? `the alias *${name} names no anchor above it` : `the alias *${name} stands inside what it names`;
      throw new InputError([this.#source.problem(span, 'yaml.bad-alias', message, 'Define the anchor (&name) above its use (*name).')]);
    }
    const read = this.read(target, key, depth + 1);
    return { value: read.value, place: { ...read.place, value: span } };
  }

  #list(items: readonly (Node | null)[], key: Span | null, span: Span, depth: number): Read {
    const read = items.map((item) => this.read(item, null, depth + 1));
    return { value: read.map(({ value }) => value), place: { key, value: span, children: new Map(read.map(({ place }, i) => [String(i), place])) } };
  }

  #map(node: YAMLMap, key: Span | null, span: Span, depth: number): Read {
    const entries = new Map<string, Read>();
    const merges: Pair[] = [];
    for (const pair of node.items) {
      if (isMerge(pair)) merges.push(pair);
      else this.#entry(pair, entries, depth);
    }
    for (const pair of merges) this.#merge(pair, entries, depth);
    return { value: toObject(entries), place: { key, value: span, children: new Map([...entries].map(([name, { place }]) => [name, place])) } };
  }

  #entry(pair: Pair, entries: Map<string, Read>, depth: number): void {
    const span = spanOf(pair.key as Node | null) ?? spanOf(pair.value as Node | null) ?? { start: 0, end: 0 };
    const name = this.#keyName(pair.key as Node | null, span);
    if (name === null) return;
    if (entries.has(name)) this.#problem(span, 'yaml.duplicate-key', `the key ${quote(name)} stands here a second time`, 'Remove one of the two.');
    else entries.set(name, this.read(pair.value as Node | null, span, depth + 1));
  }

  #keyName(node: Node | null, span: Span): string | null {
    if (isScalar(node) && node.value !== null && typeof node.value !== 'object') {
      this.#note(node, span);
      const name = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
      return this.#clean(name, span);
    }
    this.#problem(span, 'yaml.bad-key', 'a key must be a word or a number', 'Quote the key.');
    return null;
  }

  /** `<<: *base` or `<<: [*a, *b]`: keys of the map itself win, then the first named. */
  #merge(pair: Pair, entries: Map<string, Read>, depth: number): void {
    const span = spanOf(pair.key as Node) ?? { start: 0, end: 0 };
    const { value, place } = this.read(pair.value as Node | null, span, depth + 1);
    const bases = Array.isArray(value) ? value.map((each: unknown, i) => ({ each, place: place.children.get(String(i)) })) : [{ each: value, place }];
    for (const { each, place: below } of bases) {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) {
        this.#problem(span, 'yaml.bad-merge', '<< must name a map or a list of maps', 'Write <<: *name.');
        continue;
      }
      for (const [name, inner] of Object.entries(each)) {
        const at = below?.children.get(name);
        if (!entries.has(name) && at !== undefined) entries.set(name, { value: inner, place: at });
      }
    }
  }

  #scalar(node: Scalar, key: Span | null, span: Span): Read {
    const place: Place = { key, value: span, children: new Map() };
    const { value } = node;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#problem(
        span,
        'yaml.not-finite',
        `${quote(node.source ?? String(value))} is not a finite number`,
        'Write a number, or leave the key out when it is unknown.',
      );
      return { value: 0, place };
    }
    if (typeof value === 'bigint') return { value: Number(value), place };
    return { value: typeof value === 'string' ? this.#clean(value, span) : value, place };
  }

  /** Escapes in double quotes can hold what the text itself may not. */
  #clean(value: string, span: Span): string {
    const control = /[^\P{Cc}\t\n\r]|\p{Cs}/u.exec(value);
    if (control !== null) this.problems.push(controlProblem(this.#source, span, control[0]));
    return value;
  }
}

/** `__proto__` as a key is a key like any other: it must not reach the prototype. */
function toObject(entries: ReadonlyMap<string, Read>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, { value }] of entries) Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  return object;
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN';
}

function spanOf(node: Node | null): Span | null {
  return node?.range ? { start: node.range[0], end: node.range[1] } : null;
}

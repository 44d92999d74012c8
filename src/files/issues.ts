/** Zod's issues as problems a person can act on: what was found, what is allowed, the line, and the nearest known name. */

import type * as z from 'zod/mini';
import { isMap } from '../schema/fields.ts';
import { suggestion } from '../schema/nearest.ts';
import { describe, quote } from '../schema/quantity.ts';
import { NOTED_ELSEWHERE } from '../schema/references.ts';
import { knownKeys, walk } from '../schema/walk.ts';
import { dotted, type Located, placeAt, valueAt } from './places.ts';
import type { Problem } from './problem.ts';
import type { Span } from './source.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Problems of which the key is to blame: a path in what_if, a volume in a quote. */
const KEY_CODES: ReadonlySet<string> = new Set(['what-if.unknown-path', 'what-if.not-a-number', 'value.range-key', 'option.quote-key']);

/** What is being read: its schema, and a word for it ("scenario"), which also begins the codes. */
export interface Reading {
  readonly schema: z.core.$ZodType;
  readonly area: string;
}

export function issueProblems(issues: readonly Issue[], located: Located, reading: Reading): readonly Problem[] {
  return issues.flatMap((issue) => issueProblem(issue, located, reading));
}

/** A problem of our own at a path. */
export function problemAt(located: Located, path: Path, code: string, message: string, hint: string | null): Problem {
  const { source, place, whole } = placeAt(located, path);
  const span = whole ? place.value : (place.key ?? firstLine(place.value, source.text));
  return source.problem(span, code, message, hint);
}

/** A problem with a key itself rather than its value. */
export function problemAtKey(located: Located, path: Path, code: string, message: string, hint: string | null): Problem {
  const { source, place } = placeAt(located, path);
  return source.problem(place.key ?? place.value, code, message, hint);
}

function issueProblem(issue: Issue, located: Located, reading: Reading): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, located, reading));
  if (isMissing(issue, located.value)) return [missingKey(issue, located, reading)];
  const { code, message, hint } = wording(issue, valueAt(located.value, issue.path), reading.area);
  if (code === NOTED_ELSEWHERE) return [];
  const at = KEY_CODES.has(code) ? problemAtKey : problemAt;
  return [at(located, issue.path, code, `${label(issue.path, located, reading)} ${message}`, hint)];
}

function label(path: Path, { value }: Located, { area }: Reading): string {
  return path.length === 0 ? `the ${area}` : dotted(value, path);
}

function unknownKey(path: Path, key: string, located: Located, reading: Reading): Problem {
  const keys = path.map((step) => (typeof step === 'number' ? step : String(step)));
  const walked = walk(reading.schema, located.value, keys);
  const raw = valueAt(located.value, path);
  const known = walked.kind === 'found' ? knownKeys(walked.schemas, raw) : [];
  const free = known.filter((name) => !isMap(raw) || !Object.hasOwn(raw, name));
  const { source, place } = placeAt(located, path);
  const span = place.children.get(key)?.key ?? place.value;
  const where = place.children.get(key)?.source ?? source;
  return where.problem(span, `${reading.area}.unknown-key`, `${label(path, located, reading)} has no key ${quote(key)}`, suggestion(key, free) ?? 'Remove it.');
}

/** Is the issue about a key that isn't there, whatever the schema says of it? */
function isMissing(issue: Issue, value: unknown): boolean {
  const key = issue.path.at(-1);
  if (typeof key !== 'string' || (issue.code === 'custom' && !codeOf(issue).startsWith('value.'))) return false;
  const parent = valueAt(value, issue.path.slice(0, -1));
  return isMap(parent) && !Object.hasOwn(parent, key);
}

function missingKey(issue: Issue, located: Located, reading: Reading): Problem {
  const parent = issue.path.slice(0, -1);
  const key = String(issue.path.at(-1));
  const wanted = wording(issue, undefined, reading.area).message.replace(/, found nothing$/, '');
  const hint = wanted.startsWith('must be') ? `Add ${key}: it ${wanted}.` : `Add ${key}.`;
  const { source, place } = placeAt(located, parent);
  const span = place.key ?? firstLine(place.value, source.text);
  return source.problem(span, `${reading.area}.missing-key`, `${label(parent, located, reading)} lacks ${key}`, hint);
}

/** Of a map that goes over many lines, mark the first. */
function firstLine(span: Span, text: string): Span {
  const end = text.indexOf('\n', span.start);
  return { start: span.start, end: end === -1 ? span.end : Math.min(span.end, end) };
}

interface Wording {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

function codeOf(issue: Issue): string {
  return issue.code === 'custom' ? String(issue.params?.code ?? 'value.wrong') : '';
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function wording(issue: Issue, raw: unknown, area: string): Wording {
  const found = describe(raw);
  switch (issue.code) {
    case 'custom':
      return {
        code: codeOf(issue),
        message: issue.message,
        hint: typeof issue.params?.hint === 'string' && issue.params.hint !== '' ? issue.params.hint : null,
      };
    case 'invalid_type':
      return { code: `${area}.wrong-type`, message: `must be ${TYPES[issue.expected] ?? issue.expected}, found ${found}`, hint: typeHint(issue.expected, raw) };
    case 'invalid_value':
      return wrongWord(issue.values.map(String), raw, found);
    case 'too_small':
      return { code: 'value.too-small', message: bound('at least', 'more than', issue.inclusive, issue.minimum, issue.origin, found), hint: null };
    case 'too_big':
      return { code: 'value.too-large', message: bound('at most', 'less than', issue.inclusive, issue.maximum, issue.origin, found), hint: null };
    default:
      return { code: 'value.wrong', message: `has the wrong form, found ${found}`, hint: null };
  }
}

function wrongWord(words: readonly string[], raw: unknown, found: string): Wording {
  const [only = ''] = words;
  const allowed = words.length === 1 ? only : `one of ${words.join(', ')}`;
  return { code: 'value.unknown-word', message: `must be ${allowed}, found ${found}`, hint: typeof raw === 'string' ? nearWord(raw, words) : null };
}

/** The list of words stands in the message already. */
function nearWord(raw: string, words: readonly string[]): string | null {
  const hint = suggestion(raw, words);
  return hint?.startsWith('Did') ? hint : null;
}

function typeHint(expected: string, raw: unknown): string | null {
  if (expected === 'array' && typeof raw === 'string') return `Write it in brackets: [${raw.length > 40 ? '...' : raw}].`;
  return (expected === 'number' || expected === 'int') && typeof raw === 'string' && raw.trim() !== '' && Number.isFinite(Number(raw))
    ? 'Remove the quotes.'
    : null;
}

function bound(inclusiveWord: string, strictWord: string, inclusive: boolean | undefined, limit: number | bigint, origin: string, found: string): string {
  const word = inclusive === false ? strictWord : inclusiveWord;
  if (origin === 'array' || origin === 'set') return `must have ${word} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return origin === 'string' ? `must have ${word} ${limit} characters` : `must be ${word} ${limit}, found ${found}`;
}

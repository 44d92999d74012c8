/** Fields of the files people write, as lean zod schemas: these are built whenever `plan` starts. */

import * as z from 'zod/mini';
import type { Judged } from '../engine/units.ts';
import { accepted, describe, isCalendarDate, type QuantityKind, readQuantity } from './quantity.ts';

/** The files are small and read once: compiling validators would cost more than it saves. */
z.config({ jitless: true });

export interface Limits {
  readonly min?: number;
  readonly max?: number;
  /** Exclusive lower bound. */
  readonly above?: number;
  readonly whole?: boolean;
}

export interface QuantityField {
  readonly kind: QuantityKind;
  readonly limits: Limits;
  /** May also be `{ low, likely, high }`. */
  readonly judged: boolean;
}

/** Where an issue lies, below the value being read, and a code of our own. */
export interface FieldIssue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What zod hands to a transform: somewhere to put issues. */
export interface IssueSink {
  readonly issues: unknown[];
}

const quantities = new WeakMap<object, QuantityField>();
const representations = new WeakMap<object, z.ZodMiniType>();

/** The quantity a schema reads, or null when it reads something else. */
export function quantityOf(schema: object): QuantityField | null {
  return quantities.get(schema) ?? null;
}

/** The schema that describes what `schema` accepts, where reading is done by code: used for JSON Schemas and for finding known keys. */
export function representationOf(schema: object): z.ZodMiniType | null {
  return representations.get(schema) ?? null;
}

/** Marks `schema`, whose reading is code, as accepting what `shape` describes. */
export function represented<T extends z.ZodMiniType>(schema: T, shape: z.ZodMiniType): T {
  representations.set(schema, shape);
  return schema;
}

/** Adds an issue of our own to zod's. */
export function report(sink: IssueSink, issue: FieldIssue): typeof z.NEVER {
  sink.issues.push({ code: 'custom', message: issue.message, path: [...issue.path], input: undefined, params: { code: issue.code, hint: issue.hint ?? null } });
  return z.NEVER;
}

/** One number with a unit. */
export function quantity(kind: QuantityKind, limits: Limits = {}): z.ZodMiniType<number, unknown> {
  const schema = z
    .pipe(
      z.unknown(),
      z.transform((raw, context): number => readNumber(raw, { kind, limits, judged: false }, [], context)),
    )
    .check(z.meta(numberOrText(kind, limits)));
  quantities.set(schema, { kind, limits, judged: false });
  return schema;
}

/** One number with a unit, or a judgement `{ low, likely, high }` of such numbers. */
export function judged(kind: QuantityKind, limits: Limits = {}): z.ZodMiniType<Judged, unknown> {
  const field: QuantityField = { kind, limits, judged: true };
  const one = numberOrText(kind, limits);
  const schema = z
    .pipe(
      z.unknown(),
      z.transform((raw, context): Judged => (isMap(raw) ? readRange(raw, field, context) : readNumber(raw, field, [], context))),
    )
    .check(
      z.meta({
        anyOf: [
          ...one.anyOf,
          { type: 'object', properties: { low: one, likely: one, high: one }, required: ['low', 'likely', 'high'], additionalProperties: false },
        ],
      }),
    );
  quantities.set(schema, field);
  return schema;
}

/** Reads one value as `field` would, for `what_if` lists and `--set`; issues go to `sink` at `path`. */
export function readNumber(raw: unknown, field: QuantityField, path: readonly PropertyKey[], sink: IssueSink): number {
  const read = readQuantity(raw, field.kind);
  if ('problem' in read) {
    const range = field.judged && path.length === 0 ? ', or { low, likely, high }' : '';
    return report(sink, { path, code: 'value.not-a-quantity', message: read.problem.replace(', found', `${range}, found`) });
  }
  const problem = limitProblem(read.value, field);
  return problem === null ? read.value : report(sink, { path, ...problem });
}

function limitProblem(value: number, { kind, limits }: QuantityField): { code: string; message: string; hint?: string } | null {
  const { min, max, above, whole } = limits;
  if (max !== undefined && value > max)
    return { code: 'value.too-large', message: `must be at most ${show(max, kind)}, found ${value}`, ...shareHint(value, kind) };
  if (min !== undefined && value < min) return { code: 'value.too-small', message: `must be at least ${show(min, kind)}, found ${value}` };
  if (above !== undefined && value <= above) return { code: 'value.too-small', message: `must be more than ${show(above, kind)}, found ${value}` };
  if (whole === true && !Number.isInteger(value)) return { code: 'value.not-whole', message: `must be a whole number, found ${value}` };
  return null;
}

/** 20 in a share is nearly always 20 %. */
function shareHint(value: number, kind: QuantityKind): { hint?: string } {
  return kind === 'share' && value >= 2 && value <= 100 ? { hint: `Write ${value}% or ${value / 100}.` } : {};
}

function show(value: number, kind: QuantityKind): string {
  return kind === 'share' || kind === 'rate' ? `${value} (${value * 100}%)` : String(value);
}

const BOUNDS = ['low', 'likely', 'high'] as const;

function readRange(raw: Readonly<Record<string, unknown>>, field: QuantityField, sink: IssueSink): Judged {
  const before = sink.issues.length;
  for (const key of Object.keys(raw)) {
    if (!(BOUNDS as readonly string[]).includes(key)) {
      report(sink, { path: [key], code: 'value.range-key', message: 'is not part of a range', hint: 'A range has low, likely and high.' });
    }
  }
  const [low, likely, high] = BOUNDS.map((key) => readBound(raw, key, field, sink)) as [number, number, number];
  if (sink.issues.length > before) return z.NEVER;
  if (low <= likely && likely <= high) return { low, likely, high };
  return report(sink, { path: [], code: 'value.range-order', message: `must have low <= likely <= high, found ${low}, ${likely}, ${high}` });
}

function readBound(raw: Readonly<Record<string, unknown>>, key: string, field: QuantityField, sink: IssueSink): number {
  if (Object.hasOwn(raw, key)) return readNumber(raw[key], field, [key], sink);
  return report(sink, { path: [], code: 'value.range-incomplete', message: `lacks ${key}`, hint: 'A range has low, likely and high.' });
}

export function isMap(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

const PATTERNS: Readonly<Record<QuantityKind, string>> = {
  number: '[kKMBG]?',
  count: '[kKMBG]?',
  share: '%?',
  rate: '%?',
  ratio: '%?',
  usd: '[kKMBG]?\\s*(/\\s*[A-Za-z-]+)?',
  ms: '(ms|s|sec|min|m|h)?',
  s: '(ms|s|sec|min|m|h)?',
  months: '(months?|mo|years?|y)?',
};

/** What an editor may accept for a quantity. */
function numberOrText(kind: QuantityKind, limits: Limits) {
  const { min, max, above } = limits;
  const number = {
    type: 'number' as const,
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    ...(above === undefined ? {} : { exclusiveMinimum: above }),
  };
  const pattern = `^\\s*[$]?\\s*[+-]?[0-9._]+([eE][+-]?[0-9]+)?\\s*${PATTERNS[kind]}\\s*$`;
  return { anyOf: [number, { type: 'string' as const, pattern }], description: `Must be ${accepted(kind)}` };
}

/** One line of text for people: any printable characters, runs of white space become one space. */
export const text: z.ZodMiniType<string, unknown> = reader('a text', { type: 'string', minLength: 1 }, (raw) => {
  const trimmed = typeof raw === 'string' ? raw.replace(/\s+/gu, ' ').trim() : '';
  return typeof raw === 'string' && trimmed !== '' && trimmed.length <= 500 ? trimmed : null;
});

/** Id of an option. */
export const optionId: z.ZodMiniType<string, unknown> = reader(
  'an id of letters, digits, hyphens and underscores, like gpt or own-70b',
  { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', maxLength: 64 },
  (raw) => (typeof raw === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(raw) ? raw : null),
);

/** Name of something in the catalog; whether it is there is checked later, with suggestions. */
export const name: z.ZodMiniType<string, unknown> = reader(
  'a name of lower-case letters, digits, dots, hyphens, slashes and underscores',
  { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:+/-]*$' },
  (raw) => (typeof raw === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}$/.test(raw) ? raw : null),
);

/** A day of the calendar. */
export const date: z.ZodMiniType<string, unknown> = reader('a day of the calendar like 2026-11-24', { type: 'string', format: 'date' }, (raw) =>
  typeof raw === 'string' && isCalendarDate(raw) ? raw : null,
);

export const flag: z.ZodMiniType<boolean, unknown> = reader('true or false', { type: 'boolean' }, (raw) => (typeof raw === 'boolean' ? raw : null));

/** Path of another file, relative to the file it stands in. */
export const filePath: z.ZodMiniType<string, unknown> = reader('the path of a file', { type: 'string', minLength: 1 }, (raw) =>
  typeof raw === 'string' && raw.trim() !== '' ? raw : null,
);

/** A value read by code, with what an editor may accept in its place. `what` completes "must be ...". */
export function reader<T>(what: string, meta: Record<string, unknown>, read: (raw: unknown) => T | null): z.ZodMiniType<T, unknown> {
  return z
    .pipe(
      z.unknown(),
      z.transform((raw, context): T => read(raw) ?? report(context, { path: [], code: 'value.wrong', message: `must be ${what}, found ${describe(raw)}` })),
    )
    .check(z.meta(meta));
}

/** Defaults are values after reading, so they never pass through the quantity reader again. */
export function withDefault<T>(schema: z.ZodMiniType<T, unknown>, value: T): z.ZodMiniType<T, unknown> {
  return z._default(schema, () => value as never) as unknown as z.ZodMiniType<T, unknown>;
}

/** The field, or null when the key is absent. */
export function orNull<T>(schema: z.ZodMiniType<T, unknown>): z.ZodMiniType<T | null, unknown> {
  return withDefault(schema as z.ZodMiniType<T | null, unknown>, null);
}

/** One of these words. */
export function oneOf<const T extends string>(...words: readonly T[]): z.ZodMiniType<T, unknown> {
  return z.enum(words) as unknown as z.ZodMiniType<T, unknown>;
}

/** A list, empty when the key is absent. */
export function list<T>(item: z.ZodMiniType<T, unknown>): z.ZodMiniType<readonly T[], unknown> {
  return withDefault(z.array(item) as z.ZodMiniType<readonly T[], unknown>, []);
}

/** A map from names to values, empty when the key is absent. */
export function mapOf<T>(item: z.ZodMiniType<T, unknown>): z.ZodMiniType<Readonly<Record<string, T>>, unknown> {
  return withDefault(z.record(z.string(), item) as z.ZodMiniType<Readonly<Record<string, T>>, unknown>, {});
}

/** Reads `raw` with `schema` inside a transform: its issues become issues of the transform. */
export function readWith<T>(schema: z.ZodMiniType<T, unknown>, raw: unknown, sink: IssueSink): T {
  const read = z.safeParse(schema, raw);
  if (read.success) return read.data;
  sink.issues.push(...read.error.issues.map((issue) => ({ ...issue, path: [...issue.path] })));
  return z.NEVER;
}

/** One of several forms, told apart by looking at the value: the issues are those of the form that was meant. */
export function either<T>(
  forms: readonly z.ZodMiniType<T, unknown>[],
  pick: (raw: unknown) => z.ZodMiniType<T, unknown> | FieldIssue,
): z.ZodMiniType<T, unknown> {
  const schema = z.pipe(
    z.unknown(),
    z.transform((raw, context): T => {
      const picked = pick(raw);
      return 'code' in picked ? report(context, picked) : readWith(picked, raw, context);
    }),
  );
  return represented(schema, z.union(forms as [z.ZodMiniType<T, unknown>]));
}

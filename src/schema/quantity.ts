/** Human quantities: `500_000`, `500k`, `2.5B`, `20%`, `500ms`, `2.49/h`, `$3.29/h`. Text in, number in the field's own unit out, or a sentence why not. */

import type { IsoDate } from '../engine/units.ts';

export type QuantityKind = 'number' | 'count' | 'share' | 'rate' | 'usd' | 'ms' | 's' | 'months' | 'ratio';

/** A number in the unit of the field, or what is wrong with the text. */
export type Read = { readonly value: number } | { readonly problem: string };

const SCALES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9, G: 1e9 };
const TIMES_MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, sec: 1e3, min: 6e4, m: 6e4, h: 3.6e6 };
const MONTHS: Readonly<Record<string, number>> = { month: 1, months: 1, mo: 1, year: 12, years: 12, y: 12 };
/** What follows the slash in `2.49/h`; it repeats the field's own unit, so any is read and none converts. */
const PER = /^\/\s*(h|hr|hour|gpu-h|gpu-hour|month|mo|year|y|request|req|kwh|kWh|s)$/;
const NUMBER = /^[+-]?(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/;

const EXAMPLES: Readonly<Record<QuantityKind, string>> = {
  number: 'a number like 1_300 or 2.5',
  count: 'a number like 500_000, 500k or 1M',
  share: 'a share like 20% or 0.2',
  rate: 'a rate like 5% or 0.05',
  usd: 'US dollars like 2.49, $3.29/h or 5k',
  ms: 'a time like 500ms, 0.5s or 500 (milliseconds)',
  s: 'a time like 30s, 2min or 30 (seconds)',
  months: 'a number of months like 12 or 3 years',
  ratio: 'a ratio like 1.2 or 120%',
};

/** What a field of this kind accepts, for messages and editors. */
export function accepted(kind: QuantityKind): string {
  return EXAMPLES[kind];
}

/**
 * Reads a quantity as the field's kind wants it.
 *
 * @example readQuantity('500k', 'count') // { value: 500000 }
 * @example readQuantity('0.5s', 'ms') // { value: 500 }
 * @example readQuantity(20, 'share') // { value: 20 }; that a share ends at 1 is the field's limit
 */
export function readQuantity(raw: unknown, kind: QuantityKind): Read {
  if (typeof raw === 'number') return finite(raw, kind);
  if (typeof raw !== 'string') return { problem: `must be ${accepted(kind)}, found ${describe(raw)}` };
  const text = raw.trim();
  const body = kind === 'usd' ? text.replace(/^\$\s*/, '') : text;
  const digits = NUMBER.exec(body)?.[0];
  if (digits === undefined) return { problem: `must be ${accepted(kind)}, found the text ${quote(raw)}` };
  const factor = unitFactor(body.slice(digits.length).trim(), kind);
  if (factor === null || badUnderscores(digits)) return { problem: `must be ${accepted(kind)}, found the text ${quote(raw)}` };
  return finite(scale(digits.replaceAll('_', ''), factor), kind);
}

/** Powers of ten are read with the digits (`2.3M` is the number "2.3e6"): multiplying afterwards would give 2299999.9999999995. */
function scale(digits: string, factor: number): number {
  const exponent = Math.round(Math.log10(factor));
  const power = 10 ** exponent;
  if (/[eE]/.test(digits) || Math.abs(factor / power - 1) > 1e-9) return Number(digits) * factor;
  return Number(`${digits}e${exponent}`);
}

function badUnderscores(digits: string): boolean {
  return /__|_$|_\.|\._|_[eE]/.test(digits);
}

function finite(value: number, kind: QuantityKind): Read {
  return Number.isFinite(value) ? { value } : { problem: `must be ${accepted(kind)}, found a number that is not finite` };
}

/** By what to multiply the digits, null when the unit does not fit the field. */
function unitFactor(unit: string, kind: QuantityKind): number | null {
  if (unit === '') return 1;
  if (kind === 'ms' || kind === 's') return timeFactor(unit, kind);
  if (kind === 'months') return lookUp(MONTHS, unit);
  if (unit === '%') return kind === 'share' || kind === 'rate' || kind === 'ratio' ? 0.01 : null;
  if (kind === 'share' || kind === 'rate' || kind === 'ratio') return null;
  return kind === 'usd' ? usdFactor(unit) : lookUp(SCALES, unit);
}

function timeFactor(unit: string, kind: 'ms' | 's'): number | null {
  const ms = lookUp(TIMES_MS, unit);
  return ms === null ? null : kind === 'ms' ? ms : ms / 1000;
}

function usdFactor(unit: string): number | null {
  const scaleText = unit[0] ?? '';
  const factor = lookUp(SCALES, scaleText);
  const rest = (factor === null ? unit : unit.slice(1)).trim();
  return rest === '' || PER.test(rest) ? (factor ?? 1) : null;
}

function lookUp(table: Readonly<Record<string, number>>, key: string): number | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** What a value is, in words: the text "abc", a list, nothing. */
export function describe(raw: unknown): string {
  if (raw === null || raw === undefined) return 'nothing';
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'string') return `the text ${quote(raw)}`;
  if (typeof raw === 'object') return 'a map';
  return String(raw);
}

/** The text in quotes, shortened to 60 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Is this a day of the calendar, YYYY-MM-DD? 2026-02-29 is not. */
export function isCalendarDate(text: string): text is IsoDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year >= 1 && day >= 1 && day <= days;
}

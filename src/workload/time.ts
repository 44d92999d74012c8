/** Reading times. Everything becomes whole microseconds; what is finer is cut off. */

const US = 1_000_000;
const DAY_US = 86_400 * US;

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';
const UNIT_US: Readonly<Record<TimeUnit, number>> = { s: US, ms: 1000, us: 1, ns: 0.001 };

/** `zoned`: the text named its zone (epoch numbers do). `relative`: counted from the start of the trace, not from 1970. */
export interface Instant {
  readonly us: number;
  readonly zoned: boolean;
  readonly relative: boolean;
}

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads ISO 8601 (with a space or a T, any zone, up to nine decimals), or a number.
 *
 * @param unit of numbers; null guesses from the size: below 1e8 it counts seconds from the start, then come epoch seconds, ms, us, ns
 * @param offsetMinutes east of UTC, for texts that name no zone
 * @returns null when it is neither
 * @example readTime('2023-11-16 18:17:03.9799600', null, 0)?.us // 1700158623979960
 */
export function readTime(value: unknown, unit: TimeUnit | null, offsetMinutes: number, relative = false): Instant | null {
  if (typeof value === 'number') return readNumber(value, unit, relative);
  if (typeof value === 'bigint') return readNumber(Number(value), unit, relative);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (NUMBER.test(text)) return readNumber(Number(text), unit, relative);
  return readIso(text, offsetMinutes);
}

/** A time a reader has parsed already. One object serves all rows. */
export class Stamp {
  us = 0;
  zoned = false;

  set(us: number, zoned: boolean): this {
    this.us = us;
    this.zoned = zoned;
    return this;
  }
}

/** A database timestamp, microseconds since 1970 in its own zone. */
export function typedTime(value: unknown, naive: boolean, offsetMinutes: number): Instant | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return { us: naive ? value - offsetMinutes * 60 * US : value, zoned: !naive, relative: false };
}

function readNumber(value: number, unit: TimeUnit | null, relative: boolean): Instant | null {
  if (!Number.isFinite(value) || value < 0) return null;
  const small = relative || value < 1e8;
  const scale = UNIT_US[unit ?? (small ? 's' : epochUnit(value))];
  return { us: Math.floor(Number((value * scale).toPrecision(16))), zoned: true, relative: small };
}

/** 2000 to 2100 in seconds is 9.5e8 to 4.1e9: the four units never overlap. */
function epochUnit(value: number): TimeUnit {
  if (value < 1e11) return 's';
  if (value < 1e14) return 'ms';
  return value < 1e17 ? 'us' : 'ns';
}

function readIso(text: string, offsetMinutes: number): Instant | null {
  const found = FORM.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = found;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (days === null || h > 23 || m > 59 || s > 60) return null;
  const offset = zone === undefined ? offsetMinutes : zoneMinutes(zone);
  if (offset === null) return null;
  const seconds = h * 3600 + m * 60 + s - offset * 60;
  return { us: days * DAY_US + seconds * US + Number(fraction.slice(0, 6).padEnd(6, '0')), zoned: zone !== undefined, relative: false };
}

/** `+05:30` -> 330; null when there is no such offset. */
function zoneMinutes(zone: string): number | null {
  if (/^(Z|UTC|GMT)$/i.test(zone)) return 0;
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (found === null) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  if (minutes > 18 * 60 || Number(found[3] ?? 0) > 59) return null;
  return found[1] === '-' ? -minutes : minutes;
}

/** Days since 1970-01-01, null for a date that doesn't exist. */
function daysFromCivil(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const at = Date.UTC(year, month - 1, day);
  return new Date(at).getUTCDate() === day ? at / 86_400_000 : null;
}

export const EARLIEST_US = Date.UTC(2000, 0, 1) * 1000;
export const LATEST_US = Date.UTC(2100, 0, 1) * 1000;
const LONGEST_TRACE_US = 100 * 366 * DAY_US;

/** Logs write 1970 or 9999 for "unknown"; one such row would stretch the span over decades. */
export function isPlausible(at: Instant): boolean {
  return at.relative ? at.us < LONGEST_TRACE_US : at.us >= EARLIEST_US && at.us < LATEST_US;
}

/** `2023-11-16T18:17:03.979Z` for reports. */
export function showTime(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}

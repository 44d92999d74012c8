/**
 * Units and the two kinds of range. Names carry the unit at every boundary; money is always US dollars.
 *
 * Field names of everything that also stands in a file or in the plan JSON are snake_case in types too: one spelling in
 * types, YAML, JSON and paths (`workload.requests_per_month`), so nothing has to be translated and no id can be mangled.
 */

/** A month is 730 hours: 8,760 hours a year / 12. */
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_HOUR = 3600;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * SECONDS_PER_HOUR;
export const MTOK = 1_000_000;

/** Calendar date, `YYYY-MM-DD`; plain strings compare in date order. */
export type IsoDate = string;

/** Judgement: a low, a likely and a high value, `low <= likely <= high`. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** A number that may be a judgement. */
export type Judged = number | Range;

/** Simulation result: percentiles of draws. */
export interface Percentiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** The likely value of a judged number. `likely({ low: 1, likely: 2, high: 4 }) === 2`, `likely(3) === 3` */
export function likely(value: Judged): number {
  return typeof value === 'number' ? value : value.likely;
}

/** The calendar date `months` whole months after `date`; the day is kept, or is the month's last. `addMonths('2026-01-31', 1) === '2026-02-28'` */
export function addMonths(date: IsoDate, months: number): IsoDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const index = year * 12 + (month - 1) + months;
  const y = Math.floor(index / 12);
  const m = (index % 12) + 1;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const last = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 31;
  return `${y}-${String(m).padStart(2, '0')}-${String(Math.min(day, last)).padStart(2, '0')}`;
}

/** Whole days from `from` to `to`, negative when `to` is earlier. Proleptic Gregorian, no time zone. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** Days since 1970-01-01 (algorithm: Howard Hinnant, days_from_civil). */
function dayNumber(date: IsoDate): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return era * 146_097 + doe - 719_468;
}

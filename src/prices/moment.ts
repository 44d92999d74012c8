/** The moment a price is asked for: a date, and a time of day for prices that depend on it. */

import type { IsoDate } from '../engine/units.ts';
import { isCalendarDate } from '../schema/quantity.ts';

export interface Moment {
  readonly date: IsoDate;
  readonly utcMinutes: number;
}

/** A bare date means noon, so that it falls into no night discount by accident. */
const NOON = 12 * 60;
const TIMED = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * `2026-03-01`, `2026-03-01T16:30Z`, `2026-03-01 18:30:00+02:00`; a time without a zone is UTC.
 *
 * @returns null when the text is no moment
 * @example readMoment('2026-03-01T00:30+02:00') // { date: '2026-02-28', utcMinutes: 1350 }
 */
export function readMoment(text: string): Moment | null {
  const trimmed = text.trim();
  if (isCalendarDate(trimmed)) return { date: trimmed, utcMinutes: NOON };
  const match = TIMED.exec(trimmed);
  if (match === null || !isCalendarDate(match[1] ?? '')) return null;
  const [, date = '', hours, minutes, zone = 'Z'] = match;
  const instant = new Date(Date.parse(`${date}T${hours}:${minutes}:00Z`) - offsetMinutes(zone) * 60_000);
  return { date: instant.toISOString().slice(0, 10), utcMinutes: instant.getUTCHours() * 60 + instant.getUTCMinutes() };
}

function offsetMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

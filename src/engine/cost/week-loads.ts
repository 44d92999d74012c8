/** Traffic hour by hour, relative to its mean: what the scenario says, or a day assumed from nothing but how much its busiest hour exceeds the mean. */

import type { Scaling, Workload } from '../scenario.ts';
import { likely } from '../units.ts';
import { peakToAverage, weekShape } from './requests.ts';

export interface WeekLoads {
  /** 24 hours of every day, or 168 of a week (Monday 00:00 first); mean 1. */
  readonly hours: readonly number[];
  /** given: by workload.shape or the profile; assumed: made up from the peak. */
  readonly source: 'given' | 'assumed';
}

/** Work that may wait is taken out of the busy hours: into the quietest ones, or evenly where the fleet follows the traffic (as it is sized). */
export function weekLoads(workload: Workload, scaling: Scaling): WeekLoads {
  const given = weekShape(workload);
  const hours = given ?? assumedHours(likely(peakToAverage(workload).value));
  const waits = likely(workload.batchable);
  const source = given === null ? 'assumed' : 'given';
  if (waits === 0) return { hours, source };
  const urgent = hours.map((hour) => hour * (1 - waits));
  return { hours: scaling === 'fixed' ? filled(urgent, waits) : urgent.map((hour) => hour + waits), source };
}

/** Above this many times the mean, a day has no room for its other hours. */
const MOST_IN_A_DAY = 12;
/** Busiest hour of an assumed day. */
const BUSIEST = 14;

/**
 * Hours that fall off from the busiest by the same factor each, the busiest being `peak` times the mean: a day, or a week where
 * the peak is higher than a day could have.
 *
 * @example the busiest hour of assumedHours(4) is 4, and the mean of all is 1
 */
export function assumedHours(peak: number): number[] {
  const count = peak <= MOST_IN_A_DAY ? 24 : 168;
  const top = Math.max(1, Math.min(peak, count * 0.999));
  const fall = fallingFactor(top, count);
  const hours = new Array<number>(count);
  for (let rank = 0; rank < count; rank++) {
    const away = rank % 2 === 1 ? (rank + 1) / 2 : -rank / 2;
    hours[(BUSIEST + away + count) % count] = top * fall ** rank;
  }
  return hours;
}

/** r with top (1 + r + ... + r^(count - 1)) = count, by bisection: the sum rises with r. */
function fallingFactor(top: number, count: number): number {
  if (top === 1) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if ((top * (1 - middle ** count)) / (1 - middle) < count) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Fills the quietest hours up to one level, so that the mean rises by `extra`. */
function filled(hours: readonly number[], extra: number): number[] {
  const sorted = [...hours].sort((a, b) => a - b);
  let left = extra * hours.length;
  let level = sorted[0] ?? 0;
  for (let i = 1; i <= sorted.length; i++) {
    const next = sorted[i] ?? Number.POSITIVE_INFINITY;
    const room = (next - level) * i;
    if (room >= left) {
      level += left / i;
      break;
    }
    left -= room;
    level = next;
  }
  return hours.map((hour) => Math.max(hour, level));
}

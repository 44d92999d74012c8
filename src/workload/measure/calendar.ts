/** Requests per minute, kept by day: rows may come in any order, and a year takes 2 MB. */

const MINUTE_US = 60_000_000;
const DAY_MINUTES = 1440;

export class Calendar {
  private readonly days = new Map<number, Float64Array>();
  private lastDay = Number.NaN;
  private lastPage: Float64Array = new Float64Array(0);

  add(atUs: number, requests: number): void {
    const minute = Math.floor(atUs / MINUTE_US);
    const day = Math.floor(minute / DAY_MINUTES);
    const page = day === this.lastDay ? this.lastPage : this.page(day);
    const slot = minute - day * DAY_MINUTES;
    page[slot] = (page[slot] as number) + requests;
  }

  private page(day: number): Float64Array {
    let page = this.days.get(day);
    if (page === undefined) {
      page = new Float64Array(DAY_MINUTES);
      this.days.set(day, page);
    }
    this.lastDay = day;
    this.lastPage = page;
    return page;
  }

  /** Requests of the busiest stretch of `minutes` clock minutes (1 or 60; stretches start on the hour or the minute). */
  busiest(minutes: number): number {
    let most = 0;
    for (const page of this.days.values()) {
      for (let from = 0; from < DAY_MINUTES; from += minutes) most = Math.max(most, sum(page, from, from + minutes));
    }
    return most;
  }

  /**
   * Relative traffic of the 168 hours of a week, Monday 00:00 UTC first, mean 1: requests of that hour of the week / time
   * the log covers of it, so a log of ten days doesn't count three days twice.
   *
   * @param firstUs, lastUs the log's span, at least 7 days, so that every hour is covered
   */
  hourOfWeek(firstUs: number, lastUs: number): number[] {
    const requests = new Array<number>(168).fill(0);
    for (const [day, page] of this.days) {
      for (let hour = 0; hour < 24; hour += 1) add(requests, hourIndex(day, hour), sum(page, hour * 60, hour * 60 + 60));
    }
    const rates = requests.map((count, index) => count / coveredHours(index, firstUs, lastUs));
    const mean = rates.reduce((total, rate) => total + rate, 0) / 168;
    return rates.map((rate) => Number((rate / mean).toPrecision(4)));
  }

  /** The longest run of days without a request between the first and the last day. */
  longestSilence(): { readonly days: number; readonly afterDay: number } {
    const days = [...this.days.keys()].sort((a, b) => a - b);
    let longest = { days: 0, afterDay: days[0] ?? 0 };
    for (let k = 1; k < days.length; k += 1) {
      const silent = (days[k] as number) - (days[k - 1] as number) - 1;
      if (silent > longest.days) longest = { days: silent, afterDay: days[k - 1] as number };
    }
    return longest;
  }

  /** Requests per equal part of the span, for a chart. */
  timeline(firstUs: number, lastUs: number, parts: number): number[] {
    const first = Math.floor(firstUs / MINUTE_US);
    const minutes = Math.floor(lastUs / MINUTE_US) - first + 1;
    const counts = new Array<number>(Math.min(parts, minutes)).fill(0);
    for (const [day, page] of this.days) {
      for (let slot = 0; slot < DAY_MINUTES; slot += 1) {
        const count = page[slot] as number;
        if (count > 0) add(counts, Math.floor(((day * DAY_MINUTES + slot - first) * counts.length) / minutes), count);
      }
    }
    return counts;
  }
}

function add(counts: number[], at: number, count: number): void {
  counts[at] = (counts[at] ?? 0) + count;
}

function sum(page: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let slot = from; slot < to; slot += 1) total += page[slot] as number;
  return total;
}

/** 1970-01-01 was a Thursday: day 0 is index 3 of a week that starts on Monday. */
function hourIndex(day: number, hour: number): number {
  return ((((day + 3) % 7) + 7) % 7) * 24 + hour;
}

const HOUR_US = 3_600_000_000;
const WEEK_US = 168 * HOUR_US;
/** Monday 1970-01-05 00:00 UTC. */
const MONDAY_US = 4 * 24 * HOUR_US;

function coveredHours(index: number, firstUs: number, lastUs: number): number {
  return (coveredUntil(index, lastUs) - coveredUntil(index, firstUs)) / HOUR_US;
}

/** Microseconds of the hour `index` of all weeks that lie before `us`, from a Monday long ago. */
function coveredUntil(index: number, us: number): number {
  const since = us - MONDAY_US;
  const weeks = Math.floor(since / WEEK_US);
  const within = since - weeks * WEEK_US - index * HOUR_US;
  return weeks * HOUR_US + Math.min(Math.max(within, 0), HOUR_US);
}

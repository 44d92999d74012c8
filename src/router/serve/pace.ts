/** How long the small model's first token will take for a request that comes now: recent times, and the queue in front of it. */

/** Weight of the newest observation. */
const NEWEST = 0.2;
/** Older observations say nothing any more: a request goes out to see. */
const STALE_MS = 10_000;

export class Pace {
  readonly #now: () => number;
  #ttftMs: number | null = null;
  #serviceMs: number | null = null;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  observe(ttftMs: number, serviceMs: number): void {
    this.#ttftMs = mixed(this.#ttftMs, ttftMs);
    this.#serviceMs = mixed(this.#serviceMs, serviceMs);
    this.#seenAt = this.#now();
  }

  /**
   * @param ahead requests in service or waiting before this one
   * @param places requests served at a time; Infinity where no limit is known
   * @returns null when nothing recent is known
   * @example 4 places, 8 ahead, 2 s a request, first token after 0.1 s: a place is free after (8 - 4 + 1) x 2 s / 4 = 2.5 s, the token comes at 2.6 s
   */
  expectedTtftMs(ahead: number, places: number): number | null {
    if (this.#ttftMs === null || this.#serviceMs === null || this.#now() - this.#seenAt > STALE_MS) return null;
    const waiting = Math.max(0, ahead - places + 1);
    return this.#ttftMs + (waiting === 0 ? 0 : (waiting * this.#serviceMs) / places);
  }
}

function mixed(before: number | null, newest: number): number {
  return before === null ? newest : before + NEWEST * (newest - before);
}

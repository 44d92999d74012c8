/**
 * Coefficient of variation of the gaps between arrivals: 1 for a Poisson process, 0 for a metronome, above 1 for bursts.
 * Rows in time order are summed as they come; rows out of order need the times kept (8 bytes each) and sorted.
 */

const CHUNK = 1 << 17;

export class Gaps {
  private readonly chunks: Float64Array[] = [];
  private used = CHUNK;
  private count = 0;
  private inOrder = true;
  private complete = true;
  private last = Number.NEGATIVE_INFINITY;
  private readonly sums = new GapSums();
  private readonly limit: number;

  /** @param limit how many times may be kept: 40 million take 320 MB */
  constructor(limit = 40_000_000) {
    this.limit = limit;
  }

  add(atUs: number): void {
    if (this.inOrder && atUs >= this.last) {
      if (this.count > 0) this.sums.add(atUs - this.last);
      this.last = atUs;
    } else {
      this.inOrder = false;
    }
    this.count += 1;
    this.keep(atUs);
  }

  private keep(atUs: number): void {
    if (!this.complete) return;
    if (this.count > this.limit) {
      this.complete = false;
      this.chunks.length = 0;
      return;
    }
    if (this.used === CHUNK) {
      this.chunks.push(new Float64Array(CHUNK));
      this.used = 0;
    }
    (this.chunks.at(-1) as Float64Array)[this.used] = atUs;
    this.used += 1;
  }

  /** True when rows came out of order and were too many to sort: the answer is unknown. */
  get lost(): boolean {
    return !this.inOrder && !this.complete;
  }

  /** Standard deviation / mean of the gaps (population formula); null with fewer than two gaps, without time passing, or when lost. */
  cv(): number | null {
    if (this.count < 3 || this.lost) return null;
    return (this.inOrder ? this.sums : this.sortedSums()).cv();
  }

  private sortedSums(): GapSums {
    const times = new Float64Array(this.count);
    this.chunks.forEach((chunk, k) => {
      times.set(k === this.chunks.length - 1 ? chunk.subarray(0, this.used) : chunk, k * CHUNK);
    });
    sortNearlySorted(times);
    const sums = new GapSums();
    for (let k = 1; k < times.length; k += 1) sums.add((times[k] as number) - (times[k - 1] as number));
    return sums;
  }
}

/** Logs are nearly in order, where moving each time to its place is ten times faster than sorting; far from it, they are sorted. */
function sortNearlySorted(times: Float64Array): void {
  let moves = 8 * times.length;
  for (let k = 1; k < times.length; k += 1) {
    const time = times[k] as number;
    let to = k;
    for (; to > 0 && (times[to - 1] as number) > time; to -= 1) times[to] = times[to - 1] as number;
    times[to] = time;
    moves -= k - to;
    if (moves < 0) {
      times.sort();
      return;
    }
  }
}

/** Sum of gaps and of their squares; the squares with a compensation term, as ten million of them lose digits. */
class GapSums {
  private n = 0;
  private sum = 0;
  private squares = 0;
  private lost = 0;

  add(gap: number): void {
    this.n += 1;
    this.sum += gap;
    const term = gap * gap - this.lost;
    const next = this.squares + term;
    this.lost = next - this.squares - term;
    this.squares = next;
  }

  cv(): number | null {
    if (this.n < 2 || this.sum === 0) return null;
    const mean = this.sum / this.n;
    const variance = Math.max(this.squares / this.n - mean * mean, 0);
    return Number((Math.sqrt(variance) / mean).toFixed(6));
  }
}

/** Exact distribution of whole numbers: how often each value occurred. Token counts are small, so this stays small. */

const DENSE = 1 << 18;

interface Summary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly total: number;
}

export class ValueCounts {
  count = 0;
  total = 0;
  private readonly dense = new Float64Array(DENSE);
  private readonly sparse = new Map<number, number>();

  add(value: number, times = 1): void {
    this.count += times;
    this.total += value * times;
    if (value < DENSE) this.dense[value] = (this.dense[value] ?? 0) + times;
    else this.sparse.set(value, (this.sparse.get(value) ?? 0) + times);
  }

  /** Mean, percentiles and total; null when nothing was added. */
  summary(): Summary | null {
    if (this.count === 0) return null;
    const [p50 = 0, p95 = 0, p99 = 0] = this.percentiles([50, 95, 99]);
    return { mean: this.total / this.count, p50, p95, p99, total: this.total };
  }

  /**
   * Percentiles by linear interpolation between the two nearest ranks: the value at rank (n - 1) p / 100, ranks from 0.
   * It is what numpy.percentile, pandas, Excel's PERCENTILE.INC and DuckDB's quantile_cont give.
   *
   * @example values 10, 20, 30, 40: p50 is 25, p95 is 38.5
   */
  percentiles(percents: readonly number[]): number[] {
    const wanted = percents.map((percent) => rankOf(percent, this.count));
    const at = this.valuesAt(wanted.flatMap(({ rank }) => [rank, Math.min(rank + 1, this.count - 1)]));
    return wanted.map(({ rank, share }) => {
      const low = at.get(rank) ?? 0;
      const high = at.get(Math.min(rank + 1, this.count - 1)) ?? low;
      return tidy(low + share * (high - low));
    });
  }

  private valuesAt(ranks: readonly number[]): Map<number, number> {
    const open = [...new Set(ranks)].sort((a, b) => a - b);
    const found = new Map<number, number>();
    let seen = 0;
    for (const [value, times] of this.ascending()) {
      seen += times;
      while (open[0] !== undefined && open[0] < seen) found.set(open.shift() as number, value);
      if (open.length === 0) break;
    }
    return found;
  }

  private *ascending(): Generator<readonly [number, number]> {
    for (let value = 0; value < DENSE; value += 1) {
      const times = this.dense[value] as number;
      if (times > 0) yield [value, times];
    }
    yield* [...this.sparse].sort((a, b) => a[0] - b[0]);
  }
}

/** Whole-number arithmetic, so that 95 % of 100 gaps is rank 95 and not 94.99999. */
function rankOf(percent: number, count: number): { rank: number; share: number } {
  const hundredfold = (count - 1) * percent;
  const rank = Math.floor(hundredfold / 100);
  return { rank, share: (hundredfold - rank * 100) / 100 };
}

/** Twelve digits: 7303.3 instead of 7303.300000000005. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

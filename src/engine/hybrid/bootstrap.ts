/** How far the frontier's figures might be off for want of rows: rows drawn again with replacement, from a seed. */

import { seededRandom } from '../capacity/simulate-random.ts';
import type { Interval, OrderedLog } from './frontier.ts';
import type { Column, ScoredRow } from './log.ts';

export interface Intervals {
  readonly escalation: Interval;
  /** Null: the figure itself isn't known. */
  readonly usd: Interval | null;
  readonly quality: Interval | null;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly draws: number;
}

/** Work of one call is kept to about this many drawn rows: 1,000 draws of 30,000 rows, fewer of more. */
const MAX_DRAWN = 3e7;
const MIN_DRAWS = 200;

/** Draws for a log of `rows`; `wanted` unless that would take minutes. */
export function affordableDraws(rows: number, wanted: number): number {
  return Math.max(Math.min(wanted, MIN_DRAWS), Math.min(wanted, Math.floor(MAX_DRAWN / Math.max(1, rows))));
}

/** Running sums of one column over drawn rows: of its values, and of the rows that have one. */
interface Drawn {
  readonly values: Float64Array;
  readonly known: Float64Array;
}

/** A point of the frontier: rows before `k` are escalated; or a chance router, `share` of all rows. */
export type Place = { readonly k: number } | { readonly share: number };

/** 95 % percentile intervals at each place. */
export function bootstrap(log: OrderedLog, places: readonly Place[], { seed, draws }: BootstrapOptions): Intervals[] {
  const random = seededRandom(seed);
  const samples = places.map(() => ({ escalation: new Float64Array(draws), usd: new Float64Array(draws), quality: new Float64Array(draws) }));
  const draw = drawer(log);
  for (let i = 0; i < draws; i++) {
    const drawn = draw(random.next);
    places.forEach((place, p) => {
      const sample = samples[p] as (typeof samples)[number];
      const figures = 'k' in place ? escalated(drawn, place.k, log) : byChance(drawn, place.share, log);
      [sample.escalation[i], sample.usd[i], sample.quality[i]] = figures;
    });
  }
  return samples.map(({ escalation, usd, quality }) => ({ escalation: interval(escalation) ?? [0, 0], usd: interval(usd), quality: interval(quality) }));
}

interface Sums {
  readonly rows: Float64Array;
  readonly small_quality: Drawn;
  readonly large_quality: Drawn;
  readonly small_usd: Drawn;
  readonly large_usd: Drawn;
}

const COLUMNS = ['small_quality', 'large_quality', 'small_usd', 'large_usd'] as const;

/** Buffers are made once and filled for every draw. */
function drawer(log: OrderedLog): (next: () => number) => Sums {
  const n = log.rows.length;
  const weights = new Uint32Array(n);
  const rows = new Float64Array(n + 1);
  const columns = COLUMNS.map((name) => columnDrawer(log.rows, name, log[name], rows));
  const [small_quality, large_quality, small_usd, large_usd] = columns.map(({ drawn }) => drawn) as [Drawn, Drawn, Drawn, Drawn];
  return (next) => {
    weights.fill(0);
    for (let i = 0; i < n; i++) {
      const at = Math.floor(next() * n);
      weights[at] = (weights[at] as number) + 1;
    }
    for (let i = 0; i < n; i++) rows[i + 1] = (rows[i] as number) + (weights[i] as number);
    for (const { fill } of columns) fill(weights);
    return { rows, small_quality, large_quality, small_usd, large_usd };
  };
}

function columnDrawer(rows: readonly ScoredRow[], name: (typeof COLUMNS)[number], col: Column, all: Float64Array) {
  const n = rows.length;
  const given = Float64Array.from(rows, (row) => row[name] ?? 0);
  const has = Uint8Array.from(rows, (row) => (row[name] === null ? 0 : 1));
  const values = new Float64Array(n + 1);
  const known = col.complete ? all : new Float64Array(n + 1);
  const fill = (weights: Uint32Array) => {
    for (let i = 0; i < n; i++) values[i + 1] = (values[i] as number) + (weights[i] as number) * (given[i] as number);
    if (!col.complete) for (let i = 0; i < n; i++) known[i + 1] = (known[i] as number) + (weights[i] as number) * (has[i] as number);
  };
  return { drawn: { values, known }, fill };
}

/** Sum over drawn rows `from`..`to`; rows without a value count as the mean of those with one. NaN: none has. */
function sum({ values, known }: Drawn, rows: Float64Array, from: number, to: number): number {
  const drawn = (rows[to] as number) - (rows[from] as number);
  const have = (known[to] as number) - (known[from] as number);
  return drawn === 0 ? 0 : (((values[to] as number) - (values[from] as number)) * drawn) / have;
}

function escalated(sums: Sums, k: number, { rows: { length: n }, costs }: OrderedLog): [number, number, number] {
  const { rows } = sums;
  const usd = sum(sums.small_usd, rows, costs.mode === 'cascade' ? 0 : k, n) + sum(sums.large_usd, rows, 0, k) + n * costs.judge_usd;
  const quality = (sum(sums.large_quality, rows, 0, k) + sum(sums.small_quality, rows, k, n)) / n;
  return [(rows[k] as number) / n, usd, quality];
}

function byChance(sums: Sums, share: number, { rows: { length: n }, costs }: OrderedLog): [number, number, number] {
  const of = (drawn: Drawn) => sum(drawn, sums.rows, 0, n);
  const usd = (costs.mode === 'cascade' ? 1 : 1 - share) * of(sums.small_usd) + share * of(sums.large_usd) + n * costs.judge_usd;
  return [share, usd, ((1 - share) * of(sums.small_quality) + share * of(sums.large_quality)) / n];
}

/** The middle 95 %; null where a draw has no figure. */
function interval(sample: Float64Array): Interval | null {
  const sorted = sample.slice().sort();
  const at = (p: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(p * (sorted.length - 1))))] as number;
  return sorted.some(Number.isNaN) ? null : [at(0.025), at(0.975)];
}

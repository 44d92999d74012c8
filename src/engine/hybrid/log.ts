/** The log a router is calibrated on: one row a request, put into the order in which a rising threshold escalates it. */

import { decimals, prefixSums, scaleOf, toNumber } from './exact-sum.ts';

/** Null: not known. */
export interface RouteRow {
  readonly id: string;
  /** How sure the small model is, higher is surer. */
  readonly score: number | null;
  /** Quality of each model's answer, 0..1; 0 or 1 where it is right or wrong. */
  readonly small_quality: number | null;
  readonly large_quality: number | null;
  /** US dollars each model costs for this request. */
  readonly small_usd: number | null;
  readonly large_usd: number | null;
  /** Milliseconds each model takes. */
  readonly small_ms: number | null;
  readonly large_ms: number | null;
}

export interface ScoredRow extends RouteRow {
  readonly score: number;
}

/** Rows by rising score; equal scores keep the order of the log. */
export function byScore(rows: readonly RouteRow[]): ScoredRow[] {
  const scored = rows.filter((row): row is ScoredRow => row.score !== null);
  return scored.sort((a, b) => a.score - b.score);
}

/** Rows may lack a value at either end of the order for this share of all rows before sums that need them are unknown. */
const REACH = 0.05;

/**
 * One column in the order of the scores, ready for sums of its first or last rows. Complete columns are summed exactly. Where values are
 * missing in between, those known stand for the rest; where a whole end of the order lacks them, the sum is unknown.
 */
export interface Column {
  readonly n: number;
  readonly known: number;
  readonly complete: boolean;
  /** Digits after the point of `units`. */
  readonly scale: number;
  /** Exact sums of the first k known values. */
  readonly prefix: readonly bigint[];
  /** Number of known values among the first k. */
  readonly counts: Uint32Array;
  readonly first: number;
  readonly last: number;
}

export function column(values: readonly (number | null)[], scale = scaleOf(values.filter((value) => value !== null))): Column {
  const counts = new Uint32Array(values.length + 1);
  values.forEach((value, i) => {
    counts[i + 1] = (counts[i] as number) + (value === null ? 0 : 1);
  });
  const known = counts[values.length] as number;
  const { units } = decimals(
    values.map((value) => value ?? 0),
    scale,
  );
  const first = values.findIndex((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  return { n: values.length, known, complete: known === values.length, scale, prefix: prefixSums(units), counts, first, last };
}

/** Sum over rows `from`..`to` (exclusive), in units of the column when exact; null when unknown. */
export function sumOver(col: Column, from: number, to: number): { readonly exact: bigint } | { readonly estimate: number } | null {
  const rows = to - from;
  const units = (col.prefix[to] as bigint) - (col.prefix[from] as bigint);
  const known = (col.counts[to] as number) - (col.counts[from] as number);
  if (rows === known) return { exact: units };
  const gap = Math.max(Math.min(to, col.first) - from, to - 1 - Math.max(from - 1, col.last));
  if (known === 0 || gap > REACH * col.n) return null;
  return { estimate: (toNumber(units, col.scale) * rows) / known };
}

/** The sum of parts of columns of one scale: rounded once where all are exact; null when a part is unknown. */
export function total(scale: number, ...parts: readonly ReturnType<typeof sumOver>[]): number | null {
  let exact = 0n;
  let rest = 0;
  for (const part of parts) {
    if (part === null) return null;
    if ('exact' in part) exact += part.exact;
    else rest += part.estimate;
  }
  return toNumber(exact, scale) + rest;
}

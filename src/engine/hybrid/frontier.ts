/** Every threshold a log can tell apart, with what it escalates, costs and gets right; and the two ends: chance, and knowing the answers. */

import { scaleOf } from './exact-sum.ts';
import { byScore, type Column, column, type RouteRow, type ScoredRow, sumOver, total } from './log.ts';

export type Interval = readonly [low: number, high: number];

export interface FrontierPoint {
  /** Escalate where score < threshold. Null where no threshold is at work (random, oracle). */
  readonly threshold: number | null;
  /** Share of the rows escalated, 0..1. */
  readonly escalation: number;
  /** Total over all rows, US dollars; null: not known. */
  readonly usd: number | null;
  /** Mean quality over all rows, 0..1; null: not known. */
  readonly quality: number | null;
}

export interface RouteCosts {
  readonly mode: 'cascade' | 'router';
  /** Judge or router, US dollars a request, paid for every row. */
  readonly judge_usd: number;
}

/** A log in the order of its scores. */
export interface OrderedLog {
  readonly rows: readonly ScoredRow[];
  readonly costs: RouteCosts;
  readonly small_quality: Column;
  readonly large_quality: Column;
  readonly small_usd: Column;
  readonly large_usd: Column;
  readonly quality_scale: number;
  readonly usd_scale: number;
}

export function orderLog(rows: readonly RouteRow[], costs: RouteCosts): OrderedLog {
  const sorted = byScore(rows);
  const known = (pick: (row: RouteRow) => number | null) => sorted.map(pick);
  const [sq, lq, su, lu] = [known((r) => r.small_quality), known((r) => r.large_quality), known((r) => r.small_usd), known((r) => r.large_usd)];
  const scale = (...columns: (number | null)[][]) => scaleOf(columns.flat().filter((value) => value !== null));
  const quality_scale = scale(sq, lq);
  const usd_scale = scale(su, lu, [costs.judge_usd]);
  return {
    rows: sorted,
    costs,
    small_quality: column(sq, quality_scale),
    large_quality: column(lq, quality_scale),
    small_usd: column(su, usd_scale),
    large_usd: column(lu, usd_scale),
    quality_scale,
    usd_scale,
  };
}

/** Numbers of rows that some threshold escalates: 0, n, and every place where the score changes. */
export function steps(log: OrderedLog): number[] {
  const { rows } = log;
  const ks = [0];
  for (let k = 1; k < rows.length; k++) if ((rows[k] as ScoredRow).score > (rows[k - 1] as ScoredRow).score) ks.push(k);
  if (rows.length > 0) ks.push(rows.length);
  return ks;
}

/** The threshold that escalates the first `k` rows: the score of the row after them; above the highest score, the next double. */
export function thresholdAt(log: OrderedLog, k: number): number {
  const { rows } = log;
  return k < rows.length ? (rows[k] as ScoredRow).score : nextUp(rows.at(-1)?.score ?? 0);
}

/** What escalating the first `k` rows costs and gets right. */
export function pointAt(log: OrderedLog, k: number): FrontierPoint {
  const n = log.rows.length;
  const right = total(log.quality_scale, sumOver(log.large_quality, 0, k), sumOver(log.small_quality, k, n));
  return { threshold: thresholdAt(log, k), escalation: n === 0 ? 0 : k / n, usd: usdAt(log, k), quality: right === null || n === 0 ? null : right / n };
}

function usdAt(log: OrderedLog, k: number): number | null {
  const n = log.rows.length;
  const judge = { exact: BigInt(n) * (column([log.costs.judge_usd], log.usd_scale).prefix[1] as bigint) };
  return total(log.usd_scale, sumOver(log.small_usd, log.costs.mode === 'cascade' ? 0 : k, n), sumOver(log.large_usd, 0, k), judge);
}

/** At most this many points are listed; more are thinned evenly by rank. */
const MAX_POINTS = 2000;

export function frontierSteps(log: OrderedLog): number[] {
  return thin(steps(log), MAX_POINTS);
}

/** Keeps both ends and `most` entries evenly in between. */
export function thin<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as T);
}

/** Shares at which random and oracle routers are shown: 0, 1 %, ... 100 %. */
export const SHARES: readonly number[] = Array.from({ length: 101 }, (_, i) => i / 100);

/** Expected figures of a router that escalates a share of requests by chance: the straight line between the two models. */
export function randomPoint(log: OrderedLog, share: number): FrontierPoint {
  const n = log.rows.length;
  const sum = (col: Column, scale: number) => total(scale, sumOver(col, 0, n));
  const [small, large] = [sum(log.small_quality, log.quality_scale), sum(log.large_quality, log.quality_scale)];
  const [cheap, dear] = [sum(log.small_usd, log.usd_scale), sum(log.large_usd, log.usd_scale)];
  const stays = log.costs.mode === 'cascade' ? 1 : 1 - share;
  return {
    threshold: null,
    escalation: share,
    usd: cheap === null || dear === null ? null : stays * cheap + share * dear + n * log.costs.judge_usd,
    quality: small === null || large === null || n === 0 ? null : ((1 - share) * small + share * large) / n,
  };
}

/**
 * The order in which a router that knows both answers escalates: where the large model gains most first, the cheaper request first among
 * equals. Only rows with both labels.
 */
export function oracleLog(rows: readonly RouteRow[], costs: RouteCosts): OrderedLog {
  const both = rows.filter((row) => row.small_quality !== null && row.large_quality !== null);
  const gain = (row: RouteRow) => (row.large_quality as number) - (row.small_quality as number);
  const order = [...both].sort((a, b) => gain(b) - gain(a) || (a.large_usd ?? 0) - (b.large_usd ?? 0));
  return orderLog(
    order.map((row, i) => ({ ...row, score: i })),
    costs,
  );
}

export function oraclePoint(log: OrderedLog, share: number): FrontierPoint {
  return { ...pointAt(log, Math.round(share * log.rows.length)), threshold: null };
}

/** The smallest double above `value`. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] as number;
}

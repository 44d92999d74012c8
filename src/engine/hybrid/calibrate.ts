/** From a log to a calibration: what each threshold costs and gets right, whether the score is to be trusted, and the threshold for a target. */

import { affordableDraws, bootstrap, type Intervals } from './bootstrap.ts';
import { type ChooseOptions, type Chosen, choose } from './choose.ts';
import { type ScoreShape, scoreShape } from './drift.ts';
import {
  type FrontierPoint,
  frontierSteps,
  type Interval,
  type OrderedLog,
  oracleLog,
  oraclePoint,
  orderLog,
  pointAt,
  type RouteCosts,
  randomPoint,
  SHARES,
} from './frontier.ts';
import { type Column, type RouteRow, sumOver, total } from './log.ts';
import { type ReliabilityBin, scoreQuality } from './score-quality.ts';
import { calibrationWarnings, type Warning } from './warnings.ts';

export interface CurvePoint extends FrontierPoint {
  /** 95 % bootstrap intervals. */
  readonly escalation_ci: Interval;
  readonly usd_ci: Interval | null;
  readonly quality_ci: Interval | null;
}

/** What `route calibrate --format json` prints. Totals and curves are over all rows that have a score. */
export interface CalibrationReport {
  readonly schema_version: 1;
  readonly mode: RouteCosts['mode'];
  readonly judge_usd: number;
  readonly rows: number;
  /** Rows without a score, left out. */
  readonly dropped: number;
  readonly labels: { readonly small: number; readonly large: number };
  /** Means over the rows labelled. */
  readonly small_quality: number | null;
  readonly large_quality: number | null;
  /** Totals over all rows. */
  readonly small_usd: number | null;
  readonly large_usd: number | null;
  readonly auroc: number | null;
  readonly auroc_ci: Interval | null;
  readonly ece: number | null;
  readonly brier: number | null;
  readonly reliability: readonly ReliabilityBin[];
  readonly frontier: readonly CurvePoint[];
  readonly random: readonly CurvePoint[];
  readonly oracle: readonly CurvePoint[];
  readonly chosen: Chosen | null;
  /** Escalation share at which the split costs as much as the large model alone, at mean costs; null: not known. */
  readonly break_even_escalation: number | null;
  readonly scores: ScoreShape;
  readonly seed: number;
  readonly draws: number;
  readonly warnings: readonly Warning[];
}

export interface CalibrateOptions extends ChooseOptions {
  readonly costs: RouteCosts;
}

export function calibrate(rows: readonly RouteRow[], options: CalibrateOptions): CalibrationReport {
  const { costs, seed } = options;
  const log = orderLog(rows, costs);
  const n = log.rows.length;
  const draws = affordableDraws(n, options.draws);
  const labelled = log.rows.filter((row) => row.small_quality !== null);
  const score = scoreQuality(
    labelled.map((row) => row.score),
    labelled.map((row) => row.small_quality as number),
  );
  const sum = (col: Column) => (n === 0 ? null : total(col.scale, sumOver(col, 0, n)));
  const report = {
    schema_version: 1 as const,
    mode: costs.mode,
    judge_usd: costs.judge_usd,
    rows: n,
    dropped: rows.length - n,
    labels: { small: log.small_quality.known, large: log.large_quality.known },
    small_quality: mean(log.small_quality),
    large_quality: mean(log.large_quality),
    small_usd: sum(log.small_usd),
    large_usd: sum(log.large_usd),
    auroc: score.auroc,
    auroc_ci: score.auroc_ci,
    ece: score.ece,
    brier: score.brier,
    reliability: score.bins,
    ...curves(log, seed, draws),
    chosen: choose(rows, costs, options),
    break_even_escalation: breakEven(log),
    scores: scoreShape(log.rows.map((row) => row.score)),
    seed,
    draws,
  };
  return { ...report, warnings: calibrationWarnings(report, options) };
}

function curves(log: OrderedLog, seed: number, draws: number): Pick<CalibrationReport, 'frontier' | 'random' | 'oracle'> {
  const ks = frontierSteps(log);
  const places = [...ks.map((k) => ({ k })), ...SHARES.map((share) => ({ share }))];
  const intervals = bootstrap(log, places, { seed, draws });
  const chance = log.rows.length === 0 ? [] : SHARES;
  return {
    frontier: ks.map((k, i) => curvePoint(pointAt(log, k), intervals[i])),
    random: chance.map((share, i) => curvePoint(randomPoint(log, share), intervals[ks.length + i])),
    oracle: oracleCurve(log, seed, draws),
  };
}

function oracleCurve({ rows, costs }: OrderedLog, seed: number, draws: number): CurvePoint[] {
  const log = oracleLog(rows, costs);
  const n = log.rows.length;
  if (n === 0) return [];
  const gaining = log.rows.filter((row) => (row.large_quality as number) > (row.small_quality as number)).length;
  const ks = [...new Set([...SHARES.map((share) => Math.round(share * n)), gaining])].sort((a, b) => a - b);
  const intervals = bootstrap(
    log,
    ks.map((k) => ({ k })),
    { seed, draws },
  );
  return ks.map((k, i) => curvePoint(oraclePoint(log, k / n), intervals[i]));
}

function curvePoint(point: FrontierPoint, ci: Intervals | undefined): CurvePoint {
  return {
    ...point,
    escalation_ci: ci?.escalation ?? [point.escalation, point.escalation],
    usd_ci: point.usd === null ? null : (ci?.usd ?? null),
    quality_ci: point.quality === null ? null : (ci?.quality ?? null),
  };
}

function mean(col: Column): number | null {
  return col.known === 0 ? null : (total(col.scale, { exact: col.prefix[col.n] as bigint }) as number) / col.known;
}

/** Cascade: 1 - (small + judge) / large. Router: the share at which a dear judge eats up what the small model saves, 1 - judge / (large - small). */
function breakEven(log: OrderedLog): number | null {
  const n = log.rows.length;
  const [small, large] = [log.small_usd, log.large_usd].map((col) => total(col.scale, sumOver(col, 0, n))) as [number | null, number | null];
  if (n === 0 || small === null || large === null || large <= 0) return null;
  const judge = n * log.costs.judge_usd;
  if (log.costs.mode === 'cascade') return 1 - (small + judge) / large;
  return large > small ? 1 - judge / (large - small) : null;
}

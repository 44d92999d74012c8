/** The threshold for a target: fitted on one half of the log, told by the other, so that the reported figures aren't the fitted ones. */

import { seededRandom } from '../capacity/simulate-random.ts';
import { affordableDraws, bootstrap } from './bootstrap.ts';
import { type FrontierPoint, type Interval, type OrderedLog, orderLog, pointAt, type RouteCosts, randomPoint, steps, thin, thresholdAt } from './frontier.ts';
import type { RouteRow } from './log.ts';
import { mixedTimes, type Spread, spread } from './mixture.ts';

/**
 * share: escalate at most this share of requests. cost: at most this many US dollars for all rows of the log. quality: at least this mean
 * quality. kept: at least this share of the large model's quality. latency: p95 of the mix at most this many milliseconds.
 */
export interface Target {
  readonly kind: 'share' | 'cost' | 'quality' | 'kept' | 'latency';
  readonly value: number;
}

/** within_error: missed, by less than the 95 % interval of the difference between the two parts of the log. */
type Met = 'yes' | 'within_error' | 'no' | 'unknown';

export interface Chosen {
  /** Null: no threshold reaches the target. */
  readonly threshold: number | null;
  readonly escalation: number;
  readonly escalation_ci: Interval;
  /** US dollars for all rows of the log at the rate of the reported half. */
  readonly usd: number | null;
  readonly usd_ci: Interval | null;
  readonly usd_per_request: number | null;
  readonly quality: number | null;
  readonly quality_ci: Interval | null;
  /** Expected quality of a chance router that escalates as many. */
  readonly random_quality: number | null;
  readonly latency_ms: Spread | null;
  readonly target: Target & { readonly met: Met };
  readonly fitted_rows: number;
  readonly reported_rows: number;
}

export interface ChooseOptions {
  readonly target: Target;
  readonly seed: number;
  readonly draws: number;
  /** Share of the rows kept back for reporting, 0..1; 0: fit and report on all rows. */
  readonly holdout: number;
}

/** Shuffles by the seed and cuts; both parts keep at least one row when there are two. */
function split<T>(rows: readonly T[], holdout: number, seed: number): { readonly fit: T[]; readonly report: T[] } {
  if (holdout === 0 || rows.length < 2) return { fit: [...rows], report: [...rows] };
  const random = seededRandom(seed);
  const shuffled = [...rows];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  const kept = Math.min(rows.length - 1, Math.max(1, Math.round(rows.length * holdout)));
  return { fit: shuffled.slice(kept), report: shuffled.slice(0, kept) };
}

export function choose(rows: readonly RouteRow[], costs: RouteCosts, options: ChooseOptions): Chosen | null {
  const scored = rows.filter((row) => row.score !== null);
  if (scored.length === 0) return null;
  const { fit, report } = split(scored, options.holdout, options.seed);
  const fitted = orderLog(fit, costs);
  const k = bestStep(fitted, options.target, scored.length);
  const threshold = k === null ? null : thresholdAt(fitted, k);
  return reportOn(orderLog(report, costs), threshold, fit.length, scored.length, options);
}

/** Candidates beyond this many are thinned where each needs a sort, or a look at its neighbours. */
const MAX_TIMED = 200;
const MAX_SMOOTHED = 2000;

/** Rows to escalate of the fitting half; null when nothing reaches the target, or what it asks about isn't known. */
function bestStep(log: OrderedLog, target: Target, allRows: number): number | null {
  const n = log.rows.length;
  const ks = target.kind === 'share' || target.kind === 'cost' ? steps(log) : thin(steps(log), target.kind === 'latency' ? MAX_TIMED : MAX_SMOOTHED);
  const large = pointAt(log, n).quality;
  const bar = target.kind === 'kept' ? (large === null ? null : target.value * large) : target.value;
  if (bar === null) return null;
  const points = ks.map((k) => ({ k, point: pointAt(log, k) }));
  const fits = points.filter(({ k, point }) => {
    if (target.kind === 'share') return point.escalation <= bar;
    if (target.kind === 'cost') return point.usd !== null && (point.usd * allRows) / n <= bar;
    if (target.kind === 'latency') return (p95(log, k) ?? Number.POSITIVE_INFINITY) <= bar;
    return point.quality !== null && point.quality >= bar;
  });
  const order = target.kind === 'share' ? byShare : target.kind === 'cost' || target.kind === 'latency' ? byQuality : byCost;
  const sure = order === byCost ? fits.filter(({ point }) => around(points, point) >= bar) : fits;
  return (sure.length > 0 ? sure : fits).sort((a, b) => order(a.point, b.point))[0]?.k ?? null;
}

/** Escalation shares this near count as the neighbourhood of a point. */
const NEAR = 0.05;

/** Mean quality of a point's neighbours: the first point to reach a bar does so by luck more often than not, its neighbours tell. */
function around(points: readonly { readonly point: FrontierPoint }[], { escalation }: FrontierPoint): number {
  let [sum, n] = [0, 0];
  for (const { point } of points) {
    if (point.quality === null || Math.abs(point.escalation - escalation) > NEAR) continue;
    sum += point.quality;
    n += 1;
  }
  return sum / n;
}

function p95(log: OrderedLog, k: number): number | null {
  const times = mixedTimes(log, k);
  return times === null ? null : (spread(times)?.p95 ?? null);
}

type Order = (a: FrontierPoint, b: FrontierPoint) => number;
const byShare: Order = (a, b) => b.escalation - a.escalation;
/** The best, and of equals the cheapest; without labels, the one that escalates most. */
const byQuality: Order = (a, b) => (b.quality ?? -1) - (a.quality ?? -1) || (a.quality === null ? b.escalation - a.escalation : a.escalation - b.escalation);
const byCost: Order = (a, b) => (a.usd ?? 0) - (b.usd ?? 0) || a.escalation - b.escalation;

function reportOn(log: OrderedLog, threshold: number | null, fittedRows: number, allRows: number, { target, seed, draws }: ChooseOptions): Chosen {
  const n = log.rows.length;
  const k = threshold === null ? 0 : log.rows.filter((row) => row.score < threshold).length;
  const point = pointAt(log, k);
  const [ci] = bootstrap(log, [{ k }], { seed: seed + 1, draws: affordableDraws(n, draws) });
  const times = mixedTimes(log, k);
  const scaled = (usd: number) => (n === allRows ? usd : (usd * allRows) / n);
  const figures = {
    threshold,
    escalation: point.escalation,
    escalation_ci: ci?.escalation ?? ([0, 1] as const),
    usd: point.usd === null ? null : scaled(point.usd),
    usd_ci: point.usd === null || !ci?.usd ? null : ([scaled(ci.usd[0]), scaled(ci.usd[1])] as const),
    usd_per_request: point.usd === null ? null : point.usd / n,
    quality: point.quality,
    quality_ci: point.quality === null ? null : (ci?.quality ?? null),
    random_quality: randomPoint(log, point.escalation).quality,
    latency_ms: times === null ? null : spread(times),
  };
  const met = threshold === null ? 'no' : metBy(widened(figures, fittedRows, n), pointAt(log, n).quality, target);
  return { ...figures, target: { ...target, met }, fitted_rows: fittedRows, reported_rows: n };
}

/** The fitted part errs too: intervals of what the two parts differ by, where they are two. */
function widened(figures: Figures, fitted: number, reported: number): Figures {
  const factor = Math.sqrt(1 + reported / fitted);
  const wider = (figure: number | null, ci: Interval | null): Interval | null =>
    figure === null || ci === null ? null : [figure - (figure - ci[0]) * factor, figure + (ci[1] - figure) * factor];
  return {
    ...figures,
    escalation_ci: wider(figures.escalation, figures.escalation_ci) ?? figures.escalation_ci,
    usd_ci: wider(figures.usd, figures.usd_ci),
    quality_ci: wider(figures.quality, figures.quality_ci),
  };
}

type Figures = Pick<Chosen, 'escalation' | 'escalation_ci' | 'usd' | 'usd_ci' | 'quality' | 'quality_ci' | 'latency_ms'>;

function metBy(figures: Figures, largeQuality: number | null, { kind, value }: Target): Met {
  const atMost = (figure: number | null, ci: Interval | null): Met =>
    figure === null ? 'unknown' : figure <= value ? 'yes' : ci !== null && ci[0] <= value ? 'within_error' : 'no';
  if (kind === 'share') return atMost(figures.escalation, figures.escalation_ci);
  if (kind === 'cost') return atMost(figures.usd, figures.usd_ci);
  if (kind === 'latency') return atMost(figures.latency_ms?.p95 ?? null, null);
  const bar = kind === 'kept' ? (largeQuality === null ? null : value * largeQuality) : value;
  if (figures.quality === null || bar === null) return 'unknown';
  return figures.quality >= bar ? 'yes' : figures.quality_ci !== null && figures.quality_ci[1] >= bar ? 'within_error' : 'no';
}

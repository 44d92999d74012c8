/**
 * Finds the knee, then the highest rate that meets the SLO. First the concurrency is doubled until throughput stops growing or the SLO
 * breaks; then the rate is bisected in an open loop, where queueing shows. Both within a budget of seconds and requests.
 */
import { InputError } from '../files/problem.ts';
import { readQuantity } from '../schema/quantity.ts';
import type { SloMs } from './measure/reduce.ts';
import type { BenchPoint } from './run/session.ts';
import type { BenchSetup, LevelPlan } from './run/setup.ts';

interface SweepResult {
  /** The concurrency beyond which throughput grew by less than 10 % a doubling, or the SLO broke. */
  readonly knee_concurrency: number | null;
  /** Requests per second; null: even the lowest rate tried missed the SLO. */
  readonly max_rate: number | null;
  /** The lowest rate that missed it. */
  readonly first_failing_rate: number | null;
  readonly slo: SloMs;
  readonly ended_by: 'found' | 'budget';
}

export interface Sweep {
  readonly next: (points: readonly BenchPoint[]) => LevelPlan | null;
  readonly result: (points: readonly BenchPoint[]) => SweepResult;
}

interface SweepBudget {
  readonly seconds: number;
  readonly requests: number;
}

const DEFAULT_BUDGET: SweepBudget = { seconds: 300, requests: 10_000 };
const MAX_CONCURRENCY = 4096;
/** A doubling of the concurrency that gains less than this share is past the knee. */
const MIN_GAIN = 0.1;
/** The rate is known well enough when the bounds are this close. */
const CLOSE_ENOUGH = 1.08;
const MAX_ERRORS = 0.01;
/** A server that answers less than this share of what is sent falls behind. */
const KEEPS_UP = 0.95;

export function sweepOf(
  setup: BenchSetup,
  flags: { readonly budgetS?: string; readonly budgetRequests?: string },
  nowMs: () => number = () => performance.now(),
): Sweep {
  const budget = {
    seconds: wish(flags.budgetS, '--budget-s', DEFAULT_BUDGET.seconds),
    requests: wish(flags.budgetRequests, '--budget-requests', DEFAULT_BUDGET.requests),
  };
  const began = nowMs();
  const left = (points: readonly BenchPoint[]) => ({
    seconds: budget.seconds - (nowMs() - began) / 1000,
    requests: budget.requests - points.reduce((sum, point) => sum + point.requests, 0),
  });
  const levelS = Math.max(2, Math.min(15, budget.seconds / 16));
  return {
    next: (points) => {
      const rest = left(points);
      if (rest.seconds < levelS || rest.requests < 8) return null;
      return nextLevel(points, setup.slo, Math.min(levelS, rest.seconds), rest.requests);
    },
    result: (points) => ({ ...found(points, setup.slo), slo: setup.slo, ended_by: isDone(points, setup.slo) ? 'found' : 'budget' }),
  };
}

function nextLevel(points: readonly BenchPoint[], slo: SloMs, seconds: number, requests: number): LevelPlan | null {
  const stop = { requests, duration_s: seconds };
  const concurrency = nextConcurrency(points, slo);
  if (concurrency !== null) return { load: { kind: 'closed', concurrency }, stop };
  const rate = nextRate(points, slo);
  return rate === null ? null : { load: { kind: 'open', rate, arrivals: 'poisson', burstiness: 1 }, stop };
}

/** Doubled until the knee; null: the knee is passed. */
function nextConcurrency(points: readonly BenchPoint[], slo: SloMs): number | null {
  const closed = closedPoints(points);
  const last = closed[closed.length - 1];
  if (last === undefined) return 1;
  const before = closed[closed.length - 2];
  const grew = before === undefined || last.output_tokens_per_s > before.output_tokens_per_s * (1 + MIN_GAIN);
  const concurrency = last.concurrency ?? 1;
  return last.ok > 0 && grew && meets(last, slo) && concurrency < MAX_CONCURRENCY ? concurrency * 2 : null;
}

/** The middle of what is known to work and what is known not to. */
function nextRate(points: readonly BenchPoint[], slo: SloMs): number | null {
  const best = Math.max(0, ...closedPoints(points).map((point) => point.requests_per_s));
  if (best === 0 || isDone(points, slo)) return null;
  const { max_rate: good, first_failing_rate: bad } = found(points, slo);
  if (good === null && bad === null) return round(best * 0.8);
  if (bad === null) return round((good ?? best) * 1.25);
  return round(good === null ? bad / 2 : Math.sqrt(good * bad));
}

function isDone(points: readonly BenchPoint[], slo: SloMs): boolean {
  const { max_rate: good, first_failing_rate: bad } = found(points, slo);
  if (closedPoints(points).every((point) => point.ok === 0)) return points.length > 0;
  const hopeless = good === null && openPoints(points).length >= 8;
  return hopeless || (good !== null && bad !== null && bad / good <= CLOSE_ENOUGH);
}

function found(points: readonly BenchPoint[], slo: SloMs): Pick<SweepResult, 'knee_concurrency' | 'max_rate' | 'first_failing_rate'> {
  const open = openPoints(points);
  const bad = open.filter((point) => !holds(point, slo)).map((point) => point.rate ?? 0);
  const firstBad = bad.length === 0 ? null : Math.min(...bad);
  const good = open.filter((point) => holds(point, slo) && (firstBad === null || (point.rate ?? 0) < firstBad)).map((point) => point.rate ?? 0);
  return { knee_concurrency: kneeOf(points, slo), max_rate: good.length === 0 ? null : Math.max(...good), first_failing_rate: firstBad };
}

/** The last concurrency that still gained and met the SLO. */
function kneeOf(points: readonly BenchPoint[], slo: SloMs): number | null {
  let knee: BenchPoint | null = null;
  for (const point of closedPoints(points)) {
    const gained = knee === null || point.output_tokens_per_s > knee.output_tokens_per_s * (1 + MIN_GAIN);
    if (point.ok > 0 && gained && meets(point, slo)) knee = point;
  }
  return knee?.concurrency ?? null;
}

/** Does an open-loop level keep up within the SLO? */
function holds(point: BenchPoint, slo: SloMs): boolean {
  const drift = point.steadiness.ttft_drift ?? 0;
  const keepsUp = point.requests_per_s >= point.sent_per_s * KEEPS_UP || drift < 0.5;
  return point.ok > 0 && keepsUp && meets(point, slo);
}

/** 95 % of the requests within every limit, and hardly any error. */
function meets(point: BenchPoint, slo: SloMs): boolean {
  const within = (value: number | undefined, limit: number | null) => limit === null || (value !== undefined && value <= limit);
  return (
    point.requests > 0 &&
    1 - point.ok / point.requests <= MAX_ERRORS &&
    within(point.ttft_ms?.p95, slo.ttft_ms) &&
    within(point.tpot_ms?.p95 ?? 0, slo.tpot_ms) &&
    within(point.e2e_ms?.p95, slo.e2e_ms)
  );
}

function closedPoints(points: readonly BenchPoint[]): BenchPoint[] {
  return points.filter((point) => point.concurrency !== null);
}

function openPoints(points: readonly BenchPoint[]): BenchPoint[] {
  return points.filter((point) => point.rate !== null);
}

function round(rate: number): number {
  return Number(rate.toPrecision(4));
}

function wish(text: string | undefined, flag: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const read = readQuantity(text, flag === '--budget-s' ? 's' : 'count');
  if ('value' in read && read.value > 0) return read.value;
  throw InputError.of('bench.bad-number', `${flag} ${'problem' in read ? read.problem : 'must be above 0'}.`);
}

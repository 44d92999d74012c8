/** A hybrid option at other splits, with the plan's own prices and fleets: what each share costs a month, where it stops paying, which is best. */

import type { OptionModel } from '../cost/option.ts';
import { type CostModel, monthlyUsd } from '../cost/terms.ts';
import type { HybridFallback, HybridFigures, HybridOptimum, HybridPoint } from '../result.ts';
import type { HybridOption, Scenario } from '../scenario.ts';
import { failingLegs } from './fallback.ts';
import { thin } from './frontier.ts';
import type { MixedTimes } from './latency-mix.ts';
import { escalationOf, fallbackShares } from './legs.ts';
import { bestWithin, type Limits, optimaOf } from './optima.ts';

/** Points of a frontier that are listed; a chart draws no finer. */
const POINTS = 21;

interface FiguresInput {
  readonly option: HybridOption;
  readonly scenario: Scenario;
  /** The compiled hybrid. */
  readonly model: OptionModel;
  /** The large leg as an option of its own, with what it costs alone. */
  readonly large: OptionModel | null;
  /** Null: a leg's times aren't known. */
  readonly times: MixedTimes | null;
  /** Requests of the month. */
  readonly volume: number;
}

export function hybridFigures(input: FiguresInput): HybridFigures {
  const { option, model, large, volume, times, scenario } = input;
  const { calibration, mode } = option.hybrid;
  const usdAt: UsdAt = (escalation) => usdOf(model.at_escalation?.(escalation) ?? null, volume);
  const alone = usdOf(large?.cost ?? null, volume);
  const escalation = escalationOf(option.hybrid);
  const all = splits(option, escalation).map((point): HybridPoint => ({ ...point, monthly_usd: usdAt(point.escalation), ttft_p95_ms: null }));
  const optimum = bestWithin(all, ({ monthly_usd }) => monthly_usd !== null && (alone === null || monthly_usd <= alone));
  const limits: Limits = {
    monthly_usd: costCap(scenario),
    quality: option.hybrid.quality_at_least ?? null,
    ttft_p95_ms: scenario.workload.slo.ttft_p95_ms,
  };
  const optima = optimaOf(all, limits, calibration !== null, { times, share: (usd) => meeting(usdAt, usd), usdAt });
  const told = (point: HybridPoint): HybridPoint => (times === null ? point : { ...point, ttft_p95_ms: times.ttft(0.95, point.escalation) });
  const marked = [optimum, ...Object.values(optima).map((each) => each?.point ?? null)].filter((point) => point !== null);
  return {
    mode,
    escalation,
    escalation_source: calibration === null ? 'scenario' : 'calibration',
    threshold: calibration?.threshold ?? null,
    quality: calibration?.quality ?? null,
    small_quality: calibration?.small_quality ?? null,
    large_quality: calibration?.large_quality ?? null,
    large_alone_usd: alone,
    break_even_escalation: alone === null ? null : meeting(usdAt, alone),
    frontier: listed(all, escalation, marked).map(told),
    optimum: optimum && told(optimum),
    optima: {
      cost_cap: toldOptimum(optima.cost_cap, told),
      quality_bar: toldOptimum(optima.quality_bar, told),
      latency_slo: toldOptimum(optima.latency_slo, told),
    },
    fallback: fallbackOf(input),
  };
}

/** `policies.max_monthly_usd` as read from a file. */
function costCap({ policies }: Scenario): number | null {
  const { value } = (policies.max_monthly_usd ?? {}) as { readonly value?: unknown };
  return typeof value === 'number' ? value : null;
}

function toldOptimum(found: HybridOptimum | null, told: (point: HybridPoint) => HybridPoint): HybridOptimum | null {
  return found && { limit: found.limit, point: found.point && told(found.point) };
}

type UsdAt = (escalation: number) => number | null;

/** A month at today's volume; null without a price, or above what can be served. */
function usdOf(cost: CostModel | null, volume: number): number | null {
  return cost === null || volume > cost.max_volume ? null : monthlyUsd(cost, volume);
}

/** The calibration's points with today's among them, by rising share; without one, every tenth and today's share, of unknown quality. */
function splits({ hybrid: { calibration } }: HybridOption, today: number): Pick<HybridPoint, 'threshold' | 'escalation' | 'quality'>[] {
  const points =
    calibration === null
      ? Array.from({ length: 11 }, (_, i) => ({ threshold: null, escalation: i / 10, quality: null }))
      : calibration.frontier.map(({ threshold, escalation, quality }) => ({ threshold, escalation, quality }));
  if (points.some((point) => point.escalation === today)) return points;
  const own = { threshold: calibration?.threshold ?? null, escalation: today, quality: calibration?.quality ?? null };
  return [...points, own].sort((a, b) => a.escalation - b.escalation);
}

/** At most `POINTS` evenly spread, and those that are spoken of. */
function listed(all: readonly HybridPoint[], today: number, marked: readonly HybridPoint[]): HybridPoint[] {
  const kept = new Set(thin(all, POINTS).map(({ escalation }) => escalation));
  for (const { escalation } of marked) kept.add(escalation);
  return all.filter(({ escalation }) => escalation === today || kept.has(escalation));
}

function fallbackOf({ option, scenario, model, volume }: FiguresInput): HybridFallback | null {
  const fails = failingLegs(option, scenario);
  if (fails === null) return null;
  const escalation = escalationOf(option.hybrid);
  const { to_large, to_small, lost } = fallbackShares(option.hybrid.mode, escalation, fails.assumed);
  const [without, with_] = [usdOf(model.at_escalation?.(escalation, 'none') ?? null, volume), usdOf(model.cost, volume)];
  const { small, large } = fails.known;
  return {
    small_fails: small,
    large_fails: large,
    to_large: small === null ? null : to_large,
    to_small: large === null ? null : to_small,
    lost: small === null || large === null ? null : lost,
    monthly_usd: without === null || with_ === null ? null : with_ - without,
  };
}

/** Halvings until the share is known to a billionth. */
const HALVINGS = 30;

/**
 * The share at which the split's month costs as much as `limit`; 0 when it never costs less, 1 when it always does, null when it can't
 * be priced. Costs rise with the share, by lines (tokens) or stairs (fleets): a line is solved at once.
 */
function meeting(usdAt: UsdAt, limit: number): number | null {
  const over = (share: number) => {
    const usd = usdAt(share);
    return usd === null ? null : usd - limit;
  };
  const [none, all] = [over(0), over(1)];
  if (none === null || all === null) return null;
  if (none >= 0) return 0;
  if (all <= 0) return 1;
  const straight = none / (none - all);
  if (Math.abs(over(straight) ?? limit) <= 1e-9 * limit) return straight;
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if ((over(middle) ?? 0) < 0) low = middle;
    else high = middle;
  }
  return high;
}

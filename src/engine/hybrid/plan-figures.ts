/** A hybrid option at other splits, with the plan's own prices and fleets: what each share costs a month, where it stops paying, which is best. */

import type { OptionModel } from '../cost/option.ts';
import { type CostModel, monthlyUsd } from '../cost/terms.ts';
import type { HybridFigures, HybridPoint } from '../result.ts';
import type { HybridOption } from '../scenario.ts';
import { thin } from './frontier.ts';
import { legShares } from './legs.ts';

/** Points of a frontier; a chart draws no finer. */
const POINTS = 21;

/**
 * @param model the compiled hybrid
 * @param large the large leg as an option of its own, with what it costs alone
 * @param volume requests of the month
 */
export function hybridFigures(option: HybridOption, model: OptionModel, large: OptionModel | null, volume: number): HybridFigures {
  const { calibration, mode } = option.hybrid;
  const usdAt: UsdAt = (escalation) => usdOf(model.at_escalation?.(escalation) ?? null, volume);
  const alone = usdOf(large?.cost ?? null, volume);
  const escalation = legShares(option.hybrid).large;
  const frontier = splits(option, escalation).map((point) => ({ ...point, monthly_usd: usdAt(point.escalation) }));
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
    frontier,
    optimum: best(frontier, alone),
  };
}

type UsdAt = (escalation: number) => number | null;

/** A month at today's volume; null without a price, or above what can be served. */
function usdOf(cost: CostModel | null, volume: number): number | null {
  return cost === null || volume > cost.max_volume ? null : monthlyUsd(cost, volume);
}

/** The calibration's points with today's among them, by rising share; without one, every tenth and today's share, of unknown quality. */
function splits({ hybrid: { calibration } }: HybridOption, today: number): Omit<HybridPoint, 'monthly_usd'>[] {
  const points =
    calibration === null
      ? Array.from({ length: 11 }, (_, i) => ({ threshold: null, escalation: i / 10, quality: null }))
      : thin(calibration.frontier, POINTS).map(({ threshold, escalation, quality }) => ({ threshold, escalation, quality }));
  if (points.some((point) => point.escalation === today)) return points;
  const own = { threshold: calibration?.threshold ?? null, escalation: today, quality: calibration?.quality ?? null };
  return [...points, own].sort((a, b) => a.escalation - b.escalation);
}

/** The best quality that costs no more than `cap`; of equals the cheapest. Null when no quality is known, or none is cheap enough. */
function best(frontier: readonly HybridPoint[], cap: number | null): HybridPoint | null {
  const able = frontier.filter(({ quality, monthly_usd }) => quality !== null && monthly_usd !== null && (cap === null || monthly_usd <= cap));
  able.sort((a, b) => (b.quality as number) - (a.quality as number) || (a.monthly_usd as number) - (b.monthly_usd as number));
  return able[0] ?? null;
}

/** Halvings until the share is known to a billionth. */
const HALVINGS = 30;

/**
 * The share at which the split's month costs as much as the large model's alone; 0 when it never costs less, 1 when it always does,
 * null when it can't be priced. Costs rise with the share, by lines (tokens) or stairs (fleets): a line is solved at once.
 */
function meeting(usdAt: UsdAt, alone: number): number | null {
  const over = (share: number) => {
    const usd = usdAt(share);
    return usd === null ? null : usd - alone;
  };
  const [none, all] = [over(0), over(1)];
  if (none === null || all === null) return null;
  if (none >= 0) return 0;
  if (all <= 0) return 1;
  const straight = none / (none - all);
  if (Math.abs(over(straight) ?? alone) <= 1e-9 * alone) return straight;
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if ((over(middle) ?? 0) < 0) low = middle;
    else high = middle;
  }
  return high;
}

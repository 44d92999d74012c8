/** Which volumes the chart shows, and what it marks there. */

import type { Plan } from '../engine/result.ts';
import { likely } from '../engine/units.ts';
import type { Chart, Series } from './model.ts';

/** Cost of each option at each volume, as the engine's `costCurve` gives it. */
export interface Curves {
  readonly volumes: readonly number[];
  readonly series: readonly Series[];
  /** Ranges around some of the lines, at fewer volumes; absent: not drawn. */
  readonly bands?: readonly Band[];
}

/** 8 of 10 draws of an option's month lie between low and high; null: no price there. */
export interface Band {
  readonly id: string;
  readonly volumes: readonly number[];
  readonly low_usd: readonly (number | null)[];
  readonly high_usd: readonly (number | null)[];
}

/** The widest the axis gets: 1 to 1e9 requests a month. */
const MAX_VOLUME = 1e9;

/**
 * Log-spaced whole volumes, from a decade below to a decade above everything worth seeing: today's volume, the crossovers,
 * the volumes of `what_if`.
 */
export function chartVolumes(plan: Plan, points: number): number[] {
  const seen = interesting(plan);
  const low = Math.max(0, Math.floor(Math.log10(Math.min(...seen))) - (seen.length > 1 ? 0 : 1));
  const high = Math.min(Math.log10(MAX_VOLUME), Math.ceil(Math.log10(Math.max(...seen)) + 0.3));
  const span = Math.max(high, low + 2) - low;
  return Array.from({ length: points }, (_, i) => Math.round(10 ** (low + (span * i) / (points - 1))));
}

function interesting(plan: Plan): number[] {
  const crossovers = plan.crossovers.map((crossover) => crossover.requests_per_month).slice(0, 8);
  const tried = plan.what_if.flatMap((row) => row.set['workload.requests_per_month'] ?? []);
  return [likely(plan.scenario.workload.requests_per_month), ...crossovers, ...tried].filter((volume) => volume >= 1 && volume <= MAX_VOLUME);
}

/** The chart of the options that can be chosen; of all of them when none can. Null when nothing has a price. */
export function chartOf(plan: Plan, curves: Curves): Chart | null {
  const feasible = new Set(plan.options.filter((option) => option.feasible).map((option) => option.id));
  const priced = curves.series.filter((each) => each.monthly_usd.some((usd) => usd !== null && usd > 0));
  const shown = feasible.size === 0 ? priced : priced.filter((each) => feasible.has(each.id));
  if (shown.length === 0) return null;
  return {
    kind: 'chart',
    volumes: curves.volumes,
    series: shown,
    crossovers: plan.crossovers.map((crossover) => crossover.requests_per_month),
    volume: likely(plan.scenario.workload.requests_per_month),
    currency: plan.scenario.currency ?? { code: 'USD', per_usd: 1 },
  };
}

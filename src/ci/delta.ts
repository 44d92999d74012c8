/** What a change costs, and why: prices, usage, throughput and edits put in one after the other, so that the parts add up. */

import type { Catalog } from '../engine/catalog.ts';
import { plan } from '../engine/plan.ts';
import type { Plan } from '../engine/result.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { IsoDate } from '../engine/units.ts';
import type { Baseline } from './baseline.ts';
import { type Cause, substitute } from './substitute.ts';

type Parts = Readonly<Record<Cause, number>>;

export interface Delta {
  readonly before_usd: number;
  readonly after_usd: number;
  /** after - before, US dollars a month. */
  readonly usd: number;
  /** In percent of before; null when that was 0. */
  readonly percent: number | null;
  /** They add up to `usd`. */
  readonly parts: Parts;
}

export interface Comparison {
  /** Of what was recommended then to what is recommended now; null where there is no recommendation or price on either side. */
  readonly delta: Delta | null;
  /** Of each option that both sides have and can price. */
  readonly options: Readonly<Record<string, Delta>>;
  /** Part of the price change that comes from corrected price data or another version of this tool, not from another day: US dollars a month. */
  readonly recalculated_usd: number;
}

const STEPS: readonly (readonly Cause[])[] = [['price'], ['price', 'usage'], ['price', 'usage', 'throughput']];

/**
 * The scenario of the baseline is planned anew with the prices of today's, then with its usage, then with its throughput;
 * what then remains is the edit.
 *
 * @example baseline $100; at new prices $120; with new volume $180; as it is now $150: price +20, usage +60, edit -30
 */
export function compare(baseline: Baseline, after: Plan, catalog: Catalog, today: IsoDate): Comparison {
  const planned = planner(baseline, after, catalog, today);
  const plans = STEPS.map((causes) => planned(dated(step(baseline.plan.scenario, after.scenario, causes), after)));
  const replayed = planned(dated(baseline.plan.scenario, baseline.plan));
  const all = [baseline.plan, ...plans, after];
  const ids = after.options.map((option) => option.id).filter((id) => baseline.plan.options.some((option) => option.id === id));
  const options = ids.flatMap((id) => {
    const delta = deltaOf(all.map((each) => monthly(each, id)));
    return delta === null ? [] : [[id, delta] as const];
  });
  return {
    delta: deltaOf(all.map(recommended)),
    options: Object.fromEntries(options),
    recalculated_usd: cents((recommended(replayed) ?? 0) - (recommended(baseline.plan) ?? recommended(replayed) ?? 0)),
  };
}

/** Plans that are at hand are not made anew: where nothing changed, none is. */
function planner(baseline: Baseline, after: Plan, catalog: Catalog, today: IsoDate): (scenario: Scenario) => Plan {
  const known = new Map([[JSON.stringify(dated(after.scenario, after)), after]]);
  if (baseline.ours) known.set(JSON.stringify(dated(baseline.plan.scenario, baseline.plan)), baseline.plan);
  return (scenario) => {
    const key = JSON.stringify(scenario);
    const found = known.get(key) ?? plan({ scenario, catalog, today });
    known.set(key, found);
    return found;
  };
}

function step(before: Scenario, after: Scenario, causes: readonly Cause[]): Scenario {
  const sameWork = before.workload.modality === after.workload.modality;
  return substitute(before, after, (cause) => causes.includes(cause) && (cause !== 'usage' || sameWork));
}

/** The day is fixed to the one a plan was priced at, also where its scenario names none. */
function dated(scenario: Scenario, { pricing }: Plan): Scenario {
  return { ...scenario, pricing: { as_of: pricing.as_of } };
}

/** US dollars a month of what the plan recommends. */
export function recommended(found: Plan): number | null {
  return found.decision.option_id === null ? null : monthly(found, found.decision.option_id);
}

function monthly(found: Plan, id: string): number | null {
  return found.options.find((option) => option.id === id)?.monthly_usd ?? null;
}

/** A step without a price (nothing feasible half-way) counts as no change; the next one carries it. */
function deltaOf(values: readonly (number | null)[]): Delta | null {
  const before = values[0] ?? null;
  const after = values.at(-1) ?? null;
  if (before === null || after === null) return null;
  const changes: number[] = [];
  let at = before;
  for (const value of values.slice(1)) {
    changes.push((value ?? at) - at);
    at = value ?? at;
  }
  const [price = 0, usage = 0, throughput = 0, edit = 0] = changes;
  const usd = after - before;
  return { before_usd: before, after_usd: after, usd, percent: before === 0 ? null : (usd / before) * 100, parts: { price, usage, throughput, edit } };
}

/** Differences of rounding are none. */
function cents(usd: number): number {
  return Math.abs(usd) < 0.005 ? 0 : usd;
}

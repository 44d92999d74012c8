/** How busy the GPUs of an option are, hour by hour of the week: what is paid for against what is used. */

import type { PriceContext } from '../cost/context.ts';
import { compileOption, type OptionModel } from '../cost/option.ts';
import { peakToAverage, weekShape } from '../cost/requests.ts';
import type { PlanInput } from '../plan.ts';
import type { Scenario } from '../scenario.ts';
import { likely, SECONDS_PER_MONTH } from '../units.ts';

export interface HourOfUse {
  /** Requests a second in this hour. */
  readonly requests_per_s: number;
  /** Replicas paid for, spares included; a fraction where they are up for part of the hour. */
  readonly replicas: number;
  /** Work served / what the paid replicas could serve, 0..1. */
  readonly utilization: number;
}

export interface WeekOfUse {
  readonly option_id: string;
  /** 168 hours, Monday 00:00 UTC first; null where only the busiest hour is known. */
  readonly hours: readonly HourOfUse[] | null;
  readonly busiest: HourOfUse;
  readonly mean: HourOfUse;
}

/** Null for an option without GPUs of its own, or without a price. */
export function weekOfUse(input: PlanInput, optionId: string): WeekOfUse | null {
  const { scenario } = input;
  const model = compiled(scenario, optionId, input);
  if (model === null || model.fleet === null) return null;
  const hour = hourOf(input, model);
  const waits = likely(scenario.workload.batchable);
  const loads = weekShape(scenario.workload)?.map((load) => load * (1 - waits) + waits) ?? null;
  const peak = loads === null ? Math.max(1, likely(peakToAverage(scenario.workload).value) * (1 - waits)) : Math.max(...loads);
  const hours = loads?.map(hour) ?? null;
  return { option_id: optionId, hours, busiest: hour(peak), mean: hours === null ? hour(1) : meanOf(hours) };
}

function compiled(scenario: Scenario, id: string, { catalog, today }: PlanInput): OptionModel | null {
  const option = scenario.options.find((each) => each.id === id);
  const context: PriceContext = { scenario, catalog, at: scenario.pricing.as_of ?? today, trend: 1, findings: [] };
  return option === undefined ? null : compileOption(option, context);
}

/** An hour with `load` times the mean traffic. */
function hourOf(input: PlanInput, model: OptionModel): (load: number) => HourOfUse {
  const { fleet, host } = model;
  const requests = likely(input.scenario.workload.requests_per_month) * model.fleet_share;
  const follows =
    host !== null && host.self_host.hosting.kind === 'rented' && host.self_host.scaling !== 'fixed' && weekShape(input.scenario.workload) !== null;
  // A fleet that follows the traffic is, in each hour, what an even month of that traffic would take.
  const even = follows ? (compiled(evenly(input.scenario), model.option.id, input)?.fleet ?? null) : null;
  return (load) => {
    const own = requests * load;
    const paid = even === null ? fleet?.paid_gpu_hours.quantity(requests, requests) : even.paid_gpu_hours.quantity(own, own);
    const replicas = even === null ? fleet?.mean_replicas(requests) : even.mean_replicas(own);
    const work = own * (fleet?.gpu_hours_per_request ?? 0);
    return {
      requests_per_s: own / SECONDS_PER_MONTH,
      replicas: replicas ?? 0,
      utilization: paid ? Math.min(1, work / paid) : 0,
    };
  };
}

function evenly(scenario: Scenario): Scenario {
  return { ...scenario, workload: { ...scenario.workload, batchable: 0, shape: { peak_to_average: 1, hour_of_week: null } } };
}

/** Use weighed by what is paid for, as the plan's utilization is. */
function meanOf(hours: readonly HourOfUse[]): HourOfUse {
  const sum = (of: (hour: HourOfUse) => number) => hours.reduce((total, hour) => total + of(hour), 0);
  const replicas = sum((hour) => hour.replicas);
  return {
    requests_per_s: sum((hour) => hour.requests_per_s) / hours.length,
    replicas: replicas / hours.length,
    utilization: replicas === 0 ? 0 : sum((hour) => hour.utilization * hour.replicas) / replicas,
  };
}

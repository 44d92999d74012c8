/** What an option is compiled from in one draw: the scenario and catalog with drawn values in their places. */

import { indexOf, type PriceContext, withAssumptions } from '../cost/context.ts';
import type { Scenario, SelfHostOption } from '../scenario.ts';
import { withValue } from '../set-value.ts';

/** Puts one drawn value in its place. */
export type Apply = (context: PriceContext, value: number) => PriceContext;

/** The same value at each of several paths. */
export function atPaths(paths: readonly string[]): Apply {
  return (context, value) => {
    let { scenario } = context;
    for (const path of paths) scenario = withValue(scenario, path, value) ?? scenario;
    return { ...context, scenario };
  };
}

/** Busiest hour / mean hour of a workload that says nothing about its shape. */
export const assumedPeak: Apply = (context, value) => {
  const { scenario } = context;
  const shape = { hour_of_week: null, ...scenario.workload.shape, peak_to_average: value };
  return { ...context, scenario: { ...scenario, workload: { ...scenario.workload, shape } } };
};

export function assumed(id: string): Apply {
  return (context, value) => ({ ...context, catalog: withAssumptions(context.catalog, { [id]: value }) });
}

/** Every token price of an offer times the value. */
export function offerFactor(offer: string): Apply {
  return (context, value) => {
    const { api } = indexOf(context.catalog);
    const model = api.get(offer);
    return changeOptions(context, (option) => {
      if ((option.kind !== 'cloud_api' && option.kind !== 'hosted_open') || api.get(option.offer) !== model) return option;
      return { ...option, price_factor: likelyTimes(option.price_factor, value) };
    });
  };
}

/** The speed of the replicas of some options times the value. */
export function speedFactor(ids: readonly string[]): Apply {
  return (context, value) => changeHosts(context, ids, (option) => ({ ...option, throughput_factor: likelyTimes(option.throughput_factor, value) }));
}

export function changeHosts(context: PriceContext, ids: readonly string[], change: (option: SelfHostOption) => SelfHostOption): PriceContext {
  return changeOptions(context, (option) => (option.kind === 'self_host' && ids.includes(option.id) ? change(option) : option));
}

function changeOptions(context: PriceContext, change: (option: Scenario['options'][number]) => Scenario['options'][number]): PriceContext {
  return { ...context, scenario: { ...context.scenario, options: context.scenario.options.map(change) } };
}

function likelyTimes(value: number | { readonly likely: number }, factor: number): number {
  return (typeof value === 'number' ? value : value.likely) * factor;
}

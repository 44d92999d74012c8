/** What is already announced about the options of a scenario: price changes, launches and retirements after a day. */

import type { Catalog } from './catalog.ts';
import { indexOf } from './cost/context.ts';
import type { Scenario, ScenarioOption } from './scenario.ts';
import type { IsoDate } from './units.ts';

export interface KnownChange {
  readonly date: IsoDate;
  readonly option_id: string;
  readonly what: string;
}

/** In order of their dates. */
export function knownChanges(scenario: Scenario, catalog: Catalog, after: IsoDate): KnownChange[] {
  const all = scenario.options.flatMap((option) => changesOf(option, catalog));
  return all.filter((change) => change.date > after).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function changesOf(option: ScenarioOption, catalog: Catalog): KnownChange[] {
  const dated = (date: IsoDate | null, what: string) => (date === null ? [] : [{ date, option_id: option.id, what }]);
  if (option.kind === 'cloud_api' || option.kind === 'hosted_open') {
    const model = indexOf(catalog).api.get(option.offer);
    if (!model) return [];
    const prices = model.prices.flatMap((price) => dated(price.from, `the price of ${model.id} changes`));
    return [...prices, ...dated(model.retired, `${model.id} is retired`), ...dated(model.released, `${model.id} comes out`)];
  }
  if (option.kind !== 'self_host' || option.self_host.hosting.kind !== 'rented' || option.self_host.hosting.rental.kind !== 'offer') return [];
  const { cloud, billing } = option.self_host.hosting.rental;
  const offers = catalog.rental.filter((offer) => offer.cloud === cloud && offer.gpu === option.self_host.gpu && billing.startsWith(offer.billing));
  return offers.flatMap((offer) => offer.prices.flatMap((price) => dated(price.from, `the ${billing} price of ${offer.gpu} at ${cloud} changes`)));
}

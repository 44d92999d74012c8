/**
 * What is uncertain: every {low, likely, high} of the scenario, what we assume where it is silent, the spread of prices in the catalog,
 * and the error of where a throughput comes from. What is one thing in the world is drawn once, however many options it moves.
 */

import { assumption, indexOf, type PriceContext } from '../cost/context.ts';
import type { OptionModel } from '../cost/option.ts';
import { entryAt } from '../cost/price-usage.ts';
import { pickRental } from '../cost/rental.ts';
import { rentalAsk } from '../cost/rented.ts';
import { peakToAverage } from '../cost/requests.ts';
import type { Scenario, ScenarioOption, SelfHostOption } from '../scenario.ts';
import { pathOf } from '../set-value.ts';
import type { Range } from '../units.ts';
import { type Distribution, lognormal, pert } from './distribution.ts';
import { type Apply, assumed, assumedPeak, atPaths, changeHosts, offerFactor, speedFactor } from './draw-context.ts';

/** volume, growth and trend act on the months; a parameter on what an option costs. */
type Role = 'volume' | 'growth' | 'trend' | 'parameter';

export interface Input {
  /** Path in the scenario where there is one, else a name. */
  readonly variable: string;
  readonly role: Role;
  readonly likely: number;
  readonly distribution: Distribution;
  /** Costs are (multi-)linear in the value, or in its reciprocal (speeds, lives). */
  readonly reciprocal: boolean;
  /** Options it may move; null: any. */
  readonly options: readonly string[] | null;
  readonly apply: Apply;
}

export function inputsOf(models: readonly OptionModel[], context: PriceContext): Input[] {
  return [
    ...scenarioRanges(context.scenario),
    ...peakInput(context),
    ...assumptionInputs(context),
    ...models.flatMap((model) => listPriceInput(model, models, context)),
    ...rentalInputs(models, context),
    ...purchaseInputs(context),
    ...speedInputs(models),
  ];
}

const ROLES: Readonly<Record<string, Role>> = {
  'workload.requests_per_month': 'volume',
  'workload.growth_per_month': 'growth',
  price_trend_per_year: 'trend',
};

/** Speeds and lives: twice as fast costs half as much. */
const RECIPROCAL = /(_per_s|throughput_factor|life_months)$/;

function scenarioRanges(scenario: Scenario): Input[] {
  const found = new Map<string, { readonly range: Range; readonly paths: string[] }>();
  for (const [path, range] of ranges(scenario, '')) {
    const key = sameThing(path, range, scenario);
    const known = found.get(key);
    if (known) known.paths.push(path);
    else found.set(key, { range, paths: [path] });
  }
  return [...found.values()].map(({ range, paths }) => scenarioInput(paths, range, scenario));
}

function scenarioInput(paths: readonly string[], range: Range, scenario: Scenario): Input {
  const first = paths[0] as string;
  return {
    variable: first,
    role: ROLES[first] ?? 'parameter',
    likely: range.likely,
    distribution: pert(range),
    reciprocal: RECIPROCAL.test(first),
    options: optionsOf(first, paths, scenario),
    apply: atPaths(paths),
  };
}

function optionsOf(first: string, paths: readonly string[], scenario: Scenario): readonly string[] | null {
  if (first.startsWith('workload.shape')) return sized(scenario);
  return first.startsWith('options.') ? paths.map((path) => path.split('.')[1] as string) : null;
}

const SKIPPED = new Set(['what_if', 'policies', 'profile', 'measurement', 'calibration', 'requirements']);

/** Ranges that leave room for doubt, with their paths as the file spells them. */
function* ranges(node: unknown, path: string): Generator<readonly [string, Range]> {
  if (typeof node !== 'object' || node === null) return;
  if (isRange(node)) {
    if (node.low < node.high) yield [pathOf(path), node];
    return;
  }
  for (const [key, child] of Object.entries(node)) {
    if (SKIPPED.has(key)) continue;
    const step = Array.isArray(node) && typeof child?.id === 'string' ? child.id : key;
    yield* ranges(child, path === '' ? step : `${path}.${step}`);
  }
}

function isRange(node: object): node is Range {
  return 'low' in node && 'likely' in node && 'high' in node;
}

/** The same range for the same hardware stands for one unknown: the GPU price at one provider, the speed of one kind of replica. */
function sameThing(path: string, range: Range, scenario: Scenario): string {
  const [, id, ...rest] = path.split('.');
  const option = path.startsWith('options.') ? scenario.options.find((each) => each.id === id) : undefined;
  if (option?.kind !== 'self_host') return path;
  const { self_host: host } = option;
  const place = rest.join('.');
  if (place.startsWith('throughput')) return JSON.stringify([place, range, replicaKind(option)]);
  return JSON.stringify([place, range, host.gpu, host.hosting.kind === 'rented' ? providerOf(host.hosting.rental) : 'owned']);
}

function providerOf(rental: Extract<SelfHostOption['self_host']['hosting'], { kind: 'rented' }>['rental']): string {
  return rental.kind === 'custom' ? `custom ${rental.provider}` : `${rental.cloud}/${rental.billing}`;
}

function replicaKind({ self_host: host }: SelfHostOption): string {
  return [host.model, host.quantization, host.gpu, host.gpus_per_replica, host.kv_quantization].join(' ');
}

function peakInput({ scenario }: PriceContext): Input[] {
  const { value, assumed: silent } = peakToAverage(scenario.workload);
  if (!silent || typeof value === 'number') return [];
  return [{ ...named('workload.shape.peak_to_average', value), options: sized(scenario), apply: assumedPeak }];
}

/** Options that the busiest hour matters to. */
function sized({ options }: Scenario): string[] {
  return options
    .filter(
      (option) =>
        option.kind === 'self_host' ||
        ((option.kind === 'cloud_api' || option.kind === 'hosted_open') && (option.rate_limit !== null || option.billing.kind !== 'tokens')),
    )
    .map((option) => option.id);
}

function named(variable: string, range: Range): Omit<Input, 'apply'> {
  return { variable, role: 'parameter', likely: range.likely, distribution: pert(range), reciprocal: RECIPROCAL.test(variable), options: null };
}

const TEAM = ['self_host_fte', 'api_fte', 'loaded_cost_usd_per_year'] as const;
const OWNED = ['electricity_usd_per_kwh', 'pue', 'life_months'] as const;
const SCALING = ['keep_alive_s', 'cold_start_s'] as const;

/** Ranges of what is assumed where the scenario is silent; one that nothing uses moves nothing and drops out later. */
function assumptionInputs(context: PriceContext): Input[] {
  const { scenario } = context;
  const hosts = scenario.options.filter((option) => option.kind === 'self_host');
  const of = (group: readonly SelfHostOption[], ids: readonly string[]) =>
    group.length === 0 ? [] : ids.map((id) => [id, group.map(({ id: name }) => name)] as const);
  const asked = [
    ...TEAM.filter((key) => scenario.team[key] === null).map((id) => [id, null] as const),
    ...of(
      hosts.filter(({ self_host: host }) => host.hosting.kind === 'owned'),
      OWNED,
    ),
    ...of(
      hosts.filter(({ self_host: host }) => host.scaling !== 'fixed'),
      SCALING,
    ),
    ...of(hosts, ['storage_usd_per_gb_month']),
    ...of(
      hosts.filter(({ self_host: host }) => host.egress_gb_per_month !== null),
      ['egress_usd_per_gb'],
    ),
  ];
  return asked.flatMap(([id, options]): Input[] => {
    const value = assumption(context.catalog, id)?.value ?? 0;
    if (typeof value === 'number' || value.low >= value.high) return [];
    return [{ ...named(`assumptions.${id}`, value), options, apply: assumed(id) }];
  });
}

/** What is really paid, as a factor on list: one an offer, whichever options use it. */
function listPriceInput({ option }: OptionModel, models: readonly OptionModel[], context: PriceContext): Input[] {
  if (option.kind !== 'cloud_api' && option.kind !== 'hosted_open') return [];
  const { api } = indexOf(context.catalog);
  const offer = api.get(option.offer);
  const spread = offer && entryAt(offer, context.at)?.spread;
  const users = models.flatMap(({ option: other }) =>
    (other.kind === 'cloud_api' || other.kind === 'hosted_open') && api.get(other.offer) === offer ? [other.id] : [],
  );
  if (!offer || !spread || users[0] !== option.id) return [];
  const range = { low: Math.min(1, spread.low), likely: 1, high: Math.max(1, spread.high) };
  return range.low < range.high ? [{ ...named(`prices.${offer.id}`, range), options: users, apply: offerFactor(option.offer) }] : [];
}

interface Rented {
  readonly option: SelfHostOption;
  readonly usd: number;
  readonly range: { readonly low: number; readonly high: number };
}

/** One price of a GPU at a cloud, whichever options rent it. */
function rentalInputs(models: readonly OptionModel[], context: PriceContext): Input[] {
  const offers = new Map<unknown, Rented[]>();
  for (const { option } of models) {
    const ask = option.kind === 'self_host' ? rentalAsk(option, context) : null;
    const picked = ask && pickRental(ask, { ...context, findings: [] });
    if (!picked?.range || option.kind !== 'self_host') continue;
    offers.set(picked.offer, [...(offers.get(picked.offer) ?? []), { option, usd: picked.usd_per_gpu_hour, range: picked.range }]);
  }
  return [...offers.values()].flatMap((users): Input[] => {
    const { option, usd, range } = users[0] as Rented;
    const factor = { low: Math.min(1, range.low / usd), likely: 1, high: Math.max(1, range.high / usd) };
    if (!(usd > 0) || factor.low >= factor.high) return [];
    const ids = users.map((user) => user.option.id);
    return [
      {
        ...named(`options.${option.id}.self_host.rental (market price)`, factor),
        options: ids,
        apply: (drawn, value) => changeHosts(drawn, ids, (host) => dearer(host, value, drawn)),
      },
    ];
  });
}

/** The option at `factor` times the price its offer has on that day. */
function dearer(option: SelfHostOption, factor: number, context: PriceContext): SelfHostOption {
  const ask = rentalAsk(option, context);
  const picked = ask && pickRental(ask, { ...context, findings: [] });
  const { hosting } = option.self_host;
  if (!picked || hosting.kind !== 'rented' || hosting.rental.kind !== 'offer') return option;
  const rental = { ...hosting.rental, usd_per_gpu_hour: picked.usd_per_gpu_hour * factor, node_gpus: hosting.rental.node_gpus ?? picked.offer.node_gpus };
  return { ...option, self_host: { ...option.self_host, hosting: { kind: 'rented', rental } } };
}

/** The purchase price of a GPU where the scenario doesn't say it. */
function purchaseInputs(context: PriceContext): Input[] {
  const { hardware } = indexOf(context.catalog);
  const buyers = new Map<string, string[]>();
  for (const option of context.scenario.options) {
    if (option.kind !== 'self_host' || option.self_host.hosting.kind !== 'owned' || option.self_host.hosting.owned.usd_per_gpu !== null) continue;
    const gpu = hardware.get(option.self_host.gpu)?.id ?? option.self_host.gpu;
    buyers.set(gpu, [...(buyers.get(gpu) ?? []), option.id]);
  }
  return [...buyers].flatMap(([gpu, options]): Input[] => {
    const range = hardware.get(gpu)?.purchase_usd ?? null;
    if (range === null || range.low >= range.high) return [];
    return [{ ...named(`hardware.${gpu}.purchase_usd`, range), options, apply: atPaths(options.map((id) => `options.${id}.self_host.owned.usd_per_gpu`)) }];
  });
}

/** The error of where a throughput comes from; replicas of one kind err together. */
function speedInputs(models: readonly OptionModel[]): Input[] {
  const kinds = new Map<string, { readonly ids: string[]; readonly spread: { readonly low: number; readonly high: number } }>();
  for (const { option, rate } of models) {
    if (option.kind !== 'self_host' || !rate?.spread || !(rate.spread.low < 1 || rate.spread.high > 1)) continue;
    const key = replicaKind(option);
    const known = kinds.get(key);
    if (known) known.ids.push(option.id);
    else kinds.set(key, { ids: [option.id], spread: rate.spread });
  }
  return [...kinds.values()].map(({ ids, spread }) => ({
    variable: `options.${ids[0]}.throughput`,
    role: 'parameter',
    likely: 1,
    distribution: lognormal({ low: Math.min(1, spread.low), high: Math.max(1, spread.high) }),
    reciprocal: true,
    options: ids,
    apply: speedFactor(ids),
  }));
}

/** May the input move the option, itself or through a leg? */
export function mayMove(input: Input, option: ScenarioOption): boolean {
  if (input.role !== 'parameter') return false;
  if (input.options === null) return true;
  const ids = option.kind === 'hybrid' ? [option.id, option.hybrid.small, option.hybrid.large] : [option.id];
  return ids.some((id) => input.options?.includes(id));
}

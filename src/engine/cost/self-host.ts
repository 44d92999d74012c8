/** Cost of running an open model on GPUs of one's own: rented or owned, sized for the busiest hour. */
import type { OpenModel } from '../catalog.ts';
import type { SelfHostOption } from '../scenario.ts';
import { likely, SECONDS_PER_MONTH } from '../units.ts';
import { assumption, type Blocker, indexOf, note, type PriceContext } from './context.ts';
import { type Fleet, sizeFleet } from './fleet.ts';
import type { GpuPrice } from './gpu-price.ts';
import { ownedPrice } from './owned.ts';
import { type ReplicaRate, replicaRate } from './rate.ts';
import { rentedPrice } from './rented.ts';
import { peakToAverage, type RequestMix, weekShape } from './requests.ts';
import type { Curve, Line, Term } from './terms.ts';

export interface SelfHostCost {
  readonly terms: readonly Term[];
  readonly totals: readonly Term[];
  readonly max_volume: number;
  readonly blockers: readonly Blocker[];
  readonly fleet: Fleet | null;
  readonly rate: ReplicaRate | null;
}

export function selfHostCost(option: SelfHostOption, mix: RequestMix, context: PriceContext): SelfHostCost {
  const host = option.self_host;
  const rated = replicaRate(option, mix, context);
  const price = host.hosting.kind === 'rented' ? rentedPrice(option, host.hosting.rental, context) : ownedPrice(option, host.hosting.owned, context);
  const blockers: Blocker[] = [];
  if (rated.kind === 'none') blockers.push(rated.blocker);
  if ('rule' in price) blockers.push(price);
  if (rated.kind === 'none' || 'rule' in price)
    return { terms: [], totals: [], max_volume: Number.POSITIVE_INFINITY, blockers, fleet: null, rate: rated.kind === 'ok' ? rated.rate : null };
  const fleet = fleetOf(option, rated.rate, price, context);
  const rest = [...price.extras(fleet), ...sideTerms(option, context)];
  const limit = host.max_replicas === null ? fleet.max_volume : Math.min(fleet.max_volume, volumeOfReplicas(fleet, host.max_replicas));
  if (limit <= 0) blockers.push({ rule: 'capacity', message: 'the GPUs there are do not hold one replica and its spares' });
  return { terms: [...gpuTerms(fleet, price), ...rest], totals: [paidTerm(fleet, price), ...rest], max_volume: limit, blockers, fleet, rate: rated.rate };
}

function fleetOf(option: SelfHostOption, rate: ReplicaRate, price: GpuPrice, context: PriceContext): Fleet {
  const host = option.self_host;
  const { workload } = context.scenario;
  const waits = likely(workload.batchable);
  const hours = weekShape(workload)?.map((hour) => hour * (1 - waits) + waits) ?? null;
  const scaling = host.hosting.kind === 'owned' ? 'fixed' : host.scaling;
  if (scaling !== 'fixed' && hours === null) noteNoShape(option, context);
  const peak = Math.max(1, likely(peakToAverage(workload).value) * (1 - waits));
  const { keepAliveS, coldStartS } = fleetSeconds(option, context);
  return sizeFleet({
    requests_per_replica_month: rate.requests_per_s * SECONDS_PER_MONTH,
    sizing_peak: scaling !== 'fixed' && hours !== null ? Math.max(...hours) : peak,
    hours,
    redundancy: host.redundancy,
    scaling,
    gpus_per_replica: host.gpus_per_replica,
    node_gpus: price.node_gpus,
    keep_alive_s: keepAliveS,
    cold_start_s: coldStartS,
    owned_gpus: price.owned_gpus,
  });
}

/** How long a replica takes to start, and stays up after its last request. */
export function fleetSeconds({ self_host: host }: SelfHostOption, context: PriceContext): { readonly keepAliveS: number; readonly coldStartS: number } {
  return {
    keepAliveS: host.keep_alive_s ?? seconds(context, 'keep_alive_s', 300),
    coldStartS: host.cold_start_s === null ? seconds(context, 'cold_start_s', 180) : likely(host.cold_start_s),
  };
}

function noteNoShape(option: SelfHostOption, context: PriceContext): void {
  const how =
    option.self_host.scaling === 'hour_of_week'
      ? 'the fleet is sized for the busiest hour all week'
      : 'traffic is taken as even, with the fleet above one replica sized for the busiest hour';
  note(context, 'warning', 'scaling.no_shape', `${option.id} scales by the hour, but workload.shape.hour_of_week is not given: ${how}.`, 'workload.shape');
}

function seconds(context: PriceContext, id: string, fallback: number): number {
  return likely(assumption(context.catalog, id)?.value ?? fallback);
}

/** Largest volume that `replicas` (spares included) serve: found by doubling, then halving, on the monotone replica count. */
function volumeOfReplicas(fleet: Fleet, replicas: number): number {
  if (fleet.replicas(1) > replicas) return 0;
  let high = 1;
  while (fleet.replicas(high * 2) <= replicas && high < 1e15) high *= 2;
  let low = high;
  high *= 2;
  while (high - low > 0.5) {
    const mid = (low + high) / 2;
    if (fleet.replicas(mid) <= replicas) low = mid;
    else high = mid;
  }
  return Math.floor(low);
}

/** All paid GPU-hours in one. */
function paidTerm(fleet: Fleet, price: GpuPrice): Term {
  return { ...gpuHours(price), shape: 'curve', behaviour: 'step', name: price.unit_name, category: 'gpu', curve: fleet.paid_gpu_hours };
}

/** GPU-hours split into work, spares and idle: together they are what is paid for. */
function gpuTerms(fleet: Fleet, price: GpuPrice): Term[] {
  const { unit_name } = price;
  const hours = gpuHours(price);
  return [
    { ...hours, shape: 'linear', name: `${unit_name}, serving`, category: 'gpu', per_request: fleet.gpu_hours_per_request },
    { ...hours, shape: 'curve', behaviour: 'step', name: `${unit_name}, idle`, category: 'idle', curve: idleCurve(fleet) },
    { ...hours, shape: 'curve', behaviour: 'step', name: `${unit_name}, spare replicas`, category: 'redundancy', curve: fleet.spare_gpu_hours },
  ];
}

function gpuHours({ usd_per_gpu_hour, source }: GpuPrice) {
  return { leg: null, unit: 'GPU-hour', unit_usd: usd_per_gpu_hour, source, driver: 'gpu_price', fleet: true } as const;
}

/** Paid GPU-hours that neither serve nor stand by as spares. */
function idleCurve(fleet: Fleet): Curve {
  const { paid_gpu_hours: paid, spare_gpu_hours: spare, gpu_hours_per_request: work } = fleet;
  return {
    quantity: (volume, held) => paid.quantity(volume, held) - spare.quantity(volume, held) - work * volume,
    limit: (volume) => Math.min(paid.limit(volume), spare.limit(volume)),
    smooth: paid.smooth,
    bounds: paid.bounds && spare.bounds && { low: minus(paid.bounds.low, spare.bounds.high, work), high: minus(paid.bounds.high, spare.bounds.low, work) },
  };
}

function minus(a: Line, b: Line, slope: number): Line {
  return { at0: a.at0 - b.at0, slope: a.slope - b.slope - slope };
}

/** Storage of the weights, egress, model refresh. */
function sideTerms(option: SelfHostOption, context: PriceContext): Term[] {
  const host = option.self_host;
  const terms: Term[] = [];
  const gb = host.storage_gb ?? weightsGb(indexOf(context.catalog).models.get(host.model) ?? null, host.quantization);
  const storage = assumption(context.catalog, 'storage_usd_per_gb_month');
  if (gb !== null && storage) terms.push(fixedTerm('storage of the weights', 'storage', gb, 'GB-month', likely(storage.value), storage.source));
  const egress = assumption(context.catalog, 'egress_usd_per_gb');
  if (host.egress_gb_per_month !== null && egress)
    terms.push(fixedTerm('network egress', 'network', host.egress_gb_per_month, 'GB', likely(egress.value), egress.source));
  const refresh = likely(host.model_refresh_usd_per_month);
  if (refresh > 0) terms.push(fixedTerm('model refresh', 'staff', 1, 'month', refresh, 'from the scenario'));
  return terms;
}

function fixedTerm(name: string, category: Term['category'], quantity: number, unit: string, unitUsd: number, source: string): Term {
  return { shape: 'fixed', name, category, leg: null, quantity, unit, unit_usd: unitUsd, source, driver: null };
}

function weightsGb(model: OpenModel | null, quantization: string): number | null {
  return model?.weights_gb[quantization] ?? null;
}

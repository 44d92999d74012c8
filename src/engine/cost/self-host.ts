/** Cost of running an open model on GPUs of one's own: rented or owned, sized for the busiest hour. */
import type { Accelerator, OpenModel } from '../catalog.ts';
import type { Owned, Rental, SelfHost, SelfHostOption } from '../scenario.ts';
import { HOURS_PER_MONTH, type Judged, likely, SECONDS_PER_MONTH } from '../units.ts';
import { assumption, type Blocker, indexOf, note, type PriceContext } from './context.ts';
import { type Fleet, sizeFleet } from './fleet.ts';
import { type ReplicaRate, replicaRate } from './rate.ts';
import { pickRental, type RentalAsk } from './rental.ts';
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

/** What an hour of a GPU costs, and what renting it forces. */
interface GpuPrice {
  readonly usd_per_gpu_hour: number;
  readonly unit_name: string;
  readonly node_gpus: number;
  readonly owned_gpus: number | null;
  readonly source: string;
  /** Terms besides the GPU-hours, made once the fleet is known. */
  readonly extras: (fleet: Fleet) => Term[];
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
  return sizeFleet({
    requests_per_replica_month: rate.requests_per_s * SECONDS_PER_MONTH,
    sizing_peak: scaling !== 'fixed' && hours !== null ? Math.max(...hours) : peak,
    hours,
    redundancy: host.redundancy,
    scaling,
    gpus_per_replica: host.gpus_per_replica,
    node_gpus: price.node_gpus,
    keep_alive_s: host.keep_alive_s ?? seconds(context, 'keep_alive_s', 300),
    cold_start_s: host.cold_start_s === null ? seconds(context, 'cold_start_s', 180) : likely(host.cold_start_s),
    owned_gpus: price.owned_gpus,
  });
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
  return {
    shape: 'curve',
    behaviour: 'step',
    name: price.unit_name,
    category: 'gpu',
    leg: null,
    unit: 'GPU-hour',
    unit_usd: price.usd_per_gpu_hour,
    source: price.source,
    driver: 'gpu_price',
    fleet: true,
    curve: fleet.paid_gpu_hours,
  };
}

/** GPU-hours split into work, spares and idle: together they are what is paid for. */
function gpuTerms(fleet: Fleet, price: GpuPrice): Term[] {
  const { usd_per_gpu_hour: unit_usd, unit_name, source } = price;
  const unit = 'GPU-hour';
  const serving = fleet.gpu_hours_per_request;
  const idle = idleCurve(fleet);
  const spare = fleet.spare_gpu_hours;
  return [
    {
      shape: 'linear',
      name: `${unit_name}, serving`,
      category: 'gpu',
      leg: null,
      unit,
      unit_usd,
      source,
      driver: 'gpu_price',
      fleet: true,
      per_request: serving,
    },
    {
      shape: 'curve',
      behaviour: 'step',
      name: `${unit_name}, idle`,
      category: 'idle',
      leg: null,
      unit,
      unit_usd,
      source,
      driver: 'gpu_price',
      fleet: true,
      curve: idle,
    },
    {
      shape: 'curve',
      behaviour: 'step',
      name: `${unit_name}, spare replicas`,
      category: 'redundancy',
      leg: null,
      unit,
      unit_usd,
      source,
      driver: 'gpu_price',
      fleet: true,
      curve: spare,
    },
  ];
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

function rentedPrice(option: SelfHostOption, rental: Rental, context: PriceContext): GpuPrice | Blocker {
  const host = option.self_host;
  if (rental.kind === 'custom') {
    const usd = likely(rental.usd_per_gpu_hour);
    return gpuPrice(host, usd, rental.node_gpus, `${rental.provider ?? 'rental'} price from the scenario`, rental.interruptions_per_month, context, option);
  }
  const ask = askOf(host, rental, context);
  const picked = pickRental(ask, context);
  const own = rental.usd_per_gpu_hour === null ? null : likely(rental.usd_per_gpu_hour);
  if (!picked && own === null)
    return { rule: 'price', message: `no ${rental.billing} price of ${host.gpu} at ${rental.cloud} is known; give self_host.rental.usd_per_gpu_hour` };
  const interruptions = picked?.offer.interruptions_per_month ?? null;
  if (rental.billing === 'spot') noteSpot(option, interruptions, context);
  const source = own === null ? (picked?.source ?? '') : `${rental.cloud} ${rental.billing} price from the scenario`;
  return gpuPrice(
    host,
    own ?? picked?.usd_per_gpu_hour ?? 0,
    rental.node_gpus ?? picked?.offer.node_gpus ?? 1,
    source,
    interruptions === null ? 0 : likely(interruptions),
    context,
    option,
  );
}

function askOf(host: SelfHost, rental: Extract<Rental, { kind: 'offer' }>, context: PriceContext): RentalAsk {
  return {
    cloud: rental.cloud,
    billing: rental.billing,
    gpu: gpuId(host, context),
    region: rental.region ?? host.region,
    node_gpus: rental.node_gpus,
    gpus_per_replica: host.gpus_per_replica,
  };
}

/** The offer an option rents at our price of it; null when it rents none, or at a price of its own. */
export function rentalAsk({ self_host: host }: SelfHostOption, context: PriceContext): RentalAsk | null {
  if (host.hosting.kind !== 'rented' || host.hosting.rental.kind !== 'offer' || host.hosting.rental.usd_per_gpu_hour !== null) return null;
  return askOf(host, host.hosting.rental, context);
}

function gpuId(host: SelfHost, context: PriceContext): string {
  return indexOf(context.catalog).hardware.get(host.gpu)?.id ?? host.gpu;
}

function noteSpot(option: SelfHostOption, interruptions: Judged | null, context: PriceContext): void {
  const path = `options.${option.id}.self_host`;
  if (interruptions === null)
    note(context, 'warning', 'spot.interruptions_unknown', `How often ${option.id}'s spot GPUs are taken back is unknown; no restarts are priced.`, path);
  if (option.self_host.redundancy === 'none')
    note(
      context,
      'warning',
      'spot.no_redundancy',
      `${option.id} runs on spot GPUs without a spare replica: an interruption is an outage.`,
      `${path}.redundancy`,
    );
}

function gpuPrice(host: SelfHost, usd: number, node: number, source: string, interruptions: number, context: PriceContext, option: SelfHostOption): GpuPrice {
  return {
    usd_per_gpu_hour: usd,
    unit_name: `${host.gpu} rental`,
    node_gpus: node,
    owned_gpus: null,
    source,
    extras: (fleet) => (interruptions > 0 ? [restarts(fleet, usd, interruptions, source, context, option)] : []),
  };
}

/** GPU-hours lost to restarting after interruptions: as many as are paid, times interruptions a month, times hours each costs, / 730. */
function restarts(fleet: Fleet, usd: number, interruptions: number, source: string, context: PriceContext, option: SelfHostOption): Term {
  const hours = assumption(context.catalog, 'spot_interruption_overhead_h');
  if (!hours) note(context, 'info', 'spot.overhead_assumed', 'Half an hour is lost at each spot interruption (assumed).', `options.${option.id}.self_host`);
  const share = (interruptions * likely(hours?.value ?? 0.5)) / HOURS_PER_MONTH;
  return {
    shape: 'curve',
    behaviour: 'step',
    name: 'restarts after spot interruptions',
    category: 'redundancy',
    leg: null,
    unit: 'GPU-hour',
    unit_usd: usd,
    source: `${interruptions} interruptions a month; ${source}`,
    driver: 'gpu_price',
    fleet: true,
    curve: times(fleet.paid_gpu_hours, share),
  };
}

function times(curve: Curve, factor: number): Curve {
  const scale = (line: Line) => ({ at0: line.at0 * factor, slope: line.slope * factor });
  return {
    ...curve,
    quantity: (volume, held) => curve.quantity(volume, held) * factor,
    bounds: curve.bounds && { low: scale(curve.bounds.low), high: scale(curve.bounds.high) },
  };
}

/**
 * Straight-line amortization of purchased hardware.
 *
 * @param priceUsd purchase price, >= 0
 * @param lifeMonths service life in months, > 0 (typical: 36-60)
 * @param residual share of the price left at the end, 0..1
 * @returns US dollars per month
 * @throws RangeError when an argument is outside its range
 * @example amortize(30_000, 36, 0.1) // 750
 */
export function amortize(priceUsd: number, lifeMonths: number, residual: number): number {
  if (!(priceUsd >= 0) || !(lifeMonths > 0) || !(residual >= 0 && residual <= 1)) throw new RangeError('amortize: price >= 0, life > 0, residual 0..1');
  return (priceUsd * (1 - residual)) / lifeMonths;
}

function ownedPrice(option: SelfHostOption, owned: Owned, context: PriceContext): GpuPrice | Blocker {
  const host = option.self_host;
  const gpu = indexOf(context.catalog).hardware.get(host.gpu) ?? null;
  const price = owned.usd_per_gpu ?? gpu?.purchase_usd ?? null;
  if (price === null) return { rule: 'price', message: `no purchase price of ${host.gpu} is known; give self_host.owned.usd_per_gpu` };
  const life = owned.life_months ?? assumption(context.catalog, 'life_months')?.value ?? null;
  if (life === null) return { rule: 'price', message: 'no service life is known; give self_host.owned.life_months' };
  const watts = owned.watts_per_gpu ?? gpu?.tdp_watts ?? null;
  if (watts === null) return { rule: 'price', message: `the power draw of ${host.gpu} is unknown; give self_host.owned.watts_per_gpu` };
  const source = `${owned.usd_per_gpu === null ? hardwareSource(gpu) : 'price from the scenario'}, over ${likely(life)} months to ${likely(owned.residual) * 100} %`;
  const hourly = amortize(likely(price), likely(life), likely(owned.residual)) / HOURS_PER_MONTH;
  const power = powerPrices(owned, context);
  if ('rule' in power) return power;
  return {
    usd_per_gpu_hour: hourly,
    unit_name: `${host.gpu} amortization`,
    node_gpus: owned.node_gpus,
    owned_gpus: owned.gpus,
    source,
    extras: (fleet) => powerTerms(fleet, likely(watts), idleWatts(option, owned, gpu, likely(watts), context), power),
  };
}

function hardwareSource(gpu: Accelerator | null): string {
  const first = gpu?.sources[0];
  return first ? `${gpu.id} purchase price: ${first.source}, checked ${first.checked}` : 'purchase price';
}

/** A GPU whose idle draw is unknown is taken to draw its full power all the time. */
function idleWatts(option: SelfHostOption, owned: Owned, gpu: Accelerator | null, watts: number, context: PriceContext): number {
  const idle = owned.idle_watts_per_gpu ?? gpu?.idle_watts ?? null;
  if (idle !== null) return Math.min(likely(idle), watts);
  note(
    context,
    'info',
    'power.idle_unknown',
    `The idle draw of ${option.self_host.gpu} is unknown; full power is priced all the time.`,
    `options.${option.id}.self_host.owned`,
  );
  return watts;
}

interface PowerPrices {
  readonly usd_per_kwh: number;
  readonly pue: number;
  readonly colo_usd_per_kw_month: number;
  readonly source: string;
}

function powerPrices(owned: Owned, context: PriceContext): PowerPrices | Blocker {
  const kwh = owned.usd_per_kwh ?? assumption(context.catalog, 'electricity_usd_per_kwh')?.value ?? null;
  const pue = owned.pue ?? assumption(context.catalog, 'pue')?.value ?? null;
  const colo = owned.colo_usd_per_kw_month ?? 0;
  if (kwh === null || pue === null) return { rule: 'price', message: 'no electricity price or PUE is known; give self_host.owned.usd_per_kwh and .pue' };
  const own = owned.usd_per_kwh !== null && owned.pue !== null ? 'from the scenario' : (assumption(context.catalog, 'electricity_usd_per_kwh')?.source ?? '');
  return { usd_per_kwh: likely(kwh), pue: likely(pue), colo_usd_per_kw_month: likely(colo), source: own };
}

/** Power of serving GPUs at full draw, of idle and spare ones at idle draw, both x PUE; colocation by the kW of all. */
function powerTerms(fleet: Fleet, watts: number, idle: number, power: PowerPrices): Term[] {
  const busyKwh = (fleet.gpu_hours_per_request * (watts - idle) * power.pue) / 1000;
  const kwh = { leg: null, unit: 'kWh', unit_usd: power.usd_per_kwh, source: `${power.source}; PUE ${power.pue}`, driver: null, fleet: true as const };
  const terms: Term[] = [
    { ...kwh, shape: 'linear', name: 'electricity, serving above idle', category: 'gpu', per_request: busyKwh },
    {
      ...kwh,
      shape: 'curve',
      behaviour: 'step',
      name: 'electricity, base draw',
      category: 'idle',
      curve: times(fleet.paid_gpu_hours, (idle * power.pue) / 1000),
    },
  ];
  if (power.colo_usd_per_kw_month === 0) return terms;
  const kw = times(fleet.paid_gpu_hours, watts / 1000 / HOURS_PER_MONTH);
  return [
    ...terms,
    {
      shape: 'curve',
      behaviour: 'step',
      name: 'colocation',
      category: 'gpu',
      leg: null,
      unit: 'kW-month',
      unit_usd: power.colo_usd_per_kw_month,
      source: power.source,
      driver: null,
      fleet: true,
      curve: kw,
    },
  ];
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

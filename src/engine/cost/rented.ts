/** Rented GPUs: the price of an hour, and the restarts spot offers force. */
import type { Rental, SelfHost, SelfHostOption } from '../scenario.ts';
import { HOURS_PER_MONTH, type Judged, likely } from '../units.ts';
import { assumption, type Blocker, indexOf, note, type PriceContext } from './context.ts';
import type { Fleet } from './fleet.ts';
import { type GpuPrice, times } from './gpu-price.ts';
import { pickRental, type RentalAsk } from './rental.ts';
import type { Term } from './terms.ts';

export function rentedPrice(option: SelfHostOption, rental: Rental, context: PriceContext): GpuPrice | Blocker {
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

/** How often a rented replica is taken back in a month; 0 where nobody says, or it is owned. */
export function interruptionsPerMonth(option: SelfHostOption, context: PriceContext): number {
  const { hosting } = option.self_host;
  if (hosting.kind === 'owned') return 0;
  if (hosting.rental.kind === 'custom') return hosting.rental.interruptions_per_month;
  const interruptions = pickRental(askOf(option.self_host, hosting.rental, context), context)?.offer.interruptions_per_month ?? null;
  return interruptions === null ? 0 : likely(interruptions);
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

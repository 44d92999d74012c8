/** Owned GPUs: amortization by the hour, power and colocation. */
import type { Accelerator } from '../catalog.ts';
import type { Owned, SelfHostOption } from '../scenario.ts';
import { HOURS_PER_MONTH, likely } from '../units.ts';
import { assumption, type Blocker, indexOf, note, type PriceContext } from './context.ts';
import type { Fleet } from './fleet.ts';
import { type GpuPrice, times } from './gpu-price.ts';
import type { Term } from './terms.ts';

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

export function ownedPrice(option: SelfHostOption, owned: Owned, context: PriceContext): GpuPrice | Blocker {
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

/** Which GPU offer a rental means, and its price on a day. */
import type { RentalOffer, RentalPrice } from '../catalog.ts';
import { indexOf, note, type PriceContext } from './context.ts';

export interface RentalAsk {
  readonly cloud: string;
  /** on_demand, spot, serverless, dedicated, reserved, or reserved_12m for a certain term. */
  readonly billing: string;
  readonly gpu: string;
  readonly region: string | null;
  readonly node_gpus: number | null;
  readonly gpus_per_replica: number;
}

export interface PickedRental {
  readonly offer: RentalOffer;
  readonly usd_per_gpu_hour: number;
  /** What is asked elsewhere in the same market; null: not known. */
  readonly range: RentalPrice['range'] | null;
  readonly source: string;
}

/**
 * The offer of a cloud for a GPU: in the asked region where there is one, the smallest node that holds a replica, the
 * cheapest among equals. Null when the cloud has no such offer. A day before the first known price uses the first, with a finding.
 */
export function pickRental(ask: RentalAsk, context: PriceContext): PickedRental | null {
  const { kind, term } = parseBilling(ask.billing);
  const offers = indexOf(context.catalog).rental.get(`${ask.cloud}/${kind}/${ask.gpu}`) ?? [];
  const priced = offers.flatMap((offer) => {
    const found = priceOn(offer, context.at);
    return found ? [{ offer, ...found }] : [];
  });
  const termed = priced.filter(({ offer }) => term === null || offer.term_months === term);
  const sized = termed.filter(({ offer }) => ask.node_gpus === null || offer.node_gpus === ask.node_gpus);
  const local = sized.filter(({ offer }) => ask.region === null || offer.region === ask.region);
  const candidates = local.length > 0 ? local : sized;
  const best = candidates.sort((a, b) => compareOffers(a, b, ask.gpus_per_replica))[0];
  if (!best) return null;
  if (ask.region !== null && local.length === 0) {
    note(
      context,
      'info',
      'price.rental_region',
      `${ask.cloud} has no ${kind} price of ${ask.gpu} for region ${ask.region} in our data; its price for ${best.offer.region ?? 'any region'} is used.`,
      null,
    );
  }
  if (best.early) {
    note(
      context,
      'warning',
      'price.rental_before_first',
      `The first known ${kind} price of ${ask.gpu} at ${ask.cloud} is of ${best.price.from}, after ${context.at}; it is used for the time before.`,
      null,
    );
  }
  return { offer: best.offer, usd_per_gpu_hour: best.price.usd_per_gpu_hour, range: best.price.range ?? null, source: rentalSource(best.offer, best.price) };
}

function parseBilling(billing: string): { readonly kind: string; readonly term: number | null } {
  const reserved = /^reserved_(\d+)m$/.exec(billing);
  return reserved ? { kind: 'reserved', term: Number(reserved[1]) } : { kind: billing, term: null };
}

interface Priced {
  readonly offer: RentalOffer;
  readonly price: RentalPrice;
  /** The price is the first known one, used for a day before it. */
  readonly early: boolean;
}

function compareOffers(a: Priced, b: Priced, perReplica: number): number {
  return (
    Number(a.offer.node_gpus < perReplica) - Number(b.offer.node_gpus < perReplica) ||
    (a.offer.node_gpus < perReplica ? b.offer.node_gpus - a.offer.node_gpus : a.offer.node_gpus - b.offer.node_gpus) ||
    a.offer.term_months - b.offer.term_months ||
    a.price.usd_per_gpu_hour - b.price.usd_per_gpu_hour ||
    compareText(a.offer.region ?? '', b.offer.region ?? '')
  );
}

/** Code-unit order: the same in every locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function priceOn(offer: RentalOffer, at: string): Omit<Priced, 'offer'> | null {
  const known = offer.prices.filter((price) => price.from === null || price.from <= at).at(-1);
  if (known) return { price: known, early: false };
  const first = offer.prices[0];
  return first ? { price: first, early: true } : null;
}

function rentalSource(offer: RentalOffer, price: RentalPrice): string {
  const term = offer.term_months > 0 ? ` ${offer.term_months} months` : '';
  return `${offer.cloud} ${offer.billing}${term} ${offer.gpu}: ${price.source}, checked ${price.checked}`;
}

/** One cloud's GPU prices, `pricing/rental/<cloud>.yaml`. */

import { z } from 'zod';
import type { RentalOffer, RentalPrice } from '../engine/catalog.ts';
import { count, id, isoDate, judged, positive, present, sourced } from './primitives.ts';

const price = z.strictObject({
  from: isoDate.nullable().describe('First day this price is known to hold; it holds until the next one. null: since the offer exists'),
  usd_per_gpu_hour: positive.describe('US dollars per GPU and hour, VAT excluded, with the CPU and memory that come with it'),
  range: z.strictObject({ low: positive, high: positive }).optional().describe('What one may meet across regions or hosts, US dollars per GPU and hour'),
  ...sourced,
});

const offer = z.strictObject({
  gpu: id.describe('Id in pricing/hardware'),
  billing: z
    .enum(['on_demand', 'spot', 'reserved', 'serverless', 'dedicated'])
    .describe('serverless: billed per second while a request runs; dedicated: a provider runs the model on GPUs kept for you'),
  term_months: z.number().int().nonnegative().default(0).describe('Length of a reserved term in months; 0 for the others'),
  node_gpus: count.default(1).describe('GPUs one has to rent at once'),
  region: z.string().nullable().default(null).describe("The cloud's own name; null: the price is the same everywhere or the place is unknown"),
  interruptions_per_month: judged().nullable().default(null).describe('Interruptions of one spot instance a month; null: unknown'),
  prices: z.array(price).min(1).describe('In order of time; a change is appended, never written over'),
});

const file = z
  .strictObject({
    schema_version: z.literal(1),
    cloud: id.describe('The name scenarios use: rental: <cloud>/<billing>'),
    label: z.string(),
    offers: z.array(offer).min(1),
  })
  .superRefine((value, context) => {
    for (const [index, each] of value.offers.entries()) {
      for (const problem of offerProblems(each)) context.addIssue({ code: 'custom', path: ['offers', index, problem.key], message: problem.message });
    }
  });

type OfferValue = z.infer<typeof offer>;

export const rentalFile = file.transform((value) => ({ items: value.offers.map((each) => toOffer(value.cloud, each)) })) satisfies z.ZodType<
  { readonly items: readonly RentalOffer[] },
  unknown
>;

function offerProblems(value: OfferValue): { key: string; message: string }[] {
  const problems: { key: string; message: string }[] = [];
  const reserved = value.billing === 'reserved';
  if (reserved !== value.term_months > 0) problems.push({ key: 'term_months', message: 'must be given for reserved offers and for no others' });
  if (value.billing !== 'spot' && value.interruptions_per_month !== null)
    problems.push({ key: 'interruptions_per_month', message: 'must be null unless billing is spot' });
  const order = value.prices.map((each) => each.from ?? '');
  if (order.some((from, index) => index > 0 && from <= (order[index - 1] ?? ''))) problems.push({ key: 'prices', message: 'must be in order of `from`' });
  return problems;
}

function toOffer(cloud: string, value: OfferValue): RentalOffer {
  return { cloud, ...value, prices: value.prices.map((each): RentalPrice => present(each)) };
}

/** `self_host` of an option: which model on which GPUs, rented or owned, and how fast a replica is. */

import * as z from 'zod/mini';
import { KV_QUANTIZATIONS, QUANTIZATIONS } from '../engine/capacity/memory.ts';
import type { Owned, Rental, SelfHost, Throughput } from '../engine/scenario.ts';
import { either, type IssueSink, isMap, judged, name, oneOf, orNull, quantity, reader, report, text, withDefault } from './fields.ts';
import { describe } from './quantity.ts';
import { type References, reference } from './references.ts';

const usd = judged('usd', { min: 0 });
const whole = quantity('count', { min: 1, max: 1e6, whole: true });
const amount = quantity('number', { min: 0 });
const speed = orNull(judged('number', { above: 0 }));

const OFFER = /^([A-Za-z0-9][A-Za-z0-9._-]*)\/(on_demand|spot|reserved|serverless|dedicated)$/;
const offerName: z.ZodMiniType<string, unknown> = reader(
  'an offer cloud/billing like lambda/on_demand, billing being on_demand, spot, reserved, serverless or dedicated',
  { type: 'string', pattern: OFFER.source },
  (raw) => (typeof raw === 'string' && OFFER.test(raw) ? raw : null),
);

const namedOffer = z.pipe(
  offerName,
  z.transform((offer): Rental => ({ kind: 'offer', ...split(offer), region: null, node_gpus: null, usd_per_gpu_hour: null })),
) as unknown as z.ZodMiniType<Rental, unknown>;

const detailedOffer = z.pipe(
  z.strictObject({ offer: offerName, region: orNull(name), node_gpus: orNull(whole), usd_per_gpu_hour: orNull(usd) }),
  z.transform(({ offer, ...rest }): Rental => ({ kind: 'offer', ...split(offer), ...rest })),
) as unknown as z.ZodMiniType<Rental, unknown>;

const customRental = z.pipe(
  z.strictObject({
    usd_per_gpu_hour: usd,
    provider: orNull(name),
    node_gpus: withDefault(whole, 1),
    term_months: withDefault(quantity('months', { min: 0, max: 120 }), 0),
    interruptions_per_month: withDefault(amount, 0),
  }),
  z.transform((value): Rental => ({ kind: 'custom', ...value })),
) as unknown as z.ZodMiniType<Rental, unknown>;

const rental = either<Rental>([namedOffer, detailedOffer, customRental], (raw) => {
  if (isMap(raw)) return Object.hasOwn(raw, 'offer') ? detailedOffer : customRental;
  if (typeof raw === 'string') return namedOffer;
  const hint = 'Write lambda/on_demand, or { usd_per_gpu_hour: 2.49/h, node_gpus: 1 }.';
  return { path: [], code: 'value.wrong', message: `must be an offer or a price, found ${describe(raw)}`, hint };
});

function split(offer: string): { cloud: string; billing: string } {
  const [cloud = '', billing = ''] = offer.split('/');
  return { cloud, billing };
}

const owned = z.strictObject({
  usd_per_gpu: orNull(usd).check(z.describe('Purchase price of one GPU with its share of the server')),
  node_gpus: withDefault(whole, 1),
  life_months: orNull(judged('months', { above: 0, max: 240 })),
  residual: withDefault(judged('share', { min: 0, max: 1 }), 0),
  watts_per_gpu: orNull(judged('number', { min: 0 })),
  idle_watts_per_gpu: orNull(judged('number', { min: 0 })),
  usd_per_kwh: orNull(usd),
  pue: orNull(judged('number', { min: 1, max: 5 })),
  colo_usd_per_kw_month: orNull(usd),
  gpus: orNull(whole).check(z.describe('GPUs already owned: bought once for the horizon, none added')),
}) satisfies z.ZodMiniType<Owned, unknown>;

const fileSelfHost = z.strictObject({
  model: name,
  quantization: withDefault(oneOf(...QUANTIZATIONS), 'bf16'),
  gpu: name,
  gpus_per_replica: withDefault(whole, 1),
  rental: orNull(rental),
  owned: orNull(owned),
  redundancy: withDefault(oneOf('none', 'n+1', 'n+2', '2n'), 'none'),
  scaling: withDefault(oneOf('fixed', 'hour_of_week', 'scale_to_zero'), 'fixed'),
  context_tokens: orNull(quantity('count', { min: 1, whole: true })),
  concurrency_per_replica: orNull(quantity('count', { min: 1 })),
  kv_quantization: orNull(oneOf(...KV_QUANTIZATIONS)),
  region: orNull(name).check(z.describe('Where the GPUs stand')),
  cold_start_s: orNull(judged('s', { min: 0 })),
  keep_alive_s: orNull(quantity('s', { min: 0 })),
  storage_gb: orNull(amount),
  egress_gb_per_month: orNull(amount),
  model_refresh_usd_per_month: withDefault(usd, 0),
  max_replicas: orNull(whole),
});

export const selfHost = z.pipe(fileSelfHost, z.transform(toSelfHost)) satisfies z.ZodMiniType<SelfHost, unknown>;

function toSelfHost({ rental: rented, owned: bought, ...rest }: z.infer<typeof fileSelfHost>, sink: IssueSink): SelfHost {
  if (rented !== null && bought === null) return { ...rest, hosting: { kind: 'rented', rental: rented } };
  if (bought !== null && rented === null) return { ...rest, hosting: { kind: 'owned', owned: bought } };
  const message = rented === null ? 'needs rental or owned: where the GPUs come from' : 'has both rental and owned';
  return report(sink, { path: [], code: 'option.hosting', message, hint: 'Give exactly one: rental: lambda/on_demand, or owned: { usd_per_gpu: 30_000 }.' });
}

const given = z.strictObject({
  output_tokens_per_s: speed,
  input_tokens_per_s: speed,
  work_per_s: speed.check(z.describe("Audio seconds, images, input or output tokens a second: the workload's own unit")),
  input: orNull(quantity('count', { min: 0 })).check(z.describe('Input tokens a request, at which the speed holds')),
  output: orNull(quantity('count', { min: 0 })),
  concurrency: orNull(quantity('count', { above: 0 })),
  ttft_p95_ms: orNull(quantity('ms', { above: 0 })),
  tpot_p95_ms: orNull(quantity('ms', { above: 0 })),
  source: orNull(text),
});

/** `throughput` of a self-hosted option. */
export function throughput(references: References): z.ZodMiniType<Throughput, unknown> {
  const file = z.strictObject({ measurement: orNull(measured(references)), given: orNull(given) });
  return z.pipe(file, z.transform(toThroughput)) as unknown as z.ZodMiniType<Throughput, unknown>;
}

function measured(references: References) {
  return reference((path) => {
    const loaded = references.measurement(path);
    return 'value' in loaded ? { value: { path, measurement: loaded.value } } : loaded;
  });
}

interface FileThroughput {
  readonly measurement: Omit<Extract<Throughput, { kind: 'measurement' }>, 'kind'> | null;
  readonly given: z.infer<typeof given> | null;
}

function toThroughput({ measurement, given: typed }: FileThroughput, sink: IssueSink): Throughput {
  if (measurement !== null && typed === null) return { kind: 'measurement', ...measurement };
  if (measurement === null && typed !== null) return toGiven(typed, sink);
  const hint = 'Write given: { output_tokens_per_s: 2_000 }, or measurement: results/own.json.';
  return report(sink, { path: [], code: 'option.throughput', message: 'must have exactly one of measurement and given', hint });
}

function toGiven(typed: z.infer<typeof given>, sink: IssueSink): Throughput {
  if (typed.output_tokens_per_s !== null || typed.input_tokens_per_s !== null || typed.work_per_s !== null) return { kind: 'given', ...typed };
  const hint = 'Add output_tokens_per_s, input_tokens_per_s or work_per_s.';
  return report(sink, { path: ['given'], code: 'option.throughput', message: 'needs a speed', hint });
}

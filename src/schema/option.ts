/** One entry of `options`: exactly one of five kind keys says what it is and which other keys belong to it. */

import * as z from 'zod/mini';
import type { ApiOption, Billing, Commit, Fallback, HybridOption, QuotedOption, ScenarioOption, SelfHostOption } from '../engine/scenario.ts';
import { either, type FieldIssue, type IssueSink, isMap, judged, list, name, oneOf, optionId, orNull, quantity, report, text, withDefault } from './fields.ts';
import { describe, readQuantity } from './quantity.ts';
import { type References, reference } from './references.ts';
import { selfHost, throughput } from './self-host.ts';

const KIND_KEYS = ['cloud_api', 'hosted_open', 'self_host', 'hybrid', 'quoted'] as const;

const share = judged('share', { min: 0, max: 1 });
const usd = judged('usd', { min: 0 });
const factor = withDefault(judged('ratio', { above: 0, max: 1000 }), 1);
const tokens = orNull(judged('count', { min: 0, max: 1e8 }));
const ratio = orNull(judged('ratio', { min: 0, max: 100 }));
const ms = orNull(quantity('ms', { above: 0 }));

const base = {
  id: optionId,
  label: orNull(text),
  tokens: orNull(
    z.strictObject({
      input_ratio: ratio,
      output_ratio: ratio,
      input: tokens,
      output: tokens,
      reasoning: tokens,
      cached_input: orNull(share),
      cache_write: orNull(share),
    }),
  ).check(z.describe("What differs from the workload's tokens: tokenizers and reasoning do")),
  one_off_usd: withDefault(usd, 0),
  latency: orNull(
    z.strictObject({
      ttft_p95_ms: ms,
      tpot_p95_ms: ms,
      ttft_p50_ms: z.optional(quantity('ms', { above: 0 })),
      tpot_p50_ms: z.optional(quantity('ms', { above: 0 })),
      source: text,
    }),
  ),
  availability: orNull(quantity('share', { min: 0, max: 1 })),
};

const provisioned = z.strictObject({
  units: quantity('count', { min: 1, whole: true }),
  usd_per_unit_hour: quantity('usd', { min: 0 }),
  work_per_s: quantity('number', { above: 0 }),
  term_months: withDefault(quantity('months', { min: 0, max: 120 }), 0),
});

const dedicated = z.strictObject({
  gpu: name,
  count: quantity('count', { min: 1, whole: true }),
  usd_per_gpu_hour: orNull(usd),
  work_per_s: orNull(quantity('number', { above: 0 })),
});

const byTokens = z.pipe(
  z.literal('tokens'),
  z.transform((): Billing => ({ kind: 'tokens' })),
) as unknown as z.ZodMiniType<Billing, unknown>;
const byUnits = z.pipe(
  z.strictObject({ provisioned }),
  z.transform((value): Billing => ({ kind: 'provisioned', ...value })),
) as unknown as z.ZodMiniType<Billing, unknown>;
const byGpus = z.pipe(
  z.strictObject({ dedicated }),
  z.transform((value): Billing => ({ kind: 'dedicated', ...value })),
) as unknown as z.ZodMiniType<Billing, unknown>;

const billing = either<Billing>([byTokens, byUnits, byGpus], (raw) => {
  if (isMap(raw)) return Object.hasOwn(raw, 'dedicated') ? byGpus : byUnits;
  if (raw === 'tokens') return byTokens;
  const message = `must be tokens, { provisioned: {...} } or { dedicated: {...} }, found ${describe(raw)}`;
  return { path: [], code: 'value.wrong', message };
});

const commit = z.strictObject({
  usd_per_month: quantity('usd', { min: 0 }),
  discount: withDefault(quantity('share', { min: 0, max: 1 }), 0),
  term_months: withDefault(quantity('months', { min: 0, max: 120 }), 12),
}) satisfies z.ZodMiniType<Commit, unknown>;

const api = {
  ...base,
  discount: withDefault(share, 0).check(z.describe('Off list, after batch, cache and tier')),
  price_factor: factor.check(z.describe('Factor on every token price, for what-ifs')),
  region: orNull(name),
  service_tier: withDefault(oneOf('standard', 'flex', 'priority'), 'standard'),
  rate_limit: orNull(z.strictObject({ rpm: orNull(quantity('count', { above: 0 })), tpm: orNull(quantity('count', { above: 0 })) })),
  billing: withDefault(billing, { kind: 'tokens' }),
  commit: orNull(commit),
};

const cloudApi = z.pipe(
  z.strictObject({ ...api, cloud_api: name }),
  z.transform(({ cloud_api: offer, ...rest }): ApiOption => ({ ...rest, kind: 'cloud_api', offer })),
);
const hostedOpen = z.pipe(
  z.strictObject({ ...api, hosted_open: name }),
  z.transform(({ hosted_open: offer, ...rest }): ApiOption => ({ ...rest, kind: 'hosted_open', offer })),
);

function selfHosted(references: References) {
  const file = z.strictObject({ ...base, self_host: selfHost, throughput: orNull(throughput(references)), throughput_factor: factor });
  return z.pipe(
    file,
    z.transform((value): SelfHostOption => ({ ...value, kind: 'self_host' })),
  );
}

const failing = z.strictObject({ small_fails: orNull(share), large_fails: orNull(share) });
const byAvailability = z.pipe(
  z.literal(true),
  z.transform((): Fallback => ({ small_fails: null, large_fails: null })),
) as unknown as z.ZodMiniType<Fallback, unknown>;
const fallback = either<Fallback>([byAvailability, failing], (raw) => (raw === true ? byAvailability : failing));

function hybridOf(references: References) {
  const hybrid = z.strictObject({
    small: optionId,
    large: optionId,
    escalate: orNull(share).check(z.describe('Share of requests that reach the large model; a calibration gives it too')),
    mode: withDefault(oneOf('cascade', 'router'), 'cascade'),
    judge: withDefault(z.strictObject({ usd_per_request: usd }), { usd_per_request: 0 }),
    escalated_tokens_ratio: withDefault(judged('ratio', { above: 0, max: 100 }), 1),
    keep: withDefault(z.strictObject({ small: list(name), large: list(name) }), { small: [], large: [] }).check(
      z.describe('Data classes that never reach the large (or small) model'),
    ),
    calibration: orNull(reference(references.calibration)),
    fallback: z
      .optional(fallback)
      .check(z.describe('The other leg answers what a leg fails to: true, or the share each leg fails; by default 1 - its availability')),
    quality_at_least: z.optional(quantity('share', { min: 0, max: 1 })).check(z.describe("Least mean quality on the calibration's log, for the optimum")),
  });
  return z.pipe(
    z.strictObject({ ...base, hybrid }),
    z.transform((value, context): HybridOption => {
      const escalate = value.hybrid.escalate ?? value.hybrid.calibration?.escalation ?? noEscalation(context);
      return { ...value, kind: 'hybrid', hybrid: { ...value.hybrid, escalate } };
    }),
  );
}

function noEscalation(sink: IssueSink): number {
  return report(sink, { path: ['hybrid'], code: 'scenario.missing-key', message: 'lacks escalate', hint: 'Add escalate: 20%, or calibration: FILE.' });
}

const quoted = z.strictObject({
  as: oneOf('cloud_api', 'hosted_open', 'self_host'),
  usd_per_request: orNull(usd),
  monthly_usd: orNull(z.record(z.string(), usd)).check(z.describe('Requests a month -> US dollars a month: { 10k: 200, 100k: 400 }')),
  provider: orNull(name),
  source: orNull(text),
});

const quotedOption = z.pipe(
  z.strictObject({ ...base, quoted }),
  z.transform((value, context): QuotedOption => ({ ...value, kind: 'quoted', quoted: toQuoted(value.quoted, context) })),
);

function toQuoted(value: z.infer<typeof quoted>, sink: IssueSink): QuotedOption['quoted'] {
  if ((value.usd_per_request === null) === (value.monthly_usd === null)) {
    const hint = 'Write usd_per_request: 0.015, or monthly_usd: { 10k: 200, 100k: 400 }.';
    return report(sink, { path: ['quoted'], code: 'option.quote', message: 'must have exactly one of usd_per_request and monthly_usd', hint });
  }
  return { ...value, monthly_usd: value.monthly_usd === null ? null : toPoints(value.monthly_usd, sink) };
}

type Points = NonNullable<QuotedOption['quoted']['monthly_usd']>;

function toPoints(table: NonNullable<z.infer<typeof quoted>['monthly_usd']>, sink: IssueSink): Points {
  const path = ['quoted', 'monthly_usd'];
  const points = Object.entries(table).map(([key, perMonth]) => ({ requests: volume(key, [...path, key], sink), usd: perMonth, key }));
  points.sort((a, b) => a.requests - b.requests);
  points.forEach(({ requests, key }, i) => {
    if (i > 0 && points[i - 1]?.requests === requests) {
      report(sink, { path: [...path, key], code: 'option.quote-key', message: `repeats ${requests} requests a month` });
    }
  });
  if (points.length < 2) {
    const hint = 'Add a second volume, or write usd_per_request.';
    report(sink, { path, code: 'option.quote', message: 'needs two or more volumes: costs between and beyond them are read off the line', hint });
  }
  return points.map(({ requests, usd: perMonth }) => ({ requests, usd: perMonth }));
}

function volume(key: string, path: readonly string[], sink: IssueSink): number {
  const read = readQuantity(key, 'count');
  if ('value' in read && read.value >= 0 && read.value <= 1e15) return read.value;
  return report(sink, { path, code: 'option.quote-key', message: 'must be a number of requests a month like 500k' });
}

/** One entry of `options`. */
export function option(references: References): z.ZodMiniType<ScenarioOption, unknown> {
  const forms = {
    cloud_api: cloudApi,
    hosted_open: hostedOpen,
    self_host: selfHosted(references),
    hybrid: hybridOf(references),
    quoted: quotedOption,
  } as unknown as Record<(typeof KIND_KEYS)[number], z.ZodMiniType<ScenarioOption, unknown>>;
  return either(Object.values(forms), (raw) => {
    const kind = kindOf(raw);
    return typeof kind === 'string' ? forms[kind] : kind;
  });
}

function kindOf(raw: unknown): (typeof KIND_KEYS)[number] | FieldIssue {
  if (!isMap(raw)) return { path: [], code: 'scenario.wrong-type', message: `must be a map, found ${describe(raw)}` };
  const present = KIND_KEYS.filter((key) => Object.hasOwn(raw, key));
  if (present.length === 1 && present[0] !== undefined) return present[0];
  const message = present.length === 0 ? `needs one of ${KIND_KEYS.join(', ')}` : `is of several kinds at once: ${present.join(', ')}`;
  return { path: [], code: 'option.kind', message, hint: 'An option has exactly one of them, e.g. cloud_api: openai/gpt-4o.' };
}

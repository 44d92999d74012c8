/** The scenario inside a plan: normalized, every key present. What `plan --format json` prints, described for its readers. */

import * as z from 'zod/mini';

const num = z.number();
const maybe = z.nullable(num);
const str = z.string();
const text = z.nullable(str);
const strings = z.array(str);
const range = z.object({ low: num, likely: num, high: num });
const judged = z.union([num, range]);
const maybeJudged = z.nullable(judged);
const modality = z.enum(['text', 'speech_to_text', 'image', 'embedding']);

const distribution = z.object({ mean: num, p50: num, p95: num, p99: num, total: num });
const hours = z.nullable(z.array(num));

const profile = z.object({
  name: str,
  source: str,
  requests: num,
  span_s: num,
  input_tokens: distribution,
  output_tokens: distribution,
  cached_share: maybe,
  peak_to_average: z.object({ minute: maybe, hour: maybe }),
  burstiness_cv: maybe,
  hour_of_week: hours,
  joint_histogram: z.nullable(
    z.object({
      input_edges: z.array(num),
      output_edges: z.array(num),
      cells: z.array(z.object({ i: num, j: num, count: num, input_mean: num, output_mean: num })),
    }),
  ),
});

const workload = z.object({
  modality,
  requests_per_month: judged,
  growth_per_month: judged,
  tokens: z.nullable(z.object({ input: judged, output: judged, reasoning: judged, cached_input: judged, cache_write: judged })),
  audio: z.nullable(z.object({ seconds_per_request: judged })),
  images: z.nullable(z.object({ per_request: judged, size: str, quality: str })),
  profile: z.nullable(profile),
  shape: z.nullable(z.object({ peak_to_average: maybeJudged, hour_of_week: hours })),
  batchable: judged,
  slo: z.object({ ttft_p95_ms: maybe, tpot_p95_ms: maybe, availability: maybe }),
});

const requirements = z.object({
  data: strings,
  regimes: strings,
  use: strings,
  residency: text,
  data_sovereignty: z.nullable(z.boolean()),
  frontier_reasoning: z.nullable(z.boolean()),
  quality: z.nullable(z.object({ metric: str, at_least: maybe, at_most: maybe })),
  control: strings,
  have: z.record(str, strings),
  lack: z.record(str, strings),
  organisation: strings,
  accept_unknown: strings,
  strict: strings,
  licensee: z.object({ domicile: text, monthly_active_users: maybe, monthly_revenue_usd: maybe, commercial: z.boolean() }),
});

const team = z.object({ engineers: maybe, loaded_cost_usd_per_year: maybeJudged, self_host_fte: maybeJudged, api_fte: maybeJudged });

const tokenOverride = z.object({
  input_ratio: maybeJudged,
  output_ratio: maybeJudged,
  input: maybeJudged,
  output: maybeJudged,
  reasoning: maybeJudged,
  cached_input: maybeJudged,
  cache_write: maybeJudged,
});

const base = {
  id: str,
  label: text,
  tokens: z.nullable(tokenOverride),
  one_off_usd: judged,
  latency: z.nullable(z.object({ ttft_p95_ms: maybe, tpot_p95_ms: maybe, ttft_p50_ms: z.optional(maybe), tpot_p50_ms: z.optional(maybe), source: str })),
  availability: maybe,
};

const billing = z.union([
  z.object({ kind: z.literal('tokens') }),
  z.object({ kind: z.literal('provisioned'), provisioned: z.object({ units: num, usd_per_unit_hour: num, work_per_s: num, term_months: num }) }),
  z.object({ kind: z.literal('dedicated'), dedicated: z.object({ gpu: str, count: num, usd_per_gpu_hour: maybeJudged, work_per_s: maybe }) }),
]);

const apiOption = z.object({
  ...base,
  kind: z.enum(['cloud_api', 'hosted_open']),
  offer: str,
  discount: judged,
  price_factor: judged,
  region: text,
  service_tier: z.enum(['standard', 'flex', 'priority']),
  rate_limit: z.nullable(z.object({ rpm: maybe, tpm: maybe })),
  billing,
  commit: z.nullable(z.object({ usd_per_month: num, discount: num, term_months: num })),
});

const rental = z.union([
  z.object({ kind: z.literal('offer'), cloud: str, billing: str, region: text, node_gpus: maybe, usd_per_gpu_hour: maybeJudged }),
  z.object({ kind: z.literal('custom'), provider: text, usd_per_gpu_hour: judged, node_gpus: num, term_months: num, interruptions_per_month: num }),
]);

const owned = z.object({
  usd_per_gpu: maybeJudged,
  node_gpus: num,
  life_months: maybeJudged,
  residual: judged,
  watts_per_gpu: maybeJudged,
  idle_watts_per_gpu: maybeJudged,
  usd_per_kwh: maybeJudged,
  pue: maybeJudged,
  colo_usd_per_kw_month: maybeJudged,
  gpus: maybe,
});

const selfHost = z.object({
  model: str,
  quantization: str,
  gpu: str,
  gpus_per_replica: num,
  hosting: z.union([z.object({ kind: z.literal('rented'), rental }), z.object({ kind: z.literal('owned'), owned })]),
  redundancy: z.enum(['none', 'n+1', 'n+2', '2n']),
  scaling: z.enum(['fixed', 'hour_of_week', 'scale_to_zero']),
  context_tokens: maybe,
  concurrency_per_replica: maybe,
  kv_quantization: text,
  region: text,
  cold_start_s: maybeJudged,
  keep_alive_s: maybe,
  storage_gb: maybe,
  egress_gb_per_month: maybe,
  model_refresh_usd_per_month: judged,
  max_replicas: maybe,
});

const given = z.object({
  kind: z.literal('given'),
  output_tokens_per_s: maybeJudged,
  input_tokens_per_s: maybeJudged,
  work_per_s: maybeJudged,
  input: maybe,
  output: maybe,
  concurrency: maybe,
  ttft_p95_ms: maybe,
  tpot_p95_ms: maybe,
  source: text,
});

const calibration = z.object({
  path: str,
  escalation: num,
  threshold: maybe,
  quality: maybe,
  small_quality: maybe,
  large_quality: maybe,
  frontier: z.array(z.object({ threshold: maybe, escalation: num, quality: maybe, usd: maybe })),
});

const hybridOption = z.object({
  ...base,
  kind: z.literal('hybrid'),
  hybrid: z.object({
    small: str,
    large: str,
    escalate: judged,
    mode: z.enum(['cascade', 'router']),
    judge: z.object({ usd_per_request: judged }),
    escalated_tokens_ratio: judged,
    keep: z.object({ small: strings, large: strings }),
    calibration: z.nullable(calibration),
    fallback: z.optional(z.object({ small_fails: maybeJudged, large_fails: maybeJudged })),
    quality_at_least: z.optional(num),
  }),
});

const quotedOption = z.object({
  ...base,
  kind: z.literal('quoted'),
  quoted: z.object({
    as: z.enum(['cloud_api', 'hosted_open', 'self_host']),
    usd_per_request: maybeJudged,
    monthly_usd: z.nullable(z.array(z.object({ requests: num, usd: judged }))),
    provider: text,
    source: text,
  }),
});

/** A function, so that only the generator pays for it. `measurement` is the schema of measurement files. */
export function planScenario<M extends z.ZodMiniType>(measurement: M) {
  const measured = z.object({ kind: z.literal('measurement'), path: str, measurement });
  const selfHostOption = z.object({
    ...base,
    kind: z.literal('self_host'),
    self_host: selfHost,
    throughput: z.nullable(z.union([given, measured])),
    throughput_factor: judged,
  });
  return z.object({
    version: z.literal(1),
    name: str,
    pricing: z.object({ as_of: text }),
    horizon_months: num,
    baseline: text,
    workload,
    requirements,
    team,
    options: z.array(z.union([apiOption, selfHostOption, hybridOption, quotedOption])),
    decision_rule: z.object({ margin: num }),
    price_trend_per_year: judged,
    currency: z.nullable(z.object({ code: str, per_usd: num })),
    what_if: z.record(str, z.array(num)),
    policies: z.record(str, z.unknown()),
  });
}

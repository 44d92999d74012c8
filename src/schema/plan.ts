/** The document `plan --format json` prints (design: every key always present, null where not computed). Kept equal to the engine's `PlanDocument` by a type test. */

import * as z from 'zod/mini';
import { measurementSchema } from './measurement.ts';
import { planScenario } from './plan-scenario.ts';

const num = z.number();
const maybe = z.nullable(num);
const str = z.string();
const text = z.nullable(str);
const strings = z.array(str);
const bool = z.boolean();
const optionKind = z.enum(['cloud_api', 'hosted_open', 'self_host', 'hybrid']);
const percentiles = z.nullable(z.object({ p10: num, p50: num, p90: num }));

const checklist = z.object({
  questions: z.array(
    z.object({
      id: z.enum(['data_sovereignty', 'above_100k_requests', 'sub_100ms_latency', 'fewer_than_3_engineers', 'frontier_reasoning']),
      answer: z.nullable(bool),
      points_to: z.nullable(z.enum(['self_host', 'cloud_api'])),
      basis: str,
    }),
  ),
  self_host_votes: num,
  cloud_votes: num,
  verdict: z.enum(['self_host', 'cloud_api']),
});

const gate = z.object({
  option_id: str,
  leg: text,
  rule: str,
  verdict: z.enum(['pass', 'fail', 'unknown', 'unverified']),
  missing: strings,
  source: text,
  checked: text,
  message: str,
  blocks: bool,
});

const component = z.object({
  name: str,
  category: z.enum(['usage', 'gpu', 'idle', 'redundancy', 'staff', 'network', 'storage', 'commitment', 'one_off']),
  behaviour: z.enum(['fixed', 'step', 'variable']),
  leg: text,
  quantity: num,
  unit: str,
  unit_usd: num,
  monthly_usd: num,
  source: str,
});

const throughputSource = z.enum(['measured', 'published', 'estimated', 'given']);
const capacity = z.object({
  replicas: num,
  gpus: num,
  requests_per_s: num,
  utilization: num,
  busy_share: maybe,
  headroom: num,
  gpu_usd_per_work_unit: z.nullable(z.object({ now: maybe, saturated: num, ratio: maybe })),
  limited_by: str,
  work_per_s_per_replica: num,
  output_tokens_per_s_per_replica: maybe,
  throughput_source: throughputSource,
  reference: str,
});

const hybridPoint = z.object({ threshold: maybe, escalation: num, monthly_usd: maybe, quality: maybe, ttft_p95_ms: maybe });
const hybridOptimum = z.nullable(z.object({ limit: num, point: z.nullable(hybridPoint) }));
const hybrid = z.object({
  mode: z.enum(['cascade', 'router']),
  escalation: num,
  escalation_source: z.enum(['calibration', 'scenario']),
  threshold: maybe,
  quality: maybe,
  small_quality: maybe,
  large_quality: maybe,
  large_alone_usd: maybe,
  break_even_escalation: maybe,
  frontier: z.array(hybridPoint),
  optimum: z.nullable(hybridPoint),
  optima: z.object({ cost_cap: hybridOptimum, quality_bar: hybridOptimum, latency_slo: hybridOptimum }),
  fallback: z.nullable(z.object({ small_fails: maybe, large_fails: maybe, to_large: maybe, to_small: maybe, lost: maybe, monthly_usd: maybe })),
});

const planOption = z.object({
  id: str,
  kind: optionKind,
  quoted: bool,
  label: str,
  feasible: bool,
  blocked_by: strings,
  monthly_usd: maybe,
  monthly_usd_range: percentiles,
  horizon: z.nullable(z.object({ months: num, total_usd: num, one_off_usd: num, by_month: z.array(num) })),
  usd_per_request: maybe,
  work_unit: z.enum(['output_mtok', 'audio_minute', 'image', 'input_mtok']),
  usd_per_work_unit: maybe,
  usd_per_mtok_output: maybe,
  components: z.array(component),
  capacity: z.nullable(capacity),
  latency: z.nullable(z.object({ ttft_p95_ms: maybe, tpot_p95_ms: maybe, ttft_p50_ms: z.optional(maybe), tpot_p50_ms: z.optional(maybe), source: str })),
  hybrid: z.nullable(hybrid),
});

const decision = z.object({
  option_id: text,
  kind: z.nullable(optionKind),
  deciding: z.enum(['gate', 'cost', 'margin', 'only_option', 'none']),
  because: z.array(z.object({ code: str, message: str })),
  flips: z.array(z.object({ variable: str, value: z.union([num, bool]), now: z.nullable(z.union([num, bool])), unit: str, becomes: text })),
  agrees_with_checklist: z.nullable(bool),
});

const byOption = z.record(str, num);
const uncertainty = z.object({
  seed: num,
  draws: num,
  probability_cheapest: byOption,
  probability_by_volume: z.array(z.object({ requests_per_month: num, probability: byOption })),
  settled_requests: percentiles,
  share_never: num,
  sensitivity: z.array(z.object({ variable: str, low_usd: num, high_usd: num, share: maybe, p10: num, p90: num, low_lead_usd: maybe, high_lead_usd: maybe })),
  decided_horizon_usd: percentiles,
  expected_regret_usd: maybe,
  value_of_information: z.array(z.object({ variable: str, usd: num })),
  error: z.object({ probability_cheapest: byOption, monthly_usd: z.record(str, percentiles), settled_requests: percentiles, share_never: num }),
});

const times = z.nullable(z.object({ p50: num, p95: num }));
const level = {
  requests_per_s: num,
  replicas: num,
  utilization: num,
  busy_share: num,
  headroom: num,
  ttft_ms: times,
  tpot_ms: times,
  e2e_ms: times,
  goodput_share: num,
  goodput_per_s: num,
  queue: num,
  kv_share: maybe,
};
const simulation = z.object({
  seed: num,
  options: z.array(
    z.object({
      ...level,
      option_id: str,
      leg: text,
      step_times: z.object({ source: throughputSource, reference: str }),
      arrivals: z.object({ week: z.enum(['given', 'assumed']), burstiness_cv: num, lengths: z.enum(['profile', 'mean']) }),
      played: z.object({ requests: num, seconds: num, share_of_fleet: num, note: str }),
      spare_replicas: num,
      replicas_needed: maybe,
      no_fleet_because: text,
      meets_slo: bool,
      spares_down: z.object({ ttft_p95_ms: maybe, tpot_p95_ms: maybe, served_share: num }),
      closed_form: z.object({ replicas: num, utilization: num, busy_share: maybe, headroom: num }),
      levels: z.array(z.object({ load: num, ...level })),
      hour_levels: z.array(num),
    }),
  ),
  not_simulated: z.array(z.object({ option_id: str, reason: str })),
});

const crossoverSummary = z.object({ api_option: str, self_host_option: str, first: maybe, settled: maybe, month: maybe, payback_months: maybe });

const plan = z.object({
  scenario: planScenario(measurementSchema()),
  pricing: z.object({ as_of: str, today: str, newest_checked: str, stale_count: num }),
  baseline: text,
  checklist,
  gates: z.array(gate),
  options: z.array(planOption),
  what_if: z.array(z.object({ set: byOption, monthly_usd: z.record(str, maybe), winner: text, savings_vs_baseline: maybe })),
  winners: z.array(z.object({ from_requests: num, to_requests: maybe, option_id: text })),
  crossovers: z.array(z.object({ requests_per_month: num, from_option: text, to_option: text })),
  crossover_summary: z.nullable(crossoverSummary),
  decision,
  uncertainty: z.nullable(uncertainty),
  simulation: z.nullable(simulation),
  findings: z.array(z.object({ code: str, severity: z.enum(['info', 'warning', 'error']), message: str, path: text })),
});

export const planDocument = z.object({ schema_version: z.literal(1), tool_version: str, plans: z.array(plan) });

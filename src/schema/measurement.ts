/** A measurement file as `bench` writes it. Keys it gains later are passed over. */

import * as z from 'zod/mini';
import type { LatencySummary, Measurement, MeasurementPoint } from '../engine/measurement.ts';

/** Built when a scenario names a measurement, and not before. */
export function measurementSchema() {
  const amount = z.number().check(z.nonnegative());
  const maybe = z.nullable(amount);
  const whole = z.int().check(z.nonnegative());

  const latency = z.object({ p50: amount, p90: amount, p95: amount, p99: maybe, mean: amount, n: whole }) satisfies z.ZodMiniType<LatencySummary, unknown>;
  const summary = z.nullable(latency);

  const point = z.object({
    concurrency: maybe,
    rate: maybe,
    arrivals: z.nullable(z.string()),
    requests: whole,
    ok: whole,
    errors: z.record(z.string(), whole),
    window_s: amount,
    requests_per_s: amount,
    output_tokens_per_s: amount,
    goodput_per_s: maybe,
    ttft_ms: summary,
    ttfo_ms: summary,
    tpot_ms: summary,
    icl_ms: summary,
    e2e_ms: summary,
    sched_lag_ms: summary,
    max_stall_ms: summary,
    tokens: z.object({ input: amount, output: amount, cached: maybe, reasoning: maybe, source: z.string() }),
    tokens_per_chunk: maybe,
    client: z.object({ elu: amount, loop_delay_p99_ms: amount, limited: z.boolean() }),
    usd: z.nullable(z.object({ total: amount, per_request: maybe, per_mtok_output: maybe, per_mtok_good: maybe })),
  }) satisfies z.ZodMiniType<MeasurementPoint, unknown>;

  return z.object({
    schema_version: z.literal(1),
    started_at: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/)),
    target: z.object({
      url: z.string(),
      model: z.string(),
      api: z.string(),
      server: z.nullable(z.object({ name: z.string(), version: z.nullable(z.string()) })),
      usd_per_hour: maybe,
      price_card: z.nullable(z.string()),
    }),
    environment: z.record(z.string(), z.unknown()),
    seed: z.number(),
    points: z.array(point).check(z.minLength(1)),
    excluded: z.object({ warmup: whole, aborted: whole }),
    telemetry: z.nullable(z.record(z.string(), z.unknown())),
  }) satisfies z.ZodMiniType<Measurement, unknown>;
}

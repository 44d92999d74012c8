import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/bench/measure/histogram.ts';
import { PointData } from '../../src/bench/measure/point-data.ts';
import type { RequestRecord } from '../../src/bench/measure/record.ts';
import { NO_SLO, type PointInput, reducePoint } from '../../src/bench/measure/reduce.ts';
import { summarize } from '../../src/bench/measure/summary.ts';

/** A request sent at `at` whose first token came after 100 ms and whose tokens came every 10 ms. */
function record(id: number, at: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  const tokens = changes.output_tokens ?? 11;
  const first = at + 100;
  return {
    id,
    point: 0,
    index: id,
    warmup: false,
    t_sched_ms: at,
    t_send_ms: at,
    connect_ms: null,
    t_first_ms: first,
    t_output_ms: first,
    t_last_ms: first + (tokens - 1) * 10,
    t_end_ms: first + (tokens - 1) * 10 + 1,
    chunks: tokens,
    gaps_ms: Array.from({ length: tokens - 1 }, () => 10),
    input_tokens: 50,
    output_tokens: tokens,
    cached_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    token_source: 'usage',
    asked_output_tokens: tokens,
    finish_reason: 'stop',
    error: null,
    message: null,
    ...changes,
  };
}

function reduce(records: readonly RequestRecord[], changes: Partial<PointInput> = {}) {
  const data = new PointData();
  for (const each of records) data.add(each);
  return reducePoint({
    load: { concurrency: 1, rate: null, arrivals: 'closed' },
    requests: data.requests,
    gaps: data.gaps,
    examples: data.examples,
    watts: null,
    windows: null,
    slo: NO_SLO,
    cost: { kind: 'none' },
    health: { elu: 0.1, loop_delay_p99_ms: 1 },
    refused: 0,
    ...changes,
  });
}

const seconds = (count: number, every: number) => Array.from({ length: count }, (_, index) => record(index, index * every));

describe('a load point', () => {
  test('a single request: TTFT 100, TPOT (200 - 100) / 10 = 10, e2e 200, 11 tokens in 0.2 s', () => {
    const point = reduce([record(0, 1000)]);
    expect(point).toMatchObject({ requests: 1, ok: 1, errors: {}, window_s: 0.2, output_tokens_per_s: 55, requests_per_s: 5 });
    expect(point.ttft_ms).toEqual({ p50: 100, p90: 100, p95: 100, p99: null, mean: 100, n: 1 });
    expect(point.tpot_ms?.p50).toBe(10);
    expect(point.e2e_ms?.p50).toBe(200);
    expect(point.icl_ms).toMatchObject({ n: 10 });
    expect(point.icl_ms?.p50).toBeCloseTo(10, 1);
    expect(point.tokens).toEqual({ input: 50, output: 11, cached: null, reasoning: null, source: 'usage' });
  });

  test('no p99 below 100 samples', () => {
    expect(summarize(Array.from({ length: 99 }, (_, index) => index))?.p99).toBeNull();
    expect(summarize(Array.from({ length: 100 }, (_, index) => index + 1))).toEqual({ p50: 50, p90: 90, p95: 95, p99: 99, mean: 50.5, n: 100 });
    expect(summarize([])).toBeNull();
  });

  test('open loop: latency starts at the intended send, the figure from the wire stands beside it', () => {
    const late = record(0, 1000, { t_sched_ms: 700 });
    const point = reduce([late], { load: { concurrency: null, rate: 5, arrivals: 'poisson' } });
    expect(point.ttft_ms?.p50).toBe(400);
    expect(point.ttft_from_send_ms?.p50).toBe(100);
    expect(point.e2e_ms?.p50).toBe(500);
    expect(point.sched_lag_ms?.p50).toBe(300);
    expect(point.client.limited).toBe(true);
  });

  test('time to open a connection is lag, but not ours', () => {
    const point = reduce([record(0, 1000, { t_sched_ms: 700, connect_ms: 299 })], { load: { concurrency: null, rate: 5, arrivals: 'poisson' } });
    expect(point.sched_lag_ms?.p50).toBe(300);
    expect(point.client.limited).toBe(false);
  });

  test('tokens of a request that reaches over the edge of the window count in proportion', () => {
    // Tokens come from 1100 to 1200; the window ends in their middle: 11 / 2 = 5.5 in 1 s.
    const point = reduce([record(0, 1000)], { windows: [{ start_ms: 150, end_ms: 1150 }] });
    expect(point.output_tokens_per_s).toBe(5.5);
    expect(point.completed_output_tokens_per_s).toBe(0);
    expect(point.requests_per_s).toBe(0);
  });

  test('requests we cut ourselves are no failures, but what they had produced was throughput', () => {
    const cut = record(1, 1000, { error: 'aborted', output_tokens: null, chunks: 6, t_last_ms: 1150, gaps_ms: [10, 10, 10, 10, 10] });
    const point = reduce([record(0, 1000), cut], { windows: [{ start_ms: 1000, end_ms: 2000 }] });
    expect(point).toMatchObject({ requests: 1, ok: 1, errors: {}, output_tokens_per_s: 17 });
  });

  test('failures count by class and give no latency; their tokens are no throughput', () => {
    const bad = record(1, 1000, { error: 'reset', output_tokens: 5 });
    const never = record(2, 1000, { error: 'connect', t_send_ms: null, t_first_ms: null, t_last_ms: null, output_tokens: null, chunks: 0, gaps_ms: [] });
    const point = reduce([record(0, 1000), bad, never], { refused: 2 });
    expect(point).toMatchObject({ requests: 5, ok: 1, errors: { connect: 1, reset: 1, spend_cap: 2 }, tokens: { output: 11 } });
    expect(point.ttft_ms?.n).toBe(1);
  });

  test('nothing succeeded: no latencies, zero rates', () => {
    const point = reduce([
      record(0, 0, { error: 'connect', t_send_ms: null, t_first_ms: null, t_last_ms: null, t_end_ms: 5, output_tokens: null, chunks: 0, gaps_ms: [] }),
    ]);
    expect(point).toMatchObject({ ok: 0, ttft_ms: null, tpot_ms: null, icl_ms: null, output_tokens_per_s: 0, tokens: { source: 'none' } });
  });

  test('goodput counts requests that met every limit; failures are bad', () => {
    const slow = record(1, 1000, { t_first_ms: 1300, t_last_ms: 1400 });
    const failed = record(2, 1000, { error: 'http_5xx' });
    const windows = [{ start_ms: 1000, end_ms: 3000 }];
    const point = reduce([record(0, 1000), slow, failed], { windows, slo: { ttft_ms: 200, tpot_ms: null, e2e_ms: null } });
    expect(point.goodput_per_s).toBe(0.5);
    expect(reduce([record(0, 1000)]).goodput_per_s).toBeNull();
  });

  test('TPOT needs two tokens', () => {
    expect(reduce([record(0, 0, { output_tokens: 1 })]).tpot_ms).toBeNull();
  });

  test('steady and drifting levels are told apart', () => {
    expect(reduce(seconds(100, 200)).steadiness).toMatchObject({ steady: true });
    const growing = seconds(100, 200).map((each, index) => ({
      ...each,
      t_first_ms: (each.t_first_ms ?? 0) + index * 20,
      t_last_ms: (each.t_last_ms ?? 0) + index * 20,
    }));
    expect(reduce(growing).steadiness).toMatchObject({ steady: false });
  });

  test('an unknown health is not an idle client', () => {
    expect(reduce([record(0, 0)], { health: null }).client.limited).toBe(true);
    expect(reduce([record(0, 0)], { health: { elu: 0.71, loop_delay_p99_ms: 1 } }).client.limited).toBe(true);
    expect(reduce([record(0, 0)], { health: { elu: 0.7, loop_delay_p99_ms: 10 } }).client.limited).toBe(false);
  });
});

describe('dollars', () => {
  test('a rented replica: $3.60/h is $0.001/s; 55 tokens/s cost 0.001 / 55 x 1e6 = $18.18 a million', () => {
    const point = reduce([record(0, 1000)], { cost: { kind: 'hourly', usd_per_hour: 3.6 } });
    expect(point.usd?.total).toBeCloseTo(0.0002, 10);
    expect(point.usd?.per_request).toBeCloseTo(0.0002, 10);
    expect(point.usd?.per_mtok_output).toBeCloseTo(18.1818, 3);
    expect(point.usd?.per_mtok_good).toBeNull();
  });

  test('usage: failed requests are paid for too, as far as they got', () => {
    const price = (tokens: { input_tokens: number; output_tokens: number }) => (tokens.input_tokens * 1 + tokens.output_tokens * 10) / 1e6;
    const broke = record(1, 1000, { error: 'reset', output_tokens: 4 });
    const refused = record(2, 1000, { error: 'http_429', chunks: 0, output_tokens: null, gaps_ms: [] });
    const point = reduce([record(0, 1000), broke, refused], { cost: { kind: 'usage', price } });
    // 50 + 110 for the good one, 50 + 40 for the broken one, millionths of a dollar.
    expect(point.usd?.total).toBeCloseTo(250e-6, 12);
    expect(point.usd?.per_request).toBeCloseTo(250e-6, 12);
    expect(point.usd?.per_mtok_output).toBeCloseTo(250 / 11, 6);
  });

  test('a usage nobody can price leaves the cost unknown, not 0', () => {
    expect(reduce([record(0, 1000)], { cost: { kind: 'usage', price: () => null } }).usd).toBeNull();
  });
});

describe('Histogram', () => {
  test('percentiles are within 0.1 % from a microsecond to hours', () => {
    const histogram = new Histogram();
    const values = Array.from({ length: 10_000 }, (_, index) => 0.002 * 1.002 ** index).filter((value) => value < 5e6);
    histogram.addAll(values);
    for (const q of [0.01, 0.5, 0.9, 0.99, 1]) {
      const exact = values[Math.max(0, Math.ceil(q * values.length) - 1)] ?? 0;
      expect(Math.abs(histogram.quantile(q) / exact - 1)).toBeLessThan(0.001);
    }
  });

  test('merging is adding', () => {
    const [a, b] = [new Histogram(), new Histogram()];
    a.addAll([1, 2, 3]);
    b.addAll([4, 0]);
    a.merge(b);
    expect([a.n, a.mean, a.max, a.quantile(0)]).toEqual([5, 2, 4, 0]);
  });
});

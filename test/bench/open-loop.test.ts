import { describe, expect, test } from 'vitest';
import { chatStream } from '../../src/bench/demo/replies.ts';
import { LevelRun, type LevelSpec } from '../../src/bench/run/level.ts';
import type { Exchange, LlmClient } from '../../src/llm/client.ts';
import type { Failure } from '../../src/llm/failure.ts';
import { bench, withEndpoint } from '../helpers/fake-endpoint.ts';

describe('open loop', () => {
  test('a server that slows down: queueing shows in latency, the achieved rate is reported, nothing is throttled', async () => {
    // One at a time, 20 ms each: it can do 50 a second and is sent 100.
    let freeAt = 0;
    const answer = (request: { arrivedMs: number }) => {
      const start = Math.max(freeAt, request.arrivedMs);
      freeAt = start + 20;
      return chatStream({ ttft_ms: freeAt - request.arrivedMs, gap_ms: 0, tokens: 2, input_tokens: 5 });
    };
    const { measurement, left } = await withEndpoint(answer, (endpoint) =>
      bench(endpoint.url, { levels: [{ load: { kind: 'open', rate: 100, arrivals: 'poisson', burstiness: 1 }, stop: { requests: null, duration_s: 2 } }] }),
    );
    const point = measurement.points[0];
    const requests = left.points[0]?.requests ?? [];
    expect(point).toMatchObject({ rate: 100, concurrency: null, arrivals: 'poisson', errors: {} });
    expect(point?.requests).toBe(requests.length);
    expect(point?.requests).toBeGreaterThan(150);
    // Twice as many as it can do are sent; the waiting is in the latency.
    expect(point?.requests_per_s).toBeLessThan(55);
    expect(point?.ttft_ms?.p95).toBeGreaterThan(700);
    const latest = Math.max(...requests.map((request) => request.t_sched_ms)) - Math.min(...requests.map((request) => request.t_sched_ms));
    expect(latest).toBeLessThan(2000);
  });

  test('latency starts at the intended send', async () => {
    const { left } = await withEndpoint(
      () => chatStream({ ttft_ms: 10, gap_ms: 1, tokens: 2, input_tokens: 5 }),
      (endpoint) =>
        bench(endpoint.url, { levels: [{ load: { kind: 'open', rate: 50, arrivals: 'constant', burstiness: 1 }, stop: { requests: 20, duration_s: null } }] }),
    );
    const scheduled = (left.points[0]?.requests ?? []).map((request) => request.t_sched_ms).sort((a, b) => a - b);
    const steps = scheduled.slice(1).map((at, index) => at - (scheduled[index] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(20, 1);
  });

  test('a trace is sent at its times and sizes', async () => {
    const rows = [
      { at_ms: 0, input_tokens: 30, output_tokens: 3 },
      { at_ms: 150, input_tokens: 60, output_tokens: 7 },
    ];
    const { left } = await withEndpoint(
      (request) => chatStream({ ttft_ms: 5, gap_ms: 1, tokens: JSON.parse(request.body).max_tokens, input_tokens: 5 }),
      (endpoint) => bench(endpoint.url, { levels: [{ load: { kind: 'trace', rows, speedup: 1 }, stop: { requests: null, duration_s: null } }] }),
    );
    const requests = [...(left.points[0]?.requests ?? [])].sort((a, b) => a.index - b.index);
    expect(requests.map((request) => request.output_tokens)).toEqual([3, 7]);
    expect((requests[1]?.t_sched_ms ?? 0) - (requests[0]?.t_sched_ms ?? 0)).toBeCloseTo(150, 1);
  });
});

test('late sends leave room for answers: not all of them go out in one turn of the event loop', async () => {
  const slow = {
    send: (_: unknown, exchange: Exchange) => {
      for (const end = performance.now() + 1; performance.now() < end; );
      return { abort: (failure: Failure) => exchange.onFailure(failure, performance.now()) };
    },
  };
  const rows = Array.from({ length: 100 }, () => ({ at_ms: 0, input_tokens: 5, output_tokens: 2 }));
  const spec: LevelSpec = {
    target: {
      origin: 'http://127.0.0.1:1',
      path: '/v1/chat/completions',
      api: 'chat',
      audio_seconds: 10,
      model: 'm',
      headers: {},
      has_key: false,
      ca: null,
      include_usage: true,
      exact_length: false,
      max_completion_tokens: false,
      extra: {},
    },
    timeouts: { connect_ms: 1000, idle_ms: 1000, total_ms: 1000 },
    point: 0,
    load: { kind: 'trace', rows, speedup: 1 },
    stop: { requests: null, duration_s: null },
    seed: 1,
    prompts: { sizes: [{ input_tokens: 5, output_tokens: 2, weight: 1 }], shared_prefix: 0, file: null, nonce: true },
    label: 'level 0',
    run: 'test',
    warmup: false,
    done: [],
    firstId: 0,
    share: { index: 0, of: 1 },
    ramp_ms: 0,
    keep_text: false,
    clock_offset_ms: 0,
    max_retry_after_ms: 0,
  };
  const level = new LevelRun(spec, { onOutcome: () => undefined, gate: null }, slow as unknown as LlmClient);
  const done = level.start();
  expect(level.inFlight).toBeGreaterThan(0);
  expect(level.inFlight).toBeLessThan(100);
  level.drain();
  await new Promise(setImmediate);
  expect(level.inFlight).toBeLessThan(100);
  level.stop();
  expect(await done).toMatchObject({ ended_by: 'stop', unsent: expect.any(Number) });
});

describe('closed loop', () => {
  test('never more in flight than the concurrency, each request once', async () => {
    let most = 0;
    const { measurement } = await withEndpoint(
      (request) => {
        most = Math.max(most, request.inFlight);
        return chatStream({ ttft_ms: 15, gap_ms: 2, tokens: 4, input_tokens: 5 });
      },
      (endpoint) => bench(endpoint.url, { levels: [{ load: { kind: 'closed', concurrency: 6 }, stop: { requests: 50, duration_s: null } }] }),
    );
    expect(most).toBe(6);
    expect(measurement.points[0]).toMatchObject({ concurrency: 6, rate: null, arrivals: 'closed', requests: 50, ok: 50, tokens: { output: 200 } });
  });

  test('a timed level: its window is the time asked for, throughput is what came inside it', async () => {
    const { measurement } = await withEndpoint(
      () => chatStream({ ttft_ms: 50, gap_ms: 10, tokens: 16, input_tokens: 5 }),
      (endpoint) => bench(endpoint.url, { levels: [{ load: { kind: 'closed', concurrency: 4 }, stop: { requests: null, duration_s: 1.5 } }] }),
    );
    const point = measurement.points[0];
    expect(point?.window_s).toBeCloseTo(1.5, 3);
    // 4 streams x 16 tokens each 200 ms or a little more.
    expect(point?.output_tokens_per_s).toBeGreaterThan(0);
    expect(point?.output_tokens_per_s).toBeLessThan(322);
  });

  test('warm-up is left out and counted', async () => {
    const { measurement } = await withEndpoint(
      () => chatStream({ ttft_ms: 2, gap_ms: 1, tokens: 2, input_tokens: 5 }),
      (endpoint) => bench(endpoint.url, { warmup: null, levels: [{ load: { kind: 'closed', concurrency: 3 }, stop: { requests: 5, duration_s: null } }] }),
    );
    expect(measurement.excluded).toEqual({ warmup: 6, aborted: 0 });
    expect(measurement.points[0]?.requests).toBe(5);
  });
});

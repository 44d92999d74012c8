import { describe, expect, it } from 'vitest';
import type { Measurement, MeasurementPoint } from '../../../src/engine/measurement.ts';
import type { SelfHostOption } from '../../../src/engine/scenario.ts';
import { api, gate, gatesOf, hybrid, owned, quoted, rented } from './fixtures.ts';

const slo = (ttft: number | null, tpot: number | null = null, availability: number | null = null) => ({
  workload: { slo: { ttft_p95_ms: ttft, tpot_p95_ms: tpot, availability } },
});
const claim = (ttft: number | null, tpot: number | null = null) => ({ latency: { ttft_p95_ms: ttft, tpot_p95_ms: tpot, source: 'a test' } });

const times = (p95: number) => ({ p50: p95 / 2, p90: p95 * 0.9, p95, p99: null, mean: p95 / 2, n: 50 });
const point = (concurrency: number, ttft: number, tpot: number): MeasurementPoint => ({
  concurrency,
  rate: null,
  arrivals: null,
  requests: 50,
  ok: 50,
  errors: {},
  window_s: 10,
  requests_per_s: concurrency,
  output_tokens_per_s: 100 * concurrency,
  goodput_per_s: null,
  ttft_ms: times(ttft),
  ttfo_ms: null,
  tpot_ms: times(tpot),
  icl_ms: null,
  e2e_ms: null,
  sched_lag_ms: null,
  max_stall_ms: null,
  tokens: { input: 1, output: 1, cached: null, reasoning: null, source: 'usage' },
  tokens_per_chunk: 1,
  client: { elu: 0.1, loop_delay_p99_ms: 1, limited: false },
  usd: null,
});
const measurement = (points: readonly MeasurementPoint[]): SelfHostOption['throughput'] => ({
  kind: 'measurement',
  path: 'own.json',
  measurement: {
    schema_version: 1,
    started_at: '2026-11-01T00:00:00Z',
    target: { url: 'http://x', model: 'm', api: 'chat', server: null, usd_per_hour: null, price_card: null },
    environment: {},
    seed: 1,
    points,
    excluded: { warmup: 0, aborted: 0 },
    telemetry: null,
  } satisfies Measurement,
});

describe('latency', () => {
  it('that is unknown does not block, an unknown BAA does', () => {
    const gates = gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['hipaa'], data: ['phi'] }, slo(500));
    expect(gate(gates, 'gpt', 'latency')).toMatchObject({ verdict: 'unverified', blocks: false, missing: ['ttft_p95_ms'] });
    expect(gate(gates, 'gpt', 'hipaa.phi')).toMatchObject({ verdict: 'unknown', blocks: true });
  });

  it('blocks under strict, until accepted by name', () => {
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], { strict: ['latency'] }, slo(500)), 'gpt', 'latency')).toMatchObject({
      verdict: 'unknown',
      blocks: true,
    });
    const accepted = { strict: ['latency'], accept_unknown: ['gpt/latency'] };
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], accepted, slo(500)), 'gpt', 'latency').blocks).toBe(false);
  });

  it('is judged on the claim, the limit included', () => {
    const verdict = (ttft: number) => gate(gatesOf([api('gpt', 'openai/gpt-4o', claim(ttft))], {}, slo(500)), 'gpt', 'latency');
    expect(verdict(500)).toMatchObject({ verdict: 'pass', blocks: false });
    expect(verdict(500.5)).toMatchObject({ verdict: 'fail', blocks: true });
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o', claim(400))], {}, slo(500, 50)), 'gpt', 'latency')).toMatchObject({
      verdict: 'unverified',
      missing: ['tpot_p95_ms'],
    });
  });

  it('is measured where there is a measurement: the busiest point within the SLO', () => {
    const points = [point(1, 100, 10), point(8, 300, 20), point(64, 900, 60)];
    const judged = gate(gatesOf([owned('own', {}, { throughput: measurement(points), ...claim(50) })], {}, slo(500, 30)), 'own', 'latency');
    expect(judged.verdict).toBe('pass');
    expect(judged.message).toContain('own.json at concurrency 8');
    expect(gate(gatesOf([owned('own', {}, { throughput: measurement(points) })], {}, slo(90)), 'own', 'latency')).toMatchObject({
      verdict: 'fail',
      blocks: true,
    });
  });

  it('is not asked for where the scenario has no SLO', () => {
    expect(gatesOf([api('gpt', 'openai/gpt-4o')]).filter((each) => each.rule === 'latency')).toEqual([]);
  });

  it('of a cascade adds up: 200 + 299 x 2 + 300 = 1,098 ms', () => {
    const legs = [owned('own', {}, claim(200, 2)), api('gpt', 'openai/gpt-4o', claim(300, 2))];
    const mix = (limit: number, escalate = 0.2) => gatesOf([...legs, hybrid('mix', 'own', 'gpt', { escalate })], {}, slo(limit));
    expect(gate(mix(1098), 'mix', 'latency').verdict).toBe('pass');
    expect(gate(mix(1097), 'mix', 'latency')).toMatchObject({ verdict: 'fail', blocks: true });
    expect(mix(1097, 0.04).filter((each) => each.option_id === 'mix' && each.leg === null && each.rule === 'latency')).toEqual([]); // outside the p95
  });

  it('of a hybrid may be claimed for itself, in place of its legs', () => {
    const legs = [owned('own', {}, claim(900)), api('gpt', 'openai/gpt-4o')];
    const gates = gatesOf([...legs, hybrid('mix', 'own', 'gpt', {}, claim(450))], {}, slo(500)).filter(
      (each) => each.option_id === 'mix' && each.rule === 'latency',
    );
    expect(gates.map((each) => [each.leg, each.verdict])).toEqual([[null, 'pass']]);
    const plain = gatesOf([...legs, hybrid('mix', 'own', 'gpt')], {}, slo(500));
    expect(gate(plain, 'mix', 'latency', 'own').verdict).toBe('fail');
  });
});

describe('availability', () => {
  it('compares a promise, the limit included', () => {
    const verdict = (promised: number) =>
      gate(gatesOf([api('gpt', 'openai/gpt-4o', { availability: promised })], {}, slo(null, null, 0.999)), 'gpt', 'availability');
    expect(verdict(0.999).verdict).toBe('pass');
    expect(verdict(0.9989)).toMatchObject({ verdict: 'fail', blocks: true });
  });

  it('of GPUs without a spare is unverified and speaks of N+1', () => {
    const gates = gatesOf([rented('gpu', 'lambda'), rented('safe', 'lambda', { redundancy: 'n+1' })], {}, slo(null, null, 0.999));
    expect(gate(gates, 'gpu', 'availability')).toMatchObject({ verdict: 'unverified', blocks: false });
    expect(gate(gates, 'gpu', 'availability').message).toContain('N+1');
    expect(gate(gates, 'safe', 'availability').message).not.toContain('N+1');
  });
});

describe('quality', () => {
  const bar = (at_least: number | null, at_most: number | null = null) => ({ quality: { metric: 'lmarena_text', at_least, at_most } });
  const options = [
    api('gpt', 'openai/gpt-4o'),
    api('hosted', 'groq/llama-3.3-70b'),
    owned('own', { model: 'llama-3.3-70b' }),
    owned('small', { model: 'mistral-7b' }),
    quoted('q', 'cloud_api'),
  ];

  it('is the figure of the model, of the open model behind a host too; without a figure unverified', () => {
    const gates = gatesOf(options, bar(1300));
    expect(options.map((option) => gate(gates, option.id, 'quality').verdict)).toEqual(['pass', 'fail', 'fail', 'unverified', 'unverified']);
    expect(gate(gates, 'hosted', 'quality')).toMatchObject({ blocks: true, missing: ['lmarena_text'] });
    expect(gate(gates, 'small', 'quality').blocks).toBe(false);
  });

  it('takes bars from both sides, the limit included', () => {
    expect(gate(gatesOf(options, bar(1340)), 'gpt', 'quality').verdict).toBe('pass');
    expect(gate(gatesOf(options, bar(1340.1)), 'gpt', 'quality').verdict).toBe('fail');
    expect(gate(gatesOf(options, bar(null, 1339)), 'gpt', 'quality').verdict).toBe('fail');
  });

  it('blocks under strict; a metric we do not have is said', () => {
    expect(gate(gatesOf(options, { ...bar(1300), strict: ['quality'] }), 'small', 'quality')).toMatchObject({ verdict: 'unknown', blocks: true });
    expect(gate(gatesOf(options, { quality: { metric: 'vibes', at_least: 1, at_most: null } }), 'gpt', 'quality').message).toContain('no metric vibes');
  });
});

describe('context length', () => {
  const tokens = (input: number, output: number) => ({ workload: { tokens: { input, output, reasoning: 0, cached_input: 0, cache_write: 0 } } });
  const judge = (input: number, output: number, options = [api('gpt', 'openai/gpt-4o')]) =>
    gate(gatesOf(options, {}, tokens(input, output)), options[0]?.id ?? '', 'context_length');

  it('must hold input and output', () => {
    expect(judge(127_000, 1_000).verdict).toBe('pass');
    expect(judge(127_001, 1_000)).toMatchObject({ verdict: 'fail', blocks: true });
  });

  it('must give answers as long as asked for', () => {
    expect(judge(1_000, 16_384).verdict).toBe('pass');
    expect(judge(1_000, 16_385)).toMatchObject({ verdict: 'fail', missing: ['max_output_tokens'] });
  });

  it('of a self-hosted model is what it holds in memory, at most its own', () => {
    expect(judge(8_000, 192, [owned('own', { context_tokens: 8_192 }) as never]).verdict).toBe('pass');
    expect(judge(8_001, 192, [owned('own', { context_tokens: 8_192 }) as never]).verdict).toBe('fail');
    expect(judge(32_768, 1, [owned('own', { context_tokens: 1_000_000 }) as never]).verdict).toBe('fail');
  });

  it('leaves an option in doubt when only the longest requests do not fit', () => {
    const range = { low: 1_000, likely: 2_000, high: 130_000 };
    const gates = gatesOf(
      [api('gpt', 'openai/gpt-4o')],
      {},
      { workload: { tokens: { input: range, output: 100, reasoning: 0, cached_input: 0, cache_write: 0 } } },
    );
    expect(gate(gates, 'gpt', 'context_length')).toMatchObject({ verdict: 'unverified', blocks: false });
  });

  it('counts an option’s own tokens', () => {
    const change = { tokens: { input_ratio: 1.2, output_ratio: null, input: null, output: null, reasoning: 500, cached_input: null, cache_write: null } };
    const gates = gatesOf([api('gpt', 'openai/gpt-4o', change)], {}, tokens(100_000, 1_000));
    expect(gate(gates, 'gpt', 'context_length').message).toContain('120,000 + 1,500 tokens');
  });
});

describe('control', () => {
  const wanted = { control: ['fine_tuning', 'custom_tokenizer', 'pinned_versions'] };

  it('is yours on your own weights, and unverified of an API until it is known', () => {
    const gates = gatesOf([owned('own'), rented('gpu', 'lambda'), api('gpt', 'openai/gpt-4o')], wanted);
    expect(['own', 'gpu', 'gpt'].map((id) => gate(gates, id, 'control').verdict)).toEqual(['pass', 'pass', 'unverified']);
    expect(gate(gates, 'gpt', 'control').blocks).toBe(false);
    const known = { ...wanted, have: { openai: ['fine_tuning', 'pinned_versions'] }, lack: { openai: ['custom_tokenizer'] } };
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], known), 'gpt', 'control')).toMatchObject({ verdict: 'fail', missing: ['custom_tokenizer'] });
    expect(gate(gatesOf([api('gpt', 'openai/gpt-4o')], { ...wanted, have: { openai: wanted.control } }), 'gpt', 'control').verdict).toBe('pass');
  });
});

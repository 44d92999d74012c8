import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodOf } from '../../../src/engine/hybrid/budget.ts';
import { spread } from '../../../src/engine/hybrid/mixture.ts';
import type { PolicyRule, RoutePolicy } from '../../../src/engine/hybrid/policy.ts';
import { type ReplayRequest, replay } from '../../../src/engine/hybrid/replay.ts';
import { replayReport } from '../../../src/engine/hybrid/replay-report.ts';

const TARGET = { base_url: 'http://localhost/v1', model: 'm', api_key_env: null, price_card: null, prices: null, max_concurrency: null };
const HOUR = 3_600_000;

function policy(rules: readonly PolicyRule[], more: Partial<RoutePolicy> = {}): RoutePolicy {
  return {
    version: 1,
    name: 'test',
    mode: 'cascade',
    small: TARGET,
    large: TARGET,
    confidence: { method: 'mean_logprob', threshold: 0.7, on_missing: 'escalate', verifier: null, scorer: null, usd_per_request: 0.0001 },
    large_share: null,
    rules,
    data_class_header: 'x-data-class',
    buffer: { max_bytes: 1, max_wait_ms: 1 },
    timeouts: { connect_ms: 1, first_token_ms: 1, idle_ms: 1, total_ms: 1 },
    fallback: { to_other: true, retries: 0, breaker: { failures: 1, open_ms: 1 } },
    limits: { max_body_bytes: 1, max_in_flight: 1, max_queued: 1 },
    ...more,
  };
}

function request(id: number, more: Partial<ReplayRequest> = {}): ReplayRequest {
  return {
    id: String(id),
    at_ms: id * 1000,
    score: 0.5,
    small_quality: 0,
    large_quality: 1,
    small_usd: 0.001,
    large_usd: 0.01,
    small_ms: 100,
    large_ms: 1000,
    small_ttft_ms: 20,
    data_classes: null,
    ...more,
  };
}

const never = () => {
  throw new Error('nothing here is drawn');
};
const CONFIDENCE: PolicyRule = { kind: 'confidence' };

describe('a replay equals the sum over its requests', () => {
  const requests = fc.array(
    fc.record({
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      small_quality: fc.double({ min: 0, max: 1, noNaN: true }),
      large_quality: fc.double({ min: 0, max: 1, noNaN: true }),
      small_usd: fc.double({ min: 0, max: 0.01, noNaN: true }),
      large_usd: fc.double({ min: 0, max: 1, noNaN: true }),
      small_ms: fc.integer({ min: 0, max: 10_000 }),
      large_ms: fc.integer({ min: 0, max: 10_000 }),
    }),
    { minLength: 1, maxLength: 200 },
  );

  it('cascade and router, to 1e-9', () => {
    fc.assert(
      fc.property(requests, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (list, threshold, router) => {
        const log = list.map((each, i) => request(i, each));
        const { confidence } = policy([]);
        const tested = policy([CONFIDENCE], { mode: router ? 'router' : 'cascade', confidence: confidence && { ...confidence, threshold } });
        const report = replayReport('test', replay(log, tested, never));
        let [usd, quality] = [0, 0];
        const times: number[] = [];
        for (const each of list) {
          const up = each.score === null || each.score < threshold;
          usd += 0.0001 + (up && router ? 0 : each.small_usd) + (up ? each.large_usd : 0);
          quality += up ? each.large_quality : each.small_quality;
          times.push((up && router ? 0 : each.small_ms) + (up ? each.large_ms : 0));
        }
        expect(Math.abs((report.usd as number) - usd)).toBeLessThan(1e-9);
        expect(Math.abs((report.quality as number) - quality / list.length)).toBeLessThan(1e-9);
        expect(report.latency_ms?.p95).toBe(spread(times)?.p95);
        expect(report.answered_by.small + report.answered_by.large).toBe(list.length);
        expect(report.over_time.reduce((sum, bucket) => sum + (bucket.usd as number), 0)).toBeCloseTo(usd, 9);
      }),
      { numRuns: 100 },
    );
  });
});

describe('rules', () => {
  it('a data class never leaves, whatever comes after', () => {
    const rules: PolicyRule[] = [{ kind: 'data_class', classes: ['phi'], keep: 'small', unlabelled: 'pass' }, CONFIDENCE];
    const { steps } = replay([request(1, { data_classes: ['personal', 'phi'] }), request(2, { data_classes: [] }), request(3)], policy(rules), never);
    expect(steps.map((step) => [step.answered_by, step.reason])).toEqual([
      ['small', 'data_class'],
      ['large', 'confidence'],
      ['large', 'confidence'],
    ]);
    expect(steps[0]).toMatchObject({ large_usd: 0, judge_usd: 0, usd: 0.001, escalated: false });
  });

  it('a request that names no class is kept unless told to pass', () => {
    const rules: PolicyRule[] = [{ kind: 'data_class', classes: ['phi'], keep: 'small', unlabelled: 'keep' }, CONFIDENCE];
    expect(replay([request(1)], policy(rules), never).steps[0]).toMatchObject({ answered_by: 'small', reason: 'data_class' });
  });

  it('a budget pays until the next request would exceed it, each day anew', () => {
    const rules: PolicyRule[] = [{ kind: 'budget', usd: 0.03, per: 'day', pacing: false }, CONFIDENCE];
    const log = [...Array(10)].map((_, i) => request(i, { at_ms: i * 6 * HOUR }));
    // Four a day, three of them paid: 0.01 + 0.01 + 0.01 <= 0.03
    const { steps, budgets } = replay(log, policy(rules), never);
    expect(steps.map((step) => step.answered_by[0]).join('')).toBe('lllsllls'.concat('ll'));
    expect(steps[3]).toMatchObject({ reason: 'budget', held_back: true, escalated: false });
    expect(budgets[0]?.map((period) => [period.period, period.ran_out_at_ms, period.held_back])).toEqual([
      ['1970-01-01', 18 * HOUR, 1],
      ['1970-01-02', 42 * HOUR, 1],
      ['1970-01-03', null, 0],
    ]);
    expect(budgets[0]?.[0]?.spent_usd).toBeCloseTo(0.03, 12);
  });

  it('pacing frees the share of the period that has passed', () => {
    const rules: PolicyRule[] = [{ kind: 'budget', usd: 0.04, per: 'day', pacing: true }, CONFIDENCE];
    const log = [...Array(8)].map((_, i) => request(i, { at_ms: i * 3 * HOUR }));
    // Free after 3 h: 0.005; after 6 h: 0.01, one request; then one every 6 h.
    expect(
      replay(log, policy(rules), never)
        .steps.map((step) => step.answered_by[0])
        .join(''),
    ).toBe('sslslsls');
  });

  it('a budget binds only rules after it', () => {
    const late: PolicyRule = { kind: 'latency', ttft_ms: 0 };
    const budget: PolicyRule = { kind: 'budget', usd: 0, per: 'day', pacing: false };
    const small = { ...TARGET, max_concurrency: 1 };
    expect(replay([request(1)], policy([late, budget], { small }), never).steps[0]).toMatchObject({ answered_by: 'large', reason: 'latency' });
    expect(replay([request(1)], policy([budget, late], { small }), never).steps[0]).toMatchObject({ answered_by: 'small', reason: 'budget' });
  });

  it('a full queue sends to the large model, and waiting is part of the time', () => {
    const small = { ...TARGET, max_concurrency: 1 };
    const log = [0, 10, 20, 30].map((at_ms, i) => request(i, { at_ms, score: 1 }));
    const open = replay(log, policy([CONFIDENCE], { small }), never).steps;
    expect(open.map((step) => [step.wait_ms, step.ms])).toEqual([
      [0, 100],
      [90, 190],
      [180, 280],
      [270, 370],
    ]);
    // The first token after 90 + 20 ms is in time, after 180 + 20 ms it isn't; the third doesn't queue, so the fourth waits 170.
    const ruled = replay(log, policy([{ kind: 'latency', ttft_ms: 195 }, CONFIDENCE], { small }), never).steps;
    expect(ruled.map((step) => step.answered_by[0]).join('')).toBe('ssls');
    expect(ruled[3]?.wait_ms).toBe(170);
  });

  it('header_only marks and sends nothing on', () => {
    const { steps } = replay([request(1)], policy([CONFIDENCE], { mode: 'header_only' }), never);
    expect(steps[0]).toMatchObject({ answered_by: 'small', held_back: true, large_usd: 0 });
  });

  it('a share is drawn', () => {
    const draws = [0.1, 0.3];
    const shared = policy([CONFIDENCE], { mode: 'router', confidence: null, large_share: 0.2 });
    const { steps } = replay([request(1), request(2)], shared, () => draws.shift() ?? 1);
    expect(steps.map((step) => step.answered_by)).toEqual(['large', 'small']);
    expect(steps[0]?.usd).toBe(0.01);
  });

  it('what is not known stays unknown', () => {
    const log = [request(1, { small_usd: null, score: 0.9, small_quality: null }), request(2)];
    const report = replayReport('test', replay(log, policy([CONFIDENCE]), never));
    expect(report).toMatchObject({ usd: null, small_usd: null, large_usd: 0.01, quality: null, labelled: { requests: 1, quality: 1 } });
  });
});

describe('periods', () => {
  it('are those of the calendar, UTC', () => {
    expect(periodOf(Date.UTC(2028, 1, 29, 23, 59), 'day')).toEqual({ period: '2028-02-29', start_ms: Date.UTC(2028, 1, 29), end_ms: Date.UTC(2028, 2, 1) });
    expect(periodOf(Date.UTC(2026, 11, 31), 'month')).toEqual({ period: '2026-12', start_ms: Date.UTC(2026, 11, 1), end_ms: Date.UTC(2027, 0, 1) });
  });
});

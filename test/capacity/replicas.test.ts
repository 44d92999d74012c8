import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cheapestFleet, type LoadWords, replicasNeeded, showReplicas } from '../../src/capacity/replicas.ts';
import { estimateReplica } from '../../src/engine/capacity/estimate.ts';
import { simulate } from '../../src/engine/capacity/simulate.ts';
import { generateRequests } from '../../src/engine/capacity/simulate-arrivals.ts';
import { serviceFromMeasurement } from '../../src/engine/capacity/simulate-service.ts';
import type { Measurement } from '../../src/engine/measurement.ts';
import { CATALOG, replica } from './release.ts';

const SLO = { ttft_p95_ms: 1000, tpot_p95_ms: 60 };

function needed(requestsPerS: number, cv = 1) {
  const result = replicasNeeded(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { slo: SLO }), { requestsPerS, cv, seed: 1 });
  if (result.kind === 'none') throw new Error(result.reason);
  return result;
}

function asked(load: Partial<LoadWords>) {
  const result = replicasNeeded(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { slo: SLO }), { requestsPerS: 10, cv: 1, seed: 1, ...load });
  if (result.kind === 'none') throw new Error(result.reason);
  return result;
}

describe('replicas for a rate', () => {
  test('grow with the rate and meet the SLO, near what the estimate within it says', () => {
    const one = estimateReplica(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { slo: SLO }));
    if (one.kind === 'none') throw new Error(one.reason);
    const requestsPerS = one.output_tokens_per_s.p50 / 300;
    const at = (share: number) => needed(share * requestsPerS);
    expect(at(0.2).replicas).toBe(1);
    const five = at(5);
    expect(five.replicas).toBeGreaterThanOrEqual(5);
    expect(five.replicas).toBeLessThanOrEqual(8);
    expect(five.gpus).toBe(2 * five.replicas);
    expect(five.result.meets_slo).toBe(true);
    expect(showReplicas({ requestsPerS, cv: 1, seed: 1 }, five)).toContain(`${five.replicas} replicas, ${five.gpus} GPUs`);
  }, 60_000);

  test('bursts need no fewer', () => {
    expect(needed(10, 4).replicas).toBeGreaterThanOrEqual(needed(10).replicas);
  }, 60_000);

  test('a spare is one replica more than the load needs, and is down', () => {
    const plain = needed(10);
    const spare = asked({ spares: 1 });
    expect(spare.replicas).toBe(plain.replicas + 1);
    expect(spare.gpus).toBe(plain.gpus + 2);
    expect(spare.result).toEqual(plain.result);
    // Given three, of which one is down, two serve: what two alone do.
    expect(asked({ replicas: 3, spares: 1 }).result).toEqual(asked({ replicas: 2 }).result);
  }, 60_000);

  test('a given number is simulated as it is, enough or not', () => {
    expect(asked({ replicas: 1 })).toMatchObject({ replicas: 1, gpus: 2, enough: false });
    expect(asked({ replicas: 8 })).toMatchObject({ replicas: 8, gpus: 16, enough: true });
    expect(showReplicas({ requestsPerS: 10, cv: 1, seed: 1 }, asked({ replicas: 1 }))).toContain('do not meet the SLO');
  }, 60_000);

  test('scale to zero is paid for in part and starts cold', () => {
    const zero = asked({ requestsPerS: 0.0005, replicas: 1, least: 0, coldStartS: 60, keepAliveS: 120 });
    expect(zero.result.cold_starts).toBeGreaterThan(1000);
    expect(zero.result.paid_replica_s).toBeLessThan(0.3 * zero.result.span_s);
    expect(zero.result.ttft_ms.p50).toBeGreaterThan(60_000);
  }, 60_000);

  test('spot interruptions happen as often as asked', () => {
    const spot = asked({ replicas: 8, interruptions: 3000, coldStartS: 60 });
    const months = (8 * spot.result.span_s) / (730 * 3600);
    expect(spot.result.interruptions / (3000 * months)).toBeGreaterThan(0.6);
    expect(spot.result.interruptions / (3000 * months)).toBeLessThan(1.4);
    expect(spot.result.completed).toBe(spot.result.requests);
  }, 60_000);

  test('the cheapest mix costs no more than either kind alone', () => {
    const kind = (id: string, gpu: string, usdPerHour: number) => ({ id, usdPerHour, input: replica('llama-3.1-8b', gpu, 1, 'fp8', { slo: SLO }) });
    const kinds = [kind('large', 'h100-80gb', 3), kind('small', 'l40s-48gb', 0.9)] as const;
    const at = (of: readonly (typeof kinds)[number][]) => {
      const fleet = cheapestFleet(of, { requestsPerS: 30, cv: 1, seed: 1 });
      if (fleet.kind === 'none') throw new Error(fleet.reason);
      return fleet;
    };
    const mix = at(kinds);
    expect(mix.usd_per_hour).toBeCloseTo(mix.mix?.reduce((sum, { replicas }, i) => sum + replicas * (kinds[i]?.usdPerHour ?? 0), 0) ?? Number.NaN, 9);
    expect(mix.usd_per_hour).toBeLessThanOrEqual(Math.min(at([kinds[0]]).usd_per_hour ?? 0, at([kinds[1]]).usd_per_hour ?? 0));
    expect(mix.result.meets_slo).toBe(true);
  }, 120_000);

  test('an SLO a single request breaks has no answer', () => {
    const input = replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { slo: { ttft_p95_ms: 1, tpot_p95_ms: null } });
    expect(replicasNeeded(input, { requestsPerS: 1, cv: 1, seed: 1 }).kind).toBe('none');
  }, 60_000);
});

describe('a measured curve as a replica', () => {
  const point = (concurrency: number, tpot: number, ttft: number) => ({
    concurrency,
    ok: 100,
    tpot_ms: { mean: tpot },
    ttft_ms: { mean: ttft },
    tokens: { input: 100_000, output: 20_000 },
  });
  const measured = (points: readonly object[]) => ({ points }) as unknown as Measurement;

  test('gives back the times it was measured with', () => {
    const service = serviceFromMeasurement(measured([point(1, 10, 60), point(8, 12, 80), point(32, 20, 200)]));
    if (service === null) throw new Error('no service');
    expect(service.maxBatch).toBe(32);
    const requests = generateRequests({
      requestsPerS: 0.05,
      count: 200,
      cv: 0,
      hourOfWeek: null,
      lengths: { kind: 'fixed', input: 1000, output: 200 },
      cachedShare: 0,
      seed: 1,
    });
    const alone = simulate({
      requests,
      replicas: [service],
      balancer: 'least_loaded',
      scaling: { kind: 'fixed' },
      coldStartS: 0,
      interruptionsPerMonth: 0,
      down: 0,
      slo: { ttft_p95_ms: null, tpot_p95_ms: null },
      buckets: 1,
      seed: 1,
    });
    expect(alone.tpot_ms.mean).toBeCloseTo(10, 1);
    expect(alone.ttft_ms.mean).toBeGreaterThan(45);
    expect(alone.ttft_ms.mean).toBeLessThan(65);
  });

  test('of one point says nothing about load', () => {
    expect(serviceFromMeasurement(measured([point(1, 10, 60)]))).toBeNull();
  });
});

test('docs/capacity.md tells the errors of the calibration that is shipped', () => {
  const text = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');
  const percent = (value: number, digits = 1) => `${(100 * value).toFixed(digits)} %`;
  const data = CATALOG.throughput;
  if (data === undefined) throw new Error('no throughput data');
  for (const each of data.calibration.by_source) {
    const cells = [each.rows, percent(each.median), percent(each.p90), percent(each.within_2x), percent(each.covered, 0)];
    expect(text).toContain(`(\`${each.source}\`) | ${cells.join(' | ')} |`);
  }
  const { out_of_source: source, out_of_gpu: gpu, in_sample: seen } = data.calibration;
  for (const value of [source.median, source.p90, gpu.median, gpu.p90, seen.median, seen.p90]) expect(text).toContain(percent(value));
});

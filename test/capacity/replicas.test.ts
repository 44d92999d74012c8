import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { replicasNeeded, showReplicas } from '../../src/capacity/replicas.ts';
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

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/engine/capacity/simulate.ts';
import { generateRequests, type Requests, traceRequests } from '../../../src/engine/capacity/simulate-arrivals.ts';
import type { Service } from '../../../src/engine/capacity/simulate-service.ts';

const TRACE = new URL('../../../../shared/data/traces/AzureLLMInferenceTrace_conv.csv', import.meta.url);

const SERVICE: Service = {
  base: Float64Array.from({ length: 257 }, (_, batch) => 0.012 + 0.00005 * batch),
  perContextToken: 3e-8,
  prefillPerToken: 3e-5,
  prefillPerRequest: 0.001,
  prefillPerTokenSquared: 1e-10,
  mixedStep: 0.001,
  cacheTokens: 400_000,
  maxBatch: 256,
  chunkTokens: 8192,
};

function run(requests: Requests, replicas: number, change: Partial<Simulation> = {}) {
  return simulate({
    requests,
    replicas: Array.from({ length: replicas }, () => SERVICE),
    balancer: 'least_loaded',
    scaling: { kind: 'fixed' },
    coldStartS: 0,
    interruptionsPerMonth: 0,
    down: 0,
    slo: { ttft_p95_ms: 1000, tpot_p95_ms: 50 },
    buckets: 100,
    seed: 1,
    ...change,
  });
}

/** Least seconds of three goes: what the machine can, not what else it does. */
function seconds(work: () => void): number {
  const goes = [0, 1, 2].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...goes) / 1000;
}

function poisson(count: number): Requests {
  return generateRequests({
    requestsPerS: 20,
    count,
    cv: 1,
    hourOfWeek: null,
    lengths: { kind: 'geometric', input: 1000, meanOutput: 250 },
    cachedShare: 0,
    seed: 5,
  });
}

describe('speed of the simulator', () => {
  test.skipIf(!existsSync(TRACE))('an hour of Azure conversations on 4 replicas: under half a second', () => {
    const lines = readFileSync(TRACE, 'utf8').trim().split(/\r?\n/).slice(1);
    const cells = lines.map((line) => line.split(','));
    const requests = traceRequests({
      arrival: cells.map(([time]) => Date.parse(`${(time as string).slice(0, 23).replace(' ', 'T')}Z`) / 1000),
      input: cells.map(([, input]) => Number(input)),
      output: cells.map(([, , output]) => Number(output)),
    });
    expect(requests.count).toBe(19_366);
    expect(seconds(() => expect(run(requests, 4).completed).toBe(19_366))).toBeLessThan(0.5);
  });

  test('a million Poisson requests: under 25 s', () => {
    const start = performance.now();
    expect(run(poisson(1_000_000), 4).completed).toBe(1_000_000);
    expect((performance.now() - start) / 1000).toBeLessThan(25);
  }, 60_000);

  test('work grows with the requests, no faster', () => {
    const [small, large] = [poisson(50_000), poisson(400_000)];
    run(small, 4);
    const ratio = seconds(() => run(large, 4)) / seconds(() => run(small, 4));
    // 8 times the requests; a quadratic part would show as far more.
    expect(ratio).toBeLessThan(16);
  }, 60_000);
});

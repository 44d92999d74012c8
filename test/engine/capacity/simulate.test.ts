import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cheapestMix, smallestFleet } from '../../../src/engine/capacity/fleet.ts';
import { erlangC, meanWaitGgc, meanWaitMg1, meanWaitMmc, replicasFor, waitQuantileMmc } from '../../../src/engine/capacity/queue.ts';
import { type Simulation, simulate } from '../../../src/engine/capacity/simulate.ts';
import { type ArrivalPlan, generateRequests, traceRequests } from '../../../src/engine/capacity/simulate-arrivals.ts';
import { seededRandom } from '../../../src/engine/capacity/simulate-random.ts';
import { saturatedRate } from '../../../src/engine/capacity/simulate-result.ts';
import type { Service } from '../../../src/engine/capacity/simulate-service.ts';
import { stepByStep } from './step-by-step.ts';

/** Steps of 10 ms whatever the batch, nothing for prefill or cache. */
function plainService(change: Partial<Service> = {}): Service {
  const maxBatch = change.maxBatch ?? 8;
  return {
    base: new Float64Array(maxBatch + 1).fill(0.01),
    perContextToken: 0,
    prefillPerToken: 0,
    prefillPerRequest: 1e-9,
    prefillPerTokenSquared: 0,
    mixedStep: 0,
    cacheTokens: Number.MAX_SAFE_INTEGER,
    maxBatch,
    chunkTokens: 8192,
    ...change,
  };
}

/** Like a 70B on two H100: 20 ms and a little more a sequence, 0.1 ms a prompt token, room for 100,000 tokens. */
function realService(change: Partial<Service> = {}): Service {
  return plainService({
    base: Float64Array.from({ length: 129 }, (_, batch) => 0.02 + 0.0001 * batch),
    perContextToken: 2e-7,
    prefillPerToken: 1e-4,
    prefillPerRequest: 0.001,
    prefillPerTokenSquared: 1e-9,
    mixedStep: 0.002,
    cacheTokens: 100_000,
    maxBatch: 128,
    ...change,
  });
}

function plan(change: Partial<ArrivalPlan>): ArrivalPlan {
  return { requestsPerS: 1, count: 2000, cv: 1, hourOfWeek: null, lengths: { kind: 'fixed', input: 100, output: 100 }, cachedShare: 0, seed: 1, ...change };
}

function fleet(change: Partial<Simulation> & Pick<Simulation, 'requests' | 'replicas'>): Simulation {
  return {
    balancer: 'least_loaded',
    scaling: { kind: 'fixed' },
    coldStartS: 120,
    interruptionsPerMonth: 0,
    down: 0,
    slo: { ttft_p95_ms: null, tpot_p95_ms: null },
    buckets: 10,
    seed: 1,
    ...change,
  };
}

describe('theory', () => {
  test('Erlang C and the waits that follow', () => {
    expect(erlangC(1, 0.8)).toBeCloseTo(0.8, 12);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    expect(meanWaitMmc(1, 0.5, 1)).toBeCloseTo(1, 12);
    expect(meanWaitMg1(0.5, 1, 0)).toBeCloseTo(0.5, 12);
    expect(meanWaitMg1(0.5, 1, 1)).toBeCloseTo(1, 12);
    expect(meanWaitGgc(3, 2, 1, 1, 1)).toBeCloseTo(meanWaitMmc(3, 2, 1) as number, 12);
    expect(meanWaitMmc(2, 2, 1)).toBeNull();
    // M/M/1 waits over t with probability rho exp(-(1 - rho) t): the 95 % quantile at rho = 0.5 is ln(10) / 0.5.
    expect(waitQuantileMmc(1, 0.5, 1, 0.95)).toBeCloseTo(Math.log(10) / 0.5, 9);
  });

  test('replicasFor is the smallest that is enough', () => {
    const replicas = replicasFor(10, 5, 16, 0.1, 0.95, 0.9);
    expect(replicas).toBe(4);
    expect(10 * 5).toBeLessThanOrEqual(0.9 * replicas * 16);
    expect(replicasFor(10, 5, 16, 0.1, 0.95, 0.7)).toBe(5);
  });

  test.each([0.5, 0.8, 0.9])('M/D/1 at load %s: the mean wait is that of Pollaczek-Khinchine within 2 %', (load) => {
    // One at a time, 100 tokens of 10 ms: 1 s of service, the first token after no time.
    const requests = generateRequests(plan({ requestsPerS: load, count: 400_000, seed: 7 }));
    const result = simulate(fleet({ requests, replicas: [plainService({ maxBatch: 1 })] }));
    const service = 0.99;
    const wait = meanWaitMg1(load, service, 0) as number;
    expect(result.ttft_ms.mean / 1000 / wait).toBeGreaterThan(0.98);
    expect(result.ttft_ms.mean / 1000 / wait).toBeLessThan(1.02);
  });

  test.each([
    [4, 0.8],
    [16, 0.9],
  ])('M/M/c with %s servers at load %s: the mean wait is that of Erlang C within 2 %', (servers, load) => {
    // Geometric lengths of mean 2,000 tokens of 1 ms: exponential service of 2 s but for the last step.
    const base = new Float64Array(servers + 1).fill(0.001);
    const lengths = { kind: 'geometric', input: 1, meanOutput: 2000 } as const;
    const waits = [11, 12, 13].map((seed) => {
      const requests = generateRequests(plan({ requestsPerS: (load * servers) / 2, count: 400_000, lengths, seed }));
      return simulate(fleet({ requests, replicas: [plainService({ maxBatch: servers, base, prefillPerRequest: 1e-12 })] })).ttft_ms.mean / 1000;
    });
    const mean = waits.reduce((sum, each) => sum + each, 0) / waits.length;
    const wait = meanWaitMmc(servers, (load * servers) / 2, 2) as number;
    expect(mean / wait).toBeGreaterThan(0.98);
    expect(mean / wait).toBeLessThan(1.02);
  });
});

describe('arrivals', () => {
  test('have the rate, the burstiness and the week that were asked for', () => {
    for (const cv of [0, 1, 3]) {
      const { arrival, count } = generateRequests(plan({ requestsPerS: 5, count: 50_000, cv }));
      const gaps = Array.from({ length: count - 1 }, (_, i) => (arrival[i + 1] as number) - (arrival[i] as number));
      const mean = gaps.reduce((sum, each) => sum + each, 0) / gaps.length;
      const sd = Math.sqrt(gaps.reduce((sum, each) => sum + (each - mean) ** 2, 0) / gaps.length);
      expect(mean * 5).toBeCloseTo(1, 1);
      expect(sd / mean).toBeGreaterThan(cv * 0.95 - 1e-9);
      expect(sd / mean).toBeLessThan(cv * 1.05 + 1e-9);
    }
    const shape = Array.from({ length: 168 }, (_, hour) => (hour % 24 === 12 ? 10 : 1));
    const { arrival } = generateRequests(plan({ requestsPerS: 1, count: 604_800, hourOfWeek: shape }));
    const noon = arrival.reduce((sum, time) => sum + (Math.floor(time / 3600) % 24 === 12 ? 1 : 0), 0);
    // Noon has 10 of every 33 requests.
    expect(noon / 604_800).toBeCloseTo(10 / 33, 2);
  });

  test('of a trace are sorted and start at zero', () => {
    const requests = traceRequests({ arrival: [12, 10, 11], input: [1, 2, 3], output: [4, 0, 6] });
    expect([...requests.arrival]).toEqual([0, 1, 2]);
    expect([...requests.input]).toEqual([2, 3, 1]);
    expect([...requests.output]).toEqual([1, 6, 4]);
  });

  test('gamma has mean 1', () => {
    const random = seededRandom(3);
    for (const shape of [0.3, 1, 4]) {
      let sum = 0;
      for (let i = 0; i < 100_000; i++) sum += random.gamma(shape);
      expect(sum / 100_000).toBeCloseTo(1, 1);
    }
  });
});

describe('one replica', () => {
  test('a lone request takes its prefill and its steps', () => {
    const requests = traceRequests({ arrival: [0], input: [1000], output: [50] });
    const result = simulate(fleet({ requests, replicas: [realService()] }));
    // 1 ms + 1,000 x 0.1 ms + 1e-9 x 1,000^2 s = 102 ms to the first token.
    expect(result.ttft_ms.mean).toBeCloseTo(102, 6);
    // Steps of 20.1 ms plus 0.2 us a token held: 1,001 at the first, 1,049 at the last of 49.
    const steps = Array.from({ length: 49 }, (_, i) => 20.1 + 2e-4 * (1001 + i));
    expect(result.e2e_ms.mean).toBeCloseTo(102 + steps.reduce((sum, each) => sum + each, 0), 6);
  });

  test('a cached prefix is not read again but is held', () => {
    const of = (cached: number) =>
      simulate(fleet({ requests: traceRequests({ arrival: [0], input: [4000], output: [2], cached: [cached] }), replicas: [realService()] }));
    expect(of(3000).ttft_ms.mean).toBeLessThan(0.4 * of(0).ttft_ms.mean);
    expect(of(3000).tpot_ms.mean).toBeCloseTo(of(0).tpot_ms.mean, 9);
  });

  test('long prompts are read in chunks while others decode', () => {
    const requests = traceRequests({ arrival: [0, 0.5], input: [100, 20_000], output: [200, 5] });
    const result = simulate(fleet({ requests, replicas: [realService({ chunkTokens: 2048 })] }));
    expect(result.completed).toBe(2);
    expect(result.prefilled_tokens).toBe(20_100);
  });

  test.each([
    ['room for all', {}],
    ['a batch of 4', { maxBatch: 4 }],
    ['a small cache that preempts', { cacheTokens: 1500 }],
    ['long prompts in chunks', { chunkTokens: 64 }],
  ])('jumping over unchanged steps gives what stepping one by one gives: %s', (_, change) => {
    const service = realService(change);
    const lengths = { kind: 'geometric', input: 150, meanOutput: 120 } as const;
    for (const requestsPerS of [1, 8, 40]) {
      const requests = generateRequests(plan({ requestsPerS, count: 400, cv: 2, lengths, cachedShare: 0.3, seed: requestsPerS }));
      const result = simulate(fleet({ requests, replicas: [service] }));
      const reference = stepByStep(requests, service);
      expect(result.preemptions).toBe(reference.preemptions);
      expect(result.prefilled_tokens).toBe(reference.prefilled);
      expect(result.ttft_ms.mean).toBeCloseTo(reference.meanTtft * 1000, 5);
      expect(result.e2e_ms.mean).toBeCloseTo(reference.meanE2e * 1000, 5);
    }
  });

  test('a full cache preempts, and nothing is lost', () => {
    const requests = generateRequests(plan({ requestsPerS: 50, count: 500, lengths: { kind: 'fixed', input: 200, output: 400 } }));
    const result = simulate(fleet({ requests, replicas: [realService({ cacheTokens: 5000 })] }));
    expect(result.preemptions).toBeGreaterThan(0);
    expect(result.completed).toBe(500);
    expect(result.generated_tokens).toBe(500 * 400);
    expect(result.prefilled_tokens).toBeGreaterThan(500 * 200);
  });

  test('a request longer than the cache is turned away, not lost', () => {
    const requests = traceRequests({ arrival: [0, 1], input: [6000, 10], output: [10, 10] });
    const result = simulate(fleet({ requests, replicas: [realService({ cacheTokens: 5000 })] }));
    expect(result).toMatchObject({ rejected: 1, completed: 1, unserved: 0, meets_slo: false });
  });

  test('saturated, it serves what the closed form says within 5 %', () => {
    const service = realService();
    const requests = generateRequests(plan({ requestsPerS: 1000, count: 4000, lengths: { kind: 'fixed', input: 200, output: 200 } }));
    const result = simulate(fleet({ requests, replicas: [service] }));
    const ratio = result.output_tokens_per_s / saturatedRate(service, 200, 0, 200);
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.05);
    expect(result.utilization).toBeGreaterThan(0.95);
  });
});

describe('the steady state', () => {
  test('with the start left out, the busy share and the KV cache are those of theory within 2 %', () => {
    // M/D/1 at load 0.6: one request of 1 s at a time is busy 60 % of the time.
    const one = generateRequests(plan({ requestsPerS: 0.6, count: 100_000, seed: 3 }));
    const busy = simulate(fleet({ requests: one, replicas: [plainService({ maxBatch: 1 })], skip: 1000 }));
    expect(busy.busy_share / (0.6 * 0.99)).toBeGreaterThan(0.98);
    expect(busy.busy_share / (0.6 * 0.99)).toBeLessThan(1.02);
    expect(busy.requests).toBe(99_000);
    // Never full: requests in service by Little's law, each holding its 100 input tokens and half of its 100 output tokens on average.
    const many = generateRequests(plan({ requestsPerS: 20, count: 50_000, seed: 4 }));
    const held = simulate(fleet({ requests: many, replicas: [plainService({ maxBatch: 256, cacheTokens: 50_000 })], skip: 1000 }));
    expect(held.running / (20 * 0.99)).toBeGreaterThan(0.98);
    expect(held.running / (20 * 0.99)).toBeLessThan(1.02);
    expect((held.cache_share * 50_000) / (20 * 0.99 * 150.5)).toBeGreaterThan(0.98);
    expect((held.cache_share * 50_000) / (20 * 0.99 * 150.5)).toBeLessThan(1.02);
  });

  test('the course over time tells the KV cache, and its means are those of the whole', () => {
    const requests = generateRequests(plan({ requestsPerS: 12, count: 4000, lengths: { kind: 'fixed', input: 400, output: 200 } }));
    const result = simulate(fleet({ requests, replicas: [realService()], buckets: 20, skip: 1 }));
    expect(result.over_time).toHaveLength(20);
    const mean = result.over_time.reduce((sum, sample) => sum + sample.cache_share, 0) / 20;
    expect(mean / result.cache_share).toBeCloseTo(1, 2);
    expect(result.over_time.every((sample) => sample.cache_share >= 0 && sample.cache_share <= 1)).toBe(true);
  });
});

describe('conservation and determinism', () => {
  test('requests and tokens are conserved exactly, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 0, max: 1e9 }),
          rate: fc.double({ min: 0.2, max: 60, noNaN: true }),
          cacheTokens: fc.integer({ min: 800, max: 60_000 }),
          maxBatch: fc.integer({ min: 1, max: 64 }),
          replicas: fc.integer({ min: 1, max: 4 }),
          chunkTokens: fc.integer({ min: 64, max: 8192 }),
          balancer: fc.constantFrom('round_robin' as const, 'least_loaded' as const),
          interruptionsPerMonth: fc.constantFrom(0, 20_000),
          target: fc.constantFrom(0, 3),
        }),
        (c) => {
          const requests = generateRequests(
            plan({
              requestsPerS: c.rate,
              count: 150,
              seed: c.seed,
              cv: 1.5,
              lengths: { kind: 'sample', input: [1, 50, 300, 2000], output: [1, 2, 80, 400] },
              cachedShare: 0.2,
            }),
          );
          const service = realService({ cacheTokens: c.cacheTokens, maxBatch: c.maxBatch, chunkTokens: c.chunkTokens });
          const result = simulate(
            fleet({
              requests,
              replicas: new Array<Service>(c.replicas).fill(service),
              balancer: c.balancer,
              interruptionsPerMonth: c.interruptionsPerMonth,
              scaling: c.target === 0 ? { kind: 'fixed' } : { kind: 'target', least: 0, target: c.target, everyS: 5, keepAliveS: 10 },
              coldStartS: 20,
              seed: c.seed,
            }),
          );
          expect(result.completed + result.rejected).toBe(150);
          expect(result.unserved).toBe(0);
          expect(result.generated_tokens).toBe(result.output_tokens);
          expect(result.busy_share).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the same seed gives the same result to the last bit', () => {
    const run = () =>
      simulate(
        fleet({
          requests: generateRequests(plan({ requestsPerS: 4, count: 3000, seed: 5 })),
          replicas: [realService(), realService()],
          interruptionsPerMonth: 1000,
        }),
      );
    expect(run()).toEqual(run());
  });
});

describe('fleets', () => {
  const requests = generateRequests(plan({ requestsPerS: 12, count: 4000, lengths: { kind: 'fixed', input: 400, output: 200 } }));
  const slo = { ttft_p95_ms: 600, tpot_p95_ms: 60 };

  test('the smallest fleet meets the SLO and one replica less does not', () => {
    const search = { ...fleet({ requests, replicas: [], slo }), most: 64 };
    const answer = smallestFleet(search, realService());
    if (answer === null) throw new Error('no fleet');
    expect(answer.result.meets_slo).toBe(true);
    expect(simulate({ ...search, replicas: new Array<Service>(answer.replicas - 1).fill(realService()) }).meets_slo).toBe(false);
    const spare = smallestFleet({ ...search, down: 1 }, realService());
    expect(spare?.replicas).toBe(answer.replicas + 1);
  });

  test('the cheapest mix is no dearer than any kind alone', () => {
    const search = { ...fleet({ requests, replicas: [], slo }), most: 32 };
    const slow = realService({ base: Float64Array.from({ length: 65 }, (_, batch) => 0.035 + 0.0003 * batch), maxBatch: 64, cacheTokens: 40_000 });
    const kinds = [
      { id: 'large', service: realService(), usdPerHour: 7 },
      { id: 'small', service: slow, usdPerHour: 2.2 },
    ];
    const mix = cheapestMix(search, kinds);
    const alone = kinds.map((kind) => (smallestFleet(search, kind.service)?.replicas ?? Number.POSITIVE_INFINITY) * kind.usdPerHour);
    expect(mix?.usdPerHour).toBeLessThanOrEqual(Math.min(...alone));
    expect(mix?.result.meets_slo).toBe(true);
  });

  test('the cheapest mix is the cheapest of all mixes tried one by one', () => {
    const search = { ...fleet({ requests, replicas: [], slo }), most: 6 };
    const slow = realService({ base: Float64Array.from({ length: 65 }, (_, batch) => 0.03 + 0.0002 * batch), maxBatch: 64, cacheTokens: 60_000 });
    const kinds = [
      { id: 'large', service: realService(), usdPerHour: 5 },
      { id: 'small', service: slow, usdPerHour: 2.1 },
    ];
    const mix = cheapestMix(search, kinds);
    let least = Number.POSITIVE_INFINITY;
    for (let large = 0; large <= 6; large++)
      for (let small = 0; small <= 6; small++) {
        const replicas = [...new Array<Service>(large).fill(realService()), ...new Array<Service>(small).fill(slow)];
        if (replicas.length > 0 && simulate({ ...search, replicas }).meets_slo) least = Math.min(least, large * 5 + small * 2.1);
      }
    expect(mix?.usdPerHour).toBeCloseTo(least, 9);
  });

  test('a mixed fleet gives the faster kind more of the work', () => {
    const slow = realService({ base: Float64Array.from({ length: 129 }, (_, batch) => 0.06 + 0.0003 * batch) });
    const mixed = simulate(fleet({ requests, replicas: [realService(), slow] }));
    const twoSlow = simulate(fleet({ requests, replicas: [slow, slow] }));
    expect(mixed.completed).toBe(4000);
    expect(mixed.tpot_ms.mean).toBeLessThan(twoSlow.tpot_ms.mean);
  });

  test('replicas that are down serve nothing and are not paid for', () => {
    const service = realService();
    const two = simulate(fleet({ requests, replicas: [service, service] }));
    const oneDown = simulate(fleet({ requests, replicas: [service, service, service], down: 1 }));
    expect(oneDown).toEqual(two);
  });

  test('an impossible SLO has no fleet', () => {
    expect(smallestFleet({ ...fleet({ requests, replicas: [], slo: { ttft_p95_ms: 1, tpot_p95_ms: null } }), most: 8 }, realService())).toBeNull();
  });

  test('scale to zero pays for less and lets the first request wait for a cold start', () => {
    const sparse = traceRequests({ arrival: [0, 4000, 8000], input: [100, 100, 100], output: [50, 50, 50] });
    const always = simulate(fleet({ requests: sparse, replicas: [realService()] }));
    const zero = simulate(
      fleet({ requests: sparse, replicas: [realService()], scaling: { kind: 'target', least: 0, target: 16, everyS: 30, keepAliveS: 300 }, coldStartS: 180 }),
    );
    expect(zero.paid_replica_s).toBeLessThan(0.3 * always.paid_replica_s);
    expect(zero.cold_starts).toBe(3);
    expect(zero.ttft_ms.p50).toBeGreaterThan(180_000);
    expect(always.ttft_ms.p50).toBeLessThan(200);
  });

  test('autoscaling follows the load', () => {
    const busy = generateRequests(plan({ requestsPerS: 20, count: 8000, lengths: { kind: 'fixed', input: 400, output: 200 } }));
    const result = simulate(
      fleet({
        requests: busy,
        replicas: new Array<Service>(12).fill(realService()),
        scaling: { kind: 'target', least: 1, target: 40, everyS: 10, keepAliveS: 60 },
        coldStartS: 30,
      }),
    );
    const ups = result.over_time.map((sample) => sample.up_replicas);
    expect(result.unserved).toBe(0);
    expect(Math.max(...ups)).toBeGreaterThan((ups[0] as number) * 1.5);
  });

  test('an interruption sends the requests to the others', () => {
    const result = simulate(fleet({ requests, replicas: new Array<Service>(4).fill(realService()), interruptionsPerMonth: 50_000, coldStartS: 60 }));
    expect(result.interruptions).toBeGreaterThan(0);
    expect(result.completed).toBe(4000);
  });
});

import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../src/engine/capacity/check-plan.ts';
import { lengthsOf, levelsOf } from '../../../src/engine/capacity/check-plan-load.ts';
import { mixedTimes } from '../../../src/engine/capacity/check-plan-times.ts';
import { requestMix } from '../../../src/engine/cost/requests.ts';
import { assumedHours, weekLoads } from '../../../src/engine/cost/week-loads.ts';
import { plan } from '../../../src/engine/plan.ts';
import type { Plan, SimulatedOption } from '../../../src/engine/result.ts';
import { loadScenario, scenarioFromText } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const catalog = loadCatalog();

function simulated(name: string, set: readonly string[] = [], seed = 1): { readonly before: Plan; readonly after: Plan } {
  const { scenario } = loadScenario(`scenarios/${name}.yaml`, { catalog, set });
  return both({ scenario, catalog, today: '2026-11-24' }, seed);
}

function written(text: string) {
  const { scenario } = scenarioFromText(`version: 1\nname: test\n${text}`, 'test.yaml', { catalog });
  return both({ scenario, catalog, today: '2026-11-24' });
}

function both(input: Parameters<typeof plan>[0], seed = 1) {
  const before = plan(input);
  return { before, after: checkPlan(input, before, seed) };
}

function option({ simulation }: Plan, id: string): SimulatedOption {
  const found = simulation?.options.find((each) => each.option_id === id);
  if (found === undefined) throw new Error(`${id} was not simulated: ${JSON.stringify(simulation?.not_simulated)}`);
  return found;
}

const codes = ({ findings }: Plan) => findings.map(({ code }) => code).filter((code) => code.startsWith('simulation.'));

const OWN = (more = '', workload = '') => `
workload: { requests_per_month: 2_628_000, tokens: { input: 1000, output: 300 }, shape: { peak_to_average: 2 }${workload} }
options:
  - { id: gpt, cloud_api: openai/gpt-4o }
  - { id: own, self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: { usd_per_gpu_hour: 2, node_gpus: 1 }${more} } }`;

describe('a plan played request by request', () => {
  const { before, after } = simulated('support-chatbot');

  test('changes nothing but the simulation and its findings', () => {
    const { simulation, findings, ...rest } = after;
    const { simulation: none, findings: told, ...was } = before;
    expect(none).toBeNull();
    expect(rest).toEqual(was);
    expect(findings.slice(0, told.length)).toEqual(told);
    expect(simulation?.seed).toBe(1);
  });

  test('the same seed gives the same answer, another seed another', () => {
    expect(simulated('support-chatbot').after.simulation).toEqual(after.simulation);
    expect(simulated('support-chatbot', [], 2).after.simulation?.options).not.toEqual(after.simulation?.options);
  });

  test('plays the fleet of an option and that of the hybrid it is a leg of alike', () => {
    const own = option(after, 'own');
    const mix = option(after, 'mix');
    expect(mix).toEqual({ ...own, option_id: 'mix', leg: 'own' });
    expect(own.leg).toBeNull();
    expect(own.arrivals).toEqual({ week: 'assumed', burstiness_cv: 1.09417, lengths: 'profile' });
  });

  test('every hour has a level, and the levels carry the traffic of the week', () => {
    const { levels, hour_levels, requests_per_s } = option(after, 'own');
    expect(hour_levels).toHaveLength(168);
    expect(hour_levels.reduce((sum, level) => sum + (levels[level]?.load ?? Number.NaN), 0)).toBeCloseTo(168, 6);
    expect(Math.max(...levels.map(({ load }) => load))).toBeCloseTo(4, 9);
    expect(requests_per_s).toBeCloseTo(500_000 / (730 * 3600), 6);
  });
});

describe('closed form and simulation', () => {
  test('agree on utilization, headroom, busy share and fleet where nothing binds', () => {
    const { after } = written(OWN());
    const own = option(after, 'own');
    const { closed_form } = own;
    expect(own.replicas_needed).toBe(closed_form.replicas);
    expect(own.utilization / closed_form.utilization).toBeGreaterThan(0.95);
    expect(own.utilization / closed_form.utilization).toBeLessThan(1.05);
    expect(Math.abs(own.headroom - closed_form.headroom)).toBeLessThan(0.03);
    expect(Math.abs(own.busy_share - (closed_form.busy_share ?? 0))).toBeLessThan(0.15);
    expect(codes(after)).toEqual([]);
  });

  test('a disagreement is a finding with both numbers, and the plan keeps its fleet', () => {
    const { before, after } = simulated('support-chatbot', ['workload.requests_per_month=10M']);
    const own = option(after, 'own');
    const planned = before.options.find(({ id }) => id === 'own')?.capacity?.replicas;
    expect(own.replicas_needed).toBeGreaterThan(planned ?? Number.POSITIVE_INFINITY);
    expect(own.meets_slo).toBe(false);
    expect(codes(after)).toContain('simulation.replicas');
    const message = after.findings.find(({ code }) => code === 'simulation.replicas')?.message ?? '';
    expect(message).toContain(`needs ${own.replicas_needed} replicas`);
    expect(message).toContain(`the plan has ${planned}`);
    const missed = after.findings.find(({ code }) => code === 'simulation.slo_missed')?.message ?? '';
    expect(missed).toMatch(/TPOT p95 is \d+ ms, asked for is 80 ms/);
    expect(after.decision).toEqual(before.decision);
    expect(after.options).toEqual(before.options);
  });

  test('an SLO that no request meets has no fleet, and says so', () => {
    const given = 'throughput: { given: { output_tokens_per_s: 1000, input: 1000, output: 300 } }';
    const text = OWN('', ', slo: { ttft_p95_ms: 5 }').replace(/ } \}$/, ` }, ${given} }`);
    const { after } = written(text);
    expect(option(after, 'own').replicas_needed).toBeNull();
    expect(codes(after)).toContain('simulation.no_fleet');
  });

  test('a spare serves while nothing fails; the SLO is asked without it', () => {
    const own = option(written(OWN(', redundancy: n+1')).after, 'own');
    const busiest = own.levels.at(-1);
    expect(own.spare_replicas).toBe(1);
    expect(own.replicas).toBe(own.closed_form.replicas);
    expect(own.spares_down.ttft_p95_ms).toBeGreaterThan(busiest?.ttft_ms?.p95 ?? Number.POSITIVE_INFINITY);
    expect(own.headroom).toBeLessThan(busiest?.headroom ?? 0);
  });
});

describe('fleets that change', () => {
  const WEEK = `, shape: { hour_of_week: [${Array.from({ length: 168 }, (_, hour) => (hour % 24 === 12 ? 8 : 1)).join(', ')}] }`;

  test('a fleet that follows the traffic has fewer replicas in quiet hours', () => {
    const text = OWN(', scaling: hour_of_week').replace(', shape: { peak_to_average: 2 }', WEEK).replace('2_628_000', '30M');
    const own = option(written(text).after, 'own');
    expect(own.arrivals.week).toBe('given');
    expect(own.levels).toHaveLength(2);
    const [quiet, noon] = own.levels;
    expect((noon?.replicas ?? 0) / (quiet?.replicas ?? 0)).toBeGreaterThan(4);
    expect(own.hour_levels[12]).toBe(1);
    expect(own.hour_levels[13]).toBe(0);
    expect(own.utilization / own.closed_form.utilization).toBeGreaterThan(0.9);
    expect(own.utilization / own.closed_form.utilization).toBeLessThan(1.1);
  });

  test('scale to zero is up for part of the time, and the first request waits for a cold start', () => {
    const { after } = simulated('hackathon');
    const own = option(after, 'own');
    expect(own.replicas).toBeLessThan(0.9);
    expect(own.ttft_ms?.p95).toBeGreaterThan(60_000);
    expect(codes(after)).toContain('simulation.cold_starts');
  });

  test('spot interruptions make requests wait', () => {
    const at = (interruptions: number) =>
      option(written(OWN().replace('node_gpus: 1', `node_gpus: 1, interruptions_per_month: ${interruptions}`)).after, 'own');
    expect(at(3000).spares_down.ttft_p95_ms).toBeGreaterThan(10 * (at(0).spares_down.ttft_p95_ms ?? 0));
  });

  test('a fleet of thousands is played as a part of it', () => {
    const { after } = written(OWN().replace('2_628_000', '20B').replace('llama-3.3-70b', 'qwen3-32b'));
    const own = option(after, 'own');
    expect(own.closed_form.replicas).toBeGreaterThan(500);
    expect(own.played.share_of_fleet).toBeLessThan(0.1);
    expect(own.played.requests).toBeLessThan(100_000);
    expect(own.utilization / own.closed_form.utilization).toBeGreaterThan(0.9);
  });
});

describe('what is not tokens, and what is not simulated', () => {
  test('speech and images: one request after the other', () => {
    const { after } = simulated('image-studio');
    const sdxl = option(after, 'sdxl');
    // Two images at 0.35 a second.
    expect(sdxl.e2e_ms?.p50).toBeCloseTo((2 / 0.35) * 1000, 3);
    expect(sdxl.tpot_ms).toBeNull();
    expect(sdxl.kv_share).toBeNull();
    expect(Math.abs(sdxl.utilization - sdxl.closed_form.utilization)).toBeLessThan(0.01);
  });

  test('several such replicas share the work', () => {
    const { after } = simulated('image-studio', ['workload.requests_per_month=3M']);
    const sdxl = option(after, 'sdxl');
    expect(sdxl.closed_form.replicas).toBeGreaterThan(4);
    expect(sdxl.meets_slo).toBe(true);
    expect(Math.abs((sdxl.replicas_needed ?? 0) - sdxl.closed_form.replicas)).toBeLessThanOrEqual(1);
  });

  test('no GPUs of its own: said', () => {
    const { after } = simulated('article-2026');
    expect(after.simulation).toMatchObject({ options: [], not_simulated: [] });
    expect(codes(after)).toEqual(['simulation.nothing']);
  });

  test('ruled out: said with the rule', () => {
    const { after } = simulated('export-control');
    expect(after.simulation?.not_simulated).toEqual([{ option_id: 'rented', reason: 'it is ruled out by itar.technical_data' }]);
    expect(after.simulation?.options.map(({ option_id }) => option_id)).toEqual(['vault']);
  });

  test('no throughput known: said', () => {
    const { after } = written(OWN('', ', slo: { ttft_p95_ms: 5 }'));
    expect(after.simulation?.options).toEqual([]);
    expect(after.findings.find(({ code }) => code === 'simulation.skipped')?.message).toContain('how fast a replica serves is not known');
  });
});

describe('the week', () => {
  test('an assumed day has the peak that was asked for, and the mean', () => {
    for (const peak of [1, 1.5, 4, 8, 11, 30, 160]) {
      const hours = assumedHours(peak);
      expect(Math.max(...hours)).toBeCloseTo(peak, 9);
      expect(hours.reduce((sum, hour) => sum + hour, 0) / hours.length).toBeCloseTo(1, 6);
    }
    expect(assumedHours(4).indexOf(Math.max(...assumedHours(4)))).toBe(14);
  });

  test('work that may wait fills the quietest hours of a fixed fleet', () => {
    const { scenario } = loadScenario('scenarios/image-studio.yaml', { catalog });
    const { hours } = weekLoads(scenario.workload, 'fixed');
    // 70 % may wait, the peak is 6 times the mean: 30 % of 6 is left of it.
    expect(Math.max(...hours)).toBeCloseTo(1.8, 9);
    expect(hours.reduce((sum, hour) => sum + hour, 0) / hours.length).toBeCloseTo(1, 9);
    expect(Math.max(...weekLoads(scenario.workload, 'hour_of_week').hours)).toBeCloseTo(1.8 + 0.7, 9);
  });

  test('levels keep the traffic and the busiest hour', () => {
    const week = Array.from({ length: 168 }, (_, hour) => 1 + Math.sin(hour) + (hour === 30 ? 3 : 0));
    const { loads, of_hour } = levelsOf(week);
    expect(loads.length).toBeLessThanOrEqual(12);
    expect(loads.at(-1)).toBe(Math.max(...week));
    expect(of_hour[30]).toBe(loads.length - 1);
    expect(of_hour.reduce((sum, level) => sum + (loads[level] as number), 0)).toBeCloseTo(
      week.reduce((sum, load) => sum + load, 0),
      9,
    );
    expect([...loads]).toEqual([...loads].sort((a, b) => a - b));
  });

  test('lengths from a profile keep the means of the option', () => {
    const { scenario } = loadScenario('scenarios/support-chatbot.yaml', { catalog });
    const mix = requestMix(scenario.workload, null);
    const { of, source } = lengthsOf(mix, scenario.workload.profile);
    if (of.kind !== 'sample') throw new Error(of.kind);
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
    expect(source).toBe('profile');
    expect(mean(of.input) / mix.input_tokens).toBeCloseTo(1, 2);
    expect(mean(of.output) / mix.output_tokens).toBeCloseTo(1, 2);
    expect(lengthsOf(mix, null).of).toEqual({ kind: 'fixed', input: Math.round(mix.input_tokens), output: Math.round(mix.output_tokens) });
  });

  test('percentiles of unequal samples weigh what they stand for', () => {
    const low = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    const high = Float64Array.from({ length: 10 }, (_, i) => 1001 + i);
    expect(mixedTimes([{ values: low, weight: 1 }])).toEqual({ p50: expect.closeTo(50, 5), p95: expect.closeTo(95, 5) });
    // Three quarters of the requests are like the second sample: half of all is a third of the way into it.
    expect(
      mixedTimes([
        { values: low, weight: 1 },
        { values: high, weight: 3 },
      ])?.p50,
    ).toBeCloseTo(1004, 4);
    expect(mixedTimes([])).toBeNull();
  });
});

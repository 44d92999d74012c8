import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compareMeasurements } from '../../src/bench/compare/compare.ts';
import { measuredCrossover } from '../../src/bench/compare/crossover.ts';
import { renderComparison } from '../../src/bench/compare/render.ts';
import { chatStream } from '../../src/bench/demo/replies.ts';
import { catalogModelId } from '../../src/bench/output/model-id.ts';
import { type AnyMeasurement, renderMeasurement } from '../../src/bench/output/report.ts';
import { scenarioOption } from '../../src/bench/output/scenario-option.ts';
import type { BenchPoint } from '../../src/bench/run/session.ts';
import { sweepOf } from '../../src/bench/sweep.ts';
import { bench, type FakeRequest, setupFor, withEndpoint } from '../helpers/fake-endpoint.ts';
import { run } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = (request: FakeRequest) => chatStream({ ttft_ms: 30, gap_ms: 4, tokens: 8, input_tokens: 20 + (request.serial % 2) });
const cloud = () => chatStream({ ttft_ms: 60, gap_ms: 2, tokens: 8, input_tokens: 20 });

async function measurementOf(
  answer: (request: FakeRequest) => ReturnType<typeof cloud>,
  target: Record<string, unknown>,
  price: number | null,
): Promise<AnyMeasurement> {
  const levels = [{ load: { kind: 'closed' as const, concurrency: 4 }, stop: { requests: 40, duration_s: null } }];
  const { measurement } = await withEndpoint(answer, (endpoint) => bench(endpoint.url, { levels, target }, price === null ? {} : { price: () => price }));
  return measurement;
}

describe('the volume at which a rented replica pays', () => {
  /** Dollars of n requests a month, told the long way. */
  const rent = (volume: number, monthly: number, carries: number, spares: number) => (Math.max(1, Math.ceil(volume / carries - 1e-9)) + spares) * monthly;

  test('$2/h, 1 request/s, peak 4, $0.01 a request: 1460 / 0.01 = 146,000, for good', () => {
    const found = measuredCrossover({ usd_per_hour: 2, requests_per_s: 1, spare_replicas: 0 }, 0.01, 4);
    expect(found.replica_usd_per_month).toBe(1460);
    expect(found.requests_per_month_per_replica).toBe(657_000);
    expect(found.first).toBeCloseTo(146_000, 6);
    expect(found.settled).toBeCloseTo(146_000, 6);
  });

  test('a full replica dearer than its requests is never cheaper', () => {
    expect(measuredCrossover({ usd_per_hour: 2, requests_per_s: 1, spare_replicas: 0 }, 0.002, 4)).toMatchObject({ first: null, settled: null });
  });

  test('steps: cheaper, dearer again after the second replica, settled later', () => {
    // One carries 657,000 for $1,460; at $0.003 it pays from 486,667; the second at 657,001 costs 2,920 against 1,971: dearer until 973,333 ...
    const { first, settled } = measuredCrossover({ usd_per_hour: 2, requests_per_s: 1, spare_replicas: 0 }, 0.003, 4);
    expect(first).toBeCloseTo(1460 / 0.003, 3);
    expect(settled).toBeGreaterThan(first ?? 0);
  });

  test('agrees with the arithmetic done volume by volume', () => {
    const scenario = fc.record({
      usd: fc.double({ min: 0.5, max: 10, noNaN: true }),
      rps: fc.double({ min: 0.05, max: 5, noNaN: true }),
      spares: fc.integer({ min: 0, max: 3 }),
      each: fc.double({ min: 0.0005, max: 0.05, noNaN: true }),
    });
    fc.assert(
      fc.property(scenario, ({ usd, rps, spares, each }) => {
        const found = measuredCrossover({ usd_per_hour: usd, requests_per_s: rps, spare_replicas: spares }, each, 4);
        const monthly = found.replica_usd_per_month;
        const carries = found.requests_per_month_per_replica;
        const cheaper = (volume: number) => rent(volume, monthly, carries, spares) <= volume * each * (1 + 1e-9);
        if (found.first === null || found.settled === null) {
          for (let step = 1; step < 40; step++)
            expect(rent(step * carries, monthly, carries, spares)).toBeGreaterThanOrEqual(step * carries * each * (1 - 1e-9));
          return;
        }
        expect(cheaper(found.first * (1 + 1e-6))).toBe(true);
        for (let part = 0.02; part < 1; part += 0.02) expect(cheaper(found.first * part * (1 - 1e-6))).toBe(false);
        for (let part = 1.0001; part < 6; part += 0.07) expect(cheaper(found.settled * part)).toBe(true);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

describe('bench compare', () => {
  test('ratios, verdict and crossover of two measurements', async () => {
    const a = await measurementOf(own, { usd_per_hour: 3 }, null);
    const b = await measurementOf(cloud, { price_card: 'openai/gpt-4o' }, 0.0035);
    const comparison = compareMeasurements(a, b, { peak_to_average: 4, spare_replicas: 1, requests_per_month: 1_000_000 });
    const row = (name: string) => comparison.levels[0]?.rows.find((each) => each.name === name);
    expect(comparison.levels).toHaveLength(1);
    expect(row('TTFT p50')?.ratio).toBeLessThan(0.9);
    expect(row('TTFT p50')?.interval?.high).toBeGreaterThan(row('TTFT p50')?.interval?.low ?? 9);
    expect(row('$ per request')?.b).toBeCloseTo(0.0035, 12);
    expect(comparison.crossover).toMatchObject({ own: 'a', replica_usd_per_month: 2190 });
    // One loaded replica and one spare: 4380 / 0.0035.
    expect(comparison.crossover?.first).toBeCloseTo(4380 / 0.0035, 3);
    expect(comparison.verdict).toMatch(/TTFT p50 is .* lower on m at 127.0.0.1/);
    expect(comparison.verdict).toMatch(/cheaper from 1,251,429 requests a month.*At your 1,000,000 it is dearer/);
    expect(renderComparison(comparison, 'markdown')).toContain('| TTFT p50 (ms) |');
    expect(JSON.parse(renderComparison(comparison, 'json')).schema_version).toBe(1);
  });

  test('live targets are measured in turns, files are taken as they are', async () => {
    const out = join(folder, 'cloud.json');
    const { stdout, stderr, code } = await withEndpoint(own, (left) =>
      withEndpoint(cloud, async (right) => {
        await run([
          right.url,
          '--model',
          'm',
          '--concurrency',
          '2',
          '--requests',
          '20',
          '--out',
          out,
          '--input-usd-per-mtok',
          '2.5',
          '--output-usd-per-mtok',
          '10',
          '--yes',
        ]);
        const live = await run(['compare', left.url, right.url, '--model', 'm', '--concurrency', '2', '--requests', '20', '--format', 'json']);
        expect(live.stderr).toMatch(/A \(.*turn 1 of 4[\s\S]*B \(.*turn 1 of 4[\s\S]*B \(.*turn 2 of 4[\s\S]*A \(.*turn 2 of 4/);
        const { levels } = JSON.parse(live.stdout);
        expect(levels[0].rows.find((row: { name: string }) => row.name === 'TTFT p50').ratio).toBeLessThan(0.9);
        return run(['compare', left.url, out, '--model', 'm', '--concurrency', '2', '--requests', '20', '--usd-per-hour', '3', '--format', 'json']);
      }),
    );
    expect(code).toBe(0);
    expect(stderr).not.toContain('B (');
    expect(JSON.parse(stdout).crossover.own).toBe('a');
  });

  test('two files', async () => {
    const files = await Promise.all([measurementOf(own, { usd_per_hour: 3 }, null), measurementOf(cloud, {}, 0.0035)]);
    const paths = files.map((measurement, index) => {
      const path = join(folder, `${index}.json`);
      writeFileSync(path, renderMeasurement(measurement, 'json'));
      return path;
    });
    const { stdout, code } = await run(['compare', ...paths]);
    expect(code).toBe(0);
    expect(stdout).toContain('$ per request');
  });
});

describe('sweep', () => {
  /** A server that does 40 requests/s at most: beyond that TTFT grows. */
  function pretend(plan: NonNullable<ReturnType<ReturnType<typeof sweepOf>['next']>>): BenchPoint {
    const load = plan.load;
    const offered = load.kind === 'closed' ? load.concurrency * 10 : load.kind === 'open' ? load.rate : 0;
    const rate = Math.min(offered, 40);
    const ttft = offered <= 40 ? 100 : 100 * (offered / 40) ** 6;
    const summary = { p50: ttft, p90: ttft, p95: ttft, p99: ttft, mean: ttft, n: 100 };
    return {
      concurrency: load.kind === 'closed' ? load.concurrency : null,
      rate: load.kind === 'open' ? load.rate : null,
      requests: 100,
      ok: 100,
      requests_per_s: rate,
      sent_per_s: load.kind === 'open' ? load.rate : rate,
      output_tokens_per_s: rate * 100,
      ttft_ms: summary,
      tpot_ms: null,
      e2e_ms: summary,
      steadiness: { throughput_drift: 0, ttft_drift: offered > 40 ? 2 : 0, steady: offered <= 40 },
    } as unknown as BenchPoint;
  }

  function sweep(slo: { ttft_ms: number | null }, flags: { budgetS?: string; budgetRequests?: string } = {}) {
    let now = 0;
    const found = sweepOf(setupFor('http://x', { levels: [], slo: { ttft_ms: slo.ttft_ms, tpot_ms: null, e2e_ms: null } }), flags, () => now);
    const points: BenchPoint[] = [];
    for (let plan = found.next(points); plan !== null && points.length < 60; plan = found.next(points)) {
      points.push(pretend(plan));
      now += (plan.stop.duration_s ?? 0) * 1000;
    }
    return { result: found.result(points), points, now };
  }

  test('finds the knee and the highest rate that meets the SLO', () => {
    const { result } = sweep({ ttft_ms: 200 }, { budgetS: '600' });
    // Beyond 40 requests/s it falls behind: 42.1 is the most that still counts as keeping up (40 / 0.95).
    expect(result.knee_concurrency).toBe(4);
    expect(result.ended_by).toBe('found');
    expect(result.max_rate).toBeLessThanOrEqual(42.11);
    expect(result.max_rate).toBeGreaterThan(38);
    expect((result.first_failing_rate ?? 0) / (result.max_rate ?? 1)).toBeLessThan(1.081);
  });

  test('without an SLO the rate it keeps up with', () => {
    const { result } = sweep({ ttft_ms: null }, { budgetS: '600' });
    expect(result.max_rate).toBeGreaterThan(37);
    expect(result.max_rate).toBeLessThan(43);
  });

  test('the budget ends it', () => {
    const { result, now } = sweep({ ttft_ms: 200 }, { budgetS: '10' });
    expect(now).toBeLessThanOrEqual(10_000);
    expect(result.ended_by).toBe('budget');
    expect(sweep({ ttft_ms: 200 }, { budgetRequests: '350' }).points.length).toBeLessThanOrEqual(4);
  });
});

describe('--from-bench', () => {
  test('a rented replica becomes a self_host option that names the measurement', async () => {
    const measurement = await measurementOf(own, { usd_per_hour: 6.58, gpu: 'h100-80gb', gpus: 2, model: 'm' }, null);
    const [option] = parse(scenarioOption(measurement, join(folder, 'results/own.json'), join(folder, 'option.yaml'), { model: 'llama-3.3-70b', gpu: null }));
    expect(option).toMatchObject({
      id: 'own',
      self_host: { model: 'llama-3.3-70b', gpu: 'h100-80gb', gpus_per_replica: 2, rental: { usd_per_gpu_hour: 3.29, node_gpus: 2 } },
      throughput: { measurement: 'results/own.json' },
    });
    const p95 = measurement.points[0]?.ttft_ms?.p95 ?? Number.NaN;
    expect(option.latency.ttft_p95_ms).toBeGreaterThanOrEqual(p95);
    expect(option.latency.ttft_p95_ms).toBeLessThan(p95 + 0.011);
  });

  test('what nobody said is assumed aloud', async () => {
    const measurement = await measurementOf(own, { model: 'my-finetune' }, null);
    const text = scenarioOption(measurement, null, join(folder, 'o.yaml'), { model: null, gpu: null });
    expect(text).toContain('# The catalog has no model called "my-finetune"');
    expect(text).toContain('# Nothing said which GPU it was');
    expect(text).toContain('# Nothing said what the replica costs');
    expect(parse(text)[0].self_host.model).toBe('my-finetune');
    expect(parse(text)[0].self_host, 'an unknown rent is not zero').not.toHaveProperty('rental');
  });

  test('a GPU that telemetry saw is taken', async () => {
    const measurement = await measurementOf(own, {}, null);
    expect(parse(scenarioOption(measurement, null, join(folder, 'o.yaml'), { model: null, gpu: 'mi300x' }))[0]).toMatchObject({ self_host: { gpu: 'mi300x' } });
  });

  const models = [
    { id: 'llama-3.3-70b', label: 'Llama 3.3 70B Instruct', aliases: ['meta-llama/llama-3.3-70b-instruct'] },
    { id: 'llama-3.1-8b', label: 'Llama 3.1 8B Instruct', aliases: [] },
  ];
  test.each([
    ['meta-llama/Llama-3.3-70B-Instruct', 'llama-3.3-70b'],
    ['RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic', 'llama-3.3-70b'],
    ['/models/llama-3.3-70b-instruct.Q4_K_M.gguf', 'llama-3.3-70b'],
    ['llama3.3:70b', 'llama-3.3-70b'],
    ['Llama 3.1 8B Instruct', 'llama-3.1-8b'],
    ['llama-3.3-70b-my-finetune', null],
    ['llama-3.3', null],
    ['', null],
  ])('the catalog calls %j %j', (name, id) => {
    expect(catalogModelId(name, models)).toBe(id);
  });

  test('an endpoint with a price card becomes an API option', async () => {
    const measurement = await measurementOf(cloud, { price_card: 'openai/gpt-4o' }, 0.0035);
    expect(parse(scenarioOption(measurement, null, join(folder, 'o.yaml'), { model: null, gpu: null }))[0]).toMatchObject({
      id: 'api',
      cloud_api: 'openai/gpt-4o',
      latency: { source: expect.stringContaining('measured') },
    });
  });
});

test('CSV has a line per level and empty cells for what is unknown', async () => {
  const [head = '', first = ''] = renderMeasurement(await measurementOf(own, {}, null), 'csv').split('\n');
  const cell = (name: string) => first.split(',')[head.split(',').indexOf(name)];
  expect(cell('concurrency')).toBe('4');
  expect(cell('ttft_ms_p99')).toBe('');
  expect(cell('usd_total')).toBe('');
  expect(Number(cell('ttft_ms_p50'))).toBeGreaterThan(29);
});

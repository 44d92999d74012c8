/** End to end without a GPU: a real model server is measured, compared with a pretend cloud, and planned with. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatStream } from '../../src/bench/demo/replies.ts';
import type { BenchMeasurement } from '../../src/bench/run/session.ts';
import { withEndpoint } from '../helpers/fake-endpoint.ts';
import { BIN as bin, isInstalled, type LiveServer, startServer } from './server.ts';

describe.skipIf(!isInstalled())('a real model server', () => {
  let server: LiveServer;
  const file = (name: string) => join(server.folder, name);

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  const cli = (...args: readonly string[]) =>
    execFileSync(process.execPath, [bin, ...args], { cwd: server.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  /** Enough for a level to last seconds: shorter ones compare noise. */
  const REQUESTS = 120;

  test('bench: token counts are exact and waiting for one of its 4 slots shows as TTFT', () => {
    const load = ['--concurrency', '1,2,4,12', '--requests', String(REQUESTS), '--input', '40', '--output', '32'];
    cli(
      'bench',
      server.url,
      ...load,
      '--usd-per-hour',
      '0.80',
      '--gpu',
      'l4-24gb',
      '--slo-ttft-ms',
      '2000',
      '--records',
      'own.jsonl',
      '--out',
      'own.json',
      '--from-bench',
      'own-option.yaml',
    );
    const measurement = JSON.parse(readFileSync(file('own.json'), 'utf8')) as BenchMeasurement;
    expect(measurement.points.map((point) => [point.concurrency, point.ok, point.tokens.output, point.tokens.source])).toEqual(
      [1, 2, 4, 12].map((concurrency) => [concurrency, REQUESTS, REQUESTS * 32, 'usage']),
    );
    const [one, , four, twelve] = measurement.points;
    // Little's law holds whatever the server's speed (one thread gains nothing sure from four slots): in flight = rate x time in the server.
    for (const point of measurement.points) {
      const inFlight = (point.requests_per_s * (point.e2e_ms?.mean ?? 0)) / 1000;
      expect(inFlight / (point.concurrency ?? 0), `in flight at concurrency ${point.concurrency}`).toBeGreaterThan(0.8);
      expect(inFlight / (point.concurrency ?? 0), `in flight at concurrency ${point.concurrency}`).toBeLessThan(1.2);
    }
    expect(twelve?.ttft_ms?.p50).toBeGreaterThan((four?.ttft_ms?.p50 ?? 0) * 1.5);
    expect(one?.usd?.per_mtok_output).toBeGreaterThan(0);
    expect(readFileSync(file('own.jsonl'), 'utf8').trim().split('\n')).toHaveLength(4 * REQUESTS);
  });

  test('bench compare with a pretend cloud says from which volume the replica is cheaper', async () => {
    const cloud = () => chatStream({ ttft_ms: 200, gap_ms: 5, tokens: 32, input_tokens: 60, model: 'cloud' });
    await withEndpoint(cloud, async (endpoint) => {
      const child = spawn(
        process.execPath,
        [
          bin,
          'bench',
          'compare',
          'own.json',
          endpoint.url,
          '--model-b',
          'm',
          '--concurrency',
          '4',
          '--requests',
          '40',
          '--price-card',
          'openai/gpt-4o',
          '--yes',
          '--format',
          'json',
        ],
        { cwd: server.folder, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let out = '';
      child.stdout.on('data', (bytes) => {
        out += bytes;
      });
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
      const { crossover, verdict } = JSON.parse(out);
      // 60 x 2.5 + 32 x 10 millionths of a dollar a request; $0.80/h is $584 a month.
      expect(crossover).toMatchObject({ own: 'a', replica_usd_per_month: 584 });
      expect(crossover.usd_per_request).toBeCloseTo(0.00047, 9);
      expect(crossover.first).toBeCloseTo(584 / 0.00047, 3);
      expect(verdict).toContain('requests a month');
    });
  });

  test('plan uses the measured curve', () => {
    const scenario = [
      'version: 1',
      'name: live',
      'workload: { modality: text, requests_per_month: 500_000, tokens: { input: 40, output: 32 }, shape: { peak_to_average: 2 } }',
      'team: { engineers: 3, loaded_cost_usd_per_year: 0, self_host_fte: 0, api_fte: 0 }',
      'options:',
      '  - { id: gpt, cloud_api: openai/gpt-4o }',
      '  - id: own',
      '    self_host: { model: llama-3.1-8b, gpu: l4-24gb, gpus_per_replica: 1, quantization: int4, rental: { provider: own, usd_per_gpu_hour: 0.8, node_gpus: 1 } }',
      '    throughput: { measurement: own.json }',
    ];
    writeFileSync(file('live.yaml'), `${scenario.join('\n')}\n`);
    const plan = JSON.parse(cli('plan', 'live.yaml', '--format', 'json')).plans[0];
    const own = plan.options.find((option: { id: string }) => option.id === 'own');
    expect(own.capacity).toMatchObject({ throughput_source: 'measured', replicas: 1 });
    expect(own.monthly_usd).toBeCloseTo(584, 2);
    expect(plan.crossover_summary.api_option).toBe('gpt');
  });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chatStream } from '../../src/bench/demo/replies.ts';
import { parseAmdMetrics, parseAmdNames, parseNvidiaLine, summarizeGpus } from '../../src/bench/gpu/rows.ts';
import { withEndpoint } from '../helpers/fake-endpoint.ts';
import { run } from './spawn.ts';

describe('nvidia-smi', () => {
  test('[N/A] is unknown, not 0', () => {
    const row = { index: '0', name: 'NVIDIA GB10', utilization: 96, memoryMb: null, watts: 41.5, celsius: 63 };
    expect(parseNvidiaLine('0, NVIDIA GB10, 96, [N/A], 41.50, 63')).toEqual(row);
    expect(parseNvidiaLine('0, NVIDIA GB10, 96, [N/A], [Not Supported], 63')).toEqual({ ...row, watts: null });
    expect(parseNvidiaLine('Failed to initialize NVML')).toBeNull();
  });
});

describe('amd-smi', () => {
  const gpu = (index: number, watts: unknown) => ({
    gpu: index,
    usage: { gfx_activity: { value: 87, unit: '%' } },
    mem_usage: { total_vram: { value: 196592, unit: 'MB' }, used_vram: { value: 121344, unit: 'MB' } },
    temperature: { edge: 'N/A', hotspot: { value: 71, unit: 'C' } },
    power: { socket_power: watts },
  });
  const row = { index: '0', name: 'AMD Instinct MI300X', utilization: 87, memoryMb: 121344, watts: 542, celsius: 71 };

  test('a list, bare or wrapped, after a warning; N/A is unknown', () => {
    const names = parseAmdNames('[{"gpu": 0, "asic": {"market_name": "AMD Instinct MI300X"}}, {"gpu": 1, "asic": {"market_name": "N/A"}}]');
    const list = [gpu(0, { value: 542, unit: 'W' }), gpu(1, 'N/A')];
    const rows = [row, { ...row, index: '1', name: null, watts: null }];
    expect(parseAmdMetrics(JSON.stringify(list), names)).toEqual(rows);
    expect(parseAmdMetrics(`WARNING: User is missing the render group\n${JSON.stringify({ gpu_data: list }, null, 4)}`, names)).toEqual(rows);
  });

  test('figures without units, as older versions print them', () => {
    const old = [{ gpu: 0, usage: { gfx_activity: 50 }, power: { average_socket_power: 90 }, temperature: { edge: 40 } }];
    expect(parseAmdMetrics(JSON.stringify(old), new Map())).toEqual([{ index: '0', name: null, utilization: 50, memoryMb: null, watts: 90, celsius: 40 }]);
  });

  test.each(['', 'no GPU found', '[{"gpu": 0', '{"gpu_data": null}', '[null, {"cpu": 0}]'])('%j says nothing', (text) => {
    expect(parseAmdMetrics(text, new Map())).toEqual([]);
  });
});

describe('a level', () => {
  const row = (index: number, watts: number | null) => ({ index: String(index), name: 'H100', utilization: 90, memoryMb: 70_000, watts, celsius: 60 });

  test('watts of all GPUs together: (600 + 700) / 2 + (500 + 600) / 2', () => {
    const rows = [row(0, 600), row(1, 500), row(0, 700), row(1, 600)];
    const all = { gpus: 2, name: 'H100', samples: 2, utilization: 0.9, memory_used_mb_max: 70_000, watts: 1200, temperature_c_max: 60 };
    expect(summarizeGpus(rows)).toEqual(all);
  });

  test('one GPU that keeps its power to itself leaves the sum unknown', () => {
    expect(summarizeGpus([row(0, 600), row(1, null)])).toMatchObject({ gpus: 2, watts: null });
    expect(summarizeGpus([])).toBeNull();
  });
});

describe('tools on the PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gpus-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Bench with only these scripts (and node's own folder) to find; the level takes about two seconds. */
  async function benchWith(name: string, scripts: Readonly<Record<string, string>>) {
    const path = join(folder, name);
    mkdirSync(path);
    for (const [tool, text] of Object.entries(scripts)) {
      writeFileSync(join(path, tool), `#!/bin/sh\n${text}\n`);
      chmodSync(join(path, tool), 0o755);
    }
    const reply = () => chatStream({ ttft_ms: 500, gap_ms: 100, tokens: 20, input_tokens: 3 });
    const args = ['--model', 'm', '--requests', '1', '--warmup', '0', '--format', 'json'];
    const { stdout } = await withEndpoint(reply, (endpoint) => run([endpoint.url, ...args], { PATH: `${path}:/usr/bin:/bin` }));
    const { telemetry, points } = JSON.parse(stdout);
    return { gpu: telemetry?.['concurrency 1']?.gpu ?? null, point: points[0] };
  }

  const amd = `case "$1" in
    static) echo '[{"gpu": 0, "asic": {"market_name": "AMD Instinct MI300X"}}]';;
    metric) echo '[{"gpu": 0, "usage": {"gfx_activity": {"value": 40, "unit": "%"}}, "power": {"socket_power": {"value": 300, "unit": "W"}}}]';;
  esac`;

  test('nvidia-smi: joules per token are watts over tokens per second', async () => {
    const { gpu, point } = await benchWith('nvidia', { 'nvidia-smi': 'while :; do echo "0, H100, 50, 1000, 200.00, 40"; sleep 0.1; done' });
    expect(gpu).toMatchObject({ gpus: 1, name: 'H100', watts: 200, utilization: 0.5 });
    expect(point.watts).toBe(200);
    expect(point.joules_per_output_token).toBeCloseTo(200 / point.output_tokens_per_s, 2);
  });

  test('power that is [N/A] leaves energy unknown', async () => {
    const { gpu, point } = await benchWith('silent', { 'nvidia-smi': 'while :; do echo "0, GB10, 50, [N/A], [N/A], 40"; sleep 0.1; done' });
    expect(gpu).toMatchObject({ gpus: 1, watts: null, memory_used_mb_max: null });
    expect(point).toMatchObject({ watts: null, joules_per_output_token: null });
  });

  test('amd-smi where there is no nvidia-smi', async () => {
    const { gpu, point } = await benchWith('amd', { 'amd-smi': amd });
    expect(gpu).toMatchObject({ gpus: 1, name: 'AMD Instinct MI300X', watts: 300, utilization: 0.4, memory_used_mb_max: null });
    expect(point.watts).toBe(300);
  });

  test('amd-smi where nvidia-smi has no driver', async () => {
    const { gpu } = await benchWith('both', { 'nvidia-smi': 'echo "NVIDIA-SMI has failed"; exit 9', 'amd-smi': amd });
    expect(gpu).toMatchObject({ gpus: 1, watts: 300 });
  });

  test('no tool: nothing is known', async () => {
    const { gpu, point } = await benchWith('none', {});
    expect(gpu).toBeNull();
    expect(point.watts).toBeNull();
  });
});

/** The simulator against a real server: what its measured curve predicts of random arrivals, and what they measure. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulate } from '../../src/engine/capacity/simulate.ts';
import { traceRequests } from '../../src/engine/capacity/simulate-arrivals.ts';
import { type Service, serviceFromMeasurement } from '../../src/engine/capacity/simulate-service.ts';
import type { Measurement, MeasurementPoint } from '../../src/engine/measurement.ts';
import { BIN, isInstalled, type LiveServer, startServer } from './server.ts';

const LOADS = [0.5, 0.8, 0.95] as const;
/** Share of the predicted throughput from which the server served what came. */
const KEPT_UP = 0.97;

interface Scheduled {
  readonly t_sched_ms: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

interface Arrived {
  readonly load: number;
  readonly scheduled: readonly Scheduled[];
  readonly point: MeasurementPoint;
}

interface Compared {
  readonly load: number;
  readonly tokensPerS: { readonly measured: number; readonly predicted: number };
  readonly ttftP95Ms: { readonly measured: number; readonly predicted: number };
}

describe.skipIf(!isInstalled())('random arrivals at a real model server', () => {
  let server: LiveServer;
  let lengths: string;
  let files = 0;

  beforeAll(async () => {
    server = await startServer();
    lengths = variedLengths(server.folder);
  });
  afterAll(() => server?.stop());

  /** Measures and reads both the points and the requests' scheduled times. */
  function bench(...load: readonly string[]): { measurement: Measurement; scheduled: readonly Scheduled[] } {
    files += 1;
    const [out, records] = [join(server.folder, `${files}.json`), join(server.folder, `${files}.jsonl`)];
    const args = ['bench', server.url, '--scenario', lengths, ...load, '--out', out, '--records', records];
    execFileSync(process.execPath, [BIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = readFileSync(records, 'utf8').trim().split('\n');
    return { measurement: JSON.parse(readFileSync(out, 'utf8')), scheduled: lines.map((line) => JSON.parse(line)) };
  }

  /** Levels below and at its four slots, and one far above. */
  function curve(): { measurement: Measurement; capacity: number } {
    const { measurement } = bench('--concurrency', '1,2,3,4,12', '--requests', '80');
    return { measurement, capacity: measurement.points.at(-1)?.requests_per_s ?? Number.NaN };
  }

  function arrive(load: number, capacity: number): Arrived {
    const { measurement, scheduled } = bench('--rate', String(load * capacity), '--arrivals', 'poisson', '--requests', '250', '--warmup', '8');
    return { load, scheduled, point: measurement.points[0] as MeasurementPoint };
  }

  function compare({ load, scheduled, point }: Arrived, service: Service): Compared {
    const requests = traceRequests({
      arrival: scheduled.map((request) => request.t_sched_ms / 1000),
      input: scheduled.map((request) => request.input_tokens),
      output: scheduled.map((request) => request.output_tokens),
    });
    const still = { balancer: 'least_loaded', scaling: { kind: 'fixed' }, coldStartS: 0, interruptionsPerMonth: 0, down: 0, buckets: 1, seed: 1 } as const;
    const predicted = simulate({ ...still, requests, replicas: [service], slo: { ttft_p95_ms: null, tpot_p95_ms: null } });
    return {
      load,
      tokensPerS: { measured: point.output_tokens_per_s, predicted: predicted.output_tokens_per_s },
      ttftP95Ms: { measured: point.ttft_ms?.p95 ?? Number.NaN, predicted: predicted.ttft_ms.p95 },
    };
  }

  /** The curve is measured before and after the arrivals, as no machine keeps its speed. */
  function round(): Compared[] {
    const before = curve();
    const arrived = LOADS.map((load) => arrive(load, before.capacity));
    const after = curve();
    const service = serviceFromMeasurement({ ...before.measurement, points: [...before.measurement.points, ...after.measurement.points] });
    if (service === null) throw new Error('no service from the measurement');
    expect(service.maxBatch, 'slots of the server').toBe(4);
    const compared = arrived.map((each) => compare(each, service));
    const change = after.capacity / before.capacity - 1;
    for (const { load, tokensPerS: tokens, ttftP95Ms: ttft } of compared)
      console.log(`load ${load}: ${show(tokens)} output tokens/s, TTFT p95 ${show(ttft)} ms`);
    console.log(`saturated: ${before.capacity.toFixed(1)} requests/s, ${(change * 100).toFixed(1)} % more at the end`);
    return compared;
  }

  test('throughput and TTFT p95 are as the simulator predicts from the measured curve', { timeout: 600_000, retry: 2 }, () => {
    const compared = round();
    for (const { load, tokensPerS } of compared) {
      expect(tokensPerS.predicted / tokensPerS.measured, `throughput at ${load}`).toBeGreaterThan(0.8);
      expect(tokensPerS.predicted / tokensPerS.measured, `throughput at ${load}`).toBeLessThan(1.2);
    }
    // Near saturation a server a little slower than it was measured grows a queue without end: its latency then says nothing.
    const keptUp = compared.filter(({ tokensPerS }) => tokensPerS.measured >= KEPT_UP * tokensPerS.predicted);
    expect(keptUp.length, 'loads the server kept up with').toBeGreaterThan(0);
    // The 95th percentile of one load sits on the steep side of its distribution; that of all of them is steadier.
    const ratio = geometricMean(keptUp.map(({ ttftP95Ms }) => ttftP95Ms.predicted / ttftP95Ms.measured));
    expect(ratio, 'TTFT p95, predicted over measured').toBeGreaterThan(0.5);
    expect(ratio, 'TTFT p95, predicted over measured').toBeLessThan(2);
  });
});

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Requests of one length fall into step, four prefills at once, and a full server looks faster than random arrivals find it. */
function variedLengths(folder: string): string {
  const [log, profile] = [join(folder, 'lengths.csv'), join(folder, 'lengths.yaml')];
  const rows = Array.from({ length: 500 }, (_, k) => `${1_767_225_600 + 30 * k},${4 + ((k * 37) % 17)},${16 + ((k * 23) % 97)}`);
  writeFileSync(log, `timestamp,input_tokens,output_tokens\n${rows.join('\n')}\n`);
  execFileSync(process.execPath, [BIN, 'workload', 'import', log, '--out', profile], { stdio: ['ignore', 'ignore', 'pipe'] });
  return profile;
}

function show({ measured, predicted }: { measured: number; predicted: number }): string {
  return `${measured.toFixed(0)} measured, ${predicted.toFixed(0)} predicted (${((predicted / measured - 1) * 100).toFixed(0)} %)`;
}

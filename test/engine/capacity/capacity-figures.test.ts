import { describe, expect, test } from 'vitest';
import { plan } from '../../../src/engine/plan.ts';
import { scenarioFromText } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const catalog = loadCatalog();

function capacity(requests: string, host = '', workload = '') {
  const text = `version: 1
name: test
workload: { requests_per_month: ${requests}, tokens: { input: 1000, output: 300 }, shape: { peak_to_average: 2 }${workload} }
options:
  - id: own
    self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: { usd_per_gpu_hour: 2, node_gpus: 1 }${host} }
    throughput: { given: { output_tokens_per_s: 1500, input: 1000, output: 300 } }`;
  const { scenario } = scenarioFromText(text, 'test.yaml', { catalog });
  const found = plan({ scenario, catalog, today: '2026-11-24' }).options[0]?.capacity;
  if (!found) throw new Error('no capacity');
  return found;
}

describe('what a plain plan says of its GPUs', () => {
  test('use, headroom and price at one request a second, by hand', () => {
    // 2,628,000 requests in 730 h are one a second; a replica serves 1500 / 300 = 5 a second, two GPUs at 2 USD an hour.
    const own = capacity('2_628_000');
    expect(own.requests_per_s).toBeCloseTo(1, 12);
    expect(own.replicas).toBe(1);
    expect(own.utilization).toBeCloseTo(1 / 5, 12);
    expect(own.headroom).toBeCloseTo(1 - 2 / 5, 12);
    // 4 USD for 3600 x 1500 tokens: 0.7407 USD a million, and five times that as used.
    expect(own.gpu_usd_per_work_unit?.saturated).toBeCloseTo(4 / (3600 * 1500) / 1e-6, 9);
    expect(own.gpu_usd_per_work_unit?.ratio).toBeCloseTo(5, 9);
    expect(own.gpu_usd_per_work_unit?.now).toBeCloseTo((5 * 4) / 5.4, 9);
  });

  test('at low rates the price is many times that of a saturated replica, and falls to it', () => {
    const ratio = (requests: string) => capacity(requests, '', ', batchable: 0').gpu_usd_per_work_unit?.ratio ?? Number.NaN;
    expect(ratio('26_280')).toBeCloseTo(500, 6);
    expect(ratio('262_800')).toBeCloseTo(50, 6);
    // Half of saturation is the most a fixed fleet does with a peak of twice the mean.
    expect(ratio('6_570_000')).toBeCloseTo(2, 6);
  });

  test('spares serve beside the others but are no headroom', () => {
    const [plain, spare] = [capacity('2_628_000'), capacity('2_628_000', ', redundancy: n+1')];
    expect(spare.headroom).toBe(plain.headroom);
    expect(spare.utilization).toBeCloseTo(plain.utilization / 2, 12);
    expect(spare.gpu_usd_per_work_unit?.ratio).toBeCloseTo(10, 9);
  });

  test('the busy share lies between the use and one, and rises with the load', () => {
    const shares = ['2_628', '26_280', '262_800', '2_628_000'].map((requests) => capacity(requests));
    for (const { busy_share, utilization } of shares) {
      expect(busy_share).toBeGreaterThanOrEqual(utilization);
      expect(busy_share).toBeLessThanOrEqual(1);
    }
    const values = shares.map(({ busy_share }) => busy_share ?? 0);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    // One request in a thousand seconds, there for some 5 s: busy for about half a percent of the time.
    expect(values[0]).toBeGreaterThan(0.003);
    expect(values[0]).toBeLessThan(0.008);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { weekOfUse } from '../../src/engine/capacity/week.ts';
import { plan } from '../../src/engine/plan.ts';
import type { Scenario } from '../../src/engine/scenario.ts';
import { costBands } from '../../src/engine/uncertainty/bands.ts';
import { likely } from '../../src/engine/units.ts';
import { scenarioFromText } from '../../src/files/load.ts';
import { readText } from '../../src/files/read.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';

const catalog = loadCatalog();
const root = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const today = '2026-11-24';

function load(name: string): Scenario {
  const path = `${root}${name}.yaml`;
  return scenarioFromText(readText(path), path, { catalog }).scenario;
}

describe('bands', () => {
  it.each(['support-chatbot', 'reality-check', 'eu-bank', 'scale-up'])(
    'at the volume of %s are the ranges of the plan, within the error of 400 draws',
    (name) => {
      const scenario = load(name);
      const volume = likely(scenario.workload.requests_per_month);
      const bands = costBands({ scenario, catalog, today }, [volume], 400);
      for (const { id, monthly_usd_range: range } of plan({ scenario, catalog, today, draws: 4000 }).options) {
        const band = bands.find((each) => each.option_id === id);
        if (range === null || range.p10 === range.p90) expect(band, id).toBeUndefined();
        else {
          const error = 0.1 * (range.p90 - range.p10);
          expect(Math.abs((band?.p10[0] ?? 0) - range.p10), id).toBeLessThan(error);
          expect(Math.abs((band?.p90[0] ?? 0) - range.p90), id).toBeLessThan(error);
        }
      }
    },
  );

  it('hold the likely line, end where an option cannot serve, and are the same twice', () => {
    const scenario = load('hipaa-scribe');
    const volumes = [1e3, 1e6, 1e12];
    const bands = costBands({ scenario, catalog, today }, volumes, 200);
    const closet = bands.find((band) => band.option_id === 'closet');
    // Its GPUs are owned: there is a volume they can't serve.
    expect([closet?.p10[2], closet?.p90[2]]).toEqual([null, null]);
    expect(closet?.p10[0] ?? 0).toBeLessThan(closet?.p90[0] ?? 0);
    expect(costBands({ scenario, catalog, today }, volumes, 200)).toEqual(bands);
  });
});

describe('a week of GPUs', () => {
  const hours = Array.from({ length: 168 }, (_, hour) => (hour % 24 < 8 ? 0.25 : 1.5) * (hour >= 120 ? 0.3 : 1));
  const week = (scaling: string, more = '') =>
    scenarioFromText(
      `version: 1
name: week
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 40M, tokens: { input: 1000, output: 300 }, batchable: 10%, shape: { hour_of_week: [${hours.join(', ')}] } }
options:
  - { id: gpt, cloud_api: openai/gpt-4o }
  - { id: own, self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand, redundancy: n+1, scaling: ${scaling}${more} } }
`,
      'week.yaml',
      { catalog },
    ).scenario;

  it.each(['fixed', 'hour_of_week', 'scale_to_zero'])('%s: its hours, weighed by what is paid for, are the utilization of the plan', (scaling) => {
    const input = { scenario: week(scaling), catalog, today };
    const found = weekOfUse(input, 'own');
    const capacity = plan(input).options[1]?.capacity;
    expect(found?.hours).toHaveLength(168);
    expect(found?.mean.utilization).toBeCloseTo(capacity?.utilization ?? -1, 9);
    expect(found?.busiest.utilization).toBe(
      Math.max(...(found?.hours ?? []).filter((hour) => hour.requests_per_s === found?.busiest.requests_per_s).map((hour) => hour.utilization)),
    );
    // 40M requests over 730 hours, a tenth of them spread evenly: 40e6 / 2,628,000 a second.
    expect(found?.mean.requests_per_s).toBeCloseTo(40e6 / 2_628_000, 6);
  });

  it('a fixed fleet keeps its replicas, one that follows the traffic keeps fewer at night', () => {
    const replicas = (scaling: string) => [...new Set(weekOfUse({ scenario: week(scaling), catalog, today }, 'own')?.hours?.map((hour) => hour.replicas))];
    expect(replicas('fixed')).toHaveLength(1);
    expect(replicas('hour_of_week').length).toBeGreaterThan(2);
  });

  it('knows only the mean and the busiest hour where the scenario says no more; an API has none', () => {
    const input = { scenario: load('support-chatbot'), catalog, today };
    const found = weekOfUse(input, 'own');
    const { utilization = 0 } = plan(input).options[2]?.capacity ?? {};
    expect(found?.hours).toBeNull();
    expect(found?.mean.utilization).toBeCloseTo(utilization, 9);
    expect((found?.busiest.utilization ?? 0) / utilization).toBeCloseTo(4, 9);
    expect(weekOfUse(input, 'gpt-4o')).toBeNull();
  });
});

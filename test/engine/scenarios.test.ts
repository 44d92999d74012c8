/** The shipped scenarios: the article's table to the cent, and what each of the others is there to show. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/engine/plan.ts';
import type { Plan } from '../../src/engine/result.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const catalog = loadCatalog();
const scenarioNames = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function planOf(name: string, set: readonly string[] = []): Plan {
  const { scenario } = loadScenario(`${folder}${name}.yaml`, { catalog, set });
  return plan({ scenario, catalog, today: '2026-11-24' });
}

describe('article-2026', () => {
  const result = planOf('article-2026');

  it('reproduces every cell of the cost table', () => {
    const cells = result.what_if.map((row) => [row.monthly_usd['gpt-4'], row.monthly_usd['llama-70b'], Math.round((row.savings_vs_baseline ?? 0) * 100)]);
    expect(cells).toEqual([
      [150, 200, -33],
      [1500, 400, 73],
      [7500, 800, 89],
      [15_000, 1200, 92],
    ]);
  });

  it('crosses once, between 13,913 and 13,914', () => {
    expect(result.crossovers).toHaveLength(1);
    expect(result.crossovers[0]?.requests_per_month).toBeCloseTo(13_913.04, 2);
    expect(result.winners).toEqual([
      { from_requests: 1, to_requests: 13_913, option_id: 'gpt-4' },
      { from_requests: 13_914, to_requests: null, option_id: 'llama-70b' },
    ]);
  });
});

describe('the plan JSON', () => {
  it('is what the published schema says, for every scenario, with draws and without', () => {
    const schema = JSON.parse(readFileSync(new URL('../../schema/plan.schema.json', import.meta.url), 'utf8'));
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
    for (const name of scenarioNames) {
      const { scenario } = loadScenario(`${folder}${name}`, { catalog });
      const plans = [0, 200].map((draws) => plan({ scenario, catalog, today: '2026-11-24', draws }));
      const valid = validate(JSON.parse(JSON.stringify({ schema_version: 1, tool_version: '0.0.0', plans })));
      expect(validate.errors ?? [], name).toEqual([]);
      expect(valid).toBe(true);
    }
  });
});

describe('the other scenarios', () => {
  it('gives every scenario a plan whose components add up', () => {
    expect(scenarioNames).toHaveLength(10);
    for (const name of scenarioNames) {
      for (const option of planOf(name.replace('.yaml', '')).options) {
        const sum = option.components.reduce((usd, component) => usd + component.monthly_usd, 0);
        if (option.monthly_usd !== null) expect(Math.abs(sum - option.monthly_usd)).toBeLessThanOrEqual(1e-9 * option.monthly_usd);
      }
    }
  });

  it('export-control: only what stands inside the stated US-persons boundary survives', () => {
    expect(
      planOf('export-control')
        .options.filter((option) => option.feasible)
        .map((option) => option.id),
    ).toEqual(['vault']);
  });

  it('hipaa-scribe: no API without a signed BAA', () => {
    const groq = planOf('hipaa-scribe').options.find((option) => option.id === 'groq');
    expect(groq?.blocked_by).toContain('hipaa.phi');
  });

  it('eu-bank: Llama 4 is not licensed to companies in the EU', () => {
    expect(planOf('eu-bank').options.find((option) => option.id === 'scout')?.blocked_by).toContain('licence');
  });

  it('image-studio: SDXL Turbo is not for commercial use', () => {
    expect(planOf('image-studio').options.find((option) => option.id === 'sdxl-turbo')?.blocked_by).toContain('licence');
  });

  it('replays prices: o3 at 10/40 before its cut of 2025-06-10, 2/8 after', () => {
    const price = (asOf: string) => {
      const { scenario } = loadScenario(`${folder}hackathon.yaml`, { catalog, set: ['options.gpt.cloud_api=openai/o3', `pricing.as_of=${asOf}`] });
      const option = plan({ scenario, catalog, today: '2026-11-24' }).options[0];
      return option?.components.filter((component) => component.unit === 'MTok').map((component) => component.unit_usd);
    };
    expect(price('2025-06-01')).toEqual([10, 40]);
    expect(price('2026-11-01')).toEqual([2, 8]);
  });
});

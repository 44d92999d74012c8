/** 2,000 draws against references with closed forms and against 200,000 draws of another seed, within the error the plan reports. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/engine/plan.ts';
import type { Plan, Uncertainty } from '../../../src/engine/result.ts';
import type { Scenario } from '../../../src/engine/scenario.ts';
import { loadScenario } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const catalog = loadCatalog();
const names = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));

function load(name: string): Scenario {
  return loadScenario(`${root}scenarios/${name}`, { catalog }).scenario;
}

function drawn(scenario: Scenario, draws: number, seed: number): Plan & { readonly uncertainty: Uncertainty } {
  const found = plan({ scenario, catalog, today: '2026-11-24', draws, seed });
  if (found.uncertainty === null) throw new Error('nothing was drawn');
  return { ...found, uncertainty: found.uncertainty };
}

/** Ten batches estimate the error itself to about a quarter; six of them, and a thousandth of the value for errors of 0. */
function within(a: number, b: number, error: number): boolean {
  return Math.abs(a - b) <= 6 * error + 1e-3 * Math.abs(b);
}

/** Two quotes whose prices are judgements: everything about them is known in closed form. */
function quotes(perRequest: { low: number; likely: number; high: number }, monthly: number): Scenario {
  const base = load('article-2026.yaml');
  const [gpt, own] = base.options;
  if (gpt?.kind !== 'quoted' || own?.kind !== 'quoted') throw new Error('article-2026 has two quotes');
  return {
    ...base,
    what_if: {},
    options: [
      { ...gpt, quoted: { ...gpt.quoted, usd_per_request: perRequest } },
      { ...own, quoted: { ...own.quoted, monthly_usd: [{ requests: 100_000, usd: monthly }] } },
    ],
  };
}

describe('closed forms', () => {
  // The likely value is the lowest: F(x) = 1 - (1 - x)^5 on the range.
  const scenario = quotes({ low: 0.01, likely: 0.01, high: 0.02 }, 6000);
  const { uncertainty, options } = drawn(scenario, 2000, 1);
  const priceAt = (p: number) => 0.01 + 0.01 * (1 - (1 - p) ** 0.2);

  it('of a price: p10, p50, p90 of the month', () => {
    const range = options[0]?.monthly_usd_range;
    const error = uncertainty.error.monthly_usd['gpt-4'];
    for (const [key, p] of [
      ['p10', 0.1],
      ['p50', 0.5],
      ['p90', 0.9],
    ] as const) {
      expect(Math.abs((range?.[key] ?? 0) - 500_000 * priceAt(p))).toBeLessThan(6 * (error?.[key] ?? 0) + 0.5);
    }
  });

  it('of a crossover: 6,000 / price', () => {
    // A high price crosses early: p10 of the volume is p90 of the price.
    for (const [key, p] of [
      ['p10', 0.9],
      ['p50', 0.5],
      ['p90', 0.1],
    ] as const) {
      const error = uncertainty.error.settled_requests?.[key] ?? 0;
      expect(Math.abs((uncertainty.settled_requests?.[key] ?? 0) - 6000 / priceAt(p))).toBeLessThan(6 * error + 50);
    }
    expect(uncertainty.share_never).toBe(0);
  });

  it('of a chance: the price is below 6,000 / 500,000 = $0.012 with probability 1 - 0.8^5', () => {
    expect(uncertainty.probability_cheapest['gpt-4']).toBeCloseTo(1 - 0.8 ** 5, 2);
    const row = uncertainty.probability_by_volume.find((each) => each.requests_per_month === 500_000);
    expect(row?.probability['gpt-4']).toBeCloseTo(1 - 0.8 ** 5, 2);
  });

  it('of a sum: two PERT prices in the middle of their ranges have the median of their sum there', () => {
    const two = load('image-studio.yaml');
    const range = { low: 0.1, likely: 0.3, high: 0.5 };
    const found = drawn({ ...two, team: { ...two.team, self_host_fte: range, loaded_cost_usd_per_year: 120_000 } }, 2000, 1);
    const host = found.options.find((option) => option.id === 'sdxl-turbo');
    expect(host?.monthly_usd_range?.p50 ?? 0).toBeCloseTo(host?.monthly_usd ?? 0, -1);
  });
});

describe.each(names)('%s', (name) => {
  const scenario = load(name);
  const small = drawn(scenario, 2000, 1);
  const big = drawn(scenario, name.startsWith('hackathon') ? 10_000 : 100_000, 99);

  it('percentiles and chances of 2,000 draws are those of many draws, within the reported error', () => {
    for (const option of small.options) {
      const other = big.options.find((each) => each.id === option.id);
      const error = small.uncertainty.error.monthly_usd[option.id];
      if (option.monthly_usd_range === null) continue;
      for (const key of ['p10', 'p50', 'p90'] as const)
        expect(within(option.monthly_usd_range[key], other?.monthly_usd_range?.[key] ?? Number.NaN, error?.[key] ?? 0), `${option.id} ${key}`).toBe(true);
      const chance = small.uncertainty.probability_cheapest[option.id] ?? 0;
      expect(Math.abs(chance - (big.uncertainty.probability_cheapest[option.id] ?? 0))).toBeLessThanOrEqual(
        6 * (small.uncertainty.error.probability_cheapest[option.id] ?? 0) + 2e-3,
      );
    }
  });

  it('crossovers agree, too', () => {
    const [a, b] = [small.uncertainty, big.uncertainty];
    expect(Math.abs(a.share_never - b.share_never)).toBeLessThanOrEqual(6 * a.error.share_never + 2e-3);
    if (a.settled_requests === null || b.settled_requests === null || a.error.settled_requests === null) return;
    for (const key of ['p10', 'p50'] as const)
      expect(within(a.settled_requests[key], b.settled_requests[key], a.error.settled_requests[key] + b.settled_requests[key] * 5e-3), key).toBe(true);
  });

  it('the same seed gives the same plan, chances add up, and ranges hold the likely cost', () => {
    expect(JSON.stringify(drawn(scenario, 2000, 1))).toBe(JSON.stringify(small));
    const able = small.options.some((option) => option.feasible);
    const sum = Object.values(small.uncertainty.probability_cheapest).reduce((total, p) => total + p, 0);
    if (able) expect(sum).toBeCloseTo(1, 12);
    for (const { probability } of small.uncertainty.probability_by_volume)
      expect(Object.values(probability).reduce((total, p) => total + p, 0)).toBeLessThanOrEqual(1 + 1e-12);
    for (const { monthly_usd_range: range } of small.options) if (range) expect(range.p10 <= range.p50 && range.p50 <= range.p90).toBe(true);
    expect(small.uncertainty.expected_regret_usd ?? 0).toBeGreaterThanOrEqual(0);
    for (const { usd } of small.uncertainty.value_of_information) expect(usd).toBeLessThanOrEqual((small.uncertainty.expected_regret_usd ?? 0) * 1.2 + 1);
  });
});

describe('an unstable decision', () => {
  it('is a finding where another option is cheapest in more draws', () => {
    // At the likely price the API costs $5,000 a month against $6,000; in four of five draws it costs more.
    const { findings, decision, uncertainty } = drawn(quotes({ low: 0.01, likely: 0.0101, high: 0.04 }, 6000), 2000, 1);
    expect(decision.option_id).toBe('gpt-4');
    expect(uncertainty.probability_cheapest['gpt-4'] ?? 1).toBeLessThan(0.5);
    expect(findings.map((finding) => finding.code)).toContain('decision.unstable');
  });

  it('no draws, no uncertainty', () => {
    const found = plan({ scenario: load('support-chatbot.yaml'), catalog, today: '2026-11-24' });
    expect(found.uncertainty).toBeNull();
    expect(found.options.every((option) => option.monthly_usd_range === null)).toBe(true);
  });
});

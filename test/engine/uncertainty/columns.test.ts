/** All draws at once, in columns, against one draw after another. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PriceContext } from '../../../src/engine/cost/context.ts';
import { compileOption } from '../../../src/engine/cost/option.ts';
import type { Scenario } from '../../../src/engine/scenario.ts';
import { type Column, closeAbove } from '../../../src/engine/uncertainty/columns.ts';
import { drawAll, pick, trendFactors } from '../../../src/engine/uncertainty/drawn.ts';
import { variableOf } from '../../../src/engine/uncertainty/drawn-option.ts';
import { inputsOf } from '../../../src/engine/uncertainty/inputs.ts';
import { drawnMonths, totalOf } from '../../../src/engine/uncertainty/months.ts';
import { limitOf, usdOf } from '../../../src/engine/uncertainty/parameters.ts';
import { priced } from '../../../src/engine/uncertainty/priced.ts';
import { loadScenario } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const catalog = loadCatalog();
const names = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));
const DRAWS = 40;
const VOLUMES = [1000, 500_000, 20_000_000];

/** Everything that acts on the months uncertain as well. */
function restless(scenario: Scenario): Scenario {
  const requests = scenario.workload.requests_per_month;
  const now = typeof requests === 'number' ? requests : requests.likely;
  return {
    ...scenario,
    price_trend_per_year: { low: -0.4, likely: -0.1, high: 0.1 },
    workload: {
      ...scenario.workload,
      requests_per_month: { low: now / 2, likely: now, high: now * 3 },
      growth_per_month: { low: -0.1, likely: 0.02, high: 0.2 },
    },
  };
}

describe.each(names)('%s', (name) => {
  const { scenario } = loadScenario(`${root}scenarios/${name}`, { catalog });
  it.each([
    ['as it is', scenario],
    ['with volume, growth and trend drawn', restless(scenario)],
  ])('%s: month, axis and horizon', (_, given) => {
    const context: PriceContext = { scenario: given, catalog, at: '2026-11-24', trend: 1, findings: [] };
    const models = given.options.map((option) => compileOption(option, context));
    const inputs = inputsOf(models, context);
    const variables = inputs.map(variableOf);
    const used = inputs.map((input, number) => ({ input, number }));
    const drawn = drawAll(used, variables, DRAWS, 3, given);
    for (const model of models) {
      const option = drawnMonths(model, true, variables, { low: 0.5, high: 1.2 }, context);
      if (option === null) continue;
      const found = priced(option, drawn, VOLUMES);
      const totals = found.totals();
      const axis = VOLUMES.map((__, v) => found.atVolume(v));
      for (let d = 0; d < DRAWS; d++) {
        const values = Float64Array.from(drawn.values, (column) => pick(column, d));
        expect(option.first.set(values)).toBe(true);
        const { numbers, curves } = option.first.state;
        const volume = pick(drawn.volume, d);
        close(found.monthly[d], usdOf(numbers, curves, volume, volume));
        VOLUMES.forEach((requests, v) => {
          close(axis[v]?.[d], requests > limitOf(numbers) ? Number.POSITIVE_INFINITY : usdOf(numbers, curves, requests, requests));
        });
        const course = { volume, growth: pick(drawn.growth, d), trend: trendFactors(pick(drawn.trend, d), given.horizon_months) };
        close(totals[d], totalOf(option, values, course));
      }
    }
  });
});

function close(found: number | undefined, wanted: number): void {
  if (wanted === Number.POSITIVE_INFINITY) expect(found).toBe(wanted);
  else expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted));
}

describe('a limit', () => {
  const limited = (limit: Column) => ({ numbers: [0, 0, 0, 0, limit], curves: [] });

  it('closes the draws whose volume exceeds it, and none at it', () => {
    const usd = Float64Array.of(1, 2, 3);
    closeAbove(usd, limited(Float64Array.of(1 / 100, 1 / 200, 0)), 150);
    expect([...usd]).toEqual([Number.POSITIVE_INFINITY, 2, 3]);
    closeAbove(usd, limited(1 / 128), 128);
    expect(usd[1]).toBe(2);
    closeAbove(usd, limited(1 / 128), Float64Array.of(1, 129, 128));
    expect([...usd]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3]);
  });
});

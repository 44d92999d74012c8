/** Laws that hold for every scenario: components add up, winners agree with looking at every option, flips are true. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceContext } from '../../src/engine/cost/context.ts';
import { compileOption, type OptionModel } from '../../src/engine/cost/option.ts';
import { components, monthlyUsd, pieceLimit } from '../../src/engine/cost/terms.ts';
import { plan } from '../../src/engine/plan.ts';
import type { Plan } from '../../src/engine/result.ts';
import type { Scenario } from '../../src/engine/scenario.ts';
import { withValue } from '../../src/engine/set-value.ts';
import { catalog, scenarioArb } from './random-scenario.ts';

const SEED = 20261124;

function run(scenario: Scenario): Plan {
  return plan({ scenario, catalog, today: '2026-11-24' });
}

function models(scenario: Scenario): OptionModel[] {
  const context: PriceContext = { scenario, catalog, at: '2026-11-01', trend: 1, findings: [] };
  return scenario.options.map((option) => compileOption(option, context));
}

/** The cheapest option at a volume by looking at each; within rounding several may be. */
function cheapestIds(list: readonly OptionModel[], volume: number): string[] {
  const able = list
    .filter((model) => model.cost !== null && volume <= model.cost.max_volume)
    .map((model) => ({ model, usd: monthlyUsd(model.cost as NonNullable<OptionModel['cost']>, volume) }));
  const lowest = Math.min(...able.map(({ usd }) => usd));
  return able.filter(({ usd }) => usd <= lowest + 1e-9 * Math.abs(lowest)).map(({ model }) => model.option.id);
}

/** Every volume worth looking at: breakpoints of the winners and of the costs with a neighbour either side, and 2,000 between. */
function volumesToCheck(result: Plan, list: readonly OptionModel[]): number[] {
  const volumes = Array.from({ length: 2000 }, (_, i) => Math.round(10 ** ((9 * i) / 1999)));
  for (const { to_requests } of result.winners)
    if (to_requests !== null && to_requests < 1e9) volumes.push(to_requests - 1, to_requests, to_requests + 1, to_requests + 2);
  for (const { cost } of list) {
    let at = 1;
    for (let piece = 0; cost !== null && piece < 200 && at < 1e9; piece++) {
      const limit = Math.floor(pieceLimit(cost, at));
      if (!Number.isFinite(limit)) break;
      volumes.push(limit - 1, limit, limit + 1);
      at = Math.max(at, limit) + 1;
    }
  }
  return volumes.filter((volume) => volume >= 1 && volume <= 1e9);
}

function winnerAt(result: Plan, volume: number): string | null {
  const found = result.winners.find((interval) => interval.from_requests <= volume && (interval.to_requests === null || volume <= interval.to_requests));
  return found?.option_id ?? null;
}

describe('laws of a plan', () => {
  it('adds the components up to the monthly cost, for 10,000 scenarios', () => {
    fc.assert(
      fc.property(scenarioArb, (scenario) => {
        const volume = scenario.workload.requests_per_month as number;
        for (const model of models(scenario)) {
          if (model.cost === null) continue;
          const total = monthlyUsd(model.cost, volume);
          const sum = components(model.cost, volume).reduce((usd, component) => usd + component.monthly_usd, 0);
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-9 * Math.abs(total));
        }
      }),
      { numRuns: 10_000, seed: SEED },
    );
  });

  it('names the winner that looking at every option finds, for 1,000 scenarios', () => {
    fc.assert(
      fc.property(scenarioArb, (scenario) => {
        const result = run(scenario);
        const list = models(scenario);
        for (const volume of volumesToCheck(result, list)) {
          const winner = winnerAt(result, volume);
          const cheapest = cheapestIds(list, volume);
          if (winner === null ? cheapest.length > 0 : !cheapest.includes(winner))
            throw new Error(`at ${volume}: ${winner}, but ${cheapest.join(' or ')} is cheapest`);
        }
      }),
      { numRuns: 1000, seed: SEED },
    );
  });

  it('covers all volumes with winners, without gaps', () => {
    fc.assert(
      fc.property(scenarioArb, (scenario) => {
        const { winners } = run(scenario);
        expect(winners[0]?.from_requests).toBe(1);
        for (const [i, interval] of winners.slice(1).entries()) expect(interval.from_requests).toBe((winners[i]?.to_requests ?? 0) + 1);
        expect(winners.at(-1)?.to_requests).toBeNull();
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('reports flips that happen at their value and not 1 % short of it', () => {
    fc.assert(
      fc.property(scenarioArb, (scenario) => {
        const result = run(scenario);
        for (const { variable, value, now, becomes } of result.decision.flips) {
          if (typeof value !== 'number' || typeof now !== 'number') continue;
          const whole = variable === 'workload.requests_per_month';
          const short = whole ? value - Math.sign(value - now) : value - (value - now) * 0.01;
          expect(decisionAt(scenario, variable, value), `${variable} = ${value}`).toBe(becomes);
          expect(decisionAt(scenario, variable, short), `${variable} = ${short}, short of ${value}`).toBe(result.decision.option_id);
        }
      }),
      { numRuns: 100, seed: SEED, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('gives the same plan for the same input', () => {
    fc.assert(
      fc.property(scenarioArb, (scenario) => {
        expect(JSON.stringify(run(scenario))).toBe(JSON.stringify(run(structuredClone(scenario))));
      }),
      { numRuns: 100, seed: SEED },
    );
  });
});

function decisionAt(scenario: Scenario, path: string, value: number): string | null {
  const changed = withValue(scenario, path, value);
  if (changed === null) throw new Error(`no number stands at ${path}`);
  return run(changed).decision.option_id;
}

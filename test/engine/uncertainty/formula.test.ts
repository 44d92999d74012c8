/** Formulas of drawn options against compiling the option for the drawn values, and crossovers against solving them. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PriceContext } from '../../../src/engine/cost/context.ts';
import { compileOption } from '../../../src/engine/cost/option.ts';
import { monthlyUsd } from '../../../src/engine/cost/terms.ts';
import { comparePair } from '../../../src/engine/crossover.ts';
import type { Scenario } from '../../../src/engine/scenario.ts';
import { drawnOption, variableOf } from '../../../src/engine/uncertainty/drawn-option.ts';
import { inputsOf, mayMove } from '../../../src/engine/uncertainty/inputs.ts';
import { limitOf, usdOf } from '../../../src/engine/uncertainty/parameters.ts';
import { Random } from '../../../src/engine/uncertainty/random.ts';
import { evaluate, throughCorners } from '../../../src/engine/uncertainty/response.ts';
import { settledAt } from '../../../src/engine/uncertainty/settle.ts';
import { loadScenario } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const catalog = loadCatalog();
const names = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));

/** The scenario as it is, and with more of it uncertain. */
function wider(scenario: Scenario): Scenario {
  const { tokens } = scenario.workload;
  const spread = (value: number) => ({ low: value * 0.8, likely: value, high: value * 1.3 });
  const more =
    tokens && typeof tokens.output === 'number' && typeof tokens.input === 'number'
      ? { ...tokens, output: spread(tokens.output), input: spread(tokens.input) }
      : tokens;
  const options = scenario.options.map((option) => {
    if (option.kind === 'hybrid') return { ...option, hybrid: { ...option.hybrid, escalate: { low: 0.1, likely: 0.2, high: 0.5 } } };
    if (option.kind === 'cloud_api' || option.kind === 'hosted_open') return { ...option, discount: { low: 0, likely: 0.1, high: 0.2 } };
    return option;
  });
  return { ...scenario, options, workload: { ...scenario.workload, tokens: more } };
}

function contextOf(scenario: Scenario): PriceContext {
  return { scenario, catalog, at: '2026-11-24', trend: 1, findings: [] };
}

describe.each(names)('%s', (name) => {
  const { scenario } = loadScenario(`${root}scenarios/${name}`, { catalog });
  it.each([
    ['as it is', scenario],
    ['with more of it uncertain', wider(scenario)],
  ])('%s: drawn options cost what compiling them says', (_, given) => {
    const context = contextOf(given);
    const models = given.options.map((option) => compileOption(option, context));
    const variables = inputsOf(models, context).map(variableOf);
    const generator = new Random(11, 0);
    for (const model of models) {
      const drawn = model.cost === null ? null : drawnOption(model.option, variables, null, context);
      if (drawn === null) continue;
      for (let d = 0; d < 25; d++) {
        const values = Float64Array.from([...variables.map(({ low, high }) => low + (high - low) * generator.next()), 1]);
        const compiled = compileAt(context, model.option.id, variables, values);
        expect(drawn.set(values)).toBe(true);
        const { numbers, curves } = drawn.state;
        for (const volume of [1, 900, 41_000, 2.2e6, 8e8]) {
          const usd = monthlyUsd(compiled, volume);
          expect(Math.abs(usdOf(numbers, curves, volume, volume) - usd), `${model.option.id} at ${volume}`).toBeLessThanOrEqual(1e-9 * Math.abs(usd));
        }
        if (Number.isFinite(compiled.max_volume)) expect(limitOf(numbers) / compiled.max_volume).toBeCloseTo(1, 9);
      }
    }
  });

  it('crossovers of drawn options are those of solving them', () => {
    const context = contextOf(scenario);
    const models = scenario.options.map((option) => compileOption(option, context));
    const variables = inputsOf(models, context).map(variableOf);
    const generator = new Random(12, 0);
    const apis = models.filter((model) => model.kind === 'cloud_api' || model.kind === 'hosted_open');
    const hosts = models.filter((model) => model.kind === 'self_host');
    for (const api of apis) {
      for (const own of hosts) {
        const [a, o] = [drawnOption(api.option, variables, null, context), drawnOption(own.option, variables, null, context)];
        for (let d = 0; a && o && d < 6; d++) {
          const values = Float64Array.from([...variables.map(({ low, high }) => low + (high - low) * generator.next()), 1]);
          a.set(values);
          o.set(values);
          const pair = comparePair(
            { id: 'a', cost: compileAt(context, api.option.id, variables, values), simplicity: 0 },
            { id: 'o', cost: compileAt(context, own.option.id, variables, values), simplicity: 1 },
          );
          const found = settledAt(a.state, o.state);
          if (pair.settled === null) expect(found).toBe(Number.POSITIVE_INFINITY);
          else expect(Math.abs(found - pair.settled), `${own.option.id} against ${api.option.id}`).toBeLessThanOrEqual(1.01 + 1e-9 * pair.settled);
        }
      }
    }
  });
});

function compileAt(context: PriceContext, id: string, variables: readonly ReturnType<typeof variableOf>[], values: Float64Array) {
  const option = context.scenario.options.find((each) => each.id === id) as Scenario['options'][number];
  let drawn = context;
  variables.forEach(({ input }, i) => {
    if (mayMove(input, option)) drawn = input.apply(drawn, input.reciprocal ? 1 / (values[i] as number) : (values[i] as number));
  });
  const changed = drawn.scenario.options.find((each) => each.id === id) as Scenario['options'][number];
  const { cost } = compileOption(changed, drawn);
  if (cost === null) throw new Error(`${id} has no price`);
  return cost;
}

it('an option that scales to zero has a formula, too: its curve is another in every draw, and is not compiled anew', () => {
  const context = contextOf(loadScenario(`${root}scenarios/hackathon.yaml`, { catalog }).scenario);
  const models = context.scenario.options.map((option) => compileOption(option, context));
  const own = models.find((model) => model.option.id === 'own');
  if (own === undefined) throw new Error('hackathon has an option own');
  const drawn = drawnOption(own.option, inputsOf(models, context).map(variableOf), null, context);
  expect(drawn?.bounds).not.toBeNull();
});

describe('a polynomial through corners', () => {
  it('is 3 + 2 x y - 5 z found again from its values at the corners', () => {
    const ends = [
      [1, 2],
      [-1, 4],
      [10, 11],
    ] as const;
    const f = (x: number, y: number, z: number) => 3 + 2 * x * y - 5 * z;
    const corners = Float64Array.from({ length: 8 }, (_, c) => f(ends[0][c & 1] as number, ends[1][(c >> 1) & 1] as number, ends[2][(c >> 2) & 1] as number));
    const polynomial = throughCorners(corners, ends, [0, 1, 2]);
    expect(polynomial.coefficients.length).toBe(3);
    expect(evaluate(polynomial, Float64Array.of(1.3, 2.5, 10.2))).toBeCloseTo(f(1.3, 2.5, 10.2), 12);
  });
});

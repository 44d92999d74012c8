/** Every flip of every shipped scenario: true at its value, not before it, and the nearest in its direction. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/engine/plan.ts';
import type { Flip } from '../../src/engine/result.ts';
import type { Scenario } from '../../src/engine/scenario.ts';
import { withValue } from '../../src/engine/set-value.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const catalog = loadCatalog();
const names = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));

function decisionAt(scenario: Scenario, path: string, value: number): string | null {
  const changed = withValue(scenario, path, value);
  if (changed === null) throw new Error(`no number stands at ${path}`);
  return plan({ scenario: { ...changed, what_if: {} }, catalog, today: '2026-11-24' }).decision.option_id;
}

/** 1 % of the way back to today's value; whole requests: the neighbour. */
function shortOf({ variable, value }: Flip, now: number): number {
  const at = value as number;
  return variable === 'workload.requests_per_month' ? at - Math.sign(at - now) : at - (at - now) * 0.01;
}

const STEPS = 12;

describe.each(names)('%s', (name) => {
  const { scenario } = loadScenario(`${root}scenarios/${name}`, { catalog });
  const { decision } = plan({ scenario, catalog, today: '2026-11-24' });
  const numeric = decision.flips.filter((flip) => typeof flip.value === 'number' && typeof flip.now === 'number');

  it('has flips that change the decision to what they say, and not 1 % before', () => {
    for (const flip of numeric) {
      const [value, now] = [flip.value as number, flip.now as number];
      expect(decisionAt(scenario, flip.variable, value), `${flip.variable} = ${value}`).toBe(flip.becomes);
      expect(decisionAt(scenario, flip.variable, shortOf(flip, now)), `just short of ${flip.variable} = ${value}`).toBe(decision.option_id);
    }
  });

  it('has no other decision on the way to a flip', () => {
    for (const flip of numeric) {
      const [short, now] = [shortOf(flip, flip.now as number), flip.now as number];
      for (let step = 1; step < STEPS; step++) {
        const between = now * (short / now) ** (step / STEPS);
        const at = flip.variable === 'workload.requests_per_month' ? Math.round(between) : between;
        expect(decisionAt(scenario, flip.variable, at), `${flip.variable} = ${at}`).toBe(decision.option_id);
      }
    }
  });

  it('reports at most one flip a variable and direction', () => {
    const sides = numeric.map((flip) => `${flip.variable} ${Math.sign((flip.value as number) - (flip.now as number))}`);
    expect(new Set(sides).size).toBe(sides.length);
  });
});

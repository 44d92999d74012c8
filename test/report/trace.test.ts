/** Values of a plan traced back, plans compared, and grids printed. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/engine/plan.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { diffPlans, diffText } from '../../src/report/diff.ts';
import { moneyOf } from '../../src/report/figures.ts';
import { sweepCsv, sweepText } from '../../src/report/sweep.ts';
import { leaves, resolve } from '../../src/report/trace/resolve.ts';
import { trace } from '../../src/report/trace/trace.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const catalog = loadCatalog();
const { scenario, positions } = loadScenario(`${root}scenarios/support-chatbot.yaml`, { catalog });
const found = plan({ scenario, catalog, today: '2026-11-24', draws: 200 });
const places = (path: string) => `s.yaml:${positions(path).line}`;

function explain(path: string) {
  const resolved = resolve(found, path);
  if (resolved === undefined) throw new Error(`nothing at ${path}`);
  return trace(found, resolved, places);
}

describe('explain', () => {
  it('finds options by id, components by name (dots and all), items by number', () => {
    expect(resolve(found, 'options.own.monthly_usd')?.value).toBe(found.options[2]?.monthly_usd);
    expect(resolve(found, 'options[2].monthly_usd')?.value).toBe(found.options[2]?.monthly_usd);
    const name = found.options[2]?.components[0]?.name ?? '';
    expect(resolve(found, `options.own.components.${name}.quantity`)?.value).toBe(found.options[2]?.components[0]?.quantity);
    expect(resolve(found, 'options.own.nothing')).toBeUndefined();
    expect(resolve(found, 'options.toString')).toBeUndefined();
  });

  it('shows the sum with its values, the lines of the scenario and the sources', () => {
    const { value, formula, inputs, sources } = explain('options.own.monthly_usd');
    expect(value).toBe(found.options[2]?.monthly_usd);
    expect(formula.filter((line) => line.includes(' x $'))).toHaveLength(found.options[2]?.components.length ?? -1);
    expect(inputs).toContain('workload.requests_per_month = 500,000 (s.yaml:10)');
    expect(sources.some((source) => source.includes('https://'))).toBe(true);
  });

  it('has something to say about every number of the plan', () => {
    const paths = leaves({ ...found, scenario: null, findings: [] }, '', 5000);
    expect(paths.length).toBeGreaterThan(300);
    for (const path of paths) {
      const resolved = resolve(found, path);
      expect(resolved, path).toBeDefined();
      expect(trace(found, resolved ?? { path: [], value: null }, places).formula.length, path).toBeGreaterThan(0);
    }
  });

  it('counts months of the horizon from today', () => {
    expect(explain('options.own.horizon.by_month.3').formula[0]).toContain('Month 4: 546,363.5 requests');
  });
});

describe('diff', () => {
  const more = { ...scenario, workload: { ...scenario.workload, requests_per_month: 800_000 } };
  const after = plan({ scenario: more, catalog, today: '2026-11-24' });
  const diff = diffPlans(found, after);

  it('gives changes of components that add up to the change of the option, to the cent', () => {
    for (const option of diff.options) {
      const sum = option.components.reduce((total, each) => total + each.delta_usd, 0);
      expect(Math.abs(sum - (option.delta_usd ?? 0))).toBeLessThan(0.01);
    }
    expect(diff.options.find((option) => option.id === 'hosted')?.delta_usd).toBeGreaterThan(0);
  });

  it('names what changed in the scenario, and nothing for a plan against itself', () => {
    expect(diff.scenario_changes).toEqual([{ path: 'workload.requests_per_month', before: 500_000, after: 800_000 }]);
    const none = diffPlans(found, found);
    expect([none.scenario_changes, none.gates, none.findings.new, none.findings.gone]).toEqual([[], [], [], []]);
    expect(none.options.every((option) => option.change === 'same')).toBe(true);
    expect(diffText(none, moneyOf(null))[0]).toBe('support-chatbot: The decision stays hosted.');
  });

  it('tells options added, removed and no longer usable', () => {
    const fewer = plan({ scenario: { ...scenario, options: scenario.options.filter((option) => option.id === 'gpt-4o') }, catalog, today: '2026-11-24' });
    const changed = diffPlans(found, fewer);
    expect(changed.decision).toEqual({ before: 'hosted', after: 'gpt-4o', changed: true });
    expect(changed.options.filter((option) => option.change === 'removed').map((option) => option.id)).toEqual(['hosted', 'own', 'mix']);
  });
});

describe('a sweep', () => {
  const rows = [1, 2].flatMap((y) =>
    [1000, 20_000].map((x) => ({ set: { 'a.x': x, 'b.y': y }, monthly_usd: { api: x, own: 5000 * y }, winner: x > 5000 * y ? 'own' : 'api', decision: 'api' })),
  );

  it('of two paths is a map, the larger values of the second on top', () => {
    const text = sweepText('Sweep', rows, ['api', 'own'], moneyOf(null), { colour: false, unicode: true });
    expect(text).toContain('b.y up, a.x across');
    const [top, bottom] = text.split('\n').filter((line) => /^ +[12] /.test(line));
    expect(top?.trim()).toMatch(/^2 +A +B$/);
    expect(bottom?.trim()).toMatch(/^1 +A +B$/);
  });

  it('as CSV has a column a path, an option, the winner and the decision', () => {
    expect(sweepCsv(rows, ['api', 'own']).split('\n').slice(0, 2)).toEqual([
      'a.x,b.y,monthly_usd.api,monthly_usd.own,winner,decision',
      '1000,1,1000,5000,api,api',
    ]);
  });
});

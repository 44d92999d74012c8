/** Values of a plan traced back, plans compared, and grids printed. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { placesOf } from '../../src/cli/planning.ts';
import { plan } from '../../src/engine/plan.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { diffPlans, diffText } from '../../src/report/diff.ts';
import { moneyOf } from '../../src/report/figures.ts';
import { sweepCsv, sweepText } from '../../src/report/sweep.ts';
import { leaves, type Resolved, resolve } from '../../src/report/trace/resolve.ts';
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

  it.each(['support-chatbot', 'eu-bank', 'hipaa-scribe', 'code-completion'])('says of every number of %s how it comes about, and from what', (name) => {
    const loaded = loadScenario(`${root}scenarios/${name}.yaml`, { catalog });
    const planned = plan({ scenario: loaded.scenario, catalog, today: '2026-11-24', draws: 50 });
    const paths = leaves({ ...planned, scenario: null, findings: [] }, '', 20_000).filter((path) => typeof resolve(planned, path)?.value === 'number');
    expect(paths.length).toBeGreaterThan(200);
    for (const path of paths) {
      const { formula, inputs, sources } = trace(planned, resolve(planned, path) as Resolved, (at) => `s.yaml:${loaded.positions(at).line}`);
      expect(formula.join(' ').length, path).toBeGreaterThan(30);
      expect(formula.join(' '), path).not.toMatch(/as the plan has it|About the|undefined|NaN|\[object/);
      expect(inputs.length + sources.length, path).toBeGreaterThan(0);
    }
  });

  it('names each source once, behind everything that has it', () => {
    const { sources } = explain('options.own.monthly_usd');
    expect(sources.filter((source) => source.includes('skypilot'))).toEqual([
      expect.stringMatching(/^h100-80gb rental, serving; h100-80gb rental, idle; h100-80gb rental, spare replicas: lambda on_demand/),
    ]);
  });

  it('shows quantities as arithmetic: a request times the requests of the month', () => {
    const name = found.options[1]?.components[0]?.name ?? '';
    expect(explain(`options.hosted.components.${name}.quantity`).formula[0]).toMatch(/^[\d.]+ MTok a request x 500,000 requests a month = [\d.]+ MTok$/);
  });

  it('says default where the file is silent, and the line of a speed that is given', () => {
    const at = placesOf(positions);
    expect(at('price_trend_per_year')).toBe('default');
    expect(at('options.own.self_host.scaling')).toBe('default');
    const resolved = resolve(found, 'options.own.capacity.replicas') as Resolved;
    expect(trace(found, resolved, at).inputs).toContainEqual(expect.stringMatching(/throughput\.given\.output_tokens_per_s = .*support-chatbot\.yaml:46\)$/));
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

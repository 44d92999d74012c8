/** The decision record: its parts, the day to look again, and text that stays text. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { knownChanges } from '../../src/engine/known-changes.ts';
import { plan } from '../../src/engine/plan.ts';
import type { Scenario } from '../../src/engine/scenario.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { render } from '../../src/report/adr.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const catalog = loadCatalog();
const TODAY = '2026-11-24';

function load(name: string): Scenario {
  return loadScenario(`${root}scenarios/${name}.yaml`, { catalog }).scenario;
}

function adr(scenario: Scenario): string {
  const found = plan({ scenario, catalog, today: TODAY, draws: 200 });
  return render({ schema_version: 1, tool_version: '0.0.0', plans: [found] }, { nextChanges: [knownChanges(scenario, catalog, TODAY)] });
}

describe('the decision record', () => {
  it('has context, options, decision, consequences and a day to look again', () => {
    const text = adr(load('support-chatbot'));
    const headings = text.split('\n').filter((line) => line.startsWith('#'));
    expect(headings).toEqual(['# How to serve support-chatbot', '## Context', '## Options', '## Decision', '## Consequences', '## Look again']);
    expect(text).toContain('Status: proposed');
    expect(text).toContain('| own ');
    expect(text).toContain('Llama 3.3 70B at Together');
  });

  it('looks again when the first announced change comes', () => {
    const scenario = load('support-chatbot');
    const changes = knownChanges(scenario, catalog, TODAY);
    const first = changes[0]?.date ?? '2027-02-24';
    expect(adr(scenario)).toContain(`By **${first < '2027-02-24' ? first : '2027-02-24'}** at the latest`);
    for (const change of changes) expect(change.date > TODAY).toBe(true);
  });

  it('looks again when the term of the chosen commitment ends, else after a quarter', () => {
    const base = load('scale-up');
    const committed = base.options
      .filter((option) => option.id === 'committed')
      .map((option) => ({ ...option, commit: { usd_per_month: 100, discount: 0.1, term_months: 2 } }));
    expect(adr({ ...base, baseline: null, options: committed as Scenario['options'] })).toContain('the 2-month term of committed ends');
    expect(adr(load('article-2026'))).toContain('By **2027-02-24** at the latest: prices are a quarter older.');
  });

  it('says so when nothing is decided', () => {
    const base = load('export-control');
    const text = adr({ ...base, options: base.options.filter((option) => option.id === 'gpt') });
    expect(text).toContain('Status: open, no option is feasible');
  });

  it('keeps hostile names text', () => {
    const base = load('article-2026');
    const name = '# Title <script>alert(1)</script> [a](javascript:b) | x\n## Decision';
    const text = adr({ ...base, name, options: base.options.map((option) => ({ ...option, label: name })) });
    expect(text).not.toMatch(/<script|(?<!\\)\]\(|\n## Decision \|/);
    expect(text.split('\n').filter((line) => line.startsWith('## '))).toHaveLength(5);
  });
});

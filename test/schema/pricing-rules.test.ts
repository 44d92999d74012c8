import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { needsFile, rulesFile } from '../../src/schema/pricing-rules.ts';

const read = (name: string): unknown => parse(readFileSync(`pricing/rules/${name}`, 'utf8'));
const needs = needsFile.parse(read('needs.yaml')).items;
const rules = readdirSync('pricing/rules')
  .filter((name) => name !== 'needs.yaml')
  .flatMap((name) => rulesFile.parse(read(name)).items);
const byId = new Map(rules.map((rule) => [rule.id, rule]));
const columns = ['third_party_api', 'rented_gpu', 'owned_gpu'] as const;

const sources = [{ source: 'https://example.org/', checked: '2026-11-01' }];
const none = { verdict: 'none' };
const file = (rule: object) => ({
  schema_version: 1,
  regime: 'test',
  label: 'Test',
  rules: [{ data_class: 'personal', third_party_api: none, rented_gpu: none, owned_gpu: none, sources, ...rule }],
});
const messages = (value: unknown) => rulesFile.safeParse(value).error?.issues.map((issue) => issue.message) ?? [];

describe('rules that ship', () => {
  it('have ids of their own and needs of the vocabulary', () => {
    expect(byId.size).toBe(rules.length);
    const known = new Set(needs.map((need) => need.id));
    for (const rule of rules) for (const column of columns) for (const need of rule[column].needs) expect(known, `${rule.id} asks ${need}`).toContain(need);
  });

  it('have needs for conditional and for nothing else', () => {
    for (const rule of rules) for (const column of columns) expect(rule[column].needs.length > 0).toBe(rule[column].verdict === 'conditional');
  });

  it('forbid a prohibited use in every column', () => {
    const prohibited = rules.filter((rule) => rule.use?.startsWith('prohibited'));
    expect(prohibited.length).toBeGreaterThan(0);
    for (const rule of prohibited) expect(columns.map((column) => rule[column].verdict)).toEqual(['forbid', 'forbid', 'forbid']);
  });

  it('ask a rented GPU for what its owner has to sign', () => {
    expect(byId.get('hipaa.phi')?.rented_gpu.needs).toEqual(['baa']);
    expect(byId.get('gdpr.personal')?.rented_gpu.needs).toEqual(['dpa', 'transfer_ok']);
  });

  it('have sources read on a day that is not to come', () => {
    const today = new Date().toISOString().slice(0, 10);
    for (const rule of rules) for (const source of rule.sources) expect(source.checked <= today, `${rule.id} ${source.checked}`).toBe(true);
  });

  it('are asked by nothing that is not in the vocabulary for a reason', () => {
    const asked = new Set(rules.flatMap((rule) => columns.flatMap((column) => rule[column].needs)));
    const ways = new Set(needs.flatMap((need) => need.any_of));
    expect(needs.map((need) => need.id).filter((id) => !asked.has(id) && !ways.has(id))).toEqual([]);
  });
});

describe('a rules file', () => {
  it('may leave a date, a note and needs out', () => {
    expect(rulesFile.parse(file({})).items[0]).toEqual({
      id: 'test.personal',
      regime: 'test',
      data_class: 'personal',
      use: null,
      from_date: null,
      third_party_api: { verdict: 'none', needs: [] },
      rented_gpu: { verdict: 'none', needs: [] },
      owned_gpu: { verdict: 'none', needs: [] },
      note: null,
      sources,
    });
  });

  it.each([
    ['needs on forbid', { owned_gpu: { verdict: 'forbid', needs: ['dpa'] } }, 'must be empty: forbid has no needs'],
    ['conditional on nothing', { owned_gpu: { verdict: 'conditional' } }, 'must name at least one need: conditional on what?'],
    ['both a class and a use', { use: 'chatbot' }, 'must name a data_class or a use, and not both'],
    ['neither', { data_class: undefined }, 'must name a data_class or a use, and not both'],
    ['a date that is none', { from_date: '2026-02-30' }, 'must be a day of the calendar like 2026-11-24'],
  ])('with %s is refused', (_, rule, message) => {
    expect(messages(file(rule))).toEqual([message]);
  });

  it('without sources, with unknown keys or with two rules of one id is refused', () => {
    expect(messages(file({ sources: [] }))).toHaveLength(1);
    expect(messages(file({ self_host: none }))).toHaveLength(1);
    const twice = file({});
    expect(messages({ ...twice, rules: [...twice.rules, ...twice.rules] })).toEqual(['must have one rule test.personal, found more']);
  });
});

it('a need names only needs of its file', () => {
  const value = { schema_version: 1, needs: [{ id: 'a', meaning: 'a', met_by: 'provider', any_of: ['b'] }] };
  expect(needsFile.safeParse(value).error?.issues[0]?.message).toBe('names needs that are not in this file: b');
});

const FACTS = '../shared/data/compliance/facts.yaml';
/** Cells where we differ from the research table, and why. */
const DIFFER: Readonly<Record<string, string>> = {
  'eu_ai_act.prohibited': 'its self-host column lets a prohibited use pass',
  'pci_dss.sad': 'a rented GPU is a third party too',
  'itar.technical_data': 'forbid has no needs; the boundary is asked of rented and owned GPUs',
  'pipl.personal_cn': 'export needs a path whoever runs the machine abroad',
  'pipl.important_data_or_ciio': 'the mechanism must be the security assessment, on every column',
  'dpdp_in.rbi_payment_data': 'the data stays in India on every column',
  'russia_152fz.personal_ru': 'forbid has no needs',
};

interface FactRule {
  readonly regime: string;
  readonly data_class: string;
  readonly third_party_api: string;
  readonly needs: readonly string[];
  readonly self_host_rented_gpu_needs: readonly string[];
}

describe.skipIf(!existsSync(FACTS))(`every rule of the research table (skipped: ${FACTS} is not here)`, () => {
  const table = existsSync(FACTS) ? (parse(readFileSync(FACTS, 'utf8')) as { rule_table: readonly FactRule[] }).rule_table : [];

  it.each(table.map((row) => [`${row.regime}.${row.data_class.replace('use:', '')}`, row] as const))(
    '%s is here, the same or differing for a reason',
    (id, row) => {
      const rule = byId.get(id);
      expect(rule?.third_party_api.verdict).toBe(row.third_party_api);
      if (DIFFER[id]) return;
      expect(rule?.third_party_api.needs).toEqual(row.needs);
      expect(rule?.rented_gpu.needs).toEqual(row.self_host_rented_gpu_needs);
    },
  );
});

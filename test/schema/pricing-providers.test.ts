import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providersFile } from '../../src/schema/pricing-providers.ts';
import { needsFile } from '../../src/schema/pricing-rules.ts';

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
const names = readdirSync('pricing/providers');
const providers = names.flatMap((name) => providersFile.parse(read(`pricing/providers/${name}`)).items);
const needs = needsFile.parse(read('pricing/rules/needs.yaml')).items;
const fact = (provider: string, need: string) => providers.find((each) => each.id === provider)?.facts.find((each) => each.need === need)?.status;
const place = (provider: string, region: string) => providers.find((each) => each.id === provider)?.residency.find((each) => each.region === region)?.status;

describe('providers that ship', () => {
  it('are called like their file, and no name means two of them', () => {
    expect(providers.map((provider) => `${provider.id}.yaml`)).toEqual(names);
    const spelt = providers.flatMap((provider) => [provider.id, ...provider.aliases]).map((name) => name.replaceAll('-', '_'));
    expect(spelt.filter((name, index) => spelt.indexOf(name) !== index)).toEqual([]);
  });

  it('state facts about needs of the vocabulary', () => {
    const known = new Set([...needs.map((need) => need.id), 'fine_tuning', 'custom_tokenizer', 'pinned_versions']);
    for (const provider of providers) for (const each of provider.facts) expect(known, `${provider.id} ${each.need}`).toContain(each.need);
  });

  it('split a need that has several facts by scope', () => {
    for (const provider of providers) {
      for (const need of new Set(provider.facts.map((each) => each.need))) {
        const facts = provider.facts.filter((each) => each.need === need);
        if (facts.length > 1) expect(facts.filter((each) => each.scope === undefined).length, `${provider.id} ${need}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('have sources read on a day that is not to come', () => {
    const today = new Date().toISOString().slice(0, 10);
    for (const provider of providers) for (const each of [...provider.facts, ...provider.residency]) expect(each.checked <= today).toBe(true);
  });

  it('keep what nobody verified unknown, and what has to be signed offered', () => {
    expect(['google', 'mistral', 'together', 'fireworks', 'deepinfra', 'openrouter', 'lambda'].map((id) => fact(id, 'baa'))).toEqual(Array(7).fill('unknown'));
    expect(['openai', 'anthropic', 'aws', 'vertex', 'groq'].map((id) => fact(id, 'baa'))).toEqual(Array(5).fill('offered'));
    expect(fact('azure', 'baa')).toBe('automatic');
    expect([place('anthropic', 'eu'), place('openai', 'eu'), place('azure', 'eu'), place('mistral', 'eu')]).toEqual([
      'unavailable',
      'offered',
      'automatic',
      'unknown',
    ]);
  });
});

it('a provider file with a misspelt status or an unknown key is refused', () => {
  const good = {
    schema_version: 1,
    id: 'acme',
    label: 'Acme',
    kinds: ['api'],
    facts: [{ need: 'baa', status: 'offered', source: 'https://example.org/', checked: '2026-11-01' }],
  };
  expect(providersFile.parse(good).items[0]).toMatchObject({ id: 'acme', aliases: [], residency: [], doubt: null });
  const broken = (change: object) => providersFile.safeParse({ ...good, ...change }).success;
  expect(broken({ facts: [{ ...good.facts[0], status: 'yes' }] })).toBe(false);
  expect(broken({ certs: ['soc2'] })).toBe(false);
  expect(broken({ facts: [{ ...good.facts[0], source: undefined }] })).toBe(false);
});

const FACTS = '../shared/data/compliance/facts.yaml';

describe.skipIf(!existsSync(FACTS))(`every provider of the research table (skipped: ${FACTS} is not here)`, () => {
  const table = existsSync(FACTS) ? (read(FACTS) as { provider_table: readonly { id: string; baa: string }[] }).provider_table : [];

  it.each(table)('$id is here, under this name or another', ({ id, baa }) => {
    const provider = providers.find((each) => [each.id, ...each.aliases].includes(id));
    expect(provider?.facts.find((each) => each.need === 'baa')?.status).toBe(baa === 'unverified' ? 'unknown' : baa === 'automatic' ? 'automatic' : 'offered');
  });
});

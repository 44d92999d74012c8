import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { InputError } from '../../src/files/problem.ts';
import { auditMarkdown } from '../../src/prices/audit.ts';
import { compareList } from '../../src/prices/compare.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { editFiles, foreignProviders } from '../../src/prices/import/apply.ts';
import { type ListName, readList } from '../../src/prices/import/index.ts';
import { propose } from '../../src/prices/import/propose.ts';
import { modelNames } from '../../src/prices/names.ts';

const TODAY = '2026-11-24';
const ACME = `# yaml-language-server: $schema=../../schema/pricing-api.schema.json
# Acme: read by hand.
schema_version: 1
provider: openai
label: Acme
pricing_urls:
  - https://example.com/prices
input_includes_cached: true
models:
  # the big one
  - id: big
    aliases: [big-2026-01-01]
    prices:
      - from: null
        input_per_mtok: 10 # launch
        output_per_mtok: 40
        source: https://example.com/launch
        checked: 2026-01-01
      - from: 2026-06-01
        input_per_mtok: 5
        cached_input_per_mtok: 0.5
        output_per_mtok: 20
        batch: { input_per_mtok: 2.5, output_per_mtok: 10 }
        source: https://example.com/prices
        checked: 2026-06-01 # the cut
    # after the prices of big
  - id: small
    prices:
      - from: null
        input_per_mtok: 1
        output_per_mtok: 2
        source: https://example.com/prices
        checked: 2026-06-01
  - id: gone
    retired: 2026-01-01
    prices:
      - from: null
        input_per_mtok: 1
        output_per_mtok: 2
        source: https://example.com/prices
        checked: 2026-01-01`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prices '));
  mkdirSync(join(folder, 'pricing/api'), { recursive: true });
  cpSync('pricing/fx.yaml', join(folder, 'pricing/fx.yaml'));
  writeFileSync(join(folder, 'pricing/api/openai.yaml'), ACME);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pricing = () => join(folder, 'pricing');
function list(data: unknown): string {
  const path = join(folder, 'list.json');
  writeFileSync(path, typeof data === 'string' ? data : JSON.stringify(data));
  return path;
}
async function proposed(name: ListName, data: unknown, addModels = false) {
  const { api } = compileCatalog(pricing());
  const found = propose(api, modelNames(api), await readList(name, list(data)), { today: TODAY, addModels, foreign: foreignProviders(pricing()) });
  return { ...found, files: editFiles(pricing(), found.proposals, { list: name, today: TODAY }) };
}
const litellm = (input: number, output: number, key = 'big') => ({
  [key]: { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: input, output_cost_per_token: output },
});

describe('the lists', () => {
  it.each<[ListName, unknown]>([
    ['litellm', litellm(4e-6, 2e-5)],
    ['models.dev', { openai: { id: 'openai', models: { big: { id: 'big', cost: { input: 4, output: 20, cache_read: 0.5 }, limit: { context: 1000 } } } } }],
    [
      'genai-prices',
      [{ id: 'openai', pricing_urls: ['https://example.com/p'], models: [{ id: 'big', prices: { input_mtok: { base: 4, tiers: [] }, output_mtok: 20 } }] }],
    ],
    ['llm-prices', { prices: [{ id: 'big', vendor: 'openai', input: 4, output: 20, input_cached: null }] }],
    ['llm-prices', { vendor: 'openai', models: [{ id: 'big', price_history: [{ input: 4, output: 20, from_date: null, to_date: null }] }] }],
  ])('%s is read in its own shape', async (name, data) => {
    const { proposals } = await proposed(name, data);
    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({ model: 'openai/big', from: TODAY, differences: [{ rate: 'input_usd_per_mtok', ours: 5, theirs: 4 }] });
  });

  it.each<[ListName, unknown, string]>([
    ['litellm', '{', 'import.not-json'],
    ['litellm', [], 'import.wrong-shape'],
    ['genai-prices', {}, 'import.wrong-shape'],
    ['llm-prices', { models: [] }, 'import.wrong-shape'],
    ['models.dev', 3, 'import.wrong-shape'],
  ])('%s refuses %j', async (name, data, code) => {
    const error = await readList(name, list(data)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).problems[0]?.code).toBe(code);
  });

  it('keeps a history with its days', async () => {
    const data = [
      {
        id: 'openai',
        models: [
          { id: 'big', prices: [{ prices: { input_mtok: 9 } }, { constraint: { start_date: '2026-12-24' }, prices: { input_mtok: 3, output_mtok: 20 } }] },
        ],
      },
    ];
    const { proposals, files } = await proposed('genai-prices', data);
    const both = [
      ['2026-11-24', 9],
      ['2026-12-24', 3],
    ];
    expect(proposals.map(({ from, differences }) => [from, differences[0]?.theirs])).toEqual(both);
    const appended = parse(files[0]?.text ?? '').models[0].prices.slice(2) as { from: string; input_per_mtok: number }[];
    expect(appended.map((entry) => [entry.from, entry.input_per_mtok])).toEqual(both);
  });
});

describe('a proposal', () => {
  it('appends to the history and leaves every other byte as it was', async () => {
    const { files } = await proposed('litellm', litellm(4e-6, 2e-5));
    expect(files).toHaveLength(1);
    const text = files[0]?.text ?? '';
    const added = [
      '      - from: 2026-11-24',
      '        input_per_mtok: 4',
      '        output_per_mtok: 20',
      '        source: https://example.com/prices',
      '        checked: 2026-11-24',
      '        note: "imported from litellm; not in that list: cached_input_usd_per_mtok, batch"',
      '',
    ].join('\n');
    expect(text).toBe(ACME.replace('        checked: 2026-06-01 # the cut\n', `        checked: 2026-06-01 # the cut\n${added}`));
    expect(files[0]?.added.map((line) => line.text)).toEqual(added.trimEnd().split('\n'));
    writeFileSync(join(pricing(), 'api/openai.yaml'), text);
    expect(
      compileCatalog(pricing())
        .api.find((model) => model.id === 'openai/big')
        ?.prices.map((entry) => entry.rates.input_usd_per_mtok),
    ).toEqual([10, 5, 4]);
  });

  it('works at the end of a file without a last newline', async () => {
    writeFileSync(join(pricing(), 'api/openai.yaml'), ACME.slice(0, ACME.indexOf('  - id: gone')).trimEnd());
    const { files } = await proposed('litellm', litellm(2e-6, 2e-6, 'small'));
    expect(parse(files[0]?.text ?? '').models[1].prices).toHaveLength(2);
  });

  it('is not made where prices agree, nor for rates only one side has', async () => {
    const { proposals, conflicts, agree } = await proposed('models.dev', {
      openai: { models: { big: { cost: { input: 5, output: 20, cache_write: 7 } }, small: { cost: { output: 2 } } } },
    });
    expect([proposals, conflicts, agree]).toEqual([[], [], 2]);
  });

  it('adds models only when asked to, after the last one', async () => {
    const data = litellm(1e-6, 2e-6, 'openai/New-Model');
    expect((await proposed('litellm', data)).proposals).toEqual([]);
    const { files, unknown } = await proposed('litellm', data, true);
    expect(unknown).toEqual(['openai/openai/New-Model']);
    const { models } = parse(files[0]?.text ?? '');
    expect(models.at(-1)).toMatchObject({ id: 'new-model', aliases: ['openai/New-Model'], prices: [{ from: null, input_per_mtok: 1, output_per_mtok: 2 }] });
  });
});

describe('a conflict', () => {
  it('is what would rewrite history', async () => {
    const history = { prices: [{ id: 'big', vendor: 'openai', input: 8, output: 40, from_date: '2026-03-01' }] };
    const { proposals, conflicts } = await proposed('llm-prices', history);
    expect(proposals).toEqual([]);
    expect(conflicts[0]?.message).toContain('a price from 2026-03-01 would come before ours from 2026-06-01');
  });

  it('is a change of a retired model, and one name at two prices', async () => {
    expect((await proposed('litellm', litellm(9e-6, 9e-6, 'gone'))).conflicts[0]?.message).toContain('retired on 2026-01-01');
    const twice = { ...litellm(4e-6, 2e-5), ...litellm(6e-6, 2e-5, 'openai/big') };
    expect((await proposed('litellm', twice)).conflicts[0]?.message).toBe('the list has this model under several names at different prices');
  });

  it('is a file in another currency', async () => {
    writeFileSync(join(pricing(), 'api/openai.yaml'), ACME.replace('label: Acme', 'label: Acme\ncurrency: EUR'));
    expect((await proposed('litellm', litellm(4e-6, 2e-5))).conflicts[0]?.message).toContain('another currency');
  });
});

describe('a comparison', () => {
  it('counts models that agree, differ, and stand on one side only', async () => {
    const { api } = compileCatalog(pricing());
    const prices = await readList('litellm', list({ ...litellm(4e-6, 2e-5), ...litellm(1e-6, 2e-6, 'small'), ...litellm(1e-6, 1e-6, 'other') }));
    const names = modelNames(api);
    expect(compareList(api, names, prices, TODAY)).toEqual({
      agree: ['openai/small'],
      differ: [{ model: 'openai/big', name: 'openai/big', rate: 'input_usd_per_mtok', ours: 5, theirs: 4, date: TODAY }],
      only_here: ['openai/gone'],
      only_there: ['openai/other'],
    });
    const page = auditMarkdown(api, names, [{ list: 'litellm', prices }], TODAY);
    expect(page).toContain('| litellm | 1 | 1 | 1 | 1 | 0 |');
    expect(page).toContain('| openai/big | `openai/big` | input | $5 | $4 |');
  });
});

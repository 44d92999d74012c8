import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiModel, FxRate } from '../../src/engine/catalog.ts';
import { InputError } from '../../src/files/problem.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { inUsDollars } from '../../src/prices/currency.ts';
import { pack, unpack, unpackAccepted } from '../../src/prices/packed.ts';
import { apiModel } from '../helpers/api-model.ts';

const SOURCE = { source: 'https://example.com/p', checked: '2026-01-01' };

describe('the packed catalog', () => {
  const catalog = compileCatalog('pricing');
  const accepted = [{ code: 'price.jump', subjects: ['a/b'], why: 'ünïcode' }];
  const text = pack(catalog, accepted);

  it('gives back what went in', () => {
    expect(JSON.parse(JSON.stringify(unpack(text, null)))).toEqual(JSON.parse(JSON.stringify(catalog)));
    expect(unpackAccepted(text)).toEqual(accepted);
  });

  it('is JSON, ASCII and the same bytes each time', () => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(/^[\n -~]*$/.test(text)).toBe(true);
    expect(pack(compileCatalog('pricing'), accepted)).toBe(text);
  });

  it('parses only the providers asked for', () => {
    const some = unpack(text, ['openai', 'nobody']);
    expect(new Set(some.api.map((model) => model.provider))).toEqual(new Set(['openai']));
    expect(some.hash).toBe(catalog.hash);
    expect(some.models).toEqual(JSON.parse(JSON.stringify(catalog.models)));
  });

  it('has a hash that follows the content', () => {
    expect(catalog.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(catalog.newest_checked).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

describe('compiling', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pricing '));
    mkdirSync(join(folder, 'api'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const HEAD = 'schema_version: 1\nprovider: acme\nlabel: Acme\npricing_urls: [https://example.com]\ninput_includes_cached: true\n';
  const problemsOf = () => {
    try {
      compileCatalog(folder);
    } catch (error) {
      if (error instanceof InputError) return error.problems;
      throw error;
    }
    return [];
  };

  it('of a folder with little in it is a catalog with little in it', () => {
    writeFileSync(
      join(folder, 'api/acme.yaml'),
      `${HEAD}models:\n  - id: one\n    prices:\n      - { from: null, audio_per_hour: 0.36, source: https://example.com, checked: 2026-01-01 }\n`,
    );
    const { api, rental } = compileCatalog(folder);
    expect(api.map((model) => [model.id, model.label, model.prices[0]?.rates.audio_usd_per_minute])).toEqual([['acme/one', 'one', 0.006]]);
    expect(rental).toEqual([]);
  });

  it('names every mistake of every file with its place', () => {
    writeFileSync(
      join(folder, 'api/a.yaml'),
      `${HEAD}models:\n  - id: one\n    prices:\n      - from: null\n        input_per_mtok: "3"\n        sourze: https://example.com\n        checked: 2026-13-01\n`,
    );
    writeFileSync(join(folder, 'api/b.yaml'), 'schema_version: 2\n');
    const problems = problemsOf();
    const at = (part: string) => problems.find((problem) => problem.message.includes(part));
    expect(at('models[0].prices[0].input_per_mtok')).toMatchObject({ line: 10, column: 25, file: expect.stringContaining('a.yaml') });
    expect(at('sourze')).toMatchObject({ line: 11, column: 9 });
    expect(at('checked')).toMatchObject({ line: 12 });
    expect(problems.some((problem) => problem.file?.endsWith('b.yaml'))).toBe(true);
  });

  it('needs an exchange rate for a file in another currency', () => {
    writeFileSync(
      join(folder, 'api/acme.yaml'),
      `${HEAD}currency: GBP\nmodels:\n  - id: one\n    prices:\n      - { from: null, input_per_mtok: 1, source: https://example.com, checked: 2026-01-01 }\n`,
    );
    expect(problemsOf()[0]).toMatchObject({ code: 'price.no-exchange-rate', hint: 'Add a rate for GBP to pricing/fx.yaml.' });
  });
});

describe('a price in another currency', () => {
  const fx: FxRate[] = [
    { code: 'EUR', date: '2024-01-01', per_usd: 0.9, ...SOURCE },
    { code: 'EUR', date: '2025-01-01', per_usd: 0.8, ...SOURCE },
  ];
  const inputs = (prices: ApiModel['prices']) => inUsDollars(apiModel(prices), 'EUR', fx).prices.map((entry) => [entry.from, entry.rates.input_usd_per_mtok]);

  it('is converted day by day: an entry is split where the rate changes', () => {
    // 0.72 EUR is 0.80 dollars at 0.90 per dollar, 0.90 at 0.80
    expect(inputs([{ from: '2024-06-01', rates: { input_usd_per_mtok: 0.72 }, ...SOURCE }])).toEqual([
      ['2024-06-01', expect.closeTo(0.8, 12)],
      ['2025-01-01', expect.closeTo(0.9, 12)],
    ]);
  });

  it('ends with the next entry, and begins at the first rate when it has no day', () => {
    expect(
      inputs([
        { from: null, rates: { input_usd_per_mtok: 0.72 }, ...SOURCE },
        { from: '2024-09-01', rates: { input_usd_per_mtok: 0.36 }, ...SOURCE },
      ]),
    ).toEqual([
      [null, expect.closeTo(0.8, 12)],
      ['2024-09-01', expect.closeTo(0.4, 12)],
      ['2025-01-01', expect.closeTo(0.45, 12)],
    ]);
  });

  it('converts everything that is money and says at which rate', () => {
    const [entry] = inUsDollars(
      apiModel([
        {
          from: '2025-02-01',
          rates: { input_usd_per_mtok: 0.8 },
          batch: { input_usd_per_mtok: 0.4 },
          images: [{ size: 'any', quality: 'any', usd_per_image: 0.08 }],
          tiers: [{ above_input_tokens: 1, rates: { input_usd_per_mtok: 1.6 }, flex: { input_usd_per_mtok: 0.8 } }],
          ...SOURCE,
        },
      ]),
      'EUR',
      fx,
    ).prices;
    expect(entry?.batch?.input_usd_per_mtok).toBeCloseTo(0.5, 12);
    expect(entry?.images?.[0]?.usd_per_image).toBeCloseTo(0.1, 12);
    expect(entry?.tiers?.[0]).toMatchObject({ rates: { input_usd_per_mtok: expect.closeTo(2, 12) }, flex: { input_usd_per_mtok: expect.closeTo(1, 12) } });
    expect(entry?.note).toContain('0.8 EUR per US dollar');
  });

  it('in dollars is left alone', () => {
    const same = apiModel([{ from: null, rates: {}, ...SOURCE }]);
    expect(inUsDollars(same, 'USD', [])).toBe(same);
  });
});

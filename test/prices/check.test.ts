import { describe, expect, it } from 'vitest';
import type { ApiModel, Catalog, PriceEntry } from '../../src/engine/catalog.ts';
import { checkPrices, DEFAULT_MAX_AGE_DAYS, disagreements, unaccepted } from '../../src/prices/check.ts';
import { compileCatalog, readAccepted } from '../../src/prices/compile.ts';
import { apiModel } from '../helpers/api-model.ts';

const TODAY = '2026-11-24';
const options = { today: TODAY, maxAgeDays: DEFAULT_MAX_AGE_DAYS };
const entry = (more: Partial<PriceEntry> = {}): PriceEntry => ({
  from: null,
  rates: { input_usd_per_mtok: 1, output_usd_per_mtok: 4 },
  source: 'https://example.com/pricing',
  checked: '2026-11-01',
  ...more,
});
const catalog = (...api: ApiModel[]): Catalog => ({
  schema_version: 1,
  hash: '',
  newest_checked: TODAY,
  api,
  rental: [],
  hardware: [],
  models: [],
  rules: [],
  needs: [],
  providers: [],
  quality: [],
  assumptions: [],
  fx: [],
});
const codes = (...api: ApiModel[]) => checkPrices(catalog(...api), options).map((finding) => finding.code);

describe('prices check finds', () => {
  it('nothing in an ordinary history', () => {
    expect(
      codes(apiModel([entry(), entry({ from: '2026-02-01', rates: { input_usd_per_mtok: 0.5, cached_input_usd_per_mtok: 0.05, output_usd_per_mtok: 2 } })])),
    ).toEqual([]);
  });

  it('prices without a source', () => {
    expect(codes(apiModel([entry({ source: '' })]))).toEqual(['price.no-source']);
  });

  it('prices in force checked too long ago, counted from today', () => {
    expect(codes(apiModel([entry({ checked: '2026-05-08' })]))).toEqual([]);
    expect(codes(apiModel([entry({ checked: '2026-05-07' })]))).toEqual(['price.stale']);
    expect(codes(apiModel([entry({ checked: '2024-01-01' }), entry({ from: '2026-01-01' })]))).toEqual([]);
    expect(codes(apiModel([entry({ checked: '2024-01-01' })], { retired: '2025-01-01' }))).toEqual([]);
    expect(checkPrices(catalog(apiModel([entry({ checked: '2026-11-01' })])), { today: TODAY, maxAgeDays: 20 }).map((finding) => finding.code)).toEqual([
      'price.stale',
    ]);
  });

  it('prices checked tomorrow', () => {
    expect(codes(apiModel([entry({ checked: '2026-11-25' })]))).toEqual(['price.checked-in-future']);
  });

  it('histories that overlap', () => {
    expect(codes(apiModel([entry(), entry()]))).toEqual(['price.overlap']);
    expect(codes(apiModel([entry({ from: '2026-01-01' }), entry({ from: '2026-01-01' })]))).toEqual(['price.overlap']);
  });

  it('jumps over four times between neighbours, up or down', () => {
    const at = (input: number) => entry({ from: '2026-01-01', rates: { input_usd_per_mtok: input, output_usd_per_mtok: 4 } });
    expect(codes(apiModel([entry(), at(4)]))).toEqual([]);
    expect(codes(apiModel([entry(), at(4.1)]))).toContain('price.jump');
    expect(codes(apiModel([entry(), at(0.24)]))).toEqual(['price.jump']);
  });

  it('cached input dearer than input, output cheaper than input', () => {
    expect(codes(apiModel([entry({ rates: { input_usd_per_mtok: 1, cached_input_usd_per_mtok: 1.1, output_usd_per_mtok: 4 } })]))).toEqual([
      'price.cached-dearer',
    ]);
    expect(codes(apiModel([entry({ rates: { input_usd_per_mtok: 1, output_usd_per_mtok: 0.9 } })]))).toEqual(['price.output-cheaper']);
    expect(codes(apiModel([entry({ rates: { input_usd_per_mtok: 1, output_usd_per_mtok: 0 } })], { modality: 'embedding' }))).toEqual([]);
  });

  it('a model retired before it came out, and one name for two models', () => {
    expect(codes(apiModel([entry()], { released: '2026-01-02', retired: '2026-01-01' }))).toEqual(['price.retired-before-release']);
    expect(codes(apiModel([entry()], { aliases: ['uno'] }), apiModel([entry()], { id: 'acme/two', model: 'two', aliases: ['Uno'] }))).toEqual([
      'name.ambiguous',
    ]);
  });

  it('rentals by the same rules', () => {
    const offer = { cloud: 'c', gpu: 'g', billing: 'spot' as const, term_months: 0, node_gpus: 1, region: null, interruptions_per_month: null };
    const at = (from: string, usd: number, checked = '2026-11-01') => ({ from, usd_per_gpu_hour: usd, source: 'https://example.com', checked });
    const found = checkPrices({ ...catalog(), rental: [{ ...offer, prices: [at('2025-01-01', 9), at('2026-01-01', 2, '2026-01-01')] }] }, options);
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([
      ['price.stale', 'rental c/g/spot'],
      ['price.jump', 'rental c/g/spot'],
    ]);
  });

  it('figures another list has otherwise', () => {
    const difference = { model: 'acme/one', name: 'acme/one', rate: 'input_usd_per_mtok' as const, ours: 1, theirs: 2, date: TODAY };
    expect(disagreements([difference], 'litellm')).toEqual([
      { code: 'price.disagrees', subject: 'acme/one', from: null, message: 'input_usd_per_mtok is 1 here and 2 in litellm on 2026-11-24' },
    ]);
  });
});

describe('accepted findings', () => {
  const jump = { code: 'price.jump' as const, subject: 'rental c/g/spot', from: '2026-01-01', message: '' };

  it('are left out by subject, by its beginning, and only for prices before their day', () => {
    const open = (more: object) => unaccepted([jump], [{ code: 'price.jump', subjects: ['rental *'], why: 'known', ...more }]).open;
    expect(open({})).toEqual([]);
    expect(open({ until: '2026-01-02' })).toEqual([]);
    expect(open({ until: '2026-01-01' })).toEqual([jump]);
    expect(open({ code: 'price.stale' })).toEqual([jump]);
    expect(open({ subjects: ['rental c/g'] })).toEqual([jump]);
  });

  it('that match nothing are named', () => {
    expect(unaccepted([], [{ code: 'price.jump', subjects: ['x'], why: 'known' }]).unused).toHaveLength(1);
  });
});

it('what ships is clean, each exception is needed and says why', () => {
  const shipped = compileCatalog('pricing');
  const { open, unused } = unaccepted(checkPrices(shipped, { today: shipped.newest_checked, maxAgeDays: DEFAULT_MAX_AGE_DAYS }), readAccepted('pricing'));
  expect(open).toEqual([]);
  expect(unused).toEqual([]);
});

/** What the shipped API prices must be as data: sourced, complete over time, and the same as released. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ApiModel, PriceEntry } from '../../src/engine/catalog.ts';
import { entryAt, priceUsage } from '../../src/engine/cost/price-usage.ts';
import { addMonths } from '../../src/engine/units.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { availability } from '../../src/prices/timeline.ts';

const catalog = compileCatalog('pricing');
const PINNED = new URL('released-history.txt', import.meta.url);

describe('the API price files', () => {
  it('cover at least 20 providers, 200 models, and open models at 6 hosts', () => {
    expect(new Set(catalog.api.map((model) => model.provider)).size).toBeGreaterThanOrEqual(20);
    expect(catalog.api.length).toBeGreaterThanOrEqual(200);
    for (const open of ['llama-3.3-70b', 'gpt-oss-120b'])
      expect(new Set(catalog.api.filter((model) => model.open_model === open).map((model) => model.provider)).size).toBeGreaterThanOrEqual(6);
  });

  it('name their schema in the first line and their own provider in their name', () => {
    for (const file of readdirSync('pricing/api')) {
      const text = readFileSync(`pricing/api/${file}`, 'utf8');
      expect(text.split('\n')[0], file).toBe('# yaml-language-server: $schema=../../schema/pricing-api.schema.json');
      expect(text, file).toContain(`provider: ${file.replace('.yaml', '')}\n`);
    }
  });

  it('name open models that pricing/models has', () => {
    const known = new Set(catalog.models.map((model) => model.id));
    expect(catalog.api.filter((model) => model.open_model !== null && !known.has(model.open_model)).map((model) => model.id)).toEqual([]);
  });

  it('begin each history with the model, so that no day it existed is without a price', () => {
    expect(catalog.api.filter((model) => model.prices[0]?.from !== null).map((model) => model.id)).toEqual([]);
  });

  it('price every model on every first of a month it was there, from June 2023', () => {
    for (let date = '2023-06-01'; date <= '2027-02-01'; date = addMonths(date, 1)) {
      for (const model of catalog.api.filter((each) => availability(each, date) === 'available')) {
        const entry = entryAt(model, date);
        expect(entry, `${model.id} on ${date}`).not.toBeNull();
        if (entry !== null) expect(priceUsage(ordinaryUsage(model, entry), entry).total_usd, `${model.id} on ${date}`).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('have the prices people look up first', () => {
    const rates = (id: string, date: string) => entryAt(catalog.api.find((model) => model.id === id) as ApiModel, date)?.rates;
    expect(rates('openai/gpt-4', '2023-06-01')).toMatchObject({ input_usd_per_mtok: 30, output_usd_per_mtok: 60 });
    expect(rates('openai/o3', '2025-06-01')).toMatchObject({ input_usd_per_mtok: 10, cached_input_usd_per_mtok: 2.5, output_usd_per_mtok: 40 });
    expect(rates('openai/o3', '2026-11-24')).toMatchObject({ input_usd_per_mtok: 2, cached_input_usd_per_mtok: 0.5, output_usd_per_mtok: 8 });
    expect(rates('openai/gpt-4o', '2024-06-01')).toMatchObject({ input_usd_per_mtok: 5, output_usd_per_mtok: 15 });
    expect(rates('openai/gpt-4o', '2026-11-24')).toMatchObject({ input_usd_per_mtok: 2.5, cached_input_usd_per_mtok: 1.25, output_usd_per_mtok: 10 });
    expect(rates('together/llama-3.3-70b', '2026-11-24')).toMatchObject({ input_usd_per_mtok: 0.88, output_usd_per_mtok: 0.88 });
    expect(rates('openai/whisper-1', '2026-11-24')).toMatchObject({ audio_usd_per_minute: 0.006 });
  });
});

/** A little of what the model is for. */
function ordinaryUsage(model: ApiModel, { rates, images }: PriceEntry) {
  const audio = rates.audio_usd_per_minute !== undefined && rates.input_usd_per_mtok === undefined;
  const tokens = rates.input_usd_per_mtok !== undefined || rates.audio_input_usd_per_mtok !== undefined;
  return {
    input_tokens: tokens ? 1000 : 0,
    output_tokens: model.modality === 'text' && tokens ? 100 : 0,
    audio_seconds: audio ? 60 : 0,
    images: images === undefined ? 0 : 1,
    pages: rates.usd_per_page === undefined ? 0 : 1,
  };
}

/**
 * Released history is pinned: one line per price, its day and a digest of its figures. New prices may be added freely; a change
 * to a pinned one fails until `UPDATE_PRICE_HISTORY=1 npx vitest run --config test/vitest.config.ts test/prices/data-api.test.ts`
 * writes the file anew, and its diff is read in review.
 */
describe('released history', () => {
  const lines = catalog.api.flatMap((model) => model.prices.map((entry) => `${model.id} ${entry.from ?? 'start'} ${digest(entry)}`));

  it('is as it was released', () => {
    if (process.env.UPDATE_PRICE_HISTORY) writeFileSync(PINNED, `${lines.join('\n')}\n`);
    const now = new Set(lines);
    const gone = readFileSync(PINNED, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => !now.has(line));
    expect(gone).toEqual([]);
  });

  it('notices a changed figure', () => {
    const [entry] = catalog.api[0]?.prices ?? [];
    if (entry === undefined) throw new Error('no prices');
    expect(digest({ ...entry, rates: { ...entry.rates, input_usd_per_mtok: 123 } })).not.toBe(digest(entry));
    expect(digest({ ...entry, checked: '2030-01-01', note: 'read again' })).toBe(digest(entry));
  });
});

/** Figures only: a source read again or a better note is no change of history. */
function digest({ source: _, checked: __, note: ___, ...figures }: PriceEntry): string {
  return createHash('sha256').update(JSON.stringify(figures)).digest('hex').slice(0, 12);
}

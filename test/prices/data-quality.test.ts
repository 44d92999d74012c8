import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { likely } from '../../src/engine/units.ts';
import { compileCatalog } from '../../src/prices/compile.ts';

const catalog = compileCatalog(join(import.meta.dirname, '../../pricing'));
const today = new Date().toISOString().slice(0, 10);
const metric = (id: string) => {
  const found = catalog.quality.find((each) => each.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

describe('quality metrics', () => {
  it('are three, and say which way is better', () => {
    expect(catalog.quality.map((each) => [each.id, each.better]).sort()).toEqual([
      ['aider_polyglot', 'higher'],
      ['lmarena_text', 'higher'],
      ['open_asr_wer', 'lower'],
    ]);
  });

  it('name a licence that allows it, a source and a day that is not of the future', () => {
    for (const each of catalog.quality) {
      expect(each.licence, each.id).toMatch(/Apache-2\.0|MPL-2\.0/);
      for (const figure of each.figures) {
        expect(figure.source, figure.model).toMatch(/^https:\/\//);
        expect(figure.checked <= today, figure.model).toBe(true);
      }
    }
  });

  it('give each model one figure, and only models of the catalog', () => {
    const known = new Set([...catalog.models.map((model) => model.id), ...catalog.api.map((model) => model.id)]);
    for (const each of catalog.quality) {
      const names = each.figures.map((figure) => figure.model);
      expect(
        names.filter((name, index) => names.indexOf(name) !== index),
        each.id,
      ).toEqual([]);
      expect(
        names.filter((name) => !known.has(name)),
        each.id,
      ).toEqual([]);
    }
  });

  it.each([
    ['open_asr_wer', 'whisper-large-v3', 7.44],
    ['open_asr_wer', 'openai/whisper-1', 7.835],
    ['aider_polyglot', 'openai/o3', 76.9],
    ['aider_polyglot', 'gpt-oss-120b', 41.8],
    ['lmarena_text', 'openai/gpt-4o', 1285],
    ['lmarena_text', 'llama-3.3-70b', 1275],
  ])('%s of %s is %d', (id, model, value) => {
    expect(metric(id).figures.find((figure) => figure.model === model)?.value).toBe(value);
  });
});

describe('assumptions', () => {
  it('hold all the engine asks for, each with a source that is not of the future', () => {
    const ids = catalog.assumptions.map((assumption) => assumption.id);
    for (const id of [
      'electricity_usd_per_kwh',
      'pue',
      'colo_usd_per_kw_month',
      'life_months',
      'residual_share',
      'egress_usd_per_gb',
      'storage_usd_per_gb_month',
      'self_host_fte',
      'api_fte',
      'loaded_cost_usd_per_year',
      'peak_to_average',
      'memory_reserve_share',
      'cold_start_s',
      'keep_alive_s',
      'spot_interruption_overhead_h',
    ])
      expect(ids).toContain(id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(catalog.assumptions.filter((assumption) => assumption.checked > today || !/^https?:/.test(assumption.source))).toEqual([]);
  });

  it('lie where they can', () => {
    const value = (id: string) => likely(catalog.assumptions.find((assumption) => assumption.id === id)?.value ?? Number.NaN);
    expect(value('pue')).toBeGreaterThanOrEqual(1);
    expect(value('memory_reserve_share')).toBe(0.1);
    expect(value('life_months')).toBe(60);
    expect(value('peak_to_average')).toBe(4);
    expect(value('residual_share')).toBeLessThan(1);
  });
});

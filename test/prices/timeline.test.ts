import { describe, expect, it } from 'vitest';
import { compileCatalog } from '../../src/prices/compile.ts';
import { historyChart } from '../../src/prices/history-chart.ts';
import { modelNames } from '../../src/prices/names.ts';
import { historyText, showText } from '../../src/prices/show-text.ts';
import { availability, changesBetween, flatRates, stepsOf } from '../../src/prices/timeline.ts';

const { api } = compileCatalog('pricing');
const find = (name: string) => {
  const model = modelNames(api).find(null, name);
  if (model === null) throw new Error(name);
  return model;
};

describe('what changed between two days', () => {
  it('names prices, new models and retired ones', () => {
    const changes = changesBetween(
      api.filter((model) => model.provider === 'openai'),
      '2025-06-01',
      '2025-07-01',
    );
    expect(changes.find((each) => each.model === 'openai/o3')).toMatchObject({
      kind: 'changed',
      changes: expect.arrayContaining([{ rate: 'rates.input_usd_per_mtok', before: 10, after: 2 }]),
    });
    expect(changes.find((each) => each.model === 'openai/o3-pro')?.kind).toBe('new');
    expect(changes.find((each) => each.model === 'openai/gpt-4-32k')?.kind).toBe('retired');
    expect(changes.some((each) => each.model === 'openai/gpt-4o')).toBe(false);
  });

  it('is nothing between a day and itself', () => {
    expect(changesBetween(api, '2026-01-01', '2026-01-01')).toEqual([]);
  });
});

it('a model is available from its release until its retirement', () => {
  const gpt4 = find('openai/gpt-4');
  expect(['2023-03-13', '2023-03-14', '2026-10-22', '2026-10-23'].map((date) => availability(gpt4, date))).toEqual([
    'not_released',
    'available',
    'available',
    'retired',
  ]);
});

it('every rate of an entry has a path', () => {
  const flat = flatRates(find('openai/gpt-5.4').prices[0] ?? null);
  expect(flat.get('tiers.272000.input_usd_per_mtok')).toBe(5);
  expect(flat.get('batch.output_usd_per_mtok')).toBe(7.5);
  expect(flat.get('region_factor.eu')).toBe(1.1);
});

describe('the history chart', () => {
  const steps = stepsOf(find('openai/o3'), 'output_usd_per_mtok', '2023-01-01');

  it('is a line that falls where the price did', () => {
    expect(steps).toEqual([
      { from: '2025-04-16', value: 40 },
      { from: '2025-06-10', value: 8 },
    ]);
    expect(historyChart(steps, '2025-08-04', { width: 40, unicode: false })).toEqual(
      [
        '$40 | -----------------.',
        '    |                  |',
        '    |                  |',
        '    |                  |',
        " $8 |                  '----------------",
        '    |',
        '    |',
        '    |',
        '    +-----------------------------------',
        '      2025-04-16              2025-08-04',
      ].map((line) => expect.stringMatching(new RegExp(`^${line.replace(/[$|.*+]/g, '\\$&')} *$`))),
    );
  });

  it('keeps to its width', () => {
    for (const width of [30, 60, 100]) {
      for (const line of historyChart(steps, '2026-11-24', { width, unicode: true })) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('of no prices is nothing', () => {
    expect(historyChart([], '2026-11-24', { width: 60, unicode: true })).toEqual([]);
  });
});

describe('show and history', () => {
  const look = { width: 80, unicode: false };

  it('show every kind of price of the day with its source', () => {
    const text = showText(find('openai/gpt-5.4'), '2026-11-24', '2026-12-24', look);
    expect(text).toContain('openai/gpt-5.4');
    expect(text).toMatch(/US\$ per MTok +standard +batch +flex +priority +over 272k/);
    expect(text).toMatch(/input +\$2\.5 +\$1\.25 +\$1\.25 +\$5 +\$5/);
    expect(text).toContain('checked 2026-11-24 (30 days ago)');
    expect(text).toContain('surcharge by region: us x1.1');
  });

  it('say so when the model was not there', () => {
    expect(showText(find('openai/o3'), '2025-01-01', '2026-11-24', look)).toContain('(not out on 2025-01-01)');
  });

  it('list scheduled prices', () => {
    expect(historyText(find('google/gemini-3.8-flash'), '2026-11-24', look)).toMatch(/2027-01-01 +\$1\.5 .*scheduled/);
  });
});

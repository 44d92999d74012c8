import { describe, expect, it } from 'vitest';
import { crossoverChart } from '../../src/report/chart.ts';
import { chartOf, chartVolumes } from '../../src/report/curves.ts';
import type { Chart } from '../../src/report/model.ts';
import { samplePlan } from './sample.ts';

/** 15 rows between 8 columns of labels and the axis; a dollar a request against a flat 1,000 dollars: they meet at 1,000. */
const volumes = Array.from({ length: 61 }, (_, i) => 10 ** (1 + i / 15));
const chart: Chart = {
  kind: 'chart',
  volumes,
  series: [
    { id: 'api', monthly_usd: volumes },
    { id: 'own', monthly_usd: volumes.map((volume) => (volume > 50_000 ? null : 1000)) },
  ],
  crossovers: [1000],
  volume: 100,
  currency: { code: 'USD', per_usd: 1 },
};

function lines(value: Chart, unicode: boolean): string[] {
  return crossoverChart(value, { width: 70, unicode }).map((line) => line.map((part) => part.text).join(''));
}

describe('the chart', () => {
  const drawn = lines(chart, false);
  const grid = drawn.slice(1, 16).map((line) => line.slice(9));

  it('is as wide as asked and in ASCII when asked', () => {
    expect(drawn.every((line) => line.length <= 70)).toBe(true);
    expect(drawn.join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('marks the crossover where the lines meet: half-way on both log axes', () => {
    const row = grid.findIndex((line) => line.includes('X'));
    expect(row).toBe(7);
    expect(grid[row]?.indexOf('X')).toBe(30);
  });

  it('draws the rising line from the lower left to the upper right', () => {
    expect(grid[14]?.startsWith('A')).toBe(true);
    expect(grid[0]?.trimEnd().endsWith('A')).toBe(true);
  });

  it('leaves out volumes an option cannot serve', () => {
    const flat = grid.find((line) => line.includes('X')) ?? '';
    expect(flat.slice(0, 20)).toMatch(/^B{15}.BBBB$/);
    expect(flat.slice(-4).trim()).toBe('');
  });

  it('labels powers of ten and names every line', () => {
    expect(drawn.join('\n')).toContain('10k');
    expect(drawn).toContainEqual(expect.stringMatching(/A api$/));
    expect(drawn).toContainEqual(expect.stringMatching(/B own$/));
  });

  it('labels its axis in the currency of the scenario', () => {
    const euro = lines({ ...chart, currency: { code: 'EUR', per_usd: 10 } }, true);
    expect(euro[0]).toBe('EUR a month');
    expect(euro[15]?.trimStart().startsWith('100 ')).toBe(true);
  });
});

describe('what it shows', () => {
  it('covers today, the crossovers and the what-ifs, whole decades apart', () => {
    const shown = chartVolumes(samplePlan, 10);
    expect(shown[0]).toBe(10_000);
    expect(shown.at(-1)).toBe(10_000_000);
  });

  it('leaves out options that cannot be chosen', () => {
    const all = samplePlan.options.map((option) => ({ id: option.id, monthly_usd: [1, 2] }));
    expect(chartOf(samplePlan, { volumes: [1, 2], series: all })?.series.map((each) => each.id)).toEqual(['gpt', 'own']);
  });

  it('shows nothing where nothing has a price', () => {
    expect(chartOf(samplePlan, { volumes: [1, 2], series: [{ id: 'gpt', monthly_usd: [null, null] }] })).toBeNull();
  });
});

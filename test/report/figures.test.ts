import { describe, expect, it } from 'vitest';
import { count, judged, moneyOf, percent, short, significant } from '../../src/report/figures.ts';

describe('money', () => {
  const usd = moneyOf(null);

  it.each([
    [0, '$0'],
    [0.00275, '$0.00275'],
    [0.999, '$1.00'],
    [12.5, '$12.50'],
    [99.99, '$99.99'],
    [99.996, '$100'],
    [2750.4, '$2,750'],
    [1_234_567.8, '$1,234,568'],
    [-12.5, '-$12.50'],
    [-0.0001, '-$0.0001'],
  ])('shows a total of %d as %s', (value, text) => {
    expect(usd.total(value)).toBe(text);
  });

  it.each([
    [2.5, '$2.50'],
    [0.000015, '$0.000015'],
    [3.29, '$3.29'],
    [16_666.666666666668, '$16,666.67'],
    [200, '$200'],
  ])('shows a unit price of %d as %s', (value, text) => {
    expect(usd.unit(value)).toBe(text);
  });

  it('converts for display only, and spells a currency it has no sign for', () => {
    expect(moneyOf({ code: 'EUR', per_usd: 0.92 }).total(1000)).toBe('€920');
    expect(moneyOf({ code: 'EUR', per_usd: 0.92 }, false).total(1000)).toBe('EUR 920');
    expect(moneyOf({ code: 'CHF', per_usd: 0.8 }).total(-1000)).toBe('-CHF 800');
  });
});

describe('numbers', () => {
  it('keeps two decimals only where they say something', () => {
    expect([13_913.0435, 100_000, 0.3, 0.25].map(count)).toEqual(['13,913.04', '100,000', '0.3', '0.25']);
  });

  it('keeps significant digits without exponents', () => {
    expect([0.0027512, 1234.6, 0, 2_950_868.69].map((value) => significant(value, 3))).toEqual(['0.00275', '1,235', '0', '2,950,869']);
  });

  it('writes percent with a decimal below ten', () => {
    expect([-0.333, 0.045, 0.733, -0.0001, 1].map(percent)).toEqual(['-33 %', '4.5 %', '73 %', '0 %', '100 %']);
  });

  it('shortens axis labels at the thousand, not before', () => {
    expect([1, 999, 1000, 10_000, 2_500_000, 1e9, 999_999].map(short)).toEqual(['1', '999', '1k', '10k', '2.5M', '1B', '1M']);
  });

  it('writes a judgement as a range with its likely value', () => {
    expect(judged({ low: 0.1, likely: 0.3, high: 1 })).toBe('0.1 to 1 (likely 0.3)');
    expect(judged(4)).toBe('4');
  });
});

/** Quantities the way people write them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { judged, quantity } from '../../src/schema/fields.ts';
import { isCalendarDate, type QuantityKind, readQuantity } from '../../src/schema/quantity.ts';

const value = (text: unknown, kind: QuantityKind) => {
  const read = readQuantity(text, kind);
  return 'value' in read ? read.value : read.problem;
};

describe('readQuantity', () => {
  it.each<[unknown, QuantityKind, number]>([
    ['500_000', 'count', 500_000],
    ['500k', 'count', 500_000],
    ['500 k', 'count', 500_000],
    ['1M', 'count', 1_000_000],
    ['2.5B', 'count', 2_500_000_000],
    ['2.3M', 'count', 2_300_000],
    ['1e6', 'count', 1_000_000],
    ['+5', 'count', 5],
    ['.5', 'number', 0.5],
    [42, 'count', 42],
    ['20%', 'share', 0.2],
    ['7%', 'share', 0.07],
    ['99.9%', 'share', 0.999],
    [0.2, 'share', 0.2],
    ['-40%', 'rate', -0.4],
    ['120%', 'ratio', 1.2],
    ['500ms', 'ms', 500],
    ['1.5s', 'ms', 1500],
    ['0.5 s', 'ms', 500],
    ['500', 'ms', 500],
    ['2min', 's', 120],
    ['500ms', 's', 0.5],
    ['1h', 's', 3600],
    ['2.49/h', 'usd', 2.49],
    ['$3.29/h', 'usd', 3.29],
    ['$ 5k', 'usd', 5000],
    ['1.2M/year', 'usd', 1_200_000],
    ['$0.015/request', 'usd', 0.015],
    ['3 years', 'months', 36],
    ['18 months', 'months', 18],
  ])('%j as %s is %d', (text, kind, expected) => expect(value(text, kind)).toBe(expected));

  it.each<[unknown, QuantityKind]>([
    ['', 'count'],
    ['lots', 'count'],
    ['5 apples', 'count'],
    ['500__000', 'count'],
    ['500_', 'count'],
    ['1.2.3', 'count'],
    ['20%', 'count'],
    ['500k', 'share'],
    ['5m', 'usd'],
    ['5/week', 'usd'],
    ['5kg', 'ms'],
    ['1e999', 'count'],
    ['0x10', 'count'],
    ['NaN', 'count'],
    ['Infinity', 'number'],
    [Number.NaN, 'count'],
    [Number.POSITIVE_INFINITY, 'count'],
    [null, 'count'],
    [undefined, 'count'],
    [true, 'count'],
    [[5], 'count'],
    [{ k: 5 }, 'count'],
    ['constructor', 'count'],
    ['5constructor', 'count'],
  ])('%j is no %s', (text, kind) => expect(value(text, kind)).toMatch(/^must be .*found/));

  it('reads a number written with a scale as the decimal number it is', () => {
    const scales = { k: 3, M: 6, B: 9 } as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom('k', 'M', 'B'), (thousandths, scale) => {
        const text = (thousandths / 1000).toString();
        expect(value(`${text}${scale}`, 'count')).toBe(Number(`${text}e${scales[scale]}`));
        expect(value(`${text}%`, 'share')).toBe(Number(`${text}e-2`));
      }),
      { seed: 4 },
    );
  });

  it('never returns anything but a finite number or a sentence', () => {
    const kinds: QuantityKind[] = ['number', 'count', 'share', 'rate', 'usd', 'ms', 's', 'months', 'ratio'];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), fc.constantFrom(...kinds), (raw, kind) => {
        const read = readQuantity(raw, kind);
        expect('value' in read ? Number.isFinite(read.value) : read.problem.length > 0).toBe(true);
      }),
      { seed: 5 },
    );
  });
});

describe('fields', () => {
  it('hold their limits, and say what 20 in a share should be', () => {
    const share = quantity('share', { min: 0, max: 1 });
    expect(z.safeParse(share, 1)).toMatchObject({ success: true, data: 1 });
    const refused = z.safeParse(share, 20);
    expect(refused.error?.issues[0]).toMatchObject({ message: 'must be at most 1 (100%), found 20', params: { hint: 'Write 20% or 0.2.' } });
  });

  it('read ranges whose bounds are in order', () => {
    const field = judged('count', { min: 0 });
    expect(z.parse(field, { low: '1k', likely: 2000, high: '2k' })).toEqual({ low: 1000, likely: 2000, high: 2000 });
    for (const wrong of [{ low: 2, likely: 1, high: 3 }, { low: 1, likely: 4, high: 3 }, { low: 1, high: 2 }, { low: -1, likely: 1, high: 2 }, []]) {
      expect(z.safeParse(field, wrong).success).toBe(false);
    }
  });
});

describe('isCalendarDate', () => {
  it.each(['2026-11-24', '2024-02-29', '2000-02-29', '0001-01-01'])('%s', (text) => expect(isCalendarDate(text)).toBe(true));
  it.each(['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-11-31', '2026-1-1', '2026-11-24T00:00', '', '20261124'])('not %s', (text) =>
    expect(isCalendarDate(text)).toBe(false),
  );
});

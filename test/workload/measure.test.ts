import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixBlocks } from '../../src/workload/measure/blocks.ts';
import { Calendar } from '../../src/workload/measure/calendar.ts';
import { Gaps } from '../../src/workload/measure/gaps.ts';
import { ValueCounts } from '../../src/workload/measure/histogram.ts';
import { SeenIds } from '../../src/workload/measure/ids.ts';
import { JointCounts } from '../../src/workload/measure/joint.ts';
import { Splits } from '../../src/workload/measure/splits.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const tokens = fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(100_000_000));

describe('percentiles', () => {
  it('lie between ranks, linearly: of 10, 20, 30, 40 the median is 25 and p95 30 + 0.85 x 10', () => {
    const counts = new ValueCounts();
    for (const value of [40, 10, 30, 20]) counts.add(value);
    expect(counts.summary()).toEqual({ mean: 25, p50: 25, p95: 38.5, p99: 39.7, total: 100 });
  });

  it('agree with sorting everything, for any counts', () => {
    fc.assert(
      fc.property(fc.array(tokens, { minLength: 1, maxLength: 300 }), fc.integer({ min: 0, max: 100 }), (values, percent) => {
        const counts = new ValueCounts();
        for (const value of values) counts.add(value);
        const sorted = values.slice().sort((a, b) => a - b);
        const at = ((sorted.length - 1) * percent) / 100;
        const [low = 0, high = 0] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
        expect(counts.percentiles([percent])[0]).toBeCloseTo(low + (at - Math.floor(at)) * (high - low), 3);
      }),
    );
  });
});

describe('the joint histogram', () => {
  const histogramOf = (pairs: readonly (readonly [number, number])[]) => {
    const joint = new JointCounts();
    for (const [input, output] of pairs) joint.add(input, output);
    return joint.histogram();
  };

  it('keeps requests and tokens exactly, within 150 cells, each in its bucket', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tokens, tokens), { minLength: 1, maxLength: 400 }), (pairs) => {
        const { input_edges, output_edges, cells } = histogramOf(pairs) ?? { input_edges: [], output_edges: [], cells: [] };
        expect(cells.length).toBeLessThanOrEqual(150);
        expect(cells.reduce((sum, cell) => sum + cell.count, 0)).toBe(pairs.length);
        expect(cells.reduce((sum, cell) => sum + Math.round(cell.count * cell.input_mean), 0)).toBe(pairs.reduce((sum, [input]) => sum + input, 0));
        expect(cells.reduce((sum, cell) => sum + Math.round(cell.count * cell.output_mean), 0)).toBe(pairs.reduce((sum, [, output]) => sum + output, 0));
        for (const { i, j, input_mean, output_mean } of cells) {
          expect(input_mean).toBeLessThanOrEqual((input_edges[i] ?? 0) * (1 + 1e-9));
          expect(output_mean).toBeLessThanOrEqual((output_edges[j] ?? 0) * (1 + 1e-9));
          if (i > 0) expect(input_mean).toBeGreaterThan((input_edges[i - 1] ?? 0) * (1 - 1e-9));
        }
      }),
    );
  });

  it('has ascending edges and a bucket for zero', () => {
    const { input_edges, cells } = histogramOf([
      [0, 1],
      [1, 1],
      [1000, 7],
    ]) ?? { input_edges: [], cells: [] };
    expect(input_edges[0]).toBe(0);
    expect(input_edges.every((edge, k) => k === 0 || edge > (input_edges[k - 1] ?? 0))).toBe(true);
    expect(cells.map(({ count, input_mean }) => [count, input_mean])).toEqual([
      [1, 0],
      [1, 1],
      [1, 1000],
    ]);
  });
});

describe('burstiness', () => {
  const cvOf = (times: readonly number[], limit?: number) => {
    const gaps = new Gaps(limit);
    for (const time of times) gaps.add(time);
    return gaps;
  };

  it('is 0 for a metronome, 0.5 for gaps of 1 and 3 (mean 2, deviation 1)', () => {
    expect(cvOf([0, 10, 20, 30]).cv()).toBe(0);
    expect(cvOf([0, 1, 4, 5, 8]).cv()).toBe(0.5);
  });

  it("doesn't depend on the order of the rows", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 3, maxLength: 200 }), (times) => {
        const sorted = times.slice().sort((a, b) => a - b);
        expect(cvOf(times).cv()).toBe(cvOf(sorted).cv());
      }),
    );
  });

  it('is unknown, and says so, when unsorted rows are too many to keep; sorted ones are never too many', () => {
    expect(cvOf([3, 2, 1, 5], 3).lost).toBe(true);
    expect(cvOf([3, 2, 1, 5], 3).cv()).toBeNull();
    expect(cvOf([0, 1, 4, 5, 8], 3).cv()).toBe(0.5);
  });

  it('is unknown with two requests', () => {
    expect(cvOf([0, 1]).cv()).toBeNull();
  });
});

describe('the calendar', () => {
  const MONDAY = Date.UTC(2026, 10, 2) * 1000;

  it('knows Monday 00:00 UTC as the first hour, and weighs each hour of the week by the time the log covers', () => {
    const calendar = new Calendar();
    // ten days: each hour has one request, Monday 09:00 three; the Mondays come twice
    for (let hour = 0; hour < 240; hour += 1) calendar.add(MONDAY + hour * HOUR, hour === 9 || hour === 177 ? 3 : 1);
    const week = calendar.hourOfWeek(MONDAY, MONDAY + 10 * DAY);
    expect(week).toHaveLength(168);
    expect((week[9] ?? 0) / (week[8] ?? 1)).toBeCloseTo(3, 2);
    expect(week[100]).toBe(week[10]);
    expect(week.reduce((sum, rate) => sum + rate, 0) / 168).toBeCloseTo(1, 3);
  });

  it('finds the busiest minute and hour in whatever order rows come', () => {
    const calendar = new Calendar();
    for (const minutes of [125, 3, 61, 61, 119, 3, 3]) calendar.add(minutes * 60_000_000, 1);
    expect([calendar.busiest(1), calendar.busiest(60)]).toEqual([3, 3]);
  });

  it('finds the longest silence', () => {
    const calendar = new Calendar();
    for (const day of [9, 0, 1, 5]) calendar.add(day * DAY, 1);
    expect(calendar.longestSilence()).toEqual({ days: 3, afterDay: 1 });
  });
});

describe('ids', () => {
  it('are seen once, however many', () => {
    const ids = new SeenIds();
    const names = Array.from({ length: 200_000 }, (_, k) => `chatcmpl-${k}-${k * 7}`);
    expect(names.filter((name) => ids.seen(name))).toEqual([]);
    expect(names.filter((name) => !ids.seen(name))).toEqual([]);
  });

  it('beyond the limit count as new', () => {
    const ids = new SeenIds(2);
    expect(['a', 'b', 'c', 'c', 'a'].map((id) => ids.seen(id))).toEqual([false, false, false, false, true]);
    expect(ids.full).toBe(true);
  });
});

it('prefix blocks: all but the first use of a block could have come from a cache, the last block is short', () => {
  const blocks = new PrefixBlocks(512);
  blocks.add([1, 2, 3], 1100); // 512 + 512 + 76
  blocks.add([1, 2, 4], 1200);
  blocks.add([1, 2, 3], 1100);
  expect([blocks.reusedTokens, blocks.tokens]).toEqual([1024 + 1100, 3400]);
});

it('splits rank by requests and join the names beyond fifty', () => {
  const splits = new Splits();
  for (let k = 0; k < 60; k += 1) splits.add(`user-${k}`, 60 - k, 10, 1);
  const list = splits.list(true);
  expect(list).toHaveLength(51);
  expect(list[0]).toEqual({ name: 'user-0', requests: 60, input_tokens: { mean: 10 / 60, total: 10 }, output_tokens: { mean: 1 / 60, total: 1 } });
  expect(list.at(-1)).toMatchObject({ name: '(others)', requests: 55, input_tokens: { total: 100 } });
});

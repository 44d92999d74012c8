import { describe, expect, it } from 'vitest';
import { readCount } from '../../src/workload/count.ts';
import { readTime } from '../../src/workload/time.ts';
import { readUsage } from '../../src/workload/usage.ts';

describe('times', () => {
  const iso = (text: unknown, offset = 0): string | null => {
    const read = readTime(text, null, offset);
    return read === null ? null : new Date(read.us / 1000).toISOString();
  };

  it.each([
    ['2023-11-16 18:17:03.9799600', '2023-11-16T18:17:03.979Z'],
    ['2024-05-10 00:00:00.009930+00:00', '2024-05-10T00:00:00.009Z'],
    ['2026-11-01T10:00:00Z', '2026-11-01T10:00:00.000Z'],
    ['2026-11-01T10:00:00+05:30', '2026-11-01T04:30:00.000Z'],
    ['2026-11-01 10:00:00-0800', '2026-11-01T18:00:00.000Z'],
    ['2026-11-01 10:00:00 UTC', '2026-11-01T10:00:00.000Z'],
    ['2026-11-01 10:00', '2026-11-01T10:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T10:00:00,5', '2026-11-01T10:00:00.500Z'],
    [1_762_000_000, '2025-11-01T12:26:40.000Z'],
    ['1762000000', '2025-11-01T12:26:40.000Z'],
    [1_762_000_000_123, '2025-11-01T12:26:40.123Z'],
    [1_762_000_000_123_456, '2025-11-01T12:26:40.123Z'],
    ['1762000000123456789', '2025-11-01T12:26:40.123Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('keeps microseconds', () => {
    expect(readTime('2023-11-16 18:17:03.9799600', null, 0)?.us).toBe(1_700_158_623_979_960);
  });

  it('without a zone are read with the offset given; with one, not', () => {
    expect(iso('2026-11-01 10:00:00', 120)).toBe('2026-11-01T08:00:00.000Z');
    expect(iso('2026-11-01 10:00:00Z', 120)).toBe('2026-11-01T10:00:00.000Z');
  });

  it.each([
    '',
    'yesterday',
    '11/16/2023 18:17',
    '2026-02-30 10:00:00',
    '2026-13-01',
    '2026-11-01 25:00:00',
    '2026-11-01T10:00:00+99:00',
    '2026-11-01 10:00:00 CET',
    -5,
    Number.NaN,
    true,
    null,
  ])('%s is no time', (value) => {
    expect(readTime(value, null, 0)).toBeNull();
  });

  it('small numbers count from the start of the trace', () => {
    expect(readTime('12.5', null, 0)).toEqual({ us: 12_500_000, zoned: true, relative: true });
    expect(readTime(27_482, 'ms', 0, true)).toEqual({ us: 27_482_000, zoned: true, relative: true });
  });
});

describe('token counts', () => {
  it.each([
    [12, 12],
    ['12', 12],
    [' 12 ', 12],
    ['12.0', 12],
    ['1e3', 1000],
    [0, 0],
    [5n, 5],
    ['', null],
    [null, null],
    [undefined, null],
    ['NULL', null],
    ['-5', 'negative_tokens'],
    [-1, 'negative_tokens'],
    ['12.5', 'non_integer_tokens'],
    ['NaN', 'non_finite_tokens'],
    [Number.POSITIVE_INFINITY, 'non_finite_tokens'],
    ['1,234', 'not_a_number_tokens'],
    ['0x10', 'not_a_number_tokens'],
    ['twelve', 'not_a_number_tokens'],
    [true, 'not_a_number_tokens'],
    [100_000_001, 'too_large_tokens'],
  ])('%s is %s', (value, expected) => {
    expect(readCount(value)).toBe(expected);
  });
});

describe('Langfuse usage details', () => {
  it('add up the input types', () => {
    expect(readUsage('{"input":100,"input_cached_tokens":900,"output":50,"total":1050}')).toEqual({ input: 1000, output: 50, cached: 900, inclusive: false });
  });

  it('are not added twice when the total says cached is inside', () => {
    expect(readUsage({ input: 1000, input_cached_tokens: 900, output: 50, total: 1050 })).toEqual({ input: 1000, output: 50, cached: 900, inclusive: true });
  });

  it('count reasoning as output, cache writes as input', () => {
    expect(readUsage({ input: 10, input_cache_creation: 5, output: 50, output_reasoning_tokens: 200 })).toMatchObject({
      input: 15,
      output: 250,
      cached: undefined,
    });
  });

  it.each(["{'input':100,'output':50}", '{input=100, output=50}', '{"input": "100", "output": "50"}'])('are read from %s', (text) => {
    expect(readUsage(text)).toMatchObject({ input: 100, output: 50 });
  });

  it('pass a negative count on, to be dropped', () => {
    expect(readUsage({ input: -1, output: 5 })?.input).toBe(-1);
  });

  it('are null when the cell is no map', () => {
    expect([readUsage(''), readUsage('hello'), readUsage(null)]).toEqual([null, null, null]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, shareColumns, wrap } from '../../src/report/layout.ts';

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  });

  it('breaks a long word after a separator, else anywhere', () => {
    expect(wrap('see https://example.org/a/long/path', 14)).toEqual(['see https://', 'example.org/a/', 'long/path']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('counts wide characters as two columns', () => {
    expect(displayWidth('日本')).toBe(4);
    expect(wrap('日本語', 4)).toEqual(['日本', '語']);
  });

  it('never exceeds the width and never loses a character', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })), fc.integer({ min: 2, max: 40 }), (words, width) => {
        const text = words.join(' ');
        const lines = wrap(text, width);
        expect(lines.every((line) => displayWidth(line) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('shareColumns', () => {
  it('takes from the widest first', () => {
    expect(
      shareColumns(
        [
          { natural: 30, least: 5 },
          { natural: 10, least: 10 },
        ],
        30,
      ),
    ).toEqual([20, 10]);
  });

  it('stops at the least, even when that is too wide', () => {
    expect(
      shareColumns(
        [
          { natural: 30, least: 25 },
          { natural: 10, least: 10 },
        ],
        20,
      ),
    ).toEqual([25, 10]);
  });
});

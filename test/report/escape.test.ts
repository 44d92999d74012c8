import { describe, expect, it } from 'vitest';
import { ascii, csv, html, markdown, oneLine, terminal } from '../../src/report/escape.ts';

describe('terminal text', () => {
  it('shows control sequences instead of sending them', () => {
    expect(oneLine('a\u001b[31mred\u0007')).toBe('a\\u001b[31mred\\u0007');
    expect(oneLine('evil\u202etxt.exe')).toBe('evil\\u202etxt.exe');
  });

  it('stays on one line', () => {
    expect(oneLine('two\r\nlines\tand a tab')).toBe('two lines and a tab');
  });

  it('breaks commands a CI runner would obey, and leaves addresses alone', () => {
    expect(terminal('::set-output name=a::b')).toBe(': :set-output name=a::b');
    expect(terminal('##[error]x')).toBe('# #[error]x');
    expect(terminal('fe80::1')).toBe('fe80::1');
  });

  it('spells what ASCII lacks', () => {
    expect(ascii('3 × 4 – café → 中')).toBe('3 x 4 - cafe -> ?');
  });
});

describe('Markdown', () => {
  it.each([
    ['[click](https://evil.example)', '\\[click\\]\\(https:&#47;&#47;evil.example\\)'],
    ['![x](y)', '\\!\\[x\\]\\(y\\)'],
    ['a | b', 'a \\| b'],
    ['<script>alert(1)</script>', '&lt;script&gt;alert\\(1\\)&lt;/script&gt;'],
    ['@team look', '&#64;team look'],
    ['# heading', '\\# heading'],
    ['1. item', '1\\. item'],
    ['- item', '\\- item'],
    ['`code`', '\\`code\\`'],
    ['back\\slash', 'back\\\\slash'],
  ])('%s becomes inert', (text, escaped) => {
    expect(markdown(text)).toBe(escaped);
  });
});

describe('CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['  @SUM(A1)', `"'  @SUM(A1)"`],
    ['-2+3', `"'-2+3"`],
    ['say "hi", you', '"say ""hi"", you"'],
    ['plain', 'plain'],
    [-2, '-2'],
    [null, ''],
    [true, 'true'],
  ])('%s is written as %s', (value, cell) => {
    expect(csv(value)).toBe(cell);
  });
});

it('HTML attributes and text are inert', () => {
  expect(html(`"><img src=x onerror='a'>&`)).toBe('&quot;&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;');
});

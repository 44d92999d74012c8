import { describe, expect, it } from 'vitest';
import { ascii, csv, html, json, markdown, oneLine, terminal } from '../../src/report/escape.ts';

describe('terminal text', () => {
  it('shows control sequences instead of sending them', () => {
    expect(oneLine('a\u001b[31mred\u0007')).toBe('a\\u001b[31mred\\u0007');
    expect(oneLine('evil\u202etxt.exe')).toBe('evil\\u202etxt.exe');
  });

  it('stays on one line', () => {
    expect(oneLine('two\r\nlines\tand a tab')).toBe('two lines and a tab');
  });

  it.each([
    ['::set-output name=a::b', ': :set-output name=a: :b'],
    ['::error file=a:b,line=1::c', ': :error file=a:b,line=1: :c'],
    ['x :: stop-commands::token', 'x : : stop-commands: :token'],
    ['::add-mask::secret', ': :add-mask: :secret'],
    ['##[error]x', '# #[error]x'],
    ['##vso[task.setvariable variable=a]b', '# #vso[task.setvariable variable=a]b'],
    ['##teamcity[buildStop]', '# #teamcity[buildStop]'],
    ['fe80::1', 'fe80::1'],
    ['## a heading', '## a heading'],
  ])('breaks commands a CI runner would obey, and leaves addresses alone: %s', (text, shown) => {
    expect(terminal(text)).toBe(shown);
  });

  it('spells what ASCII lacks', () => {
    expect(ascii('3 × 4 – café → 中')).toBe('3 x 4 - cafe -> ?');
  });
});

describe('Markdown', () => {
  it.each([
    ['[click](https://evil.example)', '[click\\](`https://evil.example`)'],
    ['![x](y)', '![x\\](y)'],
    ['[x][y] and [x]: /z', '[x\\][y] and [x\\]: /z'],
    ['a note[^1], a page [[Home]]', 'a note\\[^1], a page \\[[Home]]'],
    ['a | b', 'a \\| b'],
    ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
    ['<!-- hidden', '&lt;!-- hidden'],
    ['@team look', '@\u2060team look'],
    ['fixes #12', 'fixes #\u206012'],
    ['# heading', '\\# heading'],
    ['> quote', '\\> quote'],
    ['1. item', '1\\. item'],
    ['- item', '\\- item'],
    ['---', '\\---'],
    ['    code', 'code'],
    ['a ` tick', 'a \\` tick'],
    ['``a`', '\\``a`'],
    ['back\\slash', 'back\\\\slash'],
    ['a\\`code`', 'a\\\\`code`'],
    ['ends in \\', 'ends in \\\\'],
    ['$x^2$ and $$y$$', '\\$x^2\\$ and \\$\\$y\\$\\$'],
    ['*bold* _soft_ ~gone~', '\\*bold\\* \\_soft\\_ \\~gone\\~'],
    ['&copy; &#64;team', '&amp;copy; &amp;#\u206064;team'],
    ['{{ site }} {% raw %}', '{\\{ site }} {\\% raw %}'],
    ['www.evil.example, http://', '`www.evil.example`, http:&#47;&#47;'],
  ])('%s becomes inert', (text, escaped) => {
    expect(markdown(text)).toBe(escaped);
  });

  it.each([
    '$2,750 (about 2.2 times), -1,002 %',
    'team.self_host_fte',
    '[option.retires_in_horizon]',
    'say `have: { openai: [dpa] }`.',
    'a & b',
    '2 > 1',
    '0.1.0',
  ])('%s is left as it is', (text) => {
    expect(markdown(text)).toBe(text);
  });

  it('in a table cell only what ends the cell is escaped at its start', () => {
    expect(markdown('-', 'cell')).toBe('-');
    expect(markdown('- a | b', 'cell')).toBe('- a \\| b');
  });
});

describe('CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['  @SUM(A1)', `"'  @SUM(A1)"`],
    ['-2+3', `"'-2+3"`],
    ['say "hi", you', '"say ""hi"", you"'],
    ['\uff1d1+1', `"'\uff1d1+1"`],
    ['::error file=a::b', '"::error file=a::b"'],
    ['a ##[group]b', 'a # #[group]b'],
    ['plain', 'plain'],
    [-2, '-2'],
    [null, ''],
    [true, 'true'],
  ])('%s is written as %s', (value, cell) => {
    expect(csv(value)).toBe(cell);
  });
});

it('JSON is the same data without a command for a runner', () => {
  const value = { name: '##[group]x', note: '## heading', path: '##vso[a]b' };
  expect(json(value)).not.toMatch(/##(\[|vso)/);
  expect(JSON.parse(json(value))).toEqual(value);
});

it('HTML attributes and text are inert', () => {
  expect(html(`"><img src=x onerror='a'>&`)).toBe('&quot;&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;');
});

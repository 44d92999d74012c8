/** The quick reader against the full one: where it answers, it answers the same. */

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlain } from '../../src/files/plain-yaml.ts';
import { InputError } from '../../src/files/problem.ts';
import { parseYaml } from '../../src/files/yaml.ts';
import { mutators, random } from './mutators.ts';
import { FULL, SMALL, SPEECH } from './sample.ts';

/** What the full reader says; undefined when it finds anything wrong. */
function full(text: string): unknown {
  try {
    const { value, problems } = parseYaml(text, 'x');
    return problems.length === 0 ? value : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Did the quick reader answer? If so, it must agree. */
function agrees(text: string): boolean {
  const quick = readPlain(text);
  if (quick !== undefined) expect(quick, text).toEqual(full(text));
  return quick !== undefined;
}

const folder = (path: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${path}/${name}`);

describe('the quick reader', () => {
  it.each([...folder('scenarios'), ...folder('scenarios/profiles')])('answers for %s', (path) => expect(agrees(readFileSync(path, 'utf8'))).toBe(true));
  it.each([
    ['FULL', FULL],
    ['SMALL', SMALL],
    ['SPEECH', SPEECH],
  ])('answers for %s', (_, text) => expect(agrees(text)).toBe(true));

  it.each([...folder('pricing/rules'), ...folder('pricing/models'), ...folder('test/fixtures/invalid')])('agrees on %s', (path) => {
    agrees(readFileSync(path, 'utf8'));
  });

  it('agrees on spoiled scenarios', () => {
    for (const { spoil } of mutators) for (const text of [FULL, SMALL, SPEECH]) for (let seed = 0; seed < 5; seed++) agrees(spoil(text, random(seed)));
  });

  it('agrees wherever a few letters are put into, or taken out of, a good scenario', () => {
    const piece = fc.constantFrom(
      ' ',
      '  ',
      '\n',
      '\n  ',
      '\n    ',
      ':',
      ': ',
      '#',
      ' #',
      '- ',
      '-',
      ',',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '!t ',
      '|',
      '>',
      '?',
      '? ',
      '~',
      '0',
      '0x1',
      '.',
      'e5',
      '%',
      '@',
      '`',
      '\\',
      '<<: ',
      '---\n',
      '\t',
      '\r',
      'null',
      'true',
    );
    let answered = 0;
    fc.assert(
      fc.property(fc.constantFrom(FULL, SMALL, SPEECH), fc.nat(), piece, fc.integer({ min: 0, max: 3 }), (text, place, put, take) => {
        const at = place % text.length;
        if (agrees(text.slice(0, at) + put + text.slice(at + take))) answered++;
      }),
      { numRuns: 2000, seed: 6 },
    );
    expect(answered).toBeGreaterThan(200);
  });

  it('agrees on texts made of YAML pieces', () => {
    const piece = fc.constantFrom(
      'a: ',
      'b:',
      '1',
      '- ',
      '  ',
      '\n',
      '\n  ',
      '{ ',
      ' }',
      '[',
      ']',
      ', ',
      'x',
      '"q"',
      '"a\\"b"',
      'k:\n  { ',
      "'q'",
      '#c',
      ' #c',
      '1.5',
      '-2',
      '.5',
      '5.',
      '+1',
      '1e3',
      'yes',
      'true',
      '500_000',
      '20%',
      '$5',
      'n+1',
      'a/b',
      'http://x',
      'c: d',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        agrees(pieces.join(''));
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

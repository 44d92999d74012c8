/** Good scenarios spoiled in hundreds of ways: each time an InputError with a place, and nothing else is ever thrown. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/files/format.ts';
import { scenarioFromText } from '../../src/files/load.ts';
import { InputError } from '../../src/files/problem.ts';
import { mutators, random } from './mutators.ts';
import { catalog, FULL, SMALL, SPEECH } from './sample.ts';

const GOOD = { FULL, SPEECH, SMALL };
const ROUNDS = 10;

/** The problems, or null when the text loads. Anything but an InputError is thrown on and fails the test. */
function problemsOf(text: string) {
  try {
    scenarioFromText(text, 'fuzz.yaml', { catalog });
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

describe('spoiled scenarios', () => {
  it.each(Object.entries(GOOD))('%s is good to begin with', (_, text) => expect(problemsOf(text)).toBeNull());

  const seen = new Set<string>();
  it.each(mutators)('$name', ({ name, spoil }) => {
    for (const [which, text] of Object.entries(GOOD)) {
      for (let round = 0; round < ROUNDS; round++) {
        const spoiled = spoil(text, random(round * 7919 + which.length));
        if (spoiled === text) continue;
        const problems = problemsOf(spoiled);
        expect(problems, `${name}, ${which}, round ${round}:\n${spoiled}`).not.toBeNull();
        for (const { line, column, file } of problems ?? []) {
          expect(file).toBe('fuzz.yaml');
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(spoiled.split('\n').length);
          expect(column).toBeGreaterThan(0);
        }
        expect(formatProblems(problems ?? [])).not.toMatch(/[^\P{Cc}\n]/u);
        seen.add(spoiled);
      }
    }
  });

  it('are more than 300 different files', () => expect(seen.size).toBeGreaterThanOrEqual(300));
});

describe('anything at all', () => {
  it('text: loads or is an InputError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        problemsOf(text);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('YAML-like text: loads or is an InputError', () => {
    const piece = fc.constantFrom(
      'version: 1\n',
      'options:\n',
      '  - ',
      '{ ',
      '}',
      '[',
      ']',
      ': ',
      'id',
      '&a ',
      '*a',
      '<<: ',
      '!!str ',
      '? ',
      '| \n',
      '"',
      "'",
      '\n',
      '\t',
      '---\n',
      '#',
      '1e9',
      '~',
      '- ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        problemsOf(pieces.join(''));
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it('values: a scenario with any JSON in the place of a key loads or is an InputError', () => {
    const keys = ['workload', 'requirements', 'options', 'team', 'what_if', 'policies', 'currency', 'pricing', 'baseline', 'price_trend_per_year'];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        problemsOf(JSON.stringify({ version: 1, name: 'x', workload: { requests_per_month: 5, tokens: { input: 1, output: 1 } }, options: [], [key]: value }));
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

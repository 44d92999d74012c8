/** Hand-written wrong scenarios: code, place and wording of every problem stand beside each. `UPDATE_EXPECTED=1` writes them anew, to be read in review. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/files/format.ts';
import { loadScenario } from '../../src/files/load.ts';
import { InputError, type Problem } from '../../src/files/problem.ts';
import { catalog } from './sample.ts';

const FOLDER = 'test/fixtures/invalid';
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

function problemsOf(path: string): readonly Problem[] {
  try {
    loadScenario(path, { catalog });
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

describe('wrong scenarios', () => {
  it('are more than sixty', () => expect(files.length).toBeGreaterThanOrEqual(60));

  it.each(files)('%s', (file) => {
    const problems = problemsOf(`${FOLDER}/${file}`);
    expect(problems.length).toBeGreaterThan(0);
    for (const { file: where, line, column } of problems) {
      expect(where).toContain(FOLDER);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
    }
    const expected = `${FOLDER}/${file.replace('.yaml', '.txt')}`;
    const found = formatProblems(problems);
    if (process.env.UPDATE_EXPECTED === '1' || !existsSync(expected)) writeFileSync(expected, found);
    expect(found).toBe(readFileSync(expected, 'utf8'));
  });
});

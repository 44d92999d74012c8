import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run } from './run.ts';

async function script(shell: string): Promise<string> {
  const { code, stdout, stderr } = await run(['completion', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** What bash would offer for these words, the last one unfinished. */
async function bashOffers(...words: string[]): Promise<string[]> {
  const place = folder();
  writeFileSync(join(place, 'c.bash'), await script('bash'));
  const ask = `source ./c.bash; COMP_WORDS=(llm-crossover ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _llm_crossover; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', ask], { cwd: place, encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

describe('completion for bash', () => {
  it('offers commands, options and the values of options', async () => {
    expect(await bashOffers('pl')).toEqual(['plan']);
    expect(await bashOffers('plan', '--wh')).toEqual(['--what-if']);
    expect(await bashOffers('plan', '--format', 'm')).toEqual(['markdown']);
    expect(await bashOffers('completion', 'z')).toEqual([]);
  });
});

describe.each(['zsh', 'fish'])('completion for %s', (shell) => {
  it('names every command and parses', async () => {
    const text = await script(shell);
    for (const word of ['plan', 'doctor', 'what-if', 'explain']) expect(text).toContain(word);
    const checked = spawnSync(shell, ['--no-execute'], { input: text, encoding: 'utf8' });
    if (checked.error === undefined) expect(checked.stderr).toBe('');
  });
});

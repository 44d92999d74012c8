/** Runs the command inside this process, with a world of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function cli(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  let [out, err, code] = ['', '', 0];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    stdin: {},
    stdout: { isTTY: false },
    stderr: { isTTY: false },
    env,
    cwd,
    today: () => '2026-11-24',
    exit: (given: number) => {
      code = given;
    },
  } as unknown as Io;
  await run(args, io);
  return { code, out, err };
}

/** A folder with these files, their folders made. */
export function files(given: Readonly<Record<string, string>>, root = mkdtempSync(join(tmpdir(), 'llm crossover ci '))): string {
  for (const [name, text] of Object.entries(given)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

export function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { encoding: 'utf8' });
}

/** A repository whose first commit holds these files. */
export function repository(given: Readonly<Record<string, string>>): string {
  const root = files(given);
  git(root, 'init', '-q', '-b', 'main', '.');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'Begin');
  return root;
}

/** The built command in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = process.env.BENCH_CLI ?? fileURLToPath(new URL('../../bin/llm-crossover.js', import.meta.url));

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Started {
  const child = spawn(process.execPath, [BIN, 'bench', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    stderr += bytes;
  });
  const done = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
  });
  return { child, done };
}

export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Finished> {
  return start(args, env, cwd).done;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `holds`; fails as soon as the command has ended without it. */
export async function until({ child, done }: Started, holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (child.exitCode !== null) throw new Error(`the command ended early: ${(await done).stderr}`);
    await sleep(5);
  }
}

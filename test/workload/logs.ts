/** Imports of logs written in the test itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach } from 'vitest';
import { InputError } from '../../src/files/problem.ts';
import { importLog } from '../../src/workload/import.ts';
import type { ImportResult } from '../../src/workload/result.ts';
import type { ImportOptions } from '../../src/workload/session.ts';

export const DEFAULTS: ImportOptions = {
  from: null,
  named: {},
  cached: null,
  timeUnit: null,
  offsetMinutes: 0,
  name: null,
  source: null,
  onlyModels: [],
  onlyTeams: [],
  engine: 'auto',
  stdin: Readable.from([]),
  progress: () => {},
  signal: null,
};

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'workload-test-'));
  folders.push(path);
  return path;
}

export function file(name: string, content: string | Buffer): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

/** Imports text as if it were a file of that name. */
export function importText(content: string | Buffer, options: Partial<ImportOptions> = {}, name = 'log.csv'): Promise<ImportResult> {
  return importLog(file(name, content), { ...DEFAULTS, ...options });
}

/** The problems an import fails with. */
export async function problemsOf(content: string | Buffer, options: Partial<ImportOptions> = {}, name = 'log.csv') {
  try {
    await importText(content, options, name);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('the import succeeded');
}

/** A CSV of rows `time,input,output`. */
export function rows(...lines: string[]): string {
  return `timestamp,input_tokens,output_tokens\n${lines.map((line) => `${line}\n`).join('')}`;
}

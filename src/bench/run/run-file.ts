/** The file beside the records, `<records>.run.json`: what was planned and how far it came. Replaced whole, so it is always readable. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { InputError } from '../../files/problem.ts';
import type { ThreadHealth } from '../measure/health.ts';
import type { Window } from '../measure/windows.ts';
import type { BenchSetup } from './setup.ts';

export interface PointState {
  /** Windows of a timed level; empty: from the first send to the last token. */
  readonly windows: readonly Window[];
  readonly health: ThreadHealth | null;
  readonly warmup: number;
  readonly refused: number;
  readonly complete: boolean;
}

export interface RunFile {
  readonly schema_version: 1;
  readonly started_at: string;
  readonly target: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly setup: BenchSetup;
  readonly points: readonly PointState[];
  readonly telemetry: Readonly<Record<string, unknown>> | null;
}

export function runFilePath(records: string): string {
  return `${records}.run.json`;
}

export function writeRunFile(records: string, run: RunFile): void {
  const path = runFilePath(records);
  writeFileSync(`${path}.new`, `${JSON.stringify(run)}\n`);
  renameSync(`${path}.new`, path);
}

/** @throws InputError when the file is missing or is none of ours */
export function readRunFile(records: string): RunFile {
  const path = runFilePath(records);
  try {
    const run = JSON.parse(readFileSync(path, 'utf8')) as RunFile;
    if (run.schema_version === 1 && Array.isArray(run.points) && typeof run.started_at === 'string') return run;
  } catch {
    throw InputError.of(
      'bench.no-run-file',
      `${path} is missing or damaged.`,
      'It is written beside the records when a run starts; keep the two files together.',
      path,
    );
  }
  throw InputError.of('bench.no-run-file', `${path} was not written by this program.`, 'Give the records file of a bench run.', path);
}

import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { liveView } from '../../bench/output/live-view.ts';
import { type AnyMeasurement, type ReportFormat, renderMeasurement } from '../../bench/output/report.ts';
import { runFilePath } from '../../bench/run/run-file.ts';
import { BenchSession, type SessionParts, type SessionResult } from '../../bench/run/session.ts';
import type { BenchSetup } from '../../bench/run/setup.ts';
import { InputError } from '../../files/problem.ts';
import { type Secret, takeSecret } from '../../llm/secret.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { writeWhole } from '../write-file.ts';

/** Keys taken so far: two targets may name the same variable, which is gone after the first. */
const taken = new Map<string, Secret>();

/** @throws InputError when the named variable holds nothing */
export function keyOf(setup: BenchSetup, io: Io): Secret | null {
  const name = setup.target.api_key_env;
  if (name === null) return null;
  const key = takeSecret(io.env, name) ?? taken.get(name) ?? null;
  if (key === null) throw InputError.of('bench.no-key', `The environment variable ${name} is not set.`, `Set it in your shell: export ${name}=...`);
  taken.set(name, key);
  return key;
}

type Given = Omit<SessionParts, 'events' | 'toolVersion'>;

/** Runs a session with the live view on stderr and Ctrl-C in hand. */
export async function runSession(setup: BenchSetup, parts: Given, io: Io): Promise<SessionResult> {
  const view = liveView({ write: io.err, isTty: io.stderr.isTTY === true, width: io.stderr.columns ?? 80 });
  const session = new BenchSession(setup, { ...parts, events: view, toolVersion: VERSION });
  const onSignal = () => {
    view.note(session.interrupted ? 'Stopping now.' : 'Stopping: waiting for what is in flight. Ctrl-C again stops now.');
    session.interrupt();
  };
  const release = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const result = await session.run();
    // After an interruption the signals stay caught: one that comes late must not cut off the writing.
    if (!result.interrupted) release();
    return result;
  } catch (error) {
    release();
    throw error;
  } finally {
    view.close();
  }
}

/** Starts a records file afresh: an old one would be mixed with the new run. */
export function freshRecords(path: string | undefined, io: Io): string | null {
  if (path === undefined) return null;
  const records = resolve(io.cwd, path);
  try {
    mkdirSync(dirname(records), { recursive: true });
    writeFileSync(records, '', { flag: 'a' });
    truncateSync(records);
    rmSync(runFilePath(records), { force: true });
  } catch (error) {
    throw InputError.of(
      'file.cannot-write',
      `${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'an error'}.`,
      'Name a file in a folder you can write to.',
      path,
    );
  }
  return records;
}

export interface ResultFlags {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly fromBench?: string;
}

/** Prints and saves a measurement, and sets the exit code: 2 when no request succeeded, 130 when it was interrupted. */
export async function finish(measurement: AnyMeasurement, interrupted: boolean, flags: ResultFlags, io: Io): Promise<void> {
  io.out(renderMeasurement(measurement, flags.format));
  if (flags.out !== undefined) writeWhole(flags.out, `${JSON.stringify(measurement, null, 2)}\n`, io.cwd);
  if (flags.fromBench !== undefined) {
    const [{ scenarioOption }, { knownOf }] = await Promise.all([import('../../bench/output/scenario-option.ts'), import('./known.ts')]);
    writeWhole(flags.fromBench, scenarioOption(measurement, flags.out ?? null, flags.fromBench, knownOf(measurement)), io.cwd);
  }
  if (interrupted) io.exit(130);
  else if (measurement.points.every((point) => point.ok === 0)) io.exit(2);
}

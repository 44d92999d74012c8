import { resolve } from 'node:path';
import { mergeRuns } from '../../bench/merge.ts';
import type { AnyMeasurement } from '../../bench/output/report.ts';
import { readRun } from '../../bench/run/resume.ts';
import { costOf } from '../../bench/run/session.ts';
import { loadMeasurement } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import type { Io } from '../io.ts';
import { priceOfTarget } from './price.ts';
import { finish, type ResultFlags } from './session.ts';

export async function benchReport(files: readonly string[], flags: ResultFlags, io: Io): Promise<void> {
  await finish(
    measurementOf(
      files.map((file) => resolve(io.cwd, file)),
      io,
    ),
    false,
    flags,
    io,
  );
}

function measurementOf(paths: readonly string[], io: Io): AnyMeasurement {
  const measurements = paths.filter((path) => path.endsWith('.json'));
  if (measurements.length > 0) {
    if (paths.length > 1)
      throw InputError.of(
        'bench.mixed-files',
        'Measurement files are already reduced and cannot be merged.',
        'Give the records files (.jsonl) of the runs, or one measurement file.',
      );
    return loadMeasurement(paths[0] ?? '');
  }
  const runs = paths.map(readRun);
  const setup = runs[0]?.file.setup;
  if (setup === undefined) throw InputError.of('bench.no-files', 'No records files were given.');
  return mergeRuns(runs, costOf(setup, priceOfTarget(setup.target, io.today())));
}

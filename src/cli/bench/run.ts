import { setupFrom } from '../../bench/flags.ts';
import { mendRecords } from '../../bench/run/records-file.ts';
import { readRun } from '../../bench/run/resume.ts';
import type { BenchSetup } from '../../bench/run/setup.ts';
import { sweepOf } from '../../bench/sweep.ts';
import { loadYaml } from '../../files/load.ts';
import { benchTargetSchema } from '../../schema/bench-target.ts';
import type { RunFlags } from '../commands/bench.ts';
import type { Io } from '../io.ts';
import { confirmSpending } from './confirm.ts';
import { priceOfTarget } from './price.ts';
import { finish, freshRecords, keyOf, runSession } from './session.ts';
import { sizesFrom } from './sizes.ts';

export function setupOf(target: string, flags: Partial<RunFlags>, io: Io): BenchSetup {
  const readTarget = (path: string) => loadYaml(path, benchTargetSchema, 'target');
  return setupFrom(flags, { target, cwd: io.cwd, readTarget }, sizesFrom(flags.scenario, io));
}

export async function benchTarget(target: string, flags: RunFlags, io: Io): Promise<void> {
  const setup = setupOf(target, flags, io);
  const sweep = flags.sweep === true ? sweepOf(setup, flags) : null;
  const price = priceOfTarget(setup.target, io.today());
  const key = keyOf(setup, io);
  await confirmSpending(setup, price, flags.yes === true, io);
  const parts = { key, price, recordsPath: freshRecords(flags.records, io), ...(sweep === null ? {} : { nextLevel: sweep.next }) };
  const { measurement, interrupted } = await runSession(setup, parts, io);
  const result = sweep === null ? measurement : { ...measurement, sweep: sweep.result(measurement.points) };
  await finish(result, interrupted, flags, io);
}

/** Goes on where a killed run stopped: what is in the records is kept, the rest is measured. */
export async function benchResume(records: string, flags: Pick<RunFlags, 'format' | 'out' | 'yes'>, io: Io): Promise<void> {
  const { file, points } = readRun(records);
  const { setup } = file;
  const price = priceOfTarget(setup.target, io.today());
  const key = keyOf(setup, io);
  await confirmSpending(setup, price, flags.yes === true, io);
  mendRecords(records);
  const { measurement, interrupted } = await runSession(setup, { key, price, recordsPath: records, resumed: { file, points } }, io);
  await finish(measurement, interrupted, flags, io);
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { compareMeasurements } from '../../bench/compare/compare.ts';
import { type CompareFormat, renderComparison } from '../../bench/compare/render.ts';
import type { PriceRequest } from '../../bench/measure/money.ts';
import { mergeRuns } from '../../bench/merge.ts';
import type { AnyMeasurement } from '../../bench/output/report.ts';
import type { LeftBehind } from '../../bench/run/resume.ts';
import { costOf } from '../../bench/run/session.ts';
import type { BenchSetup } from '../../bench/run/setup.ts';
import { likely } from '../../engine/units.ts';
import { loadMeasurement, loadScenario } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import type { Secret } from '../../llm/secret.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import { readQuantity } from '../../schema/quantity.ts';
import type { RunFlags } from '../commands/bench.ts';
import type { Io } from '../io.ts';
import { writeWhole } from '../write-file.ts';
import { confirmSpending } from './confirm.ts';
import { priceOfTarget } from './price.ts';
import { setupOf } from './run.ts';
import { keyOf, runSession } from './session.ts';

type CompareFlags = Partial<RunFlags> & {
  readonly modelB?: string;
  readonly outA?: string;
  readonly outB?: string;
  readonly peakToAverage?: string;
  readonly spareReplicas?: string;
};

interface Live {
  readonly setup: BenchSetup;
  readonly price: PriceRequest | null;
  readonly key: Secret | null;
}

/** A B B A: a drift that is even in time hits both sides alike. */
const TURNS = ['a', 'b', 'b', 'a', 'a', 'b', 'b', 'a'] as const;
const BLOCKS = TURNS.length / 2;
const DEFAULT_PEAK = 4;

export async function benchCompare(a: string, b: string, flags: CompareFlags, io: Io): Promise<void> {
  const files = [measurementFile(a, io), measurementFile(b, io)] as const;
  const { sides, interrupted } =
    files[0] !== null && files[1] !== null ? { sides: [files[0], files[1]] as const, interrupted: false } : await measure(a, b, files, flags, io);
  const comparison = compareMeasurements(sides[0], sides[1], trafficOf(flags, io));
  io.out(renderComparison(comparison, (flags.format ?? 'terminal') as CompareFormat));
  if (flags.outA !== undefined) writeWhole(flags.outA, `${JSON.stringify(sides[0], null, 2)}\n`, io.cwd);
  if (flags.outB !== undefined) writeWhole(flags.outB, `${JSON.stringify(sides[1], null, 2)}\n`, io.cwd);
  if (interrupted) io.exit(130);
  else if (sides.some((side) => side.points.every((point) => point.ok === 0))) io.exit(2);
}

/** A JSON file with load points is a measurement; anything else is a target to measure. */
function measurementFile(text: string, io: Io): AnyMeasurement | null {
  const path = resolve(io.cwd, text);
  if (/^https?:\/\//i.test(text) || !/\.json$/i.test(text) || !existsSync(path)) return null;
  loadMeasurement(path);
  // Checked above; the raw text still has the intervals and other extras.
  return JSON.parse(readText(path)) as AnyMeasurement;
}

async function measure(
  a: string,
  b: string,
  files: readonly (AnyMeasurement | null)[],
  flags: CompareFlags,
  io: Io,
): Promise<{ sides: readonly [AnyMeasurement, AnyMeasurement]; interrupted: boolean }> {
  const names = { a, b };
  const live: Record<'a' | 'b', Live | null> = {
    a: files[0] ? null : liveOf(a, flags, io),
    b: files[1] ? null : liveOf(b, flags.modelB === undefined ? flags : { ...flags, model: flags.modelB }, io),
  };
  for (const side of [live.a, live.b]) if (side !== null) await confirmSpending(side.setup, side.price, flags.yes === true, io);
  const runs: Record<'a' | 'b', LeftBehind[]> = { a: [], b: [] };
  let interrupted = false;
  for (const turn of TURNS) {
    const side = live[turn];
    if (side === null || interrupted) continue;
    io.err(`${turn.toUpperCase()} (${names[turn]}), turn ${runs[turn].length + 1} of ${BLOCKS}\n`);
    const result = await runSession(blockOf(side.setup, runs[turn]), { key: side.key, price: side.price, recordsPath: null }, io);
    runs[turn].push(result.left);
    interrupted = result.interrupted;
  }
  const sideOf = (name: 'a' | 'b', file: AnyMeasurement | null | undefined) => file ?? joined(runs[name], live[name], name);
  return { sides: [sideOf('a', files[0]), sideOf('b', files[1])], interrupted };
}

function liveOf(target: string, flags: CompareFlags, io: Io): Live {
  const setup = setupOf(target, flags, io);
  return { setup, price: priceOfTarget(setup.target, io.today()), key: keyOf(setup, io) };
}

/** One turn: a share of every level's requests or time, with prompts and money of its own; warmed up in the first turn only. */
function blockOf(setup: BenchSetup, before: readonly LeftBehind[]): BenchSetup {
  const levels = setup.levels.map(({ load, stop }) => ({
    load,
    stop: {
      requests: stop.requests === null ? null : Math.ceil(stop.requests / BLOCKS),
      duration_s: stop.duration_s === null ? null : stop.duration_s / BLOCKS,
    },
  }));
  const cap = setup.max_spend_usd === null ? null : setup.max_spend_usd / BLOCKS;
  return {
    ...setup,
    levels,
    seed: setup.seed + before.length,
    run: `${setup.run}-${before.length}`,
    warmup: before.length === 0 ? setup.warmup : 0,
    max_spend_usd: cap,
  };
}

function joined(runs: readonly LeftBehind[], live: Live | null, name: string): AnyMeasurement {
  if (live === null || runs.length === 0) throw InputError.of('bench.interrupted', `Nothing was measured on side ${name.toUpperCase()}.`, 'Run it again.');
  return mergeRuns(runs, costOf(live.setup, live.price));
}

function trafficOf(flags: CompareFlags, io: Io): { peak_to_average: number; spare_replicas: number; requests_per_month: number | null } {
  const workload = flags.scenario === undefined ? null : loadScenario(resolve(io.cwd, flags.scenario), { catalog: loadCatalog() }).scenario.workload;
  const shape = workload?.shape?.peak_to_average ?? null;
  return {
    peak_to_average: numberOf(flags.peakToAverage, '--peak-to-average') ?? (shape === null ? DEFAULT_PEAK : likely(shape)),
    spare_replicas: numberOf(flags.spareReplicas, '--spare-replicas') ?? 0,
    requests_per_month: workload === null ? null : likely(workload.requests_per_month),
  };
}

function numberOf(text: string | undefined, flag: string): number | null {
  if (text === undefined) return null;
  const read = readQuantity(text, 'number');
  if ('value' in read && read.value >= 0) return read.value;
  throw InputError.of('bench.bad-number', `${flag} ${'problem' in read ? read.problem : 'must not be negative'}.`);
}

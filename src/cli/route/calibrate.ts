import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Target } from '../../engine/hybrid/choose.ts';
import type { Io } from '../io.ts';
import { collect, wholeOption } from '../options.ts';
import { lookOf } from '../terminal-look.ts';
import { columnOptions, namedColumns, parsePrice, quantityOption, REQUEST_COLUMNS, STRATEGY_COLUMNS } from './options.ts';

interface CalibrateFlags {
  readonly format: 'terminal' | 'json';
  readonly mode: 'cascade' | 'router';
  readonly judgeUsd: number;
  readonly targetShare?: number;
  readonly targetCost?: number;
  readonly targetQuality?: number;
  readonly targetKept?: number;
  readonly targetLatency?: number;
  readonly holdout: number;
  readonly seed: number;
  readonly draws: number;
  readonly against?: string;
  readonly require?: string[];
  readonly out?: string;
  readonly force?: true;
  readonly small?: string;
  readonly large?: string;
  readonly smallPrice?: { readonly input: number; readonly output: number };
  readonly largePrice?: { readonly input: number; readonly output: number };
  readonly smallUsd?: number;
  readonly largeUsd?: number;
  readonly ascii?: true;
  readonly width?: number;
  readonly [column: string]: unknown;
}

const TARGETS = [
  ['targetShare', 'share'],
  ['targetCost', 'cost'],
  ['targetQuality', 'quality'],
  ['targetKept', 'kept'],
  ['targetLatency', 'latency'],
] as const;

/** Without a target, the article's: one request in five goes to the large model. */
const DEFAULT_TARGET: Target = { kind: 'share', value: 0.2 };

/** `route calibrate` */
export function define(command: Command, io: Io): void {
  command.argument('<log>', 'CSV, JSON Lines or a JSON list, gzipped or not');
  command.description(
    'Find the threshold below which a request goes to the large model, what the split costs and gets right, and whether the score can be trusted.',
  );
  command.addOption(new Option('--format <format>', 'how to print').choices(['terminal', 'json']).default('terminal'));
  columnOptions(command, [...REQUEST_COLUMNS, ...STRATEGY_COLUMNS]);
  command
    .option('--small <name>', 'with --strategy: the strategy that is the small model alone')
    .option('--large <name>', 'with --strategy: the strategy that is the large model alone')
    .addOption(new Option('--mode <mode>', 'cascade: small first, large again; router: one of them').choices(['cascade', 'router']).default('cascade'))
    .addOption(quantityOption('--judge-usd <usd>', 'what judging or routing costs a request', 'usd').default(0))
    .option('--small-price <in/out>', 'US dollars per million input/output tokens, for logs with token counts', parsePrice)
    .option('--large-price <in/out>', 'the same for the large model', parsePrice)
    .addOption(quantityOption('--small-usd <usd>', 'what the small model costs every request', 'usd'))
    .addOption(quantityOption('--large-usd <usd>', 'what the large model costs every request', 'usd'));
  targetOptions(command)
    .addOption(quantityOption('--holdout <share>', 'share of the rows kept back to report on; 0: report on the fitted rows', 'share', 0.95).default(0.5))
    .addOption(wholeOption('--seed <n>', 'of the split and the bootstrap', 0).default(1))
    .addOption(wholeOption('--draws <n>', 'bootstrap draws', 100).default(1000))
    .option('--against <file>', 'check whether this old calibration still fits the log')
    .addOption(
      new Option('--require [condition]', 'exit 1 unless it holds: target, no-drift, auroc>=0.7, ece<=0.1 ...; may be repeated')
        .preset('target')
        .argParser(collect),
    )
    .option('--out <file>', 'write the calibration that a scenario names under hybrid.calibration')
    .option('--force', 'replace the file named by --out')
    .option('--ascii', 'draw with ASCII characters only')
    .addOption(wholeOption('--width <n>', 'columns to draw in', 40))
    .addHelpText('after', HELP)
    .action((log: string, flags: CalibrateFlags) => runCalibrate(log, flags, io, command));
}

function targetOptions(command: Command): Command {
  const others = (own: string) => TARGETS.map(([flag]) => flag).filter((flag) => flag !== own);
  return command
    .addOption(quantityOption('--target-share <share>', 'escalate at most this share (default: 20%)', 'share', 1).conflicts(others('targetShare')))
    .addOption(quantityOption('--target-cost <usd>', 'the best quality for at most this cost of all rows', 'usd').conflicts(others('targetCost')))
    .addOption(quantityOption('--target-quality <share>', 'the cheapest split at least this good', 'share', 1).conflicts(others('targetQuality')))
    .addOption(
      quantityOption('--target-kept <share>', "the cheapest split that keeps this share of the large model's quality", 'share', 1.5).conflicts(
        others('targetKept'),
      ),
    )
    .addOption(
      quantityOption('--target-latency <ms>', 'the best quality with a 95th percentile of at most this time', 'ms').conflicts(others('targetLatency')),
    );
}

const HELP = `
A row of the log is a request that both models answered, or as much of it as is known.
Columns named score, small_correct, large_correct, small_cost, large_cost, small_ms and
large_ms are found by themselves. Rows with a score below the threshold are escalated.

Without labels only shares and costs can be told; with the small model's labels, whether
the score can be trusted; with both models' labels, the quality of every split.

Examples:
  $ llm-crossover route calibrate log.csv --target-quality 85% --out calibration.json
  $ llm-crossover route calibrate log.jsonl --score logprob --small-correct mixtral --large-correct gpt4
  $ llm-crossover route calibrate runs.csv --strategy method --small local --large frontier
  $ llm-crossover route calibrate new.csv --against calibration.json --require no-drift
  $ llm-crossover route calibrate log.csv --target-kept 98% --require --require 'auroc>=0.7'`;

async function runCalibrate(log: string, flags: CalibrateFlags, io: Io, command: Command): Promise<void> {
  const [{ calibrateLog, calibrationFile, calibrationJson }, { parseRequirement, unmet }] = await Promise.all([
    import('../../router/calibrate/run.ts'),
    import('../../router/calibrate/require.ts'),
  ]);
  const requirements = (flags.require ?? []).map(parseRequirement);
  const out = await freeTarget(flags, io);
  const calibrated = calibrateLog(resolve(io.cwd, log), requestOf(flags, io));
  const failures = unmet(requirements, calibrated.report, calibrated.drift);
  if (out !== null) await writeCalibration(out, calibrated.report.chosen?.threshold ?? null, () => calibrationFile(calibrated, basename(log)), io);
  if (flags.format === 'json') io.out(calibrationJson(calibrated));
  else io.out((await import('../../router/calibrate/show.ts')).showCalibration(calibrated, lookOf(io, { ...command.optsWithGlobals(), ...flags })));
  for (const failure of failures) io.err(`Required: ${failure}\n`);
  if (failures.length > 0) io.exit(1);
}

function requestOf(flags: CalibrateFlags, io: Io) {
  const given = TARGETS.find(([flag]) => flags[flag] !== undefined);
  return {
    columns: namedColumns(flags),
    costs: { mode: flags.mode, judge_usd: flags.judgeUsd },
    target: given === undefined ? DEFAULT_TARGET : { kind: given[1], value: flags[given[0]] as number },
    seed: flags.seed,
    draws: flags.draws,
    holdout: flags.holdout,
    against: flags.against === undefined ? null : resolve(io.cwd, flags.against),
    small: flags.small ?? null,
    large: flags.large ?? null,
    smallPrice: flags.smallPrice ?? null,
    largePrice: flags.largePrice ?? null,
    smallUsd: flags.smallUsd ?? null,
    largeUsd: flags.largeUsd ?? null,
  };
}

/** The path of --out, once it is clear that nothing would be lost by writing there. */
async function freeTarget({ out, force }: CalibrateFlags, io: Io): Promise<string | null> {
  if (out === undefined) return null;
  const [{ existsSync, statSync }, { InputError }] = await Promise.all([import('node:fs'), import('../../files/problem.ts')]);
  const path = resolve(io.cwd, out);
  if (force !== true && existsSync(path) && statSync(path).isFile())
    throw InputError.of('file.exists', 'The file named by --out exists already.', 'Add --force to replace it, or name another.', out);
  return path;
}

async function writeCalibration(path: string, threshold: number | null, text: () => string, io: Io): Promise<void> {
  if (threshold === null) {
    io.err('No threshold reaches the target, so no calibration is written.\n');
    io.exit(1);
    return;
  }
  const { writeWhole } = await import('../write-file.ts');
  writeWhole(path, text(), io.cwd);
  io.err(`Wrote ${basename(path)}. Name it in a scenario: hybrid: { calibration: ${basename(path)} }\n`);
}

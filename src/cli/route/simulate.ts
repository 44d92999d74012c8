import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PriceOf, SimulateRequest } from '../../router/simulate/run.ts';
import type { Io } from '../io.ts';
import { dateOption, wholeOption } from '../options.ts';
import { lookOf } from '../terminal-look.ts';
import { columnOptions, namedColumns, quantityOption, REPLAY_COLUMNS, REQUEST_COLUMNS } from './options.ts';

interface SimulateFlags {
  readonly policy: string;
  readonly format: 'terminal' | 'json';
  readonly rate?: number;
  readonly start?: string;
  readonly seed: number;
  readonly calibration?: string;
  readonly requestsPerMonth?: number;
  readonly days: number;
  readonly smallSpeed?: Speed;
  readonly largeSpeed?: Speed;
  readonly records?: string;
  readonly ascii?: true;
  readonly [column: string]: unknown;
}

interface Speed {
  readonly ttft_ms: number;
  readonly tpot_ms: number;
}

/** `route simulate` */
export function define(command: Command, io: Io): void {
  command
    .description(
      'Replay a log, or requests drawn from a workload profile, through a route policy: cost, quality, latency, escalations over time, and when a budget ran out.',
    )
    .argument('<log>', 'log (CSV, JSON Lines, a JSON list), or a workload profile (YAML)')
    .requiredOption('--policy <file>', 'route policy (YAML)')
    .addOption(new Option('--format <format>', 'how to print').choices(['terminal', 'json']).default('terminal'));
  columnOptions(command, [...REQUEST_COLUMNS, ...REPLAY_COLUMNS]);
  command
    .addOption(new Option('--rate <requests/s>', 'space the requests of a log evenly instead of by its times').argParser(parseRate))
    .addOption(dateOption('--start <date>', 'day on which spaced or drawn requests begin (default: today)'))
    .option('--calibration <file>', 'profiles: the calibration whose scores are drawn from')
    .addOption(quantityOption('--requests-per-month <n>', 'profiles: how many requests a month has', 'count'))
    .addOption(wholeOption('--days <n>', 'profiles: days to draw', 1).default(30))
    .option('--small-speed <ttft/tpot>', 'profiles: ms to the first and per further token of the small model', parseSpeed)
    .option('--large-speed <ttft/tpot>', 'the same for the large model', parseSpeed)
    .addOption(wholeOption('--seed <n>', 'of what is drawn', 0).default(1))
    .option('--records <file>', 'write a JSON line a request: who answered, why, what it cost')
    .option('--ascii', 'draw with ASCII characters only')
    .addHelpText('after', HELP)
    .action((log: string, flags: SimulateFlags) => run(log, flags, io, command));
}

const HELP = `
The log is one that route calibrate reads, or that route serve writes; its rows tell what
each model costs, takes and gets right. Without costs, token counts are priced by the policy.
The small model takes max_concurrency requests at a time, first come first served.

Examples:
  $ llm-crossover route simulate log.csv --policy policy.yaml
  $ llm-crossover route simulate log.jsonl --policy policy.yaml --rate 2 --records steps.jsonl
  $ llm-crossover route simulate profiles/chat.yaml --policy policy.yaml --calibration calibration.json \\
      --requests-per-month 500k --days 7 --small-speed 120/15 --large-speed 600/12`;

function parseRate(text: string): number {
  const value = Number(text.replace(/\/s$/, ''));
  if (!(value > 0 && value < 1e9)) throw new InvalidArgumentError('It must be a number of requests a second, more than 0.');
  return value;
}

function parseSpeed(text: string): Speed {
  const [ttft_ms = Number.NaN, tpot_ms = Number.NaN, ...rest] = text.split('/').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (rest.length > 0 || !(ttft_ms >= 0 && tpot_ms >= 0 && ttft_ms + tpot_ms < 1e9))
    throw new InvalidArgumentError('Write it as ttft/tpot in milliseconds, like 120/15.');
  return { ttft_ms, tpot_ms };
}

async function run(log: string, flags: SimulateFlags, io: Io, command: Command): Promise<void> {
  const { simulate, simulationJson, stepLines } = await import('../../router/simulate/run.ts');
  const simulated = simulate(resolve(io.cwd, log), await requestOf(flags, io));
  if (flags.records !== undefined) (await import('../write-file.ts')).writeWhole(flags.records, stepLines(simulated), io.cwd);
  if (flags.format === 'json') return io.out(simulationJson(simulated));
  io.out((await import('../../router/simulate/show.ts')).showSimulation(simulated, lookOf(io, { ...command.optsWithGlobals(), ...flags })));
}

async function requestOf(flags: SimulateFlags, io: Io): Promise<SimulateRequest> {
  const policy = resolve(io.cwd, flags.policy);
  return {
    policy,
    columns: namedColumns(flags),
    perSecond: flags.rate ?? null,
    startMs: Date.parse(flags.start ?? io.today()),
    seed: flags.seed,
    priceOf: await pricesOf(policy, flags.start ?? io.today()),
    calibration: flags.calibration === undefined ? null : resolve(io.cwd, flags.calibration),
    draw: {
      requestsPerMonth: flags.requestsPerMonth ?? null,
      days: flags.days,
      speed: { small: flags.smallSpeed ?? null, large: flags.largeSpeed ?? null },
    },
  };
}

/** Prices stated in the policy, and those of its price cards on that day; the catalog is opened only for the latter. */
async function pricesOf(path: string, day: string): Promise<PriceOf> {
  const [{ loadPolicy }, { statedPrice }] = await Promise.all([import('../../router/simulate/run.ts'), import('../../router/simulate/requests.ts')]);
  const policy = loadPolicy(path);
  const cards = [policy.small.price_card, policy.large.price_card].filter((card) => card !== null);
  if (cards.length === 0) return statedPrice;
  const { cardPrices } = await import('./card-prices.ts');
  const byCard = cardPrices(cards, day);
  return (target, tokens) => (target.price_card === null ? statedPrice(target, tokens) : byCard(target.price_card, tokens));
}

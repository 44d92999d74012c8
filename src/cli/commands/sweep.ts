/** `sweep`: one scenario at many values, for tables, notebooks and maps of who wins. */

import { type Command, Option } from 'commander';
import type { IsoDate } from '../../engine/units.ts';
import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import { json } from '../../report/escape.ts';
import { moneyOf } from '../../report/figures.ts';
import { sweepCsv, sweepText } from '../../report/sweep.ts';
import type { Io } from '../io.ts';
import { collect, dateOption } from '../options.ts';
import { catalogFor } from '../sweep/catalog.ts';
import { readAxis } from '../sweep/grid.ts';
import { type Swept, sweep } from '../sweep/run.ts';
import { lookOf } from '../terminal-look.ts';
import { VERSION } from '../version.ts';

const EXAMPLES = `
Values are a list (10k,100k,1M), a range in steps of a factor (10k..1M has three steps a decade,
10k..1M:5 five values), or a range with a step to add (0%..50%+10%). Several --set make every
combination; two of them are drawn as a map of who is cheapest. Each cell is a whole plan: gates,
limits and the decision are judged anew.

Examples:
  llm-crossover sweep s.yaml --set workload.requests_per_month=10k..1M
  llm-crossover sweep s.yaml --set workload.requests_per_month=10k..10M --set options.own.self_host.rental.usd_per_gpu_hour=1..5+0.5
  llm-crossover sweep s.yaml --set team.self_host_fte=0.1,0.3,1 --out csv > staffing.csv
  llm-crossover sweep s.yaml --set workload.requests_per_month=10k..1M --out sweep.json`;

interface SweepFlags {
  readonly set: readonly string[];
  readonly fix: readonly string[];
  readonly out?: string;
  readonly format?: Format;
  readonly today?: IsoDate;
  readonly asOf?: IsoDate;
  readonly ascii?: boolean;
  readonly color?: boolean;
}

type Format = 'terminal' | 'csv' | 'json';

export function define(command: Command, io: Io): void {
  command
    .argument('<scenario>', 'scenario file (YAML)')
    .option('--set <path=values>', 'values of one path (repeatable: every combination)', collect, [])
    .option('--fix <path=value>', 'change a value of the scenario in every cell (repeatable)', collect, [])
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['terminal', 'csv', 'json']))
    .option('-o, --out <csv|json|file>', 'print CSV or JSON, or write to a file (its ending says which)')
    .addOption(dateOption('--as-of <date>', 'use the prices of this day'))
    .addOption(dateOption('--today <date>', 'what today is, for scenarios without a price date'))
    .option('--ascii', 'draw without Unicode')
    .addHelpText('after', EXAMPLES)
    .action((path: string) => run(path, command.optsWithGlobals<SweepFlags>(), io));
}

async function run(path: string, flags: SweepFlags, io: Io): Promise<void> {
  if (flags.set.length === 0)
    throw InputError.of('sweep.nothing', 'Nothing is swept: --set is missing.', 'Write for example --set workload.requests_per_month=10k..1M.');
  const axes = flags.set.map(readAxis);
  const twice = axes.find((axis, i) => axes.findIndex((other) => other.path === axis.path) !== i);
  if (twice) throw InputError.of('sweep.twice', `${twice.path} is swept twice.`, 'Give all its values in one --set, separated by commas.');
  const text = readText(path);
  const fixed = [...flags.fix, ...(flags.asOf === undefined ? [] : [`pricing.as_of=${flags.asOf}`])];
  const swept = sweep({ text, path, catalog: catalogFor(text, [...flags.set, ...fixed]), today: flags.today ?? io.today(), axes, fixed });
  const { format, file } = target(flags);
  const shown = show(swept, format, flags, io, file !== null);
  if (file === null) return io.out(shown);
  const { writeWhole } = await import('../write-file.ts');
  writeWhole(file, shown, io.cwd);
  io.err(`Wrote ${file}\n`);
}

/** `--out csv` prints CSV; `--out sweep.csv` writes it. */
function target({ out, format }: SweepFlags): { readonly format: Format; readonly file: string | null } {
  if (out === undefined) return { format: format ?? 'terminal', file: null };
  if (out === 'csv' || out === 'json') return { format: out, file: null };
  return { format: format ?? (out.endsWith('.json') ? 'json' : out.endsWith('.csv') ? 'csv' : 'terminal'), file: out };
}

function show({ scenario, rows }: Swept, format: Format, flags: SweepFlags, io: Io, toFile: boolean): string {
  const options = scenario.options.map((option) => option.id);
  if (format === 'csv') return sweepCsv(rows, options);
  if (format === 'json') return json({ schema_version: 1, tool_version: VERSION, scenario: scenario.name, rows });
  const look = lookOf(io, flags);
  return sweepText(`Sweep of ${scenario.name}: ${rows.length} plans`, rows, options, moneyOf(scenario.currency, look.unicode), {
    ...look,
    colour: look.colour && !toFile,
  });
}

/** `explain`: any value of a plan by its path, back to its formula, the lines of the scenario and its sources. */

import { type Command, Option } from 'commander';
import type { IsoDate } from '../../engine/units.ts';
import { scenarioFromText } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import { json, terminal } from '../../report/escape.ts';
import { leaves, resolve } from '../../report/trace/resolve.ts';
import { type Trace, trace } from '../../report/trace/trace.ts';
import { suggestion } from '../../schema/nearest.ts';
import type { Io } from '../io.ts';
import { collect, dateOption, wholeOption } from '../options.ts';
import { DEFAULT_SAMPLING, type Planned, planScenario } from '../planning.ts';
import { catalogFor } from '../sweep/catalog.ts';

const EXAMPLES = `
A path is one of the plan's JSON: list items by id, name or number. A path that stops at a list or
an object shows what can be asked for below it; none shows all.

Examples:
  llm-crossover explain s.yaml options.own.monthly_usd
  llm-crossover explain s.yaml options.own.components.h100-80gb\\ rental,\\ serving.quantity
  llm-crossover explain s.yaml options.own.capacity.replicas
  llm-crossover explain s.yaml crossover_summary.settled
  llm-crossover explain s.yaml options`;

interface ExplainFlags {
  readonly set: readonly string[];
  readonly format: 'terminal' | 'json';
  readonly today?: IsoDate;
  readonly draws: number;
  readonly seed: number;
}

export function define(command: Command, io: Io): void {
  command
    .argument('<scenario>', 'scenario file (YAML)')
    .argument('[path]', 'path in the plan', '')
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['terminal', 'json']).default('terminal'))
    .addOption(dateOption('--today <date>', 'what today is, for ages and for scenarios without a price date'))
    .addOption(wholeOption('--draws <number>', 'draws over the ranges of the scenario; 0: none', 0).default(DEFAULT_SAMPLING.draws))
    .addOption(wholeOption('--seed <number>', 'seed of the draws', 0).default(DEFAULT_SAMPLING.seed))
    .addHelpText('after', EXAMPLES)
    .action((file: string, path: string) => io.out(explain(file, path, command.optsWithGlobals<ExplainFlags>(), io)));
}

function explain(file: string, path: string, flags: ExplainFlags, io: Io): string {
  const planned = planOf(file, flags, io);
  const found = resolve(planned.plan, path);
  if (found === undefined) throw unknownPath(planned, path);
  if (typeof found.value === 'object' && found.value !== null) return contents(found.value, path, flags);
  const traced = trace(planned.plan, found, planned.places ?? (() => null));
  return flags.format === 'json' ? json(traced) : text(path, traced);
}

function planOf(file: string, flags: ExplainFlags, io: Io): Planned {
  const source = readText(file);
  const catalog = catalogFor(source, flags.set);
  const loaded = scenarioFromText(source, file, { catalog, set: flags.set });
  return planScenario(loaded, catalog, flags.today ?? io.today(), { draws: flags.draws, seed: flags.seed });
}

/** Most paths listed at once. */
const MOST = 400;

function contents(value: object, path: string, flags: ExplainFlags): string {
  const paths = leaves(value, path, MOST);
  if (flags.format === 'json') return json({ path, below: paths });
  const more = paths.length === MOST ? '\n(the first ones; go deeper for the rest)' : '';
  return `${terminal(path === '' ? 'the plan' : path)} holds:\n${paths.map((each) => `  ${terminal(each)}`).join('\n')}${more}\n`;
}

function unknownPath({ plan }: Planned, path: string): InputError {
  const hint = suggestion(path, leaves({ ...plan, scenario: null }, '', 5000));
  return InputError.of('explain.unknown-path', `The plan has nothing at ${path}.`, hint ?? 'llm-crossover explain <scenario> lists what there is.');
}

function text(path: string, { value, formula, inputs, sources }: Trace): string {
  const part = (title: string, items: readonly string[]) => (items.length === 0 ? [] : [title, ...items.map((item) => `  ${terminal(item)}`)]);
  return [`${terminal(path)} = ${terminal(String(value))}`, ...formula.map(indented), ...part('From the scenario', inputs), ...part('Sources', sources)]
    .map((line) => `${line}\n`)
    .join('');
}

function indented(line: string): string {
  return `${line.startsWith('  ') ? '    ' : '  '}${terminal(line.trim())}`;
}

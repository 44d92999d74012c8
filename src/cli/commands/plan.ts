/** `plan`: scenario files in, a report out. */

import type { Command } from 'commander';
import type { Catalog } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { type LoadedScenario, scenarioFromText } from '../../files/load.ts';
import { InputError, type Problem } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import { loadCatalog, loadCatalogFor } from '../../prices/catalog.ts';
import type { Io } from '../io.ts';
import { assignment, collect, dateOption, wholeOption } from '../options.ts';
import { DEFAULT_SAMPLING, type Planned, planScenario, printReport, type ReportFlags, reportOptions } from '../planning.ts';

const EXAMPLES = `
Several files give several plans in one report; - reads a scenario from standard input.
The result goes to stdout and nothing else does. Where something is wrong with any file,
every mistake of every file is shown on stderr, stdout stays empty and the exit code is 2.
A plan in which no option is feasible is an answer, too: exit code 0.

Examples:
  llm-crossover plan scenarios/support-chatbot.yaml
  llm-crossover plan s.yaml --explain own
  llm-crossover plan s.yaml --draws 0                    likely values alone, no ranges
  llm-crossover plan s.yaml --simulate                   with the GPUs' week played request by request
  llm-crossover plan s.yaml --set workload.requests_per_month=1M --set team.engineers=6
  llm-crossover plan s.yaml --what-if workload.requests_per_month=10k,100k,1M
  llm-crossover plan s.yaml --as-of 2025-06-01            with the prices of that day
  llm-crossover plan s.yaml --format markdown --out plan.md
  llm-crossover plan a.yaml b.yaml --format csv > options.csv`;

interface PlanFlags extends ReportFlags {
  readonly set: readonly string[];
  readonly whatIf: readonly string[];
  readonly asOf?: IsoDate;
  readonly today?: IsoDate;
  readonly draws: number;
  readonly seed: number;
  readonly simulate?: true;
}

export function define(command: Command, io: Io): void {
  command
    .argument('<scenario...>', 'scenario files (YAML), or - for standard input')
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option(
      '--what-if <path=values>',
      'costs at other values, comma-separated (repeatable: every combination); instead of the what_if of the file',
      collect,
      [],
    )
    .addOption(dateOption('--as-of <date>', 'use the prices of this day'))
    .addOption(dateOption('--today <date>', 'what today is, for ages and for scenarios without a price date'))
    .addOption(
      wholeOption('--draws <number>', 'draws over the ranges of the scenario, for percentiles and probabilities; 0: none', 0).default(DEFAULT_SAMPLING.draws),
    )
    .addOption(wholeOption('--seed <number>', 'seed of the draws and of the simulation', 0).default(DEFAULT_SAMPLING.seed))
    .option('--simulate', 'play the self-hosted options request by request over a week: latencies, queue, use; what disagrees with the plan is a finding');
  for (const option of reportOptions()) command.addOption(option);
  command.addHelpText('after', EXAMPLES).action((paths: string[]) => run(paths, command.optsWithGlobals<PlanFlags>(), io));
}

async function run(paths: readonly string[], flags: PlanFlags, io: Io): Promise<void> {
  const set = [...flags.set, ...asOf(flags.asOf), ...whatIf(flags.whatIf)];
  const texts = await readAll(paths, io);
  const { scenarios, catalog } = loadWithCatalog(texts, set);
  const today = flags.today ?? io.today();
  const planned = scenarios.map((scenario) => planScenario(scenario, catalog, today, { draws: flags.draws, seed: flags.seed }));
  await printReport(flags.simulate ? await simulated(planned, flags.seed) : planned, flags, io);
}

/** The simulator is loaded only here. */
async function simulated(planned: readonly Planned[], seed: number): Promise<Planned[]> {
  const { checkPlan } = await import('../../engine/capacity/check-plan.ts');
  return planned.map((each) => Object.create(each, { plan: { value: checkPlan(each.input, each.plan, seed), enumerable: true } }) as Planned);
}

function asOf(date: IsoDate | undefined): string[] {
  return date === undefined ? [] : [`pricing.as_of=${date}`];
}

/** The same way as a file's: `what_if` is set, so that its values are read and judged by the same rules. */
function whatIf(assignments: readonly string[]): string[] {
  if (assignments.length === 0) return [];
  const entries = assignments.map((each) => {
    const [path, values] = assignment(each);
    return `${JSON.stringify(path)}: [${values}]`;
  });
  return [`what_if={ ${entries.join(', ')} }`];
}

interface NamedText {
  readonly path: string;
  /** The text, or why there is none. */
  readonly text: string | InputError;
}

async function readAll(paths: readonly string[], io: Io): Promise<NamedText[]> {
  const texts: NamedText[] = [];
  for (const path of paths) texts.push({ path: path === '-' ? 'stdin' : path, text: await readOne(path, io).catch(asResult) });
  return texts;
}

async function readOne(path: string, io: Io): Promise<string> {
  if (path !== '-') return readText(path);
  const { readStdin } = await import('../read-stdin.ts');
  return readStdin(io.stdin);
}

function asResult(error: unknown): InputError {
  if (error instanceof InputError) return error;
  throw error;
}

interface Loaded {
  readonly scenarios: readonly LoadedScenario[];
  readonly catalog: Catalog;
}

/** What looks like the name of an offer; a name too many does no harm. */
const OFFERS = /\b(?:cloud_api|hosted_open)["']?\s*[:=]\s*["']?([\w.-]+\/[\w./:-]+)/g;

/**
 * The prices of the providers the files name are enough, and parse in a fraction of the time. Where that fails, all of them
 * are loaded: the mistake may be ours, and a mistyped name deserves to be matched with every known one.
 */
function loadWithCatalog(texts: readonly NamedText[], set: readonly string[]): Loaded {
  const everything = [...texts.map(({ text }) => (typeof text === 'string' ? text : '')), ...set].join('\n');
  const offers = [...everything.matchAll(OFFERS)].map((match) => match[1] ?? '');
  try {
    return loadAll(texts, set, loadCatalogFor(offers));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return loadAll(texts, set, loadCatalog());
  }
}

/** Every file, and every mistake of every file. */
function loadAll(texts: readonly NamedText[], set: readonly string[], catalog: Catalog): Loaded {
  const scenarios: LoadedScenario[] = [];
  const problems: Problem[] = [];
  for (const { path, text } of texts) {
    try {
      if (typeof text !== 'string') throw text;
      scenarios.push(scenarioFromText(text, path, { catalog, set }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError(distinct(problems));
  return { scenarios, catalog };
}

/** A wrong --set is wrong for every file, and said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

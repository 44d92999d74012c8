/** `check`: policies and a baseline in CI. */

import { appendFileSync, realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { openBaseline } from '../../ci/baseline.ts';
import { check } from '../../ci/check.ts';
import { findPullRequest } from '../../ci/github.ts';
import { annotateProblems, render as annotations } from '../../ci/output/annotations.ts';
import { log } from '../../ci/output/escape.ts';
import { CHECK_FORMATS, type CheckFormat, type CheckRenderOptions, loadCheckRenderer } from '../../ci/output/index.ts';
import type { CheckReport } from '../../ci/result.ts';
import type { Catalog } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { type LoadedScenario, loadScenario } from '../../files/load.ts';
import { InputError, type Problem } from '../../files/problem.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import type { Io } from '../io.ts';
import { collect, dateOption, wholeOption } from '../options.ts';
import { lookOf } from '../terminal-look.ts';
import { VERSION } from '../version.ts';

const EXAMPLES = `
Policies stand in the scenario, each a value or { value, level: warn | fail }:

  policies:
    max_monthly_usd: 5_000                      what is recommended costs at most this
    max_delta_usd: 500                          ... and at most this much more than the baseline
    max_delta_percent: { value: 10, level: warn }
    verdict_must_be: [own, mix]                 one of these options is recommended
    verdict_must_not_change: true               the same as in the baseline
    min_margin: 10%                             the next best option costs this much more over the horizon
    max_price_age_days: 90                      the oldest price used was checked so recently
    max_measurement_age_days: 180               the same for measurements
    require_measured_throughput: true           of every self-hosted option that can be chosen
    no_unknown_gates: true                      every rule is answered
    min_probability_cheapest: 80%               in the draws over the ranges given

The baseline is a plan JSON (plan --format json) or a git revision, read without a checkout. The change is told
in four parts that add up: prices, usage, throughput, and edits of the scenario.

In GitHub Actions the report also goes to the job summary and marks the scenario's lines; --comment keeps one comment
on the pull request up to date, with the token of GITHUB_TOKEN. A fork's pull request gets the summary only.

Exit codes: 0 everything holds or only warns, 1 a policy fails or no option is feasible, 2 could not answer.

Examples:
  llm-crossover check scenarios/*.yaml
  llm-crossover check s.yaml --baseline origin/main
  llm-crossover check s.yaml --baseline plan.json --report junit=check.xml --report gitlab=gl-code-quality.json
  llm-crossover check s.yaml --baseline HEAD~1 --format markdown
  llm-crossover check s.yaml --baseline origin/main --comment`;

interface ReportFile {
  readonly format: CheckFormat;
  readonly file: string;
}

interface CheckFlags {
  readonly baseline?: string;
  readonly baselineAsOf?: IsoDate;
  readonly format: CheckFormat;
  readonly report: readonly ReportFile[];
  readonly set: readonly string[];
  readonly asOf?: IsoDate;
  readonly today?: IsoDate;
  readonly comment?: boolean;
  readonly commentRequired?: boolean;
  readonly commentKey: string;
  readonly pullRequest?: number;
  readonly color?: boolean;
}

export function define(command: Command, io: Io): void {
  command
    .argument('<scenario...>', 'scenario files (YAML)')
    .option('--baseline <file-or-revision>', 'compare with a plan JSON, or with the scenarios of a git revision')
    .addOption(dateOption('--baseline-as-of <date>', 'prices of the baseline, for scenarios of a revision that name no date (default: today)'))
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(CHECK_FORMATS).default('terminal'))
    .option('--report <format=file>', 'write it in another format as well (repeatable)', reportFile, [])
    .option('--set <path=value>', 'change a value of the scenarios (repeatable), not of the baseline', collect, [])
    .addOption(dateOption('--as-of <date>', 'use the prices of this day'))
    .addOption(dateOption('--today <date>', 'what today is, for ages and for scenarios without a price date'))
    .option('--comment', 'write or update a comment on the pull request (GitHub)')
    .option('--comment-required', 'the same, and fail where it could not be written')
    .option('--comment-key <name>', 'tells comments of several checks on one pull request apart', commentKey, '')
    .addOption(wholeOption('--pull-request <number>', "which one (default: the run's)", 1))
    .addHelpText('after', EXAMPLES)
    .action((paths: string[]) => run(paths, command.optsWithGlobals<CheckFlags>(), io));
}

function reportFile(text: string, before: readonly ReportFile[]): ReportFile[] {
  const at = text.indexOf('=');
  const format = CHECK_FORMATS.find((name) => name === text.slice(0, at));
  if (at <= 0 || format === undefined || at === text.length - 1)
    throw new InvalidArgumentError(`It must be format=file, with one of ${CHECK_FORMATS.join(', ')}.`);
  return [...before, { format, file: text.slice(at + 1) }];
}

function commentKey(text: string): string {
  if (!/^[\w.-]{1,64}$/.test(text)) throw new InvalidArgumentError('It must be a word of letters, digits, dots, hyphens and underscores.');
  return text;
}

async function run(paths: readonly string[], flags: CheckFlags, io: Io): Promise<void> {
  const options: CheckRenderOptions = { colour: lookOf(io, flags).colour, repositoryPath: repositoryPaths(io) };
  const report = answer(paths, flags, io, options);
  const main = await rendered(flags.format, report, options);
  await writeReports(flags.report, report, options, io);
  io.out(main);
  await tellGitHub(report, flags, options, io);
  const posted = flags.comment || flags.commentRequired ? await comment(report, flags, options, io) : true;
  io.exit(report.exit_code === 1 || (!posted && flags.commentRequired) ? 1 : 0);
}

/** Mistakes in the files get their marks, too, before they end the run. */
function answer(paths: readonly string[], flags: CheckFlags, io: Io, options: CheckRenderOptions): CheckReport {
  try {
    const catalog = loadCatalog();
    const today = flags.today ?? io.today();
    const scenarios = loadAll(paths, flags, catalog);
    const baseline = flags.baseline === undefined ? null : openBaseline(flags.baseline, { cwd: io.cwd, catalog, today, as_of: flags.baselineAsOf ?? null });
    return check({ scenarios, catalog, today, baseline, version: VERSION });
  } catch (error) {
    if (error instanceof InputError && io.env.GITHUB_ACTIONS === 'true') io.err(annotateProblems(error.problems, options.repositoryPath));
    throw error;
  }
}

/** Every file, and every mistake of every file. */
function loadAll(paths: readonly string[], flags: CheckFlags, catalog: Catalog): { path: string; loaded: LoadedScenario }[] {
  const set = flags.asOf === undefined ? flags.set : [...flags.set, `pricing.as_of=${flags.asOf}`];
  const problems: Problem[] = [];
  const scenarios = paths.flatMap((path) => {
    try {
      return [{ path, loaded: loadScenario(path, { catalog, set }) }];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError([...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]);
  return scenarios;
}

async function rendered(format: CheckFormat, report: CheckReport, options: CheckRenderOptions): Promise<string> {
  const { render } = await loadCheckRenderer(format);
  return render(report, options);
}

async function writeReports(reports: readonly ReportFile[], report: CheckReport, options: CheckRenderOptions, io: Io): Promise<void> {
  if (reports.length === 0) return;
  const { writeWhole } = await import('../write-file.ts');
  for (const { format, file } of reports) writeWhole(file, await rendered(format, report, { ...options, colour: false }), io.cwd);
}

/** The job summary, and marks on lines. They are extras: where the runner refuses them, a line says so. */
async function tellGitHub(report: CheckReport, flags: CheckFlags, options: CheckRenderOptions, io: Io): Promise<void> {
  if (io.env.GITHUB_ACTIONS === 'true' && flags.format !== 'github') io.err(annotations(report, options));
  const summary = io.env.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === '') return;
  try {
    appendFileSync(summary, `${await rendered('markdown', report, options)}\n`);
  } catch (error) {
    io.err(`The job summary could not be written: ${log((error as Error).message)}\n`);
  }
}

/** Was the comment written, or was there rightly none to write? */
async function comment(report: CheckReport, flags: CheckFlags, options: CheckRenderOptions, io: Io): Promise<boolean> {
  const target = findPullRequest(io.env, flags.pullRequest ?? null);
  if (target.kind === 'none') {
    io.err(`No comment: ${target.reason}.\n`);
    return false;
  }
  if (target.pull.read_only) {
    io.err("No comment: the token of a fork's pull request can't write. The report is in the job summary.\n");
    return true;
  }
  const token = io.env.GITHUB_TOKEN ?? io.env.GH_TOKEN ?? '';
  if (token === '') {
    io.err('No comment: GITHUB_TOKEN is not set.\n');
    return false;
  }
  const { postComment } = await import('../../ci/comment.ts');
  const markdown = await rendered('markdown', report, options);
  const posted = await postComment({ pull: target.pull, markdown, token, api: io.env.GITHUB_API_URL ?? 'https://api.github.com', key: flags.commentKey });
  io.err(
    'reason' in posted
      ? `No comment: ${log(posted.reason.replaceAll(token, '***'))}.\n`
      : `Comment ${posted.kind}${posted.url === null ? '' : `: ${log(posted.url)}`}\n`,
  );
  return !('reason' in posted);
}

/** CI systems count from the top of the repository: the runner's workspace, or the folder itself. */
function repositoryPaths(io: Io): (file: string) => string {
  const top = real(io.env.GITHUB_WORKSPACE || io.env.CI_PROJECT_DIR || io.cwd);
  return (file) => {
    const inside = relative(top, real(resolve(io.cwd, file)));
    return (inside.startsWith('..') ? file : inside).split(sep).join('/');
  };
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

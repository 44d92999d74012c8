/** `ask`: the five questions and the few figures the model needs, by hand or from a file; then the plan, then an offer to save the scenario. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Catalog } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { scenarioFromText } from '../../files/load.ts';
import { loadAnswers } from '../../files/load-answers.ts';
import { InputError } from '../../files/problem.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import type { Prompter } from '../../questionnaire/prompter.ts';
import { scenarioFrom } from '../../questionnaire/scenario.ts';
import { scenarioText } from '../../questionnaire/scenario-text.ts';
import { wrap } from '../../report/layout.ts';
import { type Answers, answersSchema } from '../../schema/answers.ts';
import type { Io } from '../io.ts';
import { dateOption } from '../options.ts';
import { DEFAULT_SAMPLING, planScenario, printReport, type ReportFlags, reportOptions } from '../planning.ts';
import { schemaUrl } from '../version.ts';

const EXAMPLES = `
By hand it needs a terminal. Every question has a default (Enter), a line saying why we ask,
and "I don't know" (?), which becomes a range or a question without a vote.
A saved scenario gives the same plan as the questions did.

An answers file holds the same answers, at least:
  version: 1
  requests_per_month: 50k

Examples:
  llm-crossover
  llm-crossover ask --answers answers.yaml
  llm-crossover ask --answers answers.yaml --save scenario.yaml --format json`;

interface AskFlags extends ReportFlags {
  readonly answers?: string;
  readonly save?: string;
  readonly force?: boolean;
  readonly today?: IsoDate;
}

export function define(command: Command, io: Io): void {
  command
    .option('--answers <file>', 'answers (YAML) instead of questions')
    .option('--save <file>', 'write the scenario to this file')
    .option('--force', 'let --save replace a file that exists')
    .addOption(dateOption('--today <date>', 'what today is'));
  for (const option of reportOptions()) command.addOption(option);
  command.addHelpText('after', EXAMPLES).action(() => run(command.optsWithGlobals<AskFlags>(), io));
}

function run(flags: AskFlags, io: Io): Promise<void> {
  if (flags.answers !== undefined) return fromFile(flags.answers, flags, io);
  if (!io.stdin.isTTY || !io.stderr.isTTY)
    throw InputError.of('cli.no-terminal', 'Questions need a terminal to be answered on.', 'Give the answers in a file: llm-crossover ask --answers FILE.');
  return byHand(flags, io);
}

async function fromFile(path: string, flags: AskFlags, io: Io): Promise<void> {
  const answers = loadAnswers(resolve(io.cwd, path));
  if (flags.save !== undefined) refuseOverwrite(flags.save, flags, io);
  const text = await planAnswers(answers, loadCatalog(), flags, io);
  if (flags.save !== undefined) await save(flags.save, text, io);
}

async function byHand(flags: AskFlags, io: Io): Promise<void> {
  const { terminalPrompter } = await import('../../questionnaire/prompter.ts');
  const { interview } = await import('../../questionnaire/interview.ts');
  const catalog = loadCatalog();
  const prompter = await terminalPrompter({ input: io.stdin, output: io.stderr }, await explanationStyle(flags, io));
  try {
    const answers = z.parse(answersSchema, await interview(prompter, catalog));
    const text = await planAnswers(answers, catalog, flags, io);
    await offerToSave(text, prompter, flags, io);
  } finally {
    prompter.close();
  }
}

/** Explanations in grey, broken between words. */
async function explanationStyle(flags: AskFlags, io: Io): Promise<(text: string) => string> {
  const { Chalk } = await import('chalk');
  const { dim } = new Chalk({ level: flags.color === false || (io.env.NO_COLOR ?? '') !== '' ? 0 : 1 });
  return (text) =>
    wrap(text, Math.max(40, io.stderr.columns || 80))
      .map((line) => dim(line))
      .join('\n');
}

/** Plans from the text a saved file would hold, prints the report, and returns the text. */
async function planAnswers(answers: Answers, catalog: Catalog, flags: AskFlags, io: Io): Promise<string> {
  const text = scenarioText(scenarioFrom(answers, catalog), schemaUrl('scenario'));
  const loaded = scenarioFromText(text, resolve(io.cwd, 'answers.yaml'), { catalog });
  const planned = planScenario(loaded, catalog, flags.today ?? io.today(), DEFAULT_SAMPLING);
  // The text is in no file yet, so there is no line to point to.
  await printReport([{ ...planned, places: () => null }], flags, io);
  return text;
}

async function offerToSave(text: string, prompter: Prompter, flags: AskFlags, io: Io): Promise<void> {
  const named = flags.save ?? (await nameToSave(prompter, io));
  if (named === null) return;
  if (flags.force !== true && existsSync(resolve(io.cwd, named)) && !(await prompter.confirm(`${named} exists. Replace it?`, false))) {
    io.err('Not saved.\n');
    return;
  }
  await save(named, text, io);
}

async function nameToSave(prompter: Prompter, io: Io): Promise<string | null> {
  io.err('\n');
  prompter.explain('A scenario file can be changed, planned again and kept with your code.');
  if (!(await prompter.confirm('Save these answers as a scenario?', true))) return null;
  return prompter.input('File', 'scenario.yaml', (name) => (name.trim() === '' ? 'A name is needed' : null));
}

function refuseOverwrite(path: string, flags: AskFlags, io: Io): void {
  if (flags.force !== true && existsSync(resolve(io.cwd, path)))
    throw InputError.of('file.exists', `${path} exists and is not replaced.`, 'Choose another name, or add --force.', path);
}

async function save(path: string, text: string, io: Io): Promise<void> {
  const { writeWhole } = await import('../write-file.ts');
  writeWhole(path, text, io.cwd);
  io.err(`Saved ${path}. Plan it again with: llm-crossover plan ${path}\n`);
}

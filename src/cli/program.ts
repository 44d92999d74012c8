/** Arguments in, exit code out: builds the commander program, runs it, and prints whatever went wrong. */

import { Command, CommanderError } from 'commander';
import { InputError } from '../files/problem.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { printFailure } from './failure.ts';
import { readGlobals, withoutGlobals } from './globals.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

const USAGE_EXAMPLES = `
Examples:
  llm-crossover                             answer five questions and get a plan
  llm-crossover plan support-chatbot.yaml   a plan from a scenario file
  llm-crossover plan s.yaml --what-if workload.requests_per_month=10k,100k,1M
  llm-crossover plan s.yaml --format json | jq .plans[0].decision

Exit codes: 0 done, 1 a gate you asked for failed, 2 could not answer, 130 interrupted.`;

/** Runs one command line. Never throws: what went wrong is printed and becomes the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<void> {
  const globals = readGlobals(argv);
  try {
    await dispatch(argv, io);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (error instanceof Error && error.name === 'Interrupted') {
      io.exit(130);
      return;
    }
    printFailure(error, io, globals);
    io.exit(2);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<void> {
  const words = withoutGlobals(argv);
  if (words.length === 0) return noArguments(argv, io);
  const program = await buildProgram(wanted(words), io);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    throw asInputError(error, commandOf(program, words));
  }
}

/** The names of the command and subcommands that `words` begin with. */
function commandOf(program: Command, words: readonly string[]): string {
  let [command, names] = [program, ''];
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    [command, names] = [next, `${names}${word} `];
  }
  return names;
}

/** On a terminal the questions; elsewhere nobody could answer them, so the usage. */
async function noArguments(argv: readonly string[], io: Io): Promise<void> {
  if (io.stdin.isTTY && io.stdout.isTTY) {
    const program = await buildProgram(['ask'], io);
    return void (await program.parseAsync([...argv, 'ask'], { from: 'user' }));
  }
  const program = await buildProgram([], io);
  io.err(`No command is given, and this is no terminal to ask questions on.\n\n${program.helpInformation()}${USAGE_EXAMPLES}\n`);
  io.exit(2);
}

/** Names of the commands whose files are needed: the one called, the one help is asked about, or all of them to complete their words. */
function wanted(words: readonly string[]): readonly string[] | 'all' {
  if (words[0] === 'completion') return 'all';
  return words[0] === 'help' ? words.slice(1, 2) : words.slice(0, 1);
}

/** The program with `load`ed commands complete and the others as names with a summary. */
async function buildProgram(load: readonly string[] | 'all', io: Io): Promise<Command> {
  const program = new Command('llm-crossover')
    .description('Call a cloud AI API, self-host an open model, or both: what it costs, what the rules allow, and at which volume the answer changes.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .option('--error-format <format>', 'text or json, for errors on stderr', 'text')
    .option('--debug', 'show stack traces')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ writeOut: io.out, writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', USAGE_EXAMPLES);
  for (const entry of COMMANDS) await addCommand(program, entry, load === 'all' || load.includes(entry.name), io);
  return program;
}

async function addCommand(program: Command, entry: CommandEntry, load: boolean, io: Io): Promise<void> {
  const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
  if (!load) return;
  const module = await entry.load();
  module.define(command, io);
}

/**
 * Commander's own complaints become problems like ours: what is wrong, and what to type.
 *
 * @param command names of the command, each with a space behind it
 */
function asInputError(error: unknown, command: string): unknown {
  if (!(error instanceof CommanderError) || error.exitCode === 0) return error;
  const [, message = error.message, suggestion] = /^(?:error: )?([^\n]*?)\s*(?:\n?\((Did you mean .*)\))?$/s.exec(error.message) ?? [];
  if (error.code === 'commander.help') return InputError.of('cli.no-subcommand', 'A subcommand is missing.', 'Add --help to see them.');
  const code = error.code.replace(/^commander\./, '').replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`);
  return InputError.of(`cli.${code}`, sentence(message), suggestion ?? `See llm-crossover ${command}--help.`);
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}

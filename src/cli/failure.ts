/** What went wrong, on stderr: for people, or as JSON for programs. Stack traces only when asked for. */

import { formatProblems, formatProblemsJson } from '../files/format.ts';
import type { InputError, Problem } from '../files/problem.ts';
import type { Globals } from './globals.ts';
import type { Io } from './io.ts';

export function printFailure(error: unknown, io: Io, globals: Globals): void {
  const problems = isInputError(error) ? error.problems : [unexpected(error)];
  const color = io.stderr.isTTY === true && !globals.noColor && (io.env.NO_COLOR ?? '') === '';
  io.err(globals.json ? formatProblemsJson(problems) : formatProblems(problems, { color }));
  if (globals.debug && error instanceof Error && !globals.json) io.err(`\n${error.stack ?? String(error)}\n`);
}

/** By name: a command bundled on its own has a class of its own. */
function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === 'InputError' && 'problems' in error;
}

/** Anything that isn't bad input is our mistake, and says so. */
function unexpected(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal.error',
    message: `Something went wrong inside llm-crossover: ${message}`,
    file: null,
    line: null,
    column: null,
    excerpt: null,
    hint: 'This is a bug of ours: please report it with the output of the same command and --debug.',
  };
}

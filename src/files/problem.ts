/** What went wrong with something the user gave us: where, what, and what to type instead. Printed by the CLI, exit code 2. */

export interface Problem {
  /** Stable, lower-case, `area.problem`. */
  readonly code: string;
  /** One sentence: what was found and what is allowed. */
  readonly message: string;
  readonly file: string | null;
  /** 1-based. */
  readonly line: number | null;
  readonly column: number | null;
  /** The source line and how many characters the caret marks. */
  readonly excerpt: { readonly text: string; readonly length: number } | null;
  /** What to type to mend it, one sentence. */
  readonly hint: string | null;
}

/** Thrown when we could not answer; carries every problem found, not only the first. */
export class InputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'InputError';
    this.problems = problems;
  }

  /** An error without a file position. */
  static of(code: string, message: string, hint: string | null = null, file: string | null = null): InputError {
    return new InputError([{ code, message, file, line: null, column: null, excerpt: null, hint }]);
  }
}

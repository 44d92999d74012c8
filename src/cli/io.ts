import type { Command } from 'commander';

/** What a command may touch of the world; tests pass a fake one. Results go to `out`, everything else to `err`. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Today, YYYY-MM-DD, unless the user gave --today. */
  readonly today: () => string;
  /** Sets the exit code; 0 done, 1 a gate the user asked for failed, 2 could not answer, 130 interrupted. Bad input is thrown as InputError instead. */
  readonly exit: (code: 0 | 1 | 2 | 130) => void;
}

/**
 * A command file, `commands/<name>.ts`. It is loaded only when its command runs (or its help is asked for), so it may
 * import what it needs, heavy modules by a literal dynamic import inside the action.
 */
export interface CommandModule {
  /** Adds options, arguments, subcommands, examples (`addHelpText('after', ...)`) and the action to `command`. */
  readonly define: (command: Command, io: Io) => void;
}

/** Asking on a terminal. The interview knows only this interface, so tests answer by script. */

import { Interrupted } from './interrupted.ts';

export interface Choice {
  readonly value: string;
  readonly name: string;
}

export interface Prompter {
  /** One line explaining the question that follows. */
  readonly explain: (text: string) => void;
  /** @param check null when the text will do, else what is wrong with it */
  readonly input: (message: string, suggested: string, check: (text: string) => string | null) => Promise<string>;
  readonly select: (message: string, choices: readonly Choice[], suggested: string) => Promise<string>;
  readonly checkbox: (message: string, choices: readonly Choice[]) => Promise<string[]>;
  readonly confirm: (message: string, suggested: boolean) => Promise<boolean>;
  /** Gives the terminal back. */
  readonly close: () => void;
}

export interface PromptStreams {
  readonly input: NodeJS.ReadStream;
  /** Where questions are drawn; results have stdout for themselves. */
  readonly output: NodeJS.WriteStream;
}

const SHOW_CURSOR = '\u001b[?25h';

/** Prompts by @inquirer/prompts, loaded when the first question is near. Ctrl-C, Ctrl-D, end of input and SIGTERM end any question with Interrupted. */
export async function terminalPrompter(streams: PromptStreams, style: (text: string) => string): Promise<Prompter> {
  const { checkbox, confirm, input, select } = await import('./inquirer.ts');
  const stop = new AbortController();
  const close = stopOn(streams, stop);
  const context = { input: streams.input, output: streams.output, signal: stop.signal, clearPromptOnDone: false };
  const asked = <T>(question: Promise<T>): Promise<T> => question.catch((error: unknown) => Promise.reject(isStop(error) ? new Interrupted() : error));
  return {
    explain: (text) => void streams.output.write(`${style(text)}\n`),
    input: (message, suggested, check) => asked(input({ message, default: suggested, validate: (text) => check(text) ?? true }, context)),
    select: (message, choices, suggested) => asked(select({ message, choices: [...choices], default: suggested, loop: false }, context)),
    checkbox: (message, choices) => asked(checkbox({ message, choices: [...choices], loop: false }, context)),
    confirm: (message, suggested) => asked(confirm({ message, default: suggested }, context)),
    close: () => {
      close();
      streams.output.write(SHOW_CURSOR);
    },
  };
}

/** What ends a question beside Ctrl-C, which the prompts see themselves. */
function stopOn({ input }: PromptStreams, stop: AbortController): () => void {
  const abort = () => stop.abort();
  const key = (_: unknown, pressed: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
    if (pressed?.ctrl === true && pressed.name === 'd') abort();
  };
  input.on('keypress', key).on('end', abort).on('close', abort);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  return () => {
    input.off('keypress', key).off('end', abort).off('close', abort);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, abort);
    input.pause();
  };
}

function isStop(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name);
}

/** What the subcommands of `prices` share. */

import { type Command, Option } from 'commander';
import type { IsoDate } from '../../engine/units.ts';
import type { Io } from '../io.ts';
import { dateOption } from '../options.ts';

export interface Flags {
  readonly format: string;
  readonly today?: IsoDate;
  readonly at?: IsoDate;
  readonly ascii?: boolean;
  readonly color?: boolean;
}

export const MODEL_NAMES = 'A model may be written as other lists do: gpt-4o, openai/gpt-4o, xai/grok-4, together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo.';

/** Options of every subcommand. */
export function withCommon(command: Command, ...formats: readonly string[]): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(formats).default(formats[0]))
    .addOption(dateOption('--today <date>', 'what today is, for ages and for prices without a date'));
}

export function today(flags: Flags, io: Io): IsoDate {
  return flags.today ?? io.today();
}

export async function load() {
  return (await import('../../prices/catalog.ts')).loadCatalog();
}

export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}

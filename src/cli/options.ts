/** Options several commands share, and reading their values. */

import { InvalidArgumentError, Option } from 'commander';
import { isCalendarDate } from '../schema/quantity.ts';

export function dateOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (!isCalendarDate(text)) throw new InvalidArgumentError('It must be a day of the calendar like 2026-11-24.');
    return text;
  });
}

/** A whole number from `min` up. */
export function wholeOption(flags: string, description: string, min: number): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) throw new InvalidArgumentError(`It must be a whole number from ${min} up.`);
    return value;
  });
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `path=value` split at the first `=`. */
export function assignment(text: string): readonly [path: string, value: string] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError(`"${text}" must be path=value, like workload.requests_per_month=500k.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** Options the route commands share: which column is what, amounts and prices. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { readQuantity } from '../../schema/quantity.ts';

/** Flag, what it names, the flag as commander spells it, and the field of the log. */
export const REQUEST_COLUMNS = [
  ['--id <column>', 'column of request ids; a repeated id is dropped', 'id', 'id'],
  ['--score <column>', "column of the small model's confidence, higher is surer", 'score', 'score'],
  ['--small-correct <column>', 'column that says whether the small model was right: 0, 1, true, false, or a share', 'smallCorrect', 'smallCorrect'],
  ['--large-correct <column>', 'the same for the large model', 'largeCorrect', 'largeCorrect'],
  ['--small-cost <column>', 'column of what the small model costs, US dollars', 'smallCost', 'smallCost'],
  ['--large-cost <column>', 'column of what the large model costs, US dollars', 'largeCost', 'largeCost'],
  ['--small-latency <column>', "column of the small model's time, ms", 'smallLatency', 'smallMs'],
  ['--large-latency <column>', "column of the large model's time, ms", 'largeLatency', 'largeMs'],
  ['--input-tokens <column>', 'column of input token counts, for logs without costs', 'inputTokens', 'inputTokens'],
  ['--output-tokens <column>', 'column of output token counts of either model', 'outputTokens', 'outputTokens'],
  ['--small-output-tokens <column>', "column of the small model's output token counts", 'smallOutputTokens', 'smallOutputTokens'],
  ['--large-output-tokens <column>', "column of the large model's output token counts", 'largeOutputTokens', 'largeOutputTokens'],
] as const;

export const STRATEGY_COLUMNS = [
  ['--strategy <column>', 'the log has a row per request and strategy; this column names it', 'strategy', 'strategy'],
  ['--correct <column>', 'with --strategy: column of labels', 'correct', 'correct'],
  ['--cost <column>', 'with --strategy: column of costs', 'cost', 'cost'],
  ['--latency <column>', 'with --strategy: column of times, ms', 'latency', 'ms'],
] as const;

export const REPLAY_COLUMNS = [
  ['--at <column>', 'column of request times', 'at', 'at'],
  ['--data-class <column>', 'column of data classes, comma separated', 'dataClass', 'dataClass'],
  ['--small-ttft <column>', "column of the small model's time to the first token, ms, without queueing", 'smallTtft', 'smallTtft'],
] as const;

type ColumnFlag = readonly [flags: string, description: string, flag: string, field: string];

export function columnOptions(command: Command, columns: readonly ColumnFlag[]): void {
  for (const [flags, description] of columns) command.option(flags, description);
}

/** Field -> column, of the flags that were given. */
export function namedColumns(flags: Readonly<Record<string, unknown>>): Record<string, string> {
  const all: readonly ColumnFlag[] = [...REQUEST_COLUMNS, ...STRATEGY_COLUMNS, ...REPLAY_COLUMNS];
  return Object.fromEntries(all.flatMap(([, , flag, field]) => (typeof flags[flag] === 'string' ? [[field, flags[flag]]] : [])));
}

export function quantityOption(flags: string, description: string, kind: 'usd' | 'share' | 'ms' | 'count', max = Number.POSITIVE_INFINITY): Option {
  return new Option(flags, description).argParser((text) => {
    const read = readQuantity(text, kind);
    if ('problem' in read) throw new InvalidArgumentError(`It ${read.problem}.`);
    if (read.value < 0 || read.value > max) throw new InvalidArgumentError(`It must be from 0 to ${max}.`);
    return read.value;
  });
}

export function parsePrice(text: string): { input: number; output: number } {
  const parts = text.split('/').map((part) => readQuantity(part, 'usd'));
  const [input, output] = parts;
  if (parts.length !== 2 || input === undefined || output === undefined || 'problem' in input || 'problem' in output || input.value < 0 || output.value < 0)
    throw new InvalidArgumentError('Write it as input/output, like 2.50/10.');
  return { input: input.value, output: output.value };
}

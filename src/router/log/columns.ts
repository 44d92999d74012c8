/** Which column of a log is what: as flags say, else by the usual names. */

import { InputError, type Problem } from '../../files/problem.ts';
import { suggestion } from '../../schema/nearest.ts';
import type { LogTable } from './table.ts';

const FIELDS = [
  'id',
  'score',
  'smallCorrect',
  'largeCorrect',
  'smallCost',
  'largeCost',
  'smallMs',
  'largeMs',
  'smallTtft',
  'inputTokens',
  'outputTokens',
  'smallOutputTokens',
  'largeOutputTokens',
  'at',
  'dataClass',
  'strategy',
  'correct',
  'cost',
  'ms',
] as const;

export type Field = (typeof FIELDS)[number];

/** Column of each field; null: the log has none. */
export type Columns = Readonly<Record<Field, string | null>>;

/** Names tried when no flag is given, in this order; capitals, hyphens and spaces don't matter. */
const USUAL: Readonly<Record<Field, readonly string[]>> = {
  id: [
    'id',
    'request_id',
    'query_id',
    'prompt_id',
    'question_id',
    'task_id',
    'sample_id',
    'example_id',
    'instance_id',
    'request',
    'query',
    'uid',
    'uuid',
    'idx',
    'index',
  ],
  score: ['score', 'confidence', 'small_score', 'small_confidence', 'confidence_score', 'router_score'],
  smallCorrect: ['small_correct', 'small_quality', 'small_right', 'small_label'],
  largeCorrect: ['large_correct', 'large_quality', 'large_right', 'large_label'],
  smallCost: ['small_usd', 'small_cost', 'small_cost_usd'],
  largeCost: ['large_usd', 'large_cost', 'large_cost_usd'],
  smallMs: ['small_ms', 'small_latency_ms', 'small_e2e_ms'],
  largeMs: ['large_ms', 'large_latency_ms', 'large_e2e_ms'],
  smallTtft: ['small_ttft_ms'],
  inputTokens: ['input_tokens', 'prompt_tokens'],
  outputTokens: ['output_tokens', 'completion_tokens'],
  smallOutputTokens: ['small_output_tokens'],
  largeOutputTokens: ['large_output_tokens'],
  at: ['at', 'timestamp', 'time', 'started_at', 'start_time'],
  dataClass: ['data_class', 'data_classes'],
  // A log in long form is read as one only when asked: these names mean other things in others.
  strategy: [],
  correct: ['correct', 'quality', 'is_correct', 'label', 'outcome', 'success', 'passed', 'solved', 'resolved', 'accuracy', 'result', 'reward'],
  cost: ['cost', 'usd', 'cost_usd', 'total_cost', 'total_cost_usd', 'cost_dollars', 'spend', 'spend_usd', 'price'],
  ms: ['ms', 'latency_ms', 'e2e_ms', 'time_ms', 'duration_ms'],
};

/** Names under which a log in long form tells the strategy. */
const STRATEGY_NAMES = ['strategy', 'method', 'router', 'system', 'approach', 'arm', 'policy', 'variant', 'config', 'model'];

const FLAGS: Partial<Record<Field, string>> = { smallMs: '--small-latency', largeMs: '--large-latency', ms: '--latency' };

/** `smallCorrect` -> `--small-correct` */
export function flagOf(field: Field): string {
  return FLAGS[field] ?? `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** @throws InputError naming every column a flag names that isn't there */
export function findColumns(table: LogTable, named: Partial<Record<Field, string>>): Columns {
  const problems = FIELDS.flatMap((field): Problem[] => {
    const wanted = named[field];
    return wanted === undefined || table.columns.includes(wanted) ? [] : [missing(table, field, wanted)];
  });
  if (problems.length > 0) throw new InputError(problems);
  const find = (field: Field) => named[field] ?? usual(table, USUAL[field]);
  return Object.fromEntries(FIELDS.map((field) => [field, find(field)])) as Columns;
}

/** The first of these names that the log has. */
function usual(table: LogTable, names: readonly string[]): string | null {
  const bySpelling = new Map(table.columns.map((name) => [spelling(name), name]));
  return names.map((name) => bySpelling.get(name)).find((name) => name !== undefined) ?? null;
}

/** @example `Total Cost ($)` -> `total_cost`, `isCorrect` -> `is_correct` */
export function spelling(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_|_$/g, '');
}

/** What this word says about one strategy's answer, as a part of a column's name; null: nothing. */
export function strategyField(word: string): 'score' | 'correct' | 'cost' | 'ms' | null {
  return (['score', 'correct', 'cost', 'ms'] as const).find((field) => USUAL[field].includes(spelling(word))) ?? null;
}

/** The column that tells a row's strategy, where ids repeat and name and id together don't. */
export function strategyColumn(table: LogTable, { id, smallCorrect, largeCorrect, smallCost, largeCost }: Columns): string | null {
  const column = usual(table, STRATEGY_NAMES);
  if (column === null || id === null || [smallCorrect, largeCorrect, smallCost, largeCost].some((each) => each !== null)) return null;
  const ids = new Set(table.records.map(({ values }) => String(values[id])));
  const pairs = new Set(table.records.map(({ values }) => JSON.stringify([values[id], values[column]])));
  return ids.size <= table.records.length / 2 && pairs.size > 0.9 * table.records.length ? column : null;
}

function missing(table: LogTable, field: Field, wanted: string): Problem {
  const message = `${flagOf(field)} names the column ${JSON.stringify(wanted)}, which the log does not have.`;
  return { code: 'log.no-column', message, file: table.file, line: null, column: null, excerpt: null, hint: suggestion(wanted, table.columns) };
}

/** @throws InputError when a column that can't be done without is missing */
export function demand(table: LogTable, columns: Columns, fields: readonly Field[]): void {
  const lacking = fields.filter((field) => columns[field] === null);
  if (lacking.length === 0) return;
  const problems = lacking.map((field): Problem => {
    const message = `No column of the log is recognised as ${field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}.`;
    return {
      code: 'log.no-column',
      message,
      file: table.file,
      line: null,
      column: null,
      excerpt: null,
      hint: `Name it with ${flagOf(field)}; the log has ${table.columns.slice(0, 20).join(', ')}.`,
    };
  });
  throw new InputError(problems);
}

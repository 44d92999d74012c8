/** What is taken from one row of a log: times, counts and a few names. Message texts are never among them. */

import type { SendBatch } from './batch.ts';
import type { IdHash } from './measure/ids.ts';

export type Id = string | IdHash;

/** The columns an import may use. `cache_write` may be several columns that add up (5-minute and 1-hour writes). */
export const FIELDS = [
  'timestamp',
  'end',
  'input',
  'output',
  'cached',
  'cache_write',
  'model',
  'team',
  'id',
  'status',
  'kind',
  'requests',
  'usage',
  'blocks',
] as const;
export type Field = (typeof FIELDS)[number];

/** Field -> the columns that hold it, as spelled in the file. */
export type Mapping = { readonly [F in Field]?: readonly string[] };

/** Why a row was dropped. The names stand in the JSON result. */
export const REASONS = {
  missing_tokens: 'the input or output token count is missing',
  negative_tokens: 'a token count is negative',
  non_integer_tokens: 'a token count is not a whole number',
  non_finite_tokens: 'a token count is NaN or infinite',
  not_a_number_tokens: 'a token count is not a number',
  too_large_tokens: 'a token count is above 100 million',
  cached_above_input: 'more cached input tokens than input tokens',
  missing_time: 'the time is missing',
  unparseable_time: 'the time is not one this program can read',
  implausible_time: 'the time is before 2000 or after 2100',
  missing_requests: 'the number of requests of the bucket is missing',
  duplicate_id: 'the same id stood in an earlier row',
  wrong_column_count: 'more or fewer columns than the header',
  truncated_last_line: 'the file ends in the middle of this row',
  invalid_json: 'the line is not a JSON object',
  failed_request: 'the request failed and used no tokens',
  not_a_model_call: 'the row is not a model call (a span, an event, an agent step)',
} as const;
export type Reason = keyof typeof REASONS;

/** A reader's view of the rows; `values[k]` belongs to the k-th column asked for. */
export interface RowSink {
  readonly columns: readonly string[];
  /** The field a column is read for. */
  readonly fieldOf: (column: string) => Field;
  /** Called by a reader whose times are no texts but timestamps in microseconds; `naive`: they know no zone. */
  readonly typedTimes: (naive: boolean) => void;
  readonly row: (values: readonly unknown[], line: number) => void;
  /** A shorter way for rows that need no judgement; null where the format's rows always do. */
  readonly batch: SendBatch | null;
  /** The ids of the next rows, as in a batch. */
  readonly soon: (ids: Uint32Array, rows: number) => void;
  /** How many rows are about to come, where a reader knows. */
  readonly expect: (rows: number) => void;
  readonly drop: (reason: Reason, line: number) => void;
  /** Something worth saying about the file as a whole. */
  readonly note: (code: string, message: string) => void;
}

/** Readers call this once, when they know the columns, and send every row to what it returns. */
export type Begin = (columns: readonly string[]) => RowSink;

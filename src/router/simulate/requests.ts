/** What a replay needs beyond a calibration's rows: times, data classes, and costs by the policy's own prices. */

import type { PolicyTarget, RoutePolicy } from '../../engine/hybrid/policy.ts';
import type { ReplayRequest } from '../../engine/hybrid/replay.ts';
import { needs } from '../../engine/hybrid/replay.ts';
import { InputError, type Problem } from '../../files/problem.ts';
import { type Columns, flagOf } from '../log/columns.ts';
import type { LogRecord, LogTable } from '../log/table.ts';

/** US dollars of one request at a target; null: no price known. */
export type PriceOf = (target: PolicyTarget, tokens: { readonly input: number; readonly output: number }) => number | null;

/** The prices a policy states. */
export const statedPrice: PriceOf = ({ prices }, { input, output }) =>
  prices === null ? null : (input * prices.input_usd_per_mtok + output * prices.output_usd_per_mtok) / 1e6 + prices.usd_per_request;

/** Numbers below this are seconds since 1970: as milliseconds they would be before 1973. */
const SECONDS_BELOW = 1e11;

/** ISO 8601 (no zone: UTC), or seconds or milliseconds since 1970; null when it is neither. */
export function momentOf(raw: unknown): number | null {
  const text = String(raw ?? '').trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) < SECONDS_BELOW ? Number(text) * 1000 : Number(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const zoned = /[zZ]$|[+-]\d{2}:?\d{2}$/.test(text) || text.length <= 10 ? text : `${text.replace(' ', 'T')}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? null : ms;
}

/** Times of the records: their own, or `perSecond` evenly spaced ones from `startMs`. @throws InputError for a time that can't be read */
export function timesOf(table: LogTable, columns: Columns, pace: { readonly perSecond: number | null; readonly startMs: number }): (number | null)[] {
  const { perSecond, startMs } = pace;
  if (perSecond !== null) return table.records.map((_, i) => startMs + (i * 1000) / perSecond);
  if (columns.at === null) return table.records.map(() => null);
  const column = columns.at;
  const times = table.records.map(({ values }) => momentOf(values[column]));
  const wrong = table.records.filter((_, i) => times[i] === null);
  if (wrong.length > 0) throw new InputError(wrong.slice(0, 20).map((record) => badTime(table, column, record)));
  return times;
}

function badTime(table: LogTable, column: string, { line, values }: LogRecord): Problem {
  const message = `${JSON.stringify(column)} must be a time like 2026-11-24T12:00:00Z, or seconds since 1970, found ${JSON.stringify(String(values[column] ?? '').slice(0, 60))}.`;
  return { code: 'log.bad-time', message, file: table.file, line, column: null, excerpt: null, hint: 'Or give --rate to space the requests evenly.' };
}

/** Classes of a request, comma separated; `none` says it has none, an empty cell says nothing (null). */
export function classesOf(record: LogRecord, column: string | null): readonly string[] | null {
  if (column === null) return null;
  const text = String(record.values[column] ?? '').trim();
  if (text === '') return null;
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'none');
}

/** @throws InputError when the policy looks at something the log doesn't tell */
export function checkNeeds(policy: RoutePolicy, requests: readonly ReplayRequest[], file: string): void {
  const wanted = needs(policy);
  const lacks = (pick: (request: ReplayRequest) => unknown) => requests.filter((request) => pick(request) === null).length;
  const problems: Problem[] = [];
  const problem = (count: number, what: string, hint: string) => {
    if (count > 0)
      problems.push({
        code: 'simulate.unknown',
        message: `${count} of ${requests.length} requests lack ${what}.`,
        file,
        line: null,
        column: null,
        excerpt: null,
        hint,
      });
  };
  if (wanted.times)
    problem(
      lacks((r) => r.at_ms),
      'a time, which budget and latency rules go by',
      `Name the column with ${flagOf('at')}, or give --rate.`,
    );
  if (wanted.costs)
    problem(
      lacks((r) => r.large_usd),
      "the large model's cost, which the budget pays",
      `Name the column with ${flagOf('largeCost')}, or price large in the policy.`,
    );
  if (wanted.small_ms && policy.small.max_concurrency !== null)
    problem(
      lacks((r) => r.small_ms),
      "the small model's time, which the latency rule's queue goes by",
      `Name the column with ${flagOf('smallMs')}.`,
    );
  if (wanted.score && requests.every((r) => r.score === null))
    problem(requests.length, 'a score, which the confidence rule goes by', `Name the column with ${flagOf('score')}.`);
  if (wanted.small_ms && policy.small.max_concurrency === null)
    problems.push({
      code: 'simulate.unknown',
      message: 'The latency rule needs to know how many requests the small model takes at a time.',
      file: null,
      line: null,
      column: null,
      excerpt: null,
      hint: 'Add small: { max_concurrency: 32 } to the policy.',
    });
  if (problems.length > 0) throw new InputError(problems);
}

/** A log into the rows the engine calibrates on. Wide: a row has both models' figures. Long: a row is one strategy's answer to one request. */

import { exactSum } from '../../engine/hybrid/exact-sum.ts';
import type { RouteRow } from '../../engine/hybrid/log.ts';
import { InputError } from '../../files/problem.ts';
import { suggestion } from '../../schema/nearest.ts';
import { Cells } from './cells.ts';
import { type Columns, demand, findColumns, strategyColumn } from './columns.ts';
import type { LogRecord, LogTable } from './table.ts';
import { unfold } from './unfold.ts';

/** US dollars per million tokens. */
interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

export interface RowOptions {
  /** Price of a model where the log, or a row of it, has token counts and no cost. */
  readonly smallPrice: TokenPrice | null;
  readonly largePrice: TokenPrice | null;
  /** US dollars of every request, where the log has neither. */
  readonly smallUsd: number | null;
  readonly largeUsd: number | null;
  /** Long form: names of the two strategies to compare. */
  readonly small: string | null;
  readonly large: string | null;
}

/** Totals of one strategy of a log in long form, exact. */
export interface StrategyTotals {
  readonly name: string;
  readonly rows: number;
  readonly quality: number | null;
  /** Sum of the labels: right answers. */
  readonly correct: number | null;
  readonly usd: number | null;
}

export interface LogRows {
  readonly rows: readonly RouteRow[];
  /** Rows left out because their id came before. */
  readonly repeated: number;
  /** Empty unless the log is in long form. */
  readonly strategies: readonly StrategyTotals[];
}

/** @param score `optional`: a replay of rules that don't look at scores does without */
export function rowsOf(table: LogTable, columns: Columns, options: RowOptions, score: 'needed' | 'optional' = 'needed'): LogRows {
  const strategy = columns.strategy ?? strategyColumn(table, columns);
  if (strategy !== null) return longRows(table, { ...columns, strategy }, options);
  if (columns.score === null && options.small !== null && options.large !== null) {
    const unfolded = unfold(table, columns, options.small, options.large);
    if (unfolded !== null) return longRows(unfolded, { ...findColumns(unfolded, {}), strategy: 'strategy' }, options);
  }
  if (score === 'needed') demand(table, columns, ['score']);
  return wideRows(table, columns, options);
}

function wideRows(table: LogTable, columns: Columns, options: RowOptions): LogRows {
  const cells = new Cells(table.file);
  const rows = table.records.map((record, i): RouteRow => {
    const number = (column: string | null, min = 0) => cells.number(record, column, min);
    const tokens = tokenReader(record, columns, cells);
    return {
      id: cells.text(record, columns.id) ?? String(i + 1),
      score: number(columns.score, Number.NEGATIVE_INFINITY),
      small_quality: cells.label(record, columns.smallCorrect),
      large_quality: cells.label(record, columns.largeCorrect),
      small_usd: number(columns.smallCost) ?? priced(options.smallPrice, tokens('small'), options.smallUsd),
      large_usd: number(columns.largeCost) ?? priced(options.largePrice, tokens('large'), options.largeUsd),
      small_ms: number(columns.smallMs),
      large_ms: number(columns.largeMs),
    };
  });
  cells.done();
  return { ...distinct(rows), strategies: [] };
}

interface TokenCounts {
  readonly input: number | null;
  readonly output: number | null;
}

/** A model that wasn't asked would have answered at the length the other did. */
export function tokenReader(record: LogRecord, columns: Columns, cells: Cells): (leg: 'small' | 'large') => TokenCounts {
  return (leg) => ({
    input: cells.number(record, columns.inputTokens, 0),
    output: cells.number(record, leg === 'small' ? columns.smallOutputTokens : columns.largeOutputTokens, 0) ?? cells.number(record, columns.outputTokens, 0),
  });
}

function priced(price: TokenPrice | null, { input, output }: TokenCounts, flat: number | null): number | null {
  if (price === null) return flat;
  if (input === null || output === null) return null;
  return (input * price.input + output * price.output) / 1e6;
}

function distinct(rows: readonly RouteRow[]): Pick<LogRows, 'rows' | 'repeated'> {
  const seen = new Set<string>();
  const kept = rows.filter(({ id }) => !seen.has(id) && seen.add(id));
  return { rows: kept, repeated: rows.length - kept.length };
}

interface Answer {
  readonly id: string;
  readonly score: number | null;
  readonly quality: number | null;
  readonly usd: number | null;
  readonly ms: number | null;
}

function longRows(table: LogTable, columns: Columns, options: RowOptions): LogRows {
  demand(table, columns, ['id', 'score']);
  const cells = new Cells(table.file);
  const byName = new Map<string, Map<string, Answer>>();
  let repeated = 0;
  for (const record of table.records) {
    const name = cells.text(record, columns.strategy) ?? '';
    const answers = byName.get(name) ?? new Map<string, Answer>();
    byName.set(name, answers);
    const answer = answerOf(record, columns, cells);
    if (answers.has(answer.id)) repeated++;
    else answers.set(answer.id, answer);
  }
  cells.done();
  const [small, large] = [pick(table, byName, options.small, '--small'), pick(table, byName, options.large, '--large')];
  return { rows: paired(small, large), repeated, strategies: [...byName].map(([name, answers]) => totalsOf(name, [...answers.values()])) };
}

function answerOf(record: LogRecord, columns: Columns, cells: Cells): Answer {
  return {
    id: cells.text(record, columns.id) ?? '',
    score: cells.number(record, columns.score),
    quality: cells.label(record, columns.correct),
    usd: cells.number(record, columns.cost, 0),
    ms: cells.number(record, columns.ms, 0),
  };
}

function pick(table: LogTable, byName: ReadonlyMap<string, ReadonlyMap<string, Answer>>, name: string | null, flag: string): ReadonlyMap<string, Answer> {
  const known = [...byName.keys()];
  const found = name === null ? undefined : byName.get(name);
  if (found !== undefined) return found;
  const message =
    name === null
      ? `${flag} is missing: which strategy is the ${flag.slice(2)} model alone?`
      : `${flag} names ${JSON.stringify(name)}, and no row has this strategy.`;
  throw InputError.of('log.no-strategy', message, suggestion(name ?? '', known) ?? `Known: ${known.slice(0, 12).join(', ')}.`, table.file);
}

/** Requests both strategies answered; the score is the small one's. */
function paired(small: ReadonlyMap<string, Answer>, large: ReadonlyMap<string, Answer>): RouteRow[] {
  return [...small.values()].map((answer) => {
    const other = large.get(answer.id);
    return {
      id: answer.id,
      score: answer.score,
      small_quality: answer.quality,
      large_quality: other?.quality ?? null,
      small_usd: answer.usd,
      large_usd: other?.usd ?? null,
      small_ms: answer.ms,
      large_ms: other?.ms ?? null,
    };
  });
}

function totalsOf(name: string, answers: readonly Answer[]): StrategyTotals {
  const all = (pick_: (answer: Answer) => number | null) => {
    const values = answers.map(pick_).filter((value) => value !== null);
    return values.length === answers.length ? exactSum(values) : null;
  };
  const correct = all((answer) => answer.quality);
  return { name, rows: answers.length, correct, quality: correct === null ? null : correct / answers.length, usd: all((answer) => answer.usd) };
}

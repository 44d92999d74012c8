/** A log with columns for each strategy (`cheap_cost`, `correct.big`) into one with a row per request and strategy. */

import { type Columns, spelling, strategyField } from './columns.ts';
import type { LogRecord, LogTable } from './table.ts';

interface StrategyColumn {
  readonly column: string;
  readonly strategy: string;
  readonly field: 'score' | 'correct' | 'cost' | 'ms';
}

/** Null: the log has no columns for both of these strategies. */
export function unfold(table: LogTable, { id }: Columns, small: string, large: string): LogTable | null {
  const found = table.columns.flatMap((column) => strategyColumns(column));
  const known = withName(found, small) ?? withName(withoutOuter(found), small);
  if (known === null || withName(known, large) === null) return null;
  const strategies = [...new Set(known.map(({ strategy }) => strategy))];
  const own = strategies.map((strategy) => [strategy, known.filter((each) => each.strategy === strategy)] as const);
  const records = table.records.flatMap(({ line, values }, i) =>
    own.map(([strategy, columns]): LogRecord => {
      const cells = Object.fromEntries(columns.map(({ field, column }) => [field, values[column]]));
      return { line, values: { ...cells, id: id === null ? i + 1 : values[id], strategy } };
    }),
  );
  return { file: table.file, columns: ['id', 'strategy', 'score', 'correct', 'cost', 'ms'], records };
}

/** @example `cheap_total_cost`: cheap, cost; `correct/big`: big, correct; `x`: none */
function strategyColumns(column: string): StrategyColumn[] {
  const cuts = [...column.matchAll(/[^A-Za-z0-9]+/g)].map(({ index, 0: mark }) => [column.slice(0, index), column.slice(index + mark.length)] as const);
  for (const [strategy, word] of cuts) {
    const field = strategyField(word);
    if (strategy !== '' && field !== null) return [{ column, strategy, field }];
  }
  for (const [word, strategy] of cuts.toReversed()) {
    const field = strategyField(word);
    if (spelling(strategy) !== '' && field !== null) return [{ column, strategy, field }];
  }
  return [];
}

function withName(columns: readonly StrategyColumn[], name: string): readonly StrategyColumn[] | null {
  return columns.some(({ strategy }) => strategy === name) ? columns : null;
}

/** Of nested objects: `results.cheap.cost` is about `cheap`. */
function withoutOuter(columns: readonly StrategyColumn[]): StrategyColumn[] {
  return columns.map((each) => ({ ...each, strategy: each.strategy.slice(each.strategy.indexOf('.') + 1) }));
}

/** Estimates for every row of a table. */

import { estimateReplica, type ReplicaEstimate } from '../engine/capacity/estimate.ts';
import { rowLoad, type Sources } from './load.ts';
import { cellReader, requireColumns, type Table, writeTable } from './table.ts';

export type RowEstimate = { readonly kind: 'ok'; readonly estimate: ReplicaEstimate } | { readonly kind: 'error'; readonly reason: string };

/** @throws InputError when a column is missing that every row needs */
export function estimateRows(table: Table, sources: Sources, file: string): RowEstimate[] {
  requireColumns(table, ['model', 'gpu'], file);
  const read = cellReader(table);
  return table.rows.map((row) => {
    const load = rowLoad((name) => read(row, name), sources);
    if (load.kind === 'error') return load;
    const result = estimateReplica(load.input);
    return result.kind === 'ok' ? { kind: 'ok', estimate: result } : { kind: 'error', reason: result.reason };
  });
}

const ADDED = ['p10', 'p50', 'p90', 'limited_by', 'error'];

/** The table with p10, p50, p90 (output tokens/s of all accelerators together), limited_by and error appended. */
export function estimatedTable(table: Table, estimates: readonly RowEstimate[]): string {
  return writeTable(
    table,
    ADDED,
    estimates.map((each) => {
      if (each.kind === 'error') return ['', '', '', '', each.reason];
      const { p10, p50, p90 } = each.estimate.output_tokens_per_s;
      return [figure(p10), figure(p50), figure(p90), each.estimate.limited_by, ''];
    }),
  );
}

function figure(value: number): string {
  return String(Number(value.toPrecision(5)));
}

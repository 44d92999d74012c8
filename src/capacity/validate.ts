/** Estimates against a measured column: users audit the model on their own data. */

import { estimateRows, type RowEstimate } from './estimate-table.ts';
import type { Sources } from './load.ts';
import { cellReader, type Table } from './table.ts';

/** Errors are |estimate / measured - 1| of the median estimate. */
export interface ErrorSummary {
  readonly rows: number;
  readonly median: number;
  readonly p90: number;
  readonly within_2x: number;
  /** Share of rows inside the 80 % interval. */
  readonly covered: number;
  /** Median of estimate / measured - 1: above 0 the model is too hopeful. */
  readonly bias: number;
}

export interface Validation {
  readonly overall: ErrorSummary;
  readonly by_source: Readonly<Record<string, ErrorSummary>>;
  readonly by_model: Readonly<Record<string, ErrorSummary>>;
  readonly by_gpu: Readonly<Record<string, ErrorSummary>>;
  /** Rows the published measurements of this release hold too: the model has seen them. */
  readonly seen: number;
  /** Rows without an estimate or a measured figure: reason -> number. */
  readonly left_out: Readonly<Record<string, number>>;
}

interface Compared {
  readonly source: string;
  readonly model: string;
  readonly gpu: string;
  readonly measured: number;
  readonly estimate: Extract<RowEstimate, { kind: 'ok' }>['estimate'];
}

export function validateTable(table: Table, sources: Sources, file: string): Validation {
  const estimates = estimateRows(table, sources, file);
  const read = cellReader(table);
  const compared: Compared[] = [];
  const leftOut: Record<string, number> = {};
  table.rows.forEach((row, i) => {
    const cell = (name: Parameters<typeof read>[1]) => read(row, name);
    const each = estimates[i] as RowEstimate;
    const measured = measuredOf(cell);
    const reason = measured === null ? 'no measured figure' : each.kind === 'error' ? each.reason : null;
    if (reason !== null || measured === null || each.kind === 'error') {
      leftOut[reason ?? 'unknown'] = (leftOut[reason ?? 'unknown'] ?? 0) + 1;
      return;
    }
    compared.push({ source: cell('source') || 'this file', model: cell('model'), gpu: cell('gpu'), measured, estimate: each.estimate });
  });
  return {
    overall: summary(compared),
    by_source: grouped(compared, (each) => each.source),
    by_model: grouped(compared, (each) => each.model),
    by_gpu: grouped(compared, (each) => each.gpu),
    seen: compared.filter((each) => wasSeen(each, sources)).length,
    left_out: leftOut,
  };
}

function measuredOf(cell: (name: 'measured' | 'measured_per_gpu' | 'n_gpus') => string): number | null {
  const total = Number(cell('measured'));
  if (cell('measured') !== '' && total > 0) return total;
  const perGpu = Number(cell('measured_per_gpu'));
  return cell('measured_per_gpu') !== '' && perGpu > 0 ? perGpu * (Number(cell('n_gpus')) || 1) : null;
}

/** The same figure stands among the published rows: to five digits, they are the same measurement. */
function wasSeen(each: Compared, sources: Sources): boolean {
  return sources.published.some((row) => Math.abs(row.output_tokens_per_s / each.measured - 1) < 1e-5);
}

function grouped(compared: readonly Compared[], key: (each: Compared) => string): Readonly<Record<string, ErrorSummary>> {
  const groups = new Map<string, Compared[]>();
  for (const each of compared) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rows]) => [name, summary(rows)]));
}

function summary(compared: readonly Compared[]): ErrorSummary {
  const ratios = compared.map((each) => each.estimate.output_tokens_per_s.p50 / each.measured);
  const errors = ratios.map((ratio) => Math.abs(ratio - 1)).sort((a, b) => a - b);
  const share = (test: (each: Compared) => boolean) => (compared.length === 0 ? 0 : compared.filter(test).length / compared.length);
  return {
    rows: compared.length,
    median: quantile(errors, 0.5),
    p90: quantile(errors, 0.9),
    within_2x: ratios.length === 0 ? 0 : ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length / ratios.length,
    covered: share(({ estimate, measured }) => estimate.output_tokens_per_s.p10 <= measured && measured <= estimate.output_tokens_per_s.p90),
    bias:
      quantile(
        ratios.sort((a, b) => a - b),
        0.5,
      ) - 1,
  };
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

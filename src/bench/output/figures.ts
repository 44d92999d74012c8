/** Figures as people read them. Null is a dash: not known, which is not 0. */
import type { LatencySummary } from '../../engine/measurement.ts';

export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

/** `p50 / p95`, with p99 where there are samples for it. */
export function spread(summary: LatencySummary | null): string {
  if (summary === null) return '-';
  const parts = [summary.p50, summary.p95, ...(summary.p99 === null ? [] : [summary.p99])];
  return parts.map(ms).join(' / ');
}

export function number(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return '-';
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(digits);
}

/** Dollars with as many digits as matter: $12.30, $0.0034. */
export function usd(value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  if (value === 0) return '$0';
  if (Math.abs(value) >= 1) return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return `$${value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')}`;
}

export function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

export function loadLabel(point: { readonly concurrency: number | null; readonly rate: number | null; readonly arrivals: string | null }): string {
  if (point.concurrency !== null) return `c=${point.concurrency}`;
  return point.rate === null ? (point.arrivals ?? '-') : `${number(point.rate, point.rate < 10 ? 2 : 1)}/s ${point.arrivals ?? ''}`.trim();
}

export function errorList(errors: Readonly<Record<string, number>>): string {
  const parts = Object.entries(errors).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? '0' : parts.join(', ');
}

/** Columns padded to their widest cell; all but the first are right-aligned. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

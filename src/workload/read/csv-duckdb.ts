import { parse } from 'csv-parse/sync';
import { delimiterOf } from './csv.ts';
import { literal } from './duckdb.ts';
import type { Head } from './head.ts';
import type { TextFile, TextScan } from './text-duckdb.ts';

/** How DuckDB reads a CSV file, strictly; null when its header isn't the plain first line. */
export function csvScan({ path, gzipped }: TextFile, { bytes }: Head): TextScan | null {
  const delimiter = delimiterOf(bytes);
  const columns = headerOf(bytes, delimiter);
  if (columns === null || columns.every((column) => column === '') || new Set(columns).size !== columns.length) return null;
  const types = columns.map((_, at) => `'c${at}': 'VARCHAR'`).join(', ');
  const options = [
    `auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"', strict_mode = true`,
    `compression = '${gzipped ? 'gzip' : 'none'}', columns = {${types}}`,
  ];
  return {
    columns,
    plan: (sink) => ({
      cells: sink.columns.map((column) => ({ sql: `c${columns.indexOf(column)}`, type: 'TEXT' })),
      table: `read_csv(${literal(path)}, ${options.join(', ')})`,
    }),
  };
}

function headerOf(bytes: Buffer, delimiter: string): string[] | null {
  const text = bytes
    .subarray(0, 1 << 18)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (/^[\r\n]/.test(text)) return null;
  try {
    const [header] = parse(text, { to: 1, delimiter, relax_quotes: true }) as string[][];
    return header?.map((column) => column.trim()) ?? null;
  } catch {
    return null;
  }
}

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import type { Begin, RowSink } from '../row.ts';
import { delimiterOf, noteNoFinalNewline } from './csv.ts';
import { findDuckdb, identifier, literal, withDuckdb } from './duckdb.ts';
import { sendTable } from './table.ts';
import type { TableColumn } from './transfer.ts';

const HEAD = 1 << 18;

/**
 * Reads a plain CSV file through DuckDB, on all cores.
 *
 * @returns false when DuckDB is missing or finds anything odd about the file (a row of another width, an open quote, bytes
 * that aren't UTF-8): nothing has been sent then, and the streaming reader, which counts such rows, is to read it
 */
export async function readCsvWithDuckdb(path: string, begin: Begin, signal: AbortSignal | null, progress: (share: number) => void): Promise<boolean> {
  const duckdb = await findDuckdb();
  const { head, last } = ends(path);
  const header = headerOf(head);
  if (duckdb === null || header === null) return false;
  const sink = begin(header.map((column) => column.trim()));
  if (new Set(header).size !== header.length) return false;
  return withDuckdb(duckdb, signal, async (connection) => {
    const table = await loadTable(connection, path, delimiterOf(head), header, sink);
    if (table === null) return false;
    progress(0.5);
    const total = Number((await connection.runAndReadAll('SELECT count(*) FROM log')).getRows()[0]?.[0] ?? 0);
    sink.expect(total);
    await sendTable(connection, 'log', table, sink, (rows) => progress(0.5 + rows / total / 2));
    if (last !== 0x0a && last !== 0x0d) noteNoFinalNewline(sink);
    return true;
  });
}

function ends(path: string): { head: Buffer; last: number } {
  const { size } = statSync(path);
  const handle = openSync(path, 'r');
  try {
    const head = Buffer.alloc(Math.min(size, HEAD));
    readSync(handle, head, 0, head.length, 0);
    const last = Buffer.alloc(1);
    readSync(handle, last, 0, 1, size - 1);
    return { head, last: last[0] as number };
  } finally {
    closeSync(handle);
  }
}

/** Null when the header isn't the plain first line. */
function headerOf(head: Buffer): string[] | null {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  if (/^[\r\n]/.test(text)) return null;
  try {
    const [header] = parse(text, { to: 1, delimiter: delimiterOf(head), relax_quotes: true }) as string[][];
    return header ?? null;
  } catch {
    return null;
  }
}

/** Copies the columns asked for into the table `log`; null when DuckDB won't read the file strictly. */
async function loadTable(
  connection: DuckDBConnection,
  path: string,
  delimiter: string,
  header: readonly string[],
  sink: RowSink,
): Promise<Map<string, TableColumn> | null> {
  const columns = header.map((_, at) => `'c${at}': 'VARCHAR'`).join(', ');
  const options = `auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"', strict_mode = true, columns = {${columns}}`;
  const names = header.map((column) => column.trim());
  const wanted = sink.columns.map((column, at) => `c${names.indexOf(column)} AS ${identifier(`w${at}`)}`);
  try {
    await connection.run(`CREATE TEMP TABLE log AS SELECT ${wanted.join(', ')} FROM read_csv(${literal(path)}, ${options})`);
  } catch {
    return null; // the streaming reader will say what is wrong, or that it was stopped
  }
  return new Map(sink.columns.map((column, at) => [column, { sql: identifier(`w${at}`), type: 'TEXT' }]));
}

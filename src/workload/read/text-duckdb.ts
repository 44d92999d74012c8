import type { Begin, RowSink } from '../row.ts';
import { ImportStopped } from '../stopped.ts';
import { noteNoFinalNewline } from './csv.ts';
import { csvScan } from './csv-duckdb.ts';
import { findDuckdb, identifier, withDuckdb } from './duckdb.ts';
import { lastByteOf, readHead } from './head.ts';
import { jsonScan } from './json-duckdb.ts';
import { sendTable } from './table.ts';

/** A text file DuckDB may read. */
export interface TextFile {
  readonly path: string;
  readonly kind: 'csv' | 'json';
  readonly gzipped: boolean;
}

/** How DuckDB is to read a text file. */
export interface TextScan {
  readonly columns: readonly string[];
  /** An SQL expression and a type for each column the sink asks for, and the table they stand in; null: better not. */
  readonly plan: (sink: RowSink) => { readonly cells: readonly { readonly sql: string; readonly type: string }[]; readonly table: string } | null;
}

/**
 * Reads CSV or JSON Lines, gzipped or not, through DuckDB, on all cores.
 *
 * @returns false when DuckDB is missing or finds anything odd about the file (a row of another width, a line that is no object, an
 * open quote, bytes that aren't UTF-8): nothing has been sent then, and the streaming reader, which counts such rows, is to read it
 */
export async function readTextWithDuckdb(file: TextFile, begin: Begin, signal: AbortSignal | null, progress: (share: number) => void): Promise<boolean> {
  const duckdb = await findDuckdb();
  const head = readHead(file.path, file.gzipped);
  const scan = head === null ? null : file.kind === 'csv' ? csvScan(file, head) : jsonScan(file, head);
  if (duckdb === null || scan === null) return false;
  const sink = begin(scan.columns);
  const plan = scan.plan(sink);
  if (plan === null) return false;
  return withDuckdb(duckdb, signal, async (connection) => {
    const cells = plan.cells.map(({ sql }, at) => `${sql} AS ${identifier(`w${at}`)}`).join(', ');
    const load = connection.run(`CREATE TEMP TABLE log AS SELECT ${cells} FROM ${plan.table}`);
    const [last] = await Promise.all([lastByteOf(file.path, file.gzipped, signal), load]).catch(() => [null] as const); // the streaming reader says what is wrong
    if (signal?.aborted === true) throw new ImportStopped();
    if (last === null) return false;
    progress(0.5);
    const total = Number((await connection.runAndReadAll('SELECT count(*) FROM log')).getRows()[0]?.[0] ?? 0);
    sink.expect(total);
    const columns = new Map(sink.columns.map((column, at) => [column, { sql: identifier(`w${at}`), type: plan.cells[at]?.type ?? 'TEXT' }]));
    await sendTable(connection, 'log', columns, sink, (rows) => progress(0.5 + rows / total / 2), file.kind === 'csv' ? 2 : 1);
    if (file.kind === 'csv' && last !== 0x0a && last !== 0x0d) noteNoFinalNewline(sink);
    return true;
  });
}

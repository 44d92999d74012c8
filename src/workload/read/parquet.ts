import { InputError } from '../../files/problem.ts';
import type { Begin } from '../row.ts';
import { duckdbMissing, findDuckdb, literal, withDuckdb } from './duckdb.ts';
import { sendTable, tableColumns } from './table.ts';

/** Reads a Parquet file through DuckDB, by the columns that count only. @throws InputError when DuckDB is missing or the file is broken */
export async function readParquet(path: string, name: string, begin: Begin, signal: AbortSignal | null, progress: (share: number) => void): Promise<void> {
  const duckdb = await findDuckdb();
  if (duckdb === null) throw duckdbMissing(path, `${name} is Parquet: reading it`);
  const table = `read_parquet(${literal(path)})`;
  await withDuckdb(duckdb, signal, async (connection) => {
    const columns = await tableColumns(connection, table).catch((error: Error) => {
      throw InputError.of('workload.bad-parquet', `${name} can't be read as Parquet: ${error.message.split('\n')[0]}`, 'Fetch or write the file again.', path);
    });
    const total = Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0]?.[0] ?? 0);
    const sink = begin([...columns.keys()]);
    sink.expect(total);
    await sendTable(connection, table, columns, sink, (rows) => progress(rows / total));
  });
}

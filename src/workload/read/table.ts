import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { RowSink } from '../row.ts';
import { identifier } from './duckdb.ts';
import { quickReader } from './quick.ts';
import { planTransfers, type TableColumn, type Transfer } from './transfer.ts';

/** Sends every row of `table` to the sink, in order. @param table an SQL table expression @param firstLine number of its first row in the file */
export async function sendTable(
  connection: DuckDBConnection,
  table: string,
  columns: ReadonlyMap<string, TableColumn>,
  sink: RowSink,
  tick: (rows: number) => void,
  firstLine = 1,
): Promise<void> {
  const transfers = await planTransfers(connection, table, columns, sink);
  const result = await connection.stream(`SELECT ${transfers.flatMap(({ expressions }) => expressions).join(', ')} FROM ${table}`);
  const quick = quickReader(transfers, sink);
  let line = firstLine;
  let next = result.fetchChunk();
  for (let chunk = await next; chunk !== null && chunk.rowCount > 0; chunk = await next) {
    next = result.fetchChunk(); // DuckDB prepares it while this one is counted
    next.catch(() => {}); // awaited above; a failure in between must not be unhandled
    if (quick !== null) quick.send(chunk, line, (values, at) => sink.row(values, at));
    else sendChunk(chunk, transfers, sink, line);
    line += chunk.rowCount;
    tick(line - firstLine);
  }
}

function sendChunk(chunk: DuckDBDataChunk, transfers: readonly Transfer[], sink: RowSink, firstLine: number): void {
  let next = 0;
  const columns = transfers.map(({ expressions, decode }) => {
    const vectors = expressions.map(() => chunk.getColumnVector(next++));
    const cells: unknown[] = new Array(expressions.length);
    return { vectors, cells, decode };
  });
  const values: unknown[] = new Array(columns.length);
  const rows = chunk.rowCount;
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < columns.length; k += 1) {
      const { vectors, cells, decode } = columns[k] as (typeof columns)[number];
      for (let v = 0; v < vectors.length; v += 1) cells[v] = vectors[v]?.getItem(row);
      values[k] = decode(cells);
    }
    sink.row(values, firstLine + row);
  }
}

/** Column names and types of a table, structs opened one level: `usage.input_tokens`. */
export async function tableColumns(connection: DuckDBConnection, table: string): Promise<Map<string, TableColumn>> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`);
  const columns = new Map<string, TableColumn>();
  for (const [name, type] of reader.getRows().map((row) => row.map(String))) {
    if (name === undefined || type === undefined) continue;
    columns.set(name, { sql: identifier(name), type });
    for (const [inner, innerType] of structFields(type)) columns.set(`${name}.${inner}`, { sql: `${identifier(name)}.${identifier(inner)}`, type: innerType });
  }
  return columns;
}

/** `STRUCT(a BIGINT, b VARCHAR)` -> its scalar members. */
function structFields(type: string): [string, string][] {
  const inside = /^STRUCT\((.*)\)$/.exec(type)?.[1];
  if (inside === undefined) return [];
  return [...inside.matchAll(/(?:^|, )(?:"((?:[^"]|"")+)"|(\w+)) (\w+)(?=,|$)/g)].map(([, quoted, plain, inner = '']) => [
    quoted?.replaceAll('""', '"') ?? plain ?? '',
    inner,
  ]);
}

import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { isFailure } from '../clean.ts';
import { IdHash } from '../measure/ids.ts';
import type { Field, RowSink } from '../row.ts';
import { Stamp } from '../time.ts';
import { identifier } from './duckdb.ts';
import { quickReader } from './quick.ts';

/** A column of a table DuckDB reads: the expression that yields it and its SQL type. */
export interface TableColumn {
  readonly sql: string;
  readonly type: string;
}

/** More names than this are fetched as texts, which is slow but right. */
const MOST_NAMES = 20_000;
const COUNTS: readonly Field[] = ['input', 'output', 'cached', 'cache_write', 'requests'];
const NAMES: readonly Field[] = ['model', 'team', 'status', 'kind'];

/** How a column comes over: SQL expressions (numbers wherever possible, as texts are slow to fetch), and what their values mean. */
export interface Transfer {
  readonly field: Field;
  readonly expressions: readonly string[];
  /** Numbers that are counts or times; places in the list `names`; the halves of a hash; nothing. Absent: look with `decode`. */
  readonly plain?: 'number' | 'name' | 'hash' | 'constant';
  readonly names?: readonly string[];
  readonly decode: (values: readonly unknown[]) => unknown;
}

/** Sends every row of `table` to the sink, in order. @param table an SQL table expression */
export async function sendTable(
  connection: DuckDBConnection,
  table: string,
  columns: ReadonlyMap<string, TableColumn>,
  sink: RowSink,
  tick: (rows: number) => void,
): Promise<void> {
  const transfers: Transfer[] = [];
  for (const name of sink.columns) transfers.push(await transferOf(connection, table, columns.get(name) as TableColumn, sink.fieldOf(name), sink));
  const result = await connection.stream(`SELECT ${transfers.flatMap(({ expressions }) => expressions).join(', ')} FROM ${table}`);
  const quick = quickReader(transfers, sink);
  let line = 1;
  let next = result.fetchChunk();
  for (let chunk = await next; chunk !== null && chunk.rowCount > 0; chunk = await next) {
    next = result.fetchChunk(); // DuckDB prepares it while this one is counted
    next.catch(() => {}); // awaited above; a failure in between must not be unhandled
    if (quick !== null) quick.send(chunk, line, (values, at) => sink.row(values, at));
    else sendChunk(chunk, transfers, sink, line);
    line += chunk.rowCount;
    tick(line - 1);
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

const first = (values: readonly unknown[]): unknown => values[0];

async function transferOf(connection: DuckDBConnection, table: string, { sql, type }: TableColumn, field: Field, sink: RowSink): Promise<Transfer> {
  if (/^(TIMESTAMP|DATE)/.test(type)) {
    sink.typedTimes(!/ZONE|TZ/.test(type));
    return { field, plain: 'number', expressions: [`CASE WHEN isfinite(${sql}) THEN epoch_us(${sql})::DOUBLE END`], decode: first };
  }
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(type))
    return field === 'id'
      ? { field, expressions: [`${sql}::DOUBLE`], decode: idNumber }
      : { field, plain: 'number', expressions: [`${sql}::DOUBLE`], decode: first };
  if (type === 'TEXT' && field === 'timestamp') return textTime(sql);
  if (type === 'TEXT' && COUNTS.includes(field)) return textCount(sql);
  if (field === 'id') return hashTransfer(sql);
  if (NAMES.includes(field)) return nameTransfer(connection, table, sql, field);
  return { field, expressions: [type === 'VARCHAR' || type === 'TEXT' ? sql : `${sql}::VARCHAR`], decode: first };
}

function idNumber(values: readonly unknown[]): unknown {
  return values[0] === null ? null : String(values[0]);
}

/** Plain digits come over as a number; anything else as it is, for the same judgement as everywhere. */
function textCount(sql: string): Transfer {
  const plain = `regexp_full_match(${sql}, '[0-9]{1,15}')`;
  return {
    field: 'input',
    expressions: [`CASE WHEN ${plain} THEN ${sql}::DOUBLE END`, `CASE WHEN NOT ${plain} THEN ${sql} END`],
    decode: ([number, text]) => number ?? text,
  };
}

/** ISO times, without a zone or in UTC, come over as microseconds; anything else as it is. */
function textTime(sql: string): Transfer {
  const form = "'[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?";
  const us = `epoch_us(TRY_CAST(left(regexp_replace(${sql}, '(Z|[+]00:00)$', ''), 26) AS TIMESTAMP))::DOUBLE`; // what is finer than a microsecond is cut off
  const stamp = new Stamp();
  return {
    field: 'timestamp',
    expressions: [
      `CASE WHEN regexp_full_match(${sql}, ${form}(Z|[+]00:00)?') THEN ${us} END`,
      `CASE WHEN regexp_full_match(${sql}, ${form}') THEN 0 ELSE 1 END::DOUBLE`,
      `CASE WHEN ${us} IS NULL OR NOT regexp_full_match(${sql}, ${form}(Z|[+]00:00)?') THEN ${sql} END`,
    ],
    decode: ([number, zoned, text]) => (number === null ? text : stamp.set(number as number, zoned === 1)),
  };
}

/** Ids are only compared: their 64-bit hash comes over as two numbers. */
function hashTransfer(sql: string): Transfer {
  const hash = `hash(nullif(${sql}::VARCHAR, ''))`;
  const present = `nullif(${sql}::VARCHAR, '') IS NOT NULL`;
  const id = new IdHash();
  return {
    field: 'id',
    plain: 'hash',
    expressions: [`CASE WHEN ${present} THEN (${hash} >> 32)::DOUBLE END`, `(${hash} & 4294967295)::DOUBLE`],
    decode: ([high, low]) => (high === null ? null : id.set(high as number, low as number)),
  };
}

/** Names repeat: they come over as their place in a list. */
async function nameTransfer(connection: DuckDBConnection, table: string, sql: string, field: Field): Promise<Transfer> {
  const text = `${sql}::VARCHAR`;
  const reader = await connection.runAndReadAll(`SELECT DISTINCT ${text} AS name FROM ${table} WHERE ${text} IS NOT NULL ORDER BY 1 LIMIT ${MOST_NAMES + 1}`);
  const names = reader.getRows().map(([name]) => String(name));
  if (names.length === 0 || names.length > MOST_NAMES) return { field, expressions: [text], decode: first };
  if (field === 'status' && !names.some(isFailure)) return { field, plain: 'constant', expressions: [], decode: () => null };
  const list = `names_${field}`;
  await connection
    .run(`CREATE OR REPLACE TYPE ${list} AS ENUM (SELECT DISTINCT ${text} AS name FROM ${table} WHERE ${text} IS NOT NULL ORDER BY 1)`)
    .catch(async () => {
      await connection.run(`DROP TYPE IF EXISTS ${list}`);
      await connection.run(`CREATE TYPE ${list} AS ENUM (SELECT DISTINCT ${text} AS name FROM ${table} WHERE ${text} IS NOT NULL ORDER BY 1)`);
    });
  return {
    field,
    plain: 'name',
    names,
    expressions: [`enum_code((${text})::${list})::DOUBLE`],
    decode: ([code]) => (code === null ? null : names[code as number]),
  };
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

import type { DuckDBConnection } from '@duckdb/node-api';
import { isFailure } from '../clean.ts';
import { IdHash } from '../measure/ids.ts';
import type { Field, RowSink } from '../row.ts';
import { Stamp } from '../time.ts';
import { literal } from './duckdb.ts';
import { parseLoosely } from './json.ts';

/** A column of a table DuckDB reads: the expression that yields it and its SQL type. */
export interface TableColumn {
  readonly sql: string;
  readonly type: string;
}

/** More names than this are fetched as texts, which is slow but right. */
const MOST_NAMES = 20_000;
const FIRST_ROWS = 200_000;
const MOST_NAMES_FIRST = 5000;
const COUNTS: readonly Field[] = ['input', 'output', 'cached', 'cache_write', 'requests'];
const NAMES: readonly Field[] = ['model', 'team', 'status', 'kind'];

/** How a column comes over: SQL expressions (numbers wherever possible, as texts are slow to fetch), and what their values mean. */
export interface Transfer {
  readonly field: Field;
  readonly expressions: readonly string[];
  /** Numbers that are counts or times; places in the list `names`; a 64-bit hash; nothing. Absent: look with `decode`. */
  readonly plain?: 'number' | 'name' | 'hash' | 'constant';
  readonly names?: readonly string[];
  readonly decode: (values: readonly unknown[]) => unknown;
}

const first = (values: readonly unknown[]): unknown => values[0];

/** How each column the sink asks for comes over. */
export async function planTransfers(
  connection: DuckDBConnection,
  table: string,
  columns: ReadonlyMap<string, TableColumn>,
  sink: RowSink,
): Promise<Transfer[]> {
  const asked = sink.columns.map((name) => ({ column: columns.get(name) as TableColumn, field: sink.fieldOf(name) }));
  const names = await namesIn(
    connection,
    table,
    asked.filter(({ column, field }) => NAMES.includes(field) && /^(VARCHAR|TEXT)$/.test(column.type)).map(({ column }) => column.sql),
  );
  const transfers: Transfer[] = [];
  for (const { column, field } of asked) transfers.push(await transferOf(connection, column, field, sink, names));
  return transfers;
}

async function transferOf(
  connection: DuckDBConnection,
  { sql, type }: TableColumn,
  field: Field,
  sink: RowSink,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<Transfer> {
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
  if (type === 'JSON') return { field, expressions: [`${sql}::VARCHAR`], decode: json };
  if (NAMES.includes(field)) return nameTransfer(connection, sql, field, names.get(sql));
  return { field, expressions: [type === 'VARCHAR' || type === 'TEXT' ? sql : `${sql}::VARCHAR`], decode: first };
}

function json([text]: readonly unknown[]): unknown {
  return typeof text === 'string' ? parseLoosely(text) : text;
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
  const form = "'[12][0-9]{3}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?"; // DuckDB also takes 24:00:00
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

/** Ids are only compared: their 64-bit hash comes over, 0 for none. */
function hashTransfer(sql: string): Transfer {
  const id = new IdHash();
  return {
    field: 'id',
    plain: 'hash',
    expressions: [`CASE WHEN ${sql}::VARCHAR <> '' THEN hash(${sql}::VARCHAR) ELSE 0::UBIGINT END`],
    decode: ([hash]) => (hash === 0n ? null : id.set(Number((hash as bigint) >> 32n), Number((hash as bigint) & 0xffffffffn))),
  };
}

/** Names repeat: they come over as their place in a list. */
async function nameTransfer(connection: DuckDBConnection, sql: string, field: Field, names: readonly string[] | undefined): Promise<Transfer> {
  const text = `${sql}::VARCHAR`;
  if (names === undefined || names.length === 0) return { field, expressions: [text], decode: first };
  if (field === 'status' && !names.some(isFailure)) return { field, plain: 'constant', expressions: [], decode: () => null };
  await connection.run(`CREATE TYPE names_of_${field} AS ENUM (${names.map(literal).join(', ')})`);
  return {
    field,
    plain: 'name',
    names: names.map((name) => name.trim()),
    expressions: [`coalesce(enum_code((${text})::names_of_${field})::DOUBLE, -1)`],
    decode: ([code]) => names[code as number] ?? null,
  };
}

/** The different names in each column of names, by its SQL, where the first rows have few; none where listing them takes too much memory. */
async function namesIn(connection: DuckDBConnection, table: string, columns: readonly string[]): Promise<Map<string, readonly string[]>> {
  if (columns.length === 0) return new Map();
  const counts = await onlyRow(
    connection,
    `SELECT ${columns.map((sql) => `approx_count_distinct(${sql})`).join(', ')} FROM (SELECT * FROM ${table} LIMIT ${FIRST_ROWS})`,
  );
  const few = columns.filter((_, at) => Number(counts[at]) <= MOST_NAMES_FIRST);
  if (few.length === 0) return new Map();
  const listed = few.map((sql) => `list_sort(list(DISTINCT ${sql}::VARCHAR) FILTER (${sql} IS NOT NULL))`).join(', ');
  const lists = await onlyRow(connection, `SELECT ${listed} FROM ${table}`).catch(() => []);
  return new Map(few.map((sql, at) => [sql, namesOrNone(lists[at])] as const));
}

function namesOrNone(list: unknown): readonly string[] {
  return Array.isArray(list) && list.length <= MOST_NAMES ? (list as string[]) : [];
}

async function onlyRow(connection: DuckDBConnection, sql: string): Promise<readonly unknown[]> {
  return (await connection.runAndReadAll(sql)).getRowsJson()[0] ?? [];
}

import type { DuckDBDataChunk } from '@duckdb/node-api';

/** A chunk of DuckDB holds at most this many rows. */
export const MOST_ROWS = 2048;

/**
 * What a vector of @duckdb/node-api keeps to itself: its values as an array, and a bit for each that isn't null. Its only
 * public way is one value at a time, several times slower; where a version keeps something else, that way is taken.
 */
interface Inside {
  readonly items?: unknown;
  readonly validity?: { readonly data?: unknown };
}

/** A column of DOUBLE; NaN for null. */
export function numbersOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  const vector = chunk.getColumnVector(column);
  const { items, validity } = vector as Inside;
  if (items instanceof Float64Array && isWhole(validity, chunk.rowCount)) return items;
  return Float64Array.from({ length: chunk.rowCount }, (_, row) => (vector.getItem(row) as number | null) ?? Number.NaN);
}

/** A column of UBIGINT without nulls, as pairs (low, high) of 32 bits. */
export function hashesOf(chunk: DuckDBDataChunk, column: number): Uint32Array {
  const vector = chunk.getColumnVector(column);
  const { items } = vector as Inside;
  const values = items instanceof BigUint64Array ? items : BigUint64Array.from({ length: chunk.rowCount }, (_, row) => vector.getItem(row) as bigint);
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length); // DuckDB runs on little-endian machines only
}

/** Whether none of the first `rows` values is null. */
function isWhole(validity: Inside['validity'], rows: number): boolean {
  if (validity?.data === null) return true;
  if (!(validity?.data instanceof BigUint64Array)) return false;
  const last = (1n << BigInt(rows % 64)) - 1n;
  return validity.data.every((bits, k) => bits === (k < Math.floor(rows / 64) ? 0xffffffffffffffffn : bits | last));
}

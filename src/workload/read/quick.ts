import type { DuckDBDataChunk } from '@duckdb/node-api';
import { LARGEST_COUNT } from '../count.ts';
import { IdHash } from '../measure/ids.ts';
import type { Field, RowSink, SendRequest } from '../row.ts';
import { EARLIEST_US, LATEST_US } from '../time.ts';
import type { Transfer } from './transfer.ts';

/** A chunk of DuckDB holds at most this many rows. */
const CHUNK_ROWS = 2048;
const DAY_US = 86_400_000_000;

/**
 * The fast lane for tables of numbers: columns are copied into arrays and rows that are plainly right are sent as they
 * are; any other row takes the usual way and is judged there. Null when the table, or the format, isn't that plain.
 */
export function quickReader(transfers: readonly Transfer[], sink: RowSink): QuickReader | null {
  const { request } = sink;
  const plain = transfers.every(({ plain: kind, field }) => kind !== undefined && (kind !== 'name' || field !== 'status'));
  return request !== null && plain ? new QuickReader(transfers, request, sink.soon) : null;
}

class QuickReader {
  private readonly transfers: readonly Transfer[];
  private readonly request: SendRequest;
  private readonly soon: RowSink['soon'];
  private readonly buffers: readonly Float64Array[];
  private readonly at: { readonly input: Float64Array; readonly output: Float64Array; readonly time: Float64Array; readonly cached: Float64Array | null };
  private readonly model: Names;
  private readonly team: Names;
  private readonly hash: { readonly high: Float64Array; readonly low: Float64Array } | null;
  private readonly id = new IdHash();

  constructor(transfers: readonly Transfer[], request: SendRequest, soon: RowSink['soon']) {
    this.soon = soon;
    this.transfers = transfers;
    this.request = request;
    this.buffers = transfers.flatMap(({ expressions }) => expressions.map(() => new Float64Array(CHUNK_ROWS)));
    const none = new Float64Array(CHUNK_ROWS).fill(Number.NaN);
    this.at = {
      input: this.buffer('input') ?? none,
      output: this.buffer('output') ?? none,
      time: this.buffer('timestamp') ?? none,
      cached: this.buffer('cached'),
    };
    this.model = this.namesOf('model');
    this.team = this.namesOf('team');
    const [high, low] = [this.buffer('id'), this.buffer('id', 1)];
    this.hash = high === null || low === null ? null : { high, low };
  }

  private buffer(field: Field, part = 0): Float64Array | null {
    let next = 0;
    for (const transfer of this.transfers) {
      if (transfer.field === field) return this.buffers[next + part] ?? null;
      next += transfer.expressions.length;
    }
    return null;
  }

  private namesOf(field: Field): Names {
    return { codes: this.buffer(field), names: this.transfers.find((transfer) => transfer.field === field)?.names ?? [] };
  }

  /** @param usual takes the values of a row that has to be judged */
  send(chunk: DuckDBDataChunk, firstLine: number, usual: (values: readonly unknown[], line: number) => void): void {
    const rows = chunk.rowCount;
    for (let k = 0; k < this.buffers.length; k += 1) copy(chunk, k, rows, this.buffers[k] as Float64Array);
    if (this.hash !== null) this.soon(this.hash.high, rows);
    for (let row = 0; row < rows; row += 1) {
      if (!this.sendPlain(row, firstLine + row)) usual(valuesOf(chunk, this.transfers, row), firstLine + row);
    }
  }

  private sendPlain(row: number, line: number): boolean {
    const { input, output, time, cached } = this.at;
    const i = input[row] as number;
    const o = output[row] as number;
    const t = time[row] as number;
    const c = cached === null ? Number.NaN : (cached[row] as number);
    if (!(isCount(i) && isCount(o) && t >= EARLIEST_US + DAY_US && t < LATEST_US - DAY_US)) return false;
    if (cached !== null && !(isCount(c) && c <= i)) return false;
    this.request(line, t, i, o, cached === null ? null : c, nameAt(this.model, row), nameAt(this.team, row), this.idAt(row));
    return true;
  }

  private idAt(row: number): IdHash | null {
    if (this.hash === null) return null;
    const high = this.hash.high[row] as number;
    return Number.isNaN(high) ? null : this.id.set(high, this.hash.low[row] as number);
  }
}

interface Names {
  readonly codes: Float64Array | null;
  readonly names: readonly string[];
}

function nameAt({ codes, names }: Names, row: number): string | null {
  if (codes === null) return null;
  const code = codes[row] as number;
  const name = Number.isNaN(code) ? undefined : names[code];
  return name === undefined || name === '' ? null : name;
}

function isCount(value: number): boolean {
  return value >= 0 && value <= LARGEST_COUNT && Math.floor(value) === value;
}

function copy(chunk: DuckDBDataChunk, column: number, rows: number, into: Float64Array): void {
  const vector = chunk.getColumnVector(column);
  for (let row = 0; row < rows; row += 1) {
    const value = vector.getItem(row);
    into[row] = value === null ? Number.NaN : (value as number);
  }
}

function valuesOf(chunk: DuckDBDataChunk, transfers: readonly Transfer[], row: number): unknown[] {
  let next = 0;
  return transfers.map(({ expressions, decode }) => decode(expressions.map(() => chunk.getColumnVector(next++).getItem(row))));
}

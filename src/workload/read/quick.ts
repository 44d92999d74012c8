import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Batch, Names, SendBatch } from '../batch.ts';
import { LARGEST_COUNT } from '../count.ts';
import type { Field, RowSink } from '../row.ts';
import { EARLIEST_US, LATEST_US } from '../time.ts';
import type { Transfer } from './transfer.ts';
import { hashesOf, MOST_ROWS, numbersOf } from './vectors.ts';

const DAY_US = 86_400_000_000;
const NO_NUMBERS = new Float64Array(MOST_ROWS).fill(Number.NaN);
const NO_NAMES: Names = { codes: new Float64Array(MOST_ROWS).fill(-1), names: [] };

/**
 * The fast lane for tables of numbers: columns are taken as arrays, and runs of rows that are plainly right are sent as they
 * are; any other row takes the usual way and is judged there. Null when the table, or the format, isn't that plain.
 */
export function quickReader(transfers: readonly Transfer[], sink: RowSink): QuickReader | null {
  const { batch, soon } = sink;
  const plain = transfers.every(({ plain: kind, field }) => kind !== undefined && (kind !== 'name' || field !== 'status'));
  return batch !== null && plain ? new QuickReader(transfers, batch, soon) : null;
}

class QuickReader {
  private readonly transfers: readonly Transfer[];
  private readonly sendBatch: SendBatch;
  private readonly soon: RowSink['soon'];

  constructor(transfers: readonly Transfer[], sendBatch: SendBatch, soon: RowSink['soon']) {
    this.transfers = transfers;
    this.sendBatch = sendBatch;
    this.soon = soon;
  }

  /** @param usual takes the values of a row that has to be judged */
  send(chunk: DuckDBDataChunk, firstLine: number, usual: (values: readonly unknown[], line: number) => void): void {
    const rows = chunk.rowCount;
    const batch = this.batchOf(chunk);
    if (batch.ids !== null) this.soon(batch.ids, rows);
    let from = 0;
    for (let row = plainUntil(batch, 0, rows); row < rows; row = plainUntil(batch, from, rows)) {
      if (row > from) this.sendBatch(batch, from, row, firstLine);
      usual(valuesOf(chunk, this.transfers, row), firstLine + row);
      from = row + 1;
    }
    if (rows > from) this.sendBatch(batch, from, rows, firstLine);
  }

  private batchOf(chunk: DuckDBDataChunk): Batch {
    const numbers = (field: Field): Float64Array | null => {
      const at = this.place(field);
      return at === null ? null : numbersOf(chunk, at);
    };
    const names = (field: Field): Names => {
      const codes = numbers(field);
      return codes === null ? NO_NAMES : { codes, names: this.transfers.find((transfer) => transfer.field === field)?.names ?? [] };
    };
    const id = this.place('id');
    return {
      atUs: numbers('timestamp') ?? NO_NUMBERS,
      input: numbers('input') ?? NO_NUMBERS,
      output: numbers('output') ?? NO_NUMBERS,
      cached: numbers('cached'),
      model: names('model'),
      team: names('team'),
      ids: id === null ? null : hashesOf(chunk, id),
    };
  }

  /** Which column of a chunk a field comes in; null for a field that doesn't come over. */
  private place(field: Field): number | null {
    let next = 0;
    for (const transfer of this.transfers) {
      if (transfer.field === field) return transfer.expressions.length > 0 ? next : null;
      next += transfer.expressions.length;
    }
    return null;
  }
}

/** The first row at or after `from` that has to be judged. */
function plainUntil({ input, output, atUs, cached }: Batch, from: number, rows: number): number {
  for (let row = from; row < rows; row += 1) {
    const i = input[row] as number;
    const t = atUs[row] as number;
    if (!(isCount(i) && isCount(output[row] as number) && t >= EARLIEST_US + DAY_US && t < LATEST_US - DAY_US)) return row;
    if (cached !== null && !(isCount(cached[row] as number) && (cached[row] as number) <= i)) return row;
  }
  return rows;
}

function isCount(value: number): boolean {
  return value >= 0 && value <= LARGEST_COUNT && Math.floor(value) === value;
}

function valuesOf(chunk: DuckDBDataChunk, transfers: readonly Transfer[], row: number): unknown[] {
  let next = 0;
  return transfers.map(({ expressions, decode }) => decode(expressions.map(() => chunk.getColumnVector(next++).getItem(row))));
}

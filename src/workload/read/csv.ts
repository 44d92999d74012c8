import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Parser, parse } from 'csv-parse';
import { InputError } from '../../files/problem.ts';
import type { Begin, RowSink } from '../row.ts';

const LONGEST_RECORD = 64 << 20;
/** A quote left open by a cut file spoils its last record; one left open earlier swallows the rest. */
const CUT_RECORD_LINES = 200;

/** Streams delimited text with a header line; comma, semicolon, tab or | is found from the header. */
export async function readCsv(name: string, chunks: AsyncIterable<Buffer>, begin: Begin): Promise<void> {
  const end = { byte: 0 };
  const records = new Records(name, begin);
  const source = watched(chunks, end);
  const first = await source.next();
  if (first.done === true) return;
  const parser = csvParser(delimiterOf(first.value), records);
  try {
    await pipeline(Readable.from(from(first.value, source)), parser.resume());
  } catch (error) {
    records.failed(error, end.byte);
  }
  records.finish(end.byte === 0x0a || end.byte === 0x0d);
}

async function* watched(chunks: AsyncIterable<Buffer>, end: { byte: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    end.byte = chunk.at(-1) ?? end.byte;
    yield chunk;
  }
}

async function* from(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function csvParser(delimiter: string, records: Records): Parser {
  return parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: LONGEST_RECORD,
    on_record: (record: string[], { lines }) => {
      records.take(record, lines);
      return null; // nothing is buffered on the readable side
    },
  });
}

/** Whichever of comma, semicolon, tab and | the header line has most of. */
export function delimiterOf(head: Buffer): string {
  const text = head.subarray(0, 1 << 16).toString('utf8');
  const header = text.slice(0, Math.max(text.search(/[\r\n]/), 0) || text.length).replaceAll(/"[^"]*"/g, '');
  const count = (char: string): number => header.split(char).length;
  return [',', ';', '\t', '|'].reduce((best, char) => (count(char) > count(best) ? char : best));
}

export function noteNoFinalNewline(sink: RowSink): void {
  sink.note('workload.no-final-newline', 'The last line has no line end; it was kept. If the file was cut there, its last number may be short.');
}

function sayCsv(code: string, line: number): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `a quote opened at line ${line} is never closed`;
  if (code === 'CSV_MAX_RECORD_SIZE') return `the record at line ${line} is longer than 64 MiB; a quote opened there may never be closed`;
  return `record at line ${line}: ${code.toLowerCase().replaceAll('_', ' ')}`;
}

function openQuote(from: number, to: number): string {
  return `A quote opened in line ${from} is never closed: lines ${from} to ${to} were read as one row and dropped.`;
}

/** Holds each record back until the next one comes, as only the last may be cut short. */
class Records {
  private readonly name: string;
  private readonly begin: Begin;
  private sink: RowSink | null = null;
  private width = 0;
  private indexes: readonly number[] = [];
  private held: { readonly record: readonly string[]; readonly line: number } | null = null;
  private line = 0;

  constructor(name: string, begin: Begin) {
    this.name = name;
    this.begin = begin;
  }

  take(record: readonly string[], line: number): void {
    this.line = line;
    if (this.sink === null) this.header(record);
    else {
      if (this.held !== null) this.row(this.held.record, this.held.line, false);
      this.held = { record, line };
    }
  }

  private header(record: readonly string[]): void {
    const columns = record.map((column) => column.trim());
    if (columns.every((column) => column === '')) return; // a line of blanks above the header
    this.width = columns.length;
    this.sink = this.begin(columns);
    this.indexes = this.sink.columns.map((column) => this.onlyIndex(columns, column));
  }

  private onlyIndex(columns: readonly string[], column: string): number {
    const at = columns.indexOf(column);
    if (columns.includes(column, at + 1))
      throw InputError.of('workload.duplicate-column', `${this.name} has two columns named "${column}".`, 'Rename one of them in the header line.', this.name);
    return at;
  }

  private row(record: readonly string[], line: number, cut: boolean): void {
    if (!this.fits(record)) this.sink?.drop(cut && record.length < this.width ? 'truncated_last_line' : 'wrong_column_count', line);
    else
      this.sink?.row(
        this.indexes.map((at) => record[at]),
        line,
      );
  }

  /** As wide as the header, or wider by delimiters at its end. */
  private fits(record: readonly string[]): boolean {
    return record.length === this.width || (record.length > this.width && record.slice(this.width).every((value) => value === ''));
  }

  /** @param closed the file ends with a line end */
  finish(closed: boolean): void {
    if (this.held === null) return;
    this.row(this.held.record, this.held.line, !closed);
    if (!closed && this.fits(this.held.record) && this.sink !== null) noteNoFinalNewline(this.sink);
    this.held = null;
  }

  failed(error: unknown, lastByte: number): void {
    if (!(error instanceof CsvError)) throw error;
    const from = this.line + 1;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED' && this.sink !== null && Number(error.lines) - from < CUT_RECORD_LINES) {
      this.finish(true);
      this.sink.drop(lastByte === 0x0a ? 'wrong_column_count' : 'truncated_last_line', from);
      if (Number(error.lines) > from) this.sink.note('workload.open-quote', openQuote(from, Number(error.lines)));
      return;
    }
    throw new InputError([
      {
        code: 'workload.bad-csv',
        message: `${this.name} can't be read as CSV: ${sayCsv(error.code, from)}.`,
        file: this.name,
        line: from,
        column: null,
        excerpt: null,
        hint: 'Mend that line, or write the file again with quotes doubled inside quoted cells.',
      },
    ]);
  }
}

import { InputError } from '../../files/problem.ts';
import type { Begin, RowSink } from '../row.ts';
import { readElements } from './elements.ts';
import { cell, columnNames, expand, isObject, type JsonRow } from './expand.ts';
import { type Line, readLines } from './lines.ts';

/** Rows looked at to learn the columns: optional ones may be missing from the first. */
export const SAMPLE = 200;
const LARGEST_DOCUMENT = 256 << 20;

/** Streams JSON Lines, an array of objects, or one document of a usage API. @param head the first bytes, without white space */
export async function readJson(name: string, chunks: AsyncIterable<Buffer>, begin: Begin, head: string): Promise<void> {
  const rows = new JsonRows(begin);
  if (head.startsWith('[')) for await (const element of readElements(name, chunks)) rows.parse(element);
  else await readObjects(name, chunks, rows);
  rows.finish();
}

/** JSON Lines, unless neither of the first two lines is an object: then the whole text is one. */
async function readObjects(name: string, chunks: AsyncIterable<Buffer>, rows: JsonRows): Promise<void> {
  const lines = readLines(name, chunks);
  const first: Line[] = [];
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    first.push(next.value);
    if (first.length === 2) break;
  }
  if (first.length > 0 && !first.some((line) => parseObject(line.text) !== null)) return readDocument(name, first, lines, rows);
  for (const line of first) rows.parse(line);
  for await (const line of lines) rows.parse(line);
}

async function readDocument(name: string, first: readonly Line[], rest: AsyncIterable<Line>, rows: JsonRows): Promise<void> {
  const texts = first.map((line) => line.text);
  let length = 0;
  for await (const line of rest) {
    texts.push(line.text);
    length += line.text.length;
    if (length > LARGEST_DOCUMENT)
      throw InputError.of('workload.large-document', `${name} is one JSON object of more than 256 MiB.`, 'Give JSON Lines: one object a line.', name);
  }
  const document = parseObject(texts.join('\n'));
  if (document === null)
    throw InputError.of(
      'workload.bad-json',
      `${name} is neither a JSON object nor JSON Lines; it may be cut short.`,
      'Fetch the file again, or give one object a line.',
      name,
    );
  rows.add(document, 1);
}

/** The object a text is; `null` is one without cells; null when it is none. */
export function parseObject(text: string): JsonRow | null {
  const value = parseLoosely(text);
  return value === null ? {} : isObject(value) ? value : null;
}

/** The value of a JSON text. NaN, Infinity and a comma too many are taken, as other writers and readers do; undefined when it is no JSON. */
export function parseLoosely(text: string): unknown {
  return (parseJson(text) ?? parseJson(mended(text)))?.json;
}

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** What Python writes for numbers that are none becomes text, outside of texts. */
function mended(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b|,(?=\s*[}\]])/g, (found) =>
    found === ',' ? '' : found.startsWith('"') ? found : `"${found}"`,
  );
}

/** Rows are held until enough are seen to know the columns, then sent on as they come. */
class JsonRows {
  private readonly begin: Begin;
  private sink: RowSink | null = null;
  private waiting: { readonly row: JsonRow | null; readonly line: number; readonly cut: boolean }[] = [];

  constructor(begin: Begin) {
    this.begin = begin;
  }

  parse(line: Line): void {
    const record = parseObject(line.text);
    if (record === null) this.put(null, line.number, !line.closed);
    else this.add(record, line.number);
  }

  add(record: JsonRow, line: number): void {
    for (const row of expand(record)) this.put(row, line, false);
  }

  private put(row: JsonRow | null, line: number, cut: boolean): void {
    if (this.sink !== null) send(this.sink, row, line, cut);
    else if (this.waiting.push({ row, line, cut }) >= SAMPLE) this.start();
  }

  private start(): void {
    const rows = this.waiting.map(({ row }) => row).filter((row) => row !== null);
    const sink = this.begin([...new Set(rows.flatMap((row) => columnNames(row)))]);
    for (const { row, line, cut } of this.waiting) send(sink, row, line, cut);
    this.waiting = [];
    this.sink = sink;
  }

  finish(): void {
    if (this.sink === null && this.waiting.length > 0) this.start();
  }
}

function send(sink: RowSink, row: JsonRow | null, line: number, cut: boolean): void {
  if (row === null) sink.drop(cut ? 'truncated_last_line' : 'invalid_json', line);
  else
    sink.row(
      sink.columns.map((column) => cell(row, column)),
      line,
    );
}

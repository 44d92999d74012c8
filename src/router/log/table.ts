/** A log as rows of named values: CSV (comma, semicolon or tab) with a header line, JSON Lines, or a JSON list; gzipped or not. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../files/problem.ts';

export interface LogRecord {
  /** 1-based line it begins on. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface LogTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly records: readonly LogRecord[];
}

/** @throws InputError when the file can't be read or isn't a log */
export function readTable(path: string): LogTable {
  return tableOf(textOf(path), path);
}

export function tableOf(text: string, file: string): LogTable {
  const start = text.trimStart().charAt(0);
  const records = start === '[' ? fromList(text, file) : start === '{' ? fromLines(text, file) : fromCsv(text, file);
  if (records.length === 0) throw InputError.of('log.empty', 'The log has no rows.', 'Give a CSV file with a header line, or JSON Lines.', file);
  const columns = new Set<string>();
  for (const { values } of records) for (const key of Object.keys(values)) columns.add(key);
  return { file, columns: [...columns], records };
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    const raw = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return InputError.of('file.missing', 'There is no such file.', 'Check the path.', path);
  if (code === 'EISDIR') return InputError.of('file.directory', 'This is a folder.', 'Name a file in it.', path);
  if (code === 'EACCES' || code === 'EPERM') return InputError.of('file.unreadable', 'The file may not be read.', 'Change its permissions.', path);
  return InputError.of('log.not-text', 'The log is not UTF-8 text, plain or gzipped, that fits into memory.', 'Give CSV or JSON Lines in UTF-8.', path);
}

function fromList(text: string, file: string): LogRecord[] {
  const list: unknown = parse(text, file, 1);
  if (!Array.isArray(list)) throw InputError.of('log.not-a-list', 'The JSON is no list of rows.', 'Give a list of objects, or JSON Lines.', file);
  return list.map((value: unknown, i) => ({ line: i + 1, values: flat(value, file, i + 1) }));
}

function fromLines(text: string, file: string): LogRecord[] {
  return text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, values: flat(parse(line, file, i + 1), file, i + 1) }]));
}

function parse(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw at(file, line, 'log.not-json', 'This is not JSON.', 'A line of JSON Lines is one object.');
  }
}

/** Objects within objects become columns `outer.inner`. */
function flat(value: unknown, file: string, line: number): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw at(file, line, 'log.not-a-row', 'This row is no object.', 'A row is { "id": ..., "score": ... }.');
  const row: Record<string, unknown> = Object.create(null);
  spread(value, '', DEEPEST, row);
  return row;
}

const DEEPEST = 4;

function spread(value: object, outer: string, depth: number, row: Record<string, unknown>): void {
  for (const [key, each] of Object.entries(value)) {
    if (depth > 1 && typeof each === 'object' && each !== null && !Array.isArray(each)) spread(each as object, `${outer}${key}.`, depth - 1, row);
    else row[outer + key] = each;
  }
}

function fromCsv(text: string, file: string): LogRecord[] {
  const rows = csvRows(text.replace(/^\ufeff/, ''), file);
  const header = rows.shift()?.cells.map((cell) => cell.trim()) ?? [];
  const twice = header.find((name, i) => name !== '' && header.indexOf(name) < i);
  if (twice !== undefined) throw at(file, 1, 'log.column-twice', `The header names ${JSON.stringify(twice)} twice.`, 'Rename one of them.');
  return rows.map(({ line, cells }) => {
    if (cells.length !== header.length)
      throw at(file, line, 'log.ragged', `This row has ${cells.length} cells, the header ${header.length}.`, 'Quote cells with separators in them.');
    const values: Record<string, unknown> = Object.create(null);
    header.forEach((name, i) => {
      values[name] = cells[i];
    });
    return { line, values };
  });
}

interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180: quoted cells may hold separators, quotes (doubled) and line breaks. Blank lines are passed over. */
function csvRows(text: string, file: string): CsvRow[] {
  const separator = separatorOf(text.slice(0, text.indexOf('\n') === -1 ? text.length : text.indexOf('\n')));
  const rows: CsvRow[] = [];
  const next = new RegExp(`("[^"]*(?:""[^"]*)*"|[^${separator}\\r\\n"]*)(${separator}|\\r?\\n|$)`, 'y');
  let line = 1;
  let cells: string[] = [];
  let begun = 1;
  while (next.lastIndex < text.length || cells.length > 0) {
    const found = next.exec(text);
    if (found === null) throw at(file, line, 'log.quotes', 'A quote is opened or closed in the middle of a cell.', 'Double quotes inside a quoted cell: "".');
    const [, cell = '', end = ''] = found;
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    line += (cell.match(/\n/g)?.length ?? 0) + (end.endsWith('\n') ? 1 : 0);
    if (end === separator) continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begun, cells });
    cells = [];
    begun = line;
  }
  return rows;
}

/** The one that the header has most of. */
function separatorOf(header: string): string {
  const count = (mark: string) => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function at(file: string, line: number, code: string, message: string, hint: string): InputError {
  return new InputError([{ code, message, file, line, column: null, excerpt: null, hint }]);
}

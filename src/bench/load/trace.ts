/** A recorded trace to replay: CSV with a header (the Azure LLM traces and our own columns) or JSONL (Mooncake's columns too). */
import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../../files/problem.ts';
import { asObject } from '../../llm/api/signal.ts';
import type { TraceRow } from './spec.ts';

const TIMES = ['timestamp', 'time', 'at', 'arrived_at', 'start_time'];
const INPUTS = ['contexttokens', 'input_tokens', 'input_length', 'prompt_tokens', 'context_tokens', 'request tokens'];
const OUTPUTS = ['generatedtokens', 'output_tokens', 'output_length', 'completion_tokens', 'generated_tokens', 'response tokens'];
const MAX_BYTES = 512 * 1024 * 1024;

interface RawRow {
  readonly atMs: number;
  readonly input: number;
  readonly output: number;
}

/** @throws InputError when columns are missing or a row can't be read */
export function readTrace(path: string, speedup: number): readonly TraceRow[] {
  const rows = rawRows(path).sort((a, b) => a.atMs - b.atMs);
  const start = rows[0]?.atMs ?? 0;
  if (rows.length === 0)
    throw InputError.of('bench.empty-trace', 'The trace holds no requests.', 'Give a CSV or JSONL file with times and token counts.', path);
  return rows.map((row) => ({ at_ms: (row.atMs - start) / speedup, input_tokens: Math.max(1, row.input), output_tokens: Math.max(1, row.output) }));
}

function rawRows(path: string): RawRow[] {
  const lines = textOf(path).split(/\r?\n/);
  if ((lines[0] ?? '').trimStart().startsWith('{')) return lines.map((line, index) => jsonRow(line, path, index + 1)).filter((row) => row !== null);
  const header = (lines[0] ?? '').split(',').map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/^\ufeff|^"|"$/g, ''),
  );
  const columns = [TIMES, INPUTS, OUTPUTS].map((names) => header.findIndex((name) => names.includes(name)));
  if (columns.includes(-1)) {
    throw InputError.of(
      'bench.trace-columns',
      `The trace needs columns for time, input and output tokens; its header is ${JSON.stringify(lines[0]?.slice(0, 120))}.`,
      'Name them timestamp, input_tokens and output_tokens.',
      path,
    );
  }
  return lines
    .slice(1)
    .map((line, index) => csvRow(line, columns, path, index + 2))
    .filter((row) => row !== null);
}

function csvRow(line: string, columns: readonly number[], path: string, number: number): RawRow | null {
  if (line.trim() === '') return null;
  const cells = line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''));
  return checked(
    columns.map((column) => cells[column]),
    line,
    path,
    number,
    1000,
  );
}

function jsonRow(line: string, path: string, number: number): RawRow | null {
  if (line.trim() === '') return null;
  const fields = Object.entries(parse(line) ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const pick = (names: readonly string[]) => fields.find(([name]) => names.includes(name))?.[1];
  // Mooncake's traces count milliseconds and name lengths `input_length`.
  const unit = fields.some(([name]) => name === 'input_length') ? 1 : 1000;
  return checked([pick(TIMES), pick(INPUTS), pick(OUTPUTS)], line, path, number, unit);
}

function checked(values: readonly unknown[], line: string, path: string, number: number, unitMs: number): RawRow {
  const [at, input, output] = values;
  const row = { atMs: timeMs(at, unitMs), input: Number(input), output: Number(output) };
  if (Number.isFinite(row.atMs) && row.input >= 0 && row.output >= 0) return row;
  throw new InputError([
    {
      code: 'bench.bad-trace-row',
      message: 'This row has no readable time and token counts.',
      file: path,
      line: number,
      column: 1,
      excerpt: { text: line.slice(0, 200), length: 1 },
      hint: 'Mend or remove the row.',
    },
  ]);
}

/** A date, Unix seconds or milliseconds, or seconds since any start. */
function timeMs(value: unknown, unitMs: number): number {
  const number = typeof value === 'number' ? value : Number(value);
  if (Number.isFinite(number) && value !== '' && value !== undefined) return number > 1e11 ? number : number * unitMs;
  const text = String(value ?? '')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(' ', 'T');
  return Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > MAX_BYTES)
      throw InputError.of('file.too-big', 'The trace is larger than 512 MiB.', 'Cut it to the part you want to replay.', path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw InputError.of('file.missing', `The trace can't be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`, 'Check the path.', path);
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return null;
  }
}

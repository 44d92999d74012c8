import { basename } from 'node:path';
import { InputError } from '../files/problem.ts';
import { type Bytes, openBytes } from './read/bytes.ts';
import { matchingFiles } from './read/pattern.ts';
import type { ImportResult } from './result.ts';
import type { Begin } from './row.ts';
import { Import, type ImportOptions } from './session.ts';

/**
 * Reads a usage log or trace into counts and distributions.
 *
 * @param path a file, a pattern with `*`, `?` or `**`, or `-` for standard input
 * @throws InputError what can't be read, with what to type; ImportStopped when the signal fires
 */
export async function importLog(path: string, options: ImportOptions): Promise<ImportResult> {
  const files = path === '-' ? ['-'] : matchingFiles(path);
  const run = new Import(options, path === '-' ? 'stdin' : basename(path));
  let engine: 'stream' | 'duckdb' = 'stream';
  for (const [at, file] of files.entries()) {
    const used = await readFile(file, options, run, (share) => (at + share) / files.length);
    if (used === 'duckdb') engine = used;
  }
  return run.result(engine);
}

async function readFile(file: string, options: ImportOptions, run: Import, overall: (share: number) => number): Promise<'stream' | 'duckdb'> {
  const bytes = await openBytes(file, options.stdin, options.signal);
  if (bytes.kind === 'parquet') {
    await bytes.close();
    if (file === '-' || options.engine === 'stream') throw needsFile(file, bytes.name);
    await (await import('./read/parquet.ts')).readParquet(file, bytes.name, run.begin, options.signal, (share) => {
      run.share = () => overall(share);
    });
    return 'duckdb';
  }
  if (await tryDuckdb(file, bytes, options, run, overall)) return 'duckdb';
  run.share = () => (bytes.size === null ? null : overall(Math.min(bytes.taken() / bytes.size, 1)));
  await readText(bytes.name, bytes.chunks, run.begin);
  return 'stream';
}

function needsFile(file: string, name: string): InputError {
  return file === '-'
    ? InputError.of('workload.parquet-pipe', 'Parquet is read from its end and can not come through a pipe.', 'Save it to a file and name the file.', name)
    : InputError.of('workload.parquet-stream', `${name} is Parquet, which can not be streamed.`, 'Leave --engine out.', file);
}

/** Files beyond this are worth DuckDB's start (a third of a second), when it is installed. */
const BIG = 16 << 20;
const BIG_GZIPPED = 2 << 20;

/** True when DuckDB has read the file. Pipes, JSON documents and arrays are always streamed. */
async function tryDuckdb(file: string, bytes: Bytes, { engine, signal }: ImportOptions, run: Import, overall: (share: number) => number): Promise<boolean> {
  if (engine === 'stream' || (engine === 'auto' && (bytes.size ?? 0) < (bytes.compressed ? BIG_GZIPPED : BIG))) return false;
  if (engine === 'duckdb') await needDuckdb(file);
  const start = bytes.head.trimStart();
  if (bytes.size === null || start.startsWith('[')) return false;
  const text = { path: file, kind: start.startsWith('{') ? 'json' : 'csv', gzipped: bytes.compressed } as const;
  const read = await (await import('./read/text-duckdb.ts')).readTextWithDuckdb(text, run.begin, signal, (share) => {
    run.share = () => overall(share);
  });
  if (read) await bytes.close();
  return read;
}

async function needDuckdb(file: string): Promise<void> {
  const { duckdbMissing, findDuckdb } = await import('./read/duckdb.ts');
  if ((await findDuckdb()) === null) throw duckdbMissing(file, '--engine duckdb');
}

async function readText(name: string, chunks: AsyncIterable<Buffer>, begin: Begin): Promise<void> {
  const { head, all } = await headOf(chunks);
  if (/^[{[]/.test(head)) return (await import('./read/json.ts')).readJson(name, all, begin, head);
  return (await import('./read/csv.ts')).readCsv(name, all, begin);
}

/** The first characters that aren't white space. */
async function headOf(chunks: AsyncIterable<Buffer>): Promise<{ head: string; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let head = '';
  while (head === '') {
    const next = await iterator.next();
    if (next.done === true) break;
    seen.push(next.value);
    head = next.value
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart()
      .slice(0, 16);
  }
  return { head, all: again(seen, iterator) };
}

async function* again(seen: readonly Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* seen;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

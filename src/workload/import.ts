import { openBytes } from './read/bytes.ts';
import type { ImportResult } from './result.ts';
import type { Begin } from './row.ts';
import { Import, type ImportOptions } from './session.ts';

/**
 * Reads a usage log or trace into counts and distributions.
 *
 * @param paths a file, a glob pattern, `-` for standard input
 * @throws InputError what can't be read, with what to type; Interrupted when the signal fires
 */
export async function importLog(path: string, options: ImportOptions): Promise<ImportResult> {
  return importStream(path, options);
}

async function importStream(path: string, options: ImportOptions): Promise<ImportResult> {
  const bytes = await openBytes(path, options.stdin);
  const run = new Import(options, path === '-' ? 'stdin' : bytes.name);
  run.share = () => (bytes.size === null ? null : Math.min(bytes.taken() / bytes.size, 1));
  await readText(bytes.name, bytes.chunks, run.begin);
  return run.result('stream');
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

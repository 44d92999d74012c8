import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../../files/problem.ts';
import { ImportStopped } from '../stopped.ts';

/** Bytes of a log, decompressed, with their beginning looked at. */
export interface Bytes {
  /** File name without its folder; `stdin`. */
  readonly name: string;
  /** Size on disk, null for a pipe. */
  readonly size: number | null;
  readonly kind: 'text' | 'parquet';
  readonly compressed: boolean;
  /** The first characters. */
  readonly head: string;
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of a file that another reader will open. */
  readonly close: () => Promise<void>;
  /** Bytes taken from the disk so far, for progress. */
  readonly taken: () => number;
}

/** Opens a file, or the stream `stdin` when the path is `-`. @throws InputError when it can't be read or isn't a log; reading throws ImportStopped when the signal fires */
export async function openBytes(path: string, stdin: NodeJS.ReadableStream, signal: AbortSignal | null): Promise<Bytes> {
  const size = path === '-' ? null : fileSize(path);
  const counter = { taken: 0 };
  const raw = counted(path === '-' ? stdin : createReadStream(path, { highWaterMark: 1 << 18 }), counter, path, signal);
  const head = await peek(raw);
  const name = path === '-' ? 'stdin' : basename(path);
  if (head.first.length === 0) throw InputError.of('workload.empty', `${name} is empty.`, 'Give a log with a header line and at least one row.', path);
  const compressed = isGzip(head.first);
  const opened = compressed ? await peek(gunzip(head.all, name)) : head;
  return {
    name,
    size,
    kind: kindOf(opened.first, name),
    compressed,
    head: opened.first
      .subarray(0, 64)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
    chunks: opened.all,
    close: async () => void (await raw.return(undefined)),
    taken: () => counter.taken,
  };
}

function fileSize(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw InputError.of('workload.no-such-file', `There is no file ${path}.`, 'Check the path; - reads from standard input.', path);
  if (stat.isDirectory()) throw InputError.of('workload.directory', `${path} is a directory.`, `Name the files: '${path}/*.parquet' (in quotes).`, path);
  return stat.size;
}

async function* counted(stream: NodeJS.ReadableStream, counter: { taken: number }, path: string, signal: AbortSignal | null): AsyncGenerator<Buffer> {
  const stop = (): void => void (stream as Readable).destroy(new ImportStopped()); // also ends waiting for a silent pipe
  signal?.addEventListener('abort', stop);
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      counter.taken += bytes.length;
      yield bytes;
    }
  } catch (error) {
    if (error instanceof ImportStopped) throw error;
    throw InputError.of('workload.unreadable', `${path} can't be read: ${(error as Error).message}.`, 'Check the permissions of the file.', path);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

interface Peeked {
  readonly first: Buffer;
  readonly all: AsyncIterable<Buffer>;
}

async function peek(source: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  return { first, all: resume(first, iterator) };
}

async function* resume(first: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* gunzip(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 1 << 18 });
  pipeline(Readable.from(source), unzip, () => {}); // a failure on either side ends the loop below with its error
  try {
    for await (const chunk of unzip) yield chunk;
  } catch (error) {
    if (error instanceof InputError || error instanceof ImportStopped) throw error;
    throw InputError.of('workload.gzip', `${name} is not a whole gzip file: ${(error as Error).message}.`, 'Fetch or compress the file again.', name);
  }
}

function kindOf(head: Buffer, name: string): 'text' | 'parquet' {
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  if (head.subarray(0, 4).toString('hex') === '28b52ffd' || head.subarray(0, 3).toString('latin1') === 'BZh')
    throw InputError.of(
      'workload.compressed',
      `${name} is compressed in a way this program can't open.`,
      `Decompress it, or pipe it: zstdcat ${name} | llm-crossover workload import -`,
      name,
    );
  if (head.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) || head.subarray(0, 2).equals(Buffer.from([0xfe, 0xff])))
    throw InputError.of('workload.utf16', `${name} is UTF-16 text.`, `Convert it: iconv -f UTF-16 -t UTF-8 ${name} | llm-crossover workload import -`, name);
  if (head.subarray(0, 4096).includes(0))
    throw InputError.of('workload.binary', `${name} is not a text file.`, 'Give CSV, JSON, JSON Lines (each may be gzipped) or Parquet.', name);
  return 'text';
}

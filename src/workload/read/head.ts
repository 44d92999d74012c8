import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';

const PLAIN_HEAD = 8 << 20;
const GZIPPED_HEAD = 1 << 20;

/** The beginning of a file, decompressed. */
export interface Head {
  readonly bytes: Buffer;
  /** The file ends here. */
  readonly whole: boolean;
}

/** Null when it can't be decompressed. */
export function readHead(path: string, gzipped: boolean): Head | null {
  const { size } = statSync(path);
  const bytes = readPart(path, 0, Math.min(size, gzipped ? GZIPPED_HEAD : PLAIN_HEAD));
  if (!gzipped) return { bytes, whole: bytes.length === size };
  try {
    return { bytes: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 16 * PLAIN_HEAD }), whole: bytes.length === size };
  } catch {
    return null;
  }
}

/** The last byte of the text. Of a gzip file it takes reading all of it, which also proves it whole: DuckDB takes a cut one for a short one. */
export async function lastByteOf(path: string, gzipped: boolean, signal: AbortSignal | null): Promise<number> {
  if (!gzipped) return readPart(path, statSync(path).size - 1, 1)[0] as number;
  let last = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 18 }),
    createGunzip({ chunkSize: 1 << 18 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) last = chunk.at(-1) ?? last;
    },
    ...(signal === null ? [] : [{ signal }]),
  );
  return last;
}

function readPart(path: string, from: number, length: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(handle, bytes, 0, length, from));
  } finally {
    closeSync(handle);
  }
}

/** From a path to text: regular files up to 10 MiB in UTF-8, everything else a clear error. */

import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { InputError } from './problem.ts';

export const MAX_BYTES = 10 * 1024 * 1024;

/** What an operating system's error code means to the reader. */
const REASONS: Readonly<Record<string, readonly [code: string, message: string, hint: string]>> = {
  ENOENT: ['file.missing', 'there is no such file', 'Check the path; paths inside a file are relative to that file.'],
  ENOTDIR: ['file.missing', 'there is no such file: a part of the path is not a folder', 'Check the path.'],
  EACCES: ['file.unreadable', 'the file may not be read', 'Change its permissions.'],
  EPERM: ['file.unreadable', 'the file may not be read', 'Change its permissions.'],
  EISDIR: ['file.directory', 'this is a folder', 'Name a file in it.'],
  ELOOP: ['file.missing', 'the link leads round in a circle', 'Mend the link.'],
  ENAMETOOLONG: ['file.missing', 'the path is too long', 'Check the path.'],
};

/**
 * The text of a file, byte order mark removed.
 *
 * @throws InputError for a missing or unreadable file, a folder, a pipe or device, more than 10 MiB, bytes that aren't UTF-8 text
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.includes(0)) throw fail(path, 'file.binary', 'this is a binary file', 'Name a YAML or JSON text file.');
  return decode(bytes, path);
}

function readBytes(path: string): Buffer {
  if (path.includes('\0')) throw fail(path, 'file.missing', 'a path has no zero bytes', 'Check the path.');
  check(
    path,
    attempt(path, () => statSync(path)),
  );
  // Without blocking: the file may have become a pipe since it was looked at.
  const file = attempt(path, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    check(
      path,
      attempt(path, () => fstatSync(file)),
    );
    return attempt(path, () => readUpTo(file, MAX_BYTES + 1, path));
  } finally {
    closeSync(file);
  }
}

function check(path: string, stats: Stats): void {
  if (stats.isDirectory()) throw fail(path, 'file.directory', 'this is a folder', 'Name a file in it.');
  if (!stats.isFile()) throw fail(path, 'file.not-regular', 'this is a pipe, a socket or a device', 'Name a regular file.');
  if (stats.size > MAX_BYTES) throw tooBig(path);
}

/** Some files (those of /proc) say they are empty: read on until there is no more. */
function readUpTo(file: number, limit: number, path: string): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, limit - total));
    const count = readSync(file, chunk);
    if (count === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (total >= limit) throw tooBig(path);
  }
}

function tooBig(path: string): InputError {
  return fail(path, 'file.too-big', 'the file is larger than 10 MiB', 'Name a scenario, profile or measurement, not the log it was made from.');
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail(path, 'file.not-utf8', 'the file is not UTF-8 text', 'Save it as UTF-8.');
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = String((error as NodeJS.ErrnoException).code ?? '');
    const [name, message, hint] = REASONS[code] ?? ['file.unreadable', `the file can't be read (${code || 'unknown error'})`, 'Check the path.'];
    throw fail(path, name, message, hint);
  }
}

function fail(path: string, code: string, message: string, hint: string): InputError {
  return InputError.of(code, message, hint, path);
}

/** Files are written whole or not at all. */

import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../files/problem.ts';

/**
 * Writes beside the target, then renames: a reader sees the old file or the new one, and an interruption leaves the old.
 *
 * @throws InputError when the place can't be written to
 */
export function writeWhole(path: string, text: string, cwd: string): void {
  const target = resolve(cwd, path);
  if (existsSync(target) && !statSync(target).isFile()) {
    replace(target, text, path);
    return;
  }
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(path, error);
  }
}

/** A folder is a mistake; a device or pipe (`--out /dev/stdout`) can't be renamed over and is written to. */
function replace(target: string, text: string, path: string): void {
  try {
    writeFileSync(target, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code ?? 'an error';
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return InputError.of('file.cannot-write', `${path} cannot be written: ${reasons[code] ?? code}.`, 'Name a file in a folder you can write to.', path);
}

import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../files/problem.ts';

/**
 * Writes a file whole or not at all, and never over another one unless told to.
 *
 * @throws InputError when the file exists, or its folder can't be written
 */
export function saveWhole(path: string, text: string, force: boolean): void {
  const draft = join(dirname(path), `.${process.pid}-${Date.now()}.part`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    if (force) renameSync(draft, path);
    else linkSync(draft, path); // unlike rename, fails when the name is taken, even a moment ago
  } catch (error) {
    throw saveError(path, error as NodeJS.ErrnoException);
  } finally {
    rmSync(draft, { force: true });
  }
}

function saveError(path: string, error: NodeJS.ErrnoException): InputError {
  if (error.code === 'EEXIST') return existing(path);
  return InputError.of('workload.unwritable', `${path} can't be written: ${error.message}.`, 'Choose another place with --out.', path);
}

/** Said before a long import rather than after it. */
export function checkFree(path: string, force: boolean): void {
  if (!force && existsSync(path)) throw existing(path);
  if (!existsSync(dirname(resolve(path))))
    throw InputError.of('workload.unwritable', `There is no folder ${dirname(path)}.`, `Make it: mkdir -p ${dirname(path)}`, path);
}

function existing(path: string): InputError {
  return InputError.of('workload.exists', `${path} exists already.`, 'Add --force to replace it, or choose another name.', path);
}

/** How a profile names its schema: by path beside this project's own, else inside the installed package. */
export function schemaReference(out: string | null, ownSchema: string): string {
  const inProject = '../../schema/profile.schema.json';
  if (out === null || existsSync(resolve(dirname(out), inProject)) || !existsSync(ownSchema)) return inProject;
  return relative(dirname(resolve(out)), ownSchema).replaceAll('\\', '/');
}

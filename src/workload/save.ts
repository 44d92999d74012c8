import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../files/problem.ts';

/** Said before a long import rather than after it, and again before writing. @throws InputError when `path` is taken or has no folder */
export function checkFree(path: string, force: boolean): void {
  if (!existsSync(dirname(path))) throw InputError.of('workload.no-folder', `There is no folder ${dirname(path)}.`, `Make it: mkdir -p ${dirname(path)}`, path);
  if (!force && existsSync(path)) throw InputError.of('workload.exists', `${path} exists already.`, 'Add --force to replace it, or choose another name.', path);
}

/** How a profile names its schema: by path inside this project, by its published address elsewhere. */
export function schemaReference(out: string | null, published: string): string {
  const inProject = '../../schema/profile.schema.json';
  return out !== null && existsSync(resolve(dirname(out), inProject)) ? inProject : published;
}

import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { InputError } from '../files/problem.ts';

/** Said before a long import rather than after it, and again before writing. @throws InputError when `path` is taken or has no folder */
export function checkFree(path: string, force: boolean): void {
  if (!existsSync(dirname(path))) throw InputError.of('workload.no-folder', `There is no folder ${dirname(path)}.`, `Make it: mkdir -p ${dirname(path)}`, path);
  if (!force && existsSync(path)) throw InputError.of('workload.exists', `${path} exists already.`, 'Add --force to replace it, or choose another name.', path);
}

/** How a profile names its schema: by path beside the project's own, else inside the installed package. */
export function schemaReference(out: string | null, ownSchema: string): string {
  const inProject = '../../schema/profile.schema.json';
  if (out === null || existsSync(resolve(dirname(out), inProject)) || !existsSync(ownSchema)) return inProject;
  return relative(dirname(resolve(out)), ownSchema).replaceAll('\\', '/');
}

/** Files as they are in a git revision, read without a checkout. */

import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { InputError } from '../files/problem.ts';

const MAX_BYTES = 10 * 1024 * 1024;

export interface Revision {
  /** As the user wrote it. */
  readonly name: string;
  readonly commit: string;
  /** Top of the working tree. */
  readonly root: string;
}

/**
 * @param folder any folder of the repository
 * @throws InputError when there is no git, no repository or no such revision
 */
export function openRevision(name: string, folder: string): Revision {
  const root = git(folder, ['rev-parse', '--show-toplevel']);
  if ('error' in root) throw noRepository(name, root);
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if ('error' in commit) throw noRevision(name);
  return { name, commit: commit.text.trim(), root: realpathSync(root.text.trim()) };
}

function noRepository(name: string, { error, code }: Failed): InputError {
  if (code === 'ENOENT')
    return InputError.of('baseline.no-git', `--baseline ${name}: git is not installed.`, 'Install git, or give a plan JSON as the baseline.');
  const unsafe = /dubious ownership/.test(error);
  return InputError.of(
    'baseline.no-repository',
    unsafe
      ? `--baseline ${name}: git does not trust this folder, which belongs to another user.`
      : `--baseline ${name} is no file, and this is no git repository.`,
    unsafe ? 'Run git config --global --add safe.directory "$PWD" first.' : 'Name a plan JSON, or run it inside the repository.',
  );
}

function noRevision(name: string): InputError {
  const hint = name.startsWith('origin/')
    ? `Fetch it first: git fetch --depth=1 origin ${name.slice('origin/'.length)}:refs/remotes/${name} (actions/checkout fetches one commit only).`
    : 'Name a file (plan JSON) or a branch, tag or commit that git rev-parse finds.';
  return InputError.of('baseline.no-revision', `--baseline ${name}: there is no such file and no such git revision.`, hint);
}

/** Path within the repository with forward slashes; null: it lies outside. */
export function pathIn({ root }: Revision, path: string): string | null {
  const inside = relative(root, join(realpathSync(dirname(path)), basename(path)));
  return inside.startsWith('..') ? null : inside.split(sep).join('/');
}

/** The text of a file in a revision, null where the revision has no such file. */
export function showFile(revision: Revision, path: string): string | null {
  const shown = git(revision.root, ['cat-file', 'blob', `${revision.commit}:${path}`]);
  return 'error' in shown ? null : shown.text;
}

interface Failed {
  readonly error: string;
  readonly code: string;
}

function git(folder: string, args: readonly string[]): { readonly text: string } | Failed {
  try {
    const text = execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: MAX_BYTES, stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
    return { text };
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: string };
    return { error: String(stderr ?? ''), code: String(code ?? '') };
  }
}

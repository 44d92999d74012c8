import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../files/problem.ts';

/**
 * The files a path stands for, in name order: itself, or all that match when it holds `*`, `?` or `**`.
 *
 * @throws InputError when nothing matches
 */
export function matchingFiles(path: string): string[] {
  if (existsSync(path) || !/[*?]/.test(path)) return [path];
  const parts = path.replaceAll('\\', '/').split('/');
  const fixed = parts.findIndex((part) => /[*?]/.test(part));
  const found = walk(parts.slice(0, fixed).join('/') || (path.startsWith('/') ? '/' : '.'), parts.slice(fixed)).sort();
  if (found.length === 0)
    throw InputError.of('workload.no-match', `No file matches ${path}.`, 'Check the pattern; put it in quotes so that the shell leaves it alone.', path);
  return [...new Set(found)];
}

function walk(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [];
  const entries = listing(folder);
  if (part === '**') {
    const below = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .flatMap((entry) => walk(join(folder, entry.name), ['**', ...rest]));
    return [...walk(folder, rest), ...below];
  }
  const matches = expression(part);
  const named = entries.filter((entry) => matches.test(entry.name));
  if (rest.length > 0) return named.filter((entry) => !entry.isFile()).flatMap((entry) => walk(join(folder, entry.name), rest));
  return named.filter((entry) => !entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function listing(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a folder we may not read holds nothing for us
  }
}

function expression(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`);
}

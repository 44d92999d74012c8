/** Tests that start the built command need dist/; it is built once, when missing or older than the sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default function setup(): void {
  if (process.env.SKIP_BUILD === '1' || isCurrent()) return;
  execFileSync(process.execPath, [`${root}.build/build.mjs`], { stdio: 'inherit' });
}

function isCurrent(): boolean {
  const built = `${root}dist/cli/main.js`;
  return (
    existsSync(built) &&
    existsSync(`${root}dist/catalog.json`) &&
    ['src', 'pricing', '.build'].every((folder) => newest(`${root}${folder}`) <= statSync(built).mtimeMs)
  );
}

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (time, entry) => (entry.isFile() ? Math.max(time, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs) : time),
    0,
  );
}

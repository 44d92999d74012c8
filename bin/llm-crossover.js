#!/usr/bin/env node
import { existsSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const [first, ...others] = process.argv.slice(2);

if (!existsSync(new URL('cli/main.js', dist))) {
  process.stderr.write('llm-crossover is not built: run `npm ci` (or `npm run build`) in its folder first.\n');
  process.exitCode = 2;
} else if ((first === '--version' || first === '-V') && others.length === 0) {
  const { VERSION } = await import('../dist/version.js');
  process.stdout.write(`${VERSION}\n`);
} else {
  const { main } = await import('../dist/cli/main.js');
  await main(process);
}

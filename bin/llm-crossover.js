#!/usr/bin/env node
import { existsSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const [first, ...others] = process.argv.slice(2);

/** `plan` has a bundle of its own, with its compiled code beside it; everything else, the simulator too, is split into files that are loaded as they are needed. */
async function load() {
  const plan = new URL('plan.cjs', dist);
  if (first !== 'plan' || others.includes('--simulate') || !existsSync(plan)) return import('../dist/cli/main.js');
  const { loadCached } = await import('./code-cache.js');
  return loadCached(plan).exports;
}

if (!existsSync(new URL('cli/main.js', dist))) {
  process.stderr.write('llm-crossover is not built: run `npm ci` (or `npm run build`) in its folder first.\n');
  process.exitCode = 2;
} else if ((first === '--version' || first === '-V') && others.length === 0) {
  const { VERSION } = await import('../dist/version.js');
  process.stdout.write(`${VERSION}\n`);
} else {
  const { main } = await load();
  await main(process);
}

#!/usr/bin/env node
// CommonJS: `plan` then starts without Node's loader of ES modules, which costs a tenth of a bare start.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const dist = join(__dirname, '../dist');
const [first, ...others] = process.argv.slice(2);

/**
 * `plan` has a bundle of its own, with its compiled code beside it; everything else, the simulator too, is split into files that are
 * loaded as they are needed.
 */
function load() {
  const plan = join(dist, 'plan.cjs');
  if (first !== 'plan' || others.includes('--simulate') || !existsSync(plan)) return import('../dist/cli/main.js');
  const { loadCached } = require('./code-cache.js');
  return loadCached(plan).exports;
}

async function start() {
  if (!existsSync(join(dist, 'cli/main.js'))) {
    process.stderr.write('llm-crossover is not built: run `npm ci` (or `npm run build`) in its folder first.\n');
    process.exitCode = 2;
  } else if ((first === '--version' || first === '-V') && others.length === 0) {
    const { VERSION } = await import('../dist/version.js');
    process.stdout.write(`${VERSION}\n`);
  } else {
    const { main } = await load();
    await main(process);
  }
}

void start();

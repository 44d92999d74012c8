// `node code-cache.mjs BUNDLE SCENARIO...`: runs a plan of the scenarios once and keeps the code V8 compiled for it beside the bundle.
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import codeCache from '../bin/code-cache.js';

const [bundle = '', ...scenarios] = process.argv.slice(2);
// A cache is good only for the flags it is made under: none.
rmSync(`${bundle}.cache`, { force: true });
const { exports, script } = codeCache.loadCached(resolve(bundle));
const quiet = { isTTY: false, columns: 80, write: () => true, on: () => {} };
const pretended = Object.create(process, {
  argv: { value: ['node', 'llm-crossover', 'plan', ...scenarios] },
  stdout: { value: quiet },
  exitCode: { value: undefined, writable: true },
});
await exports.main(pretended);
if (pretended.exitCode) throw new Error(`the plan of ${scenarios.join(', ')} failed`);
writeFileSync(`${bundle}.cache`, script.createCachedData());

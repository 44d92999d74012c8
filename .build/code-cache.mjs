// `node code-cache.mjs BUNDLE SCENARIO`: runs a plan once and keeps the code V8 compiled for it beside the bundle.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCached } from '../bin/code-cache.js';

const [bundle = '', scenario = ''] = process.argv.slice(2);
const { exports, script } = loadCached(pathToFileURL(resolve(bundle)));
const quiet = { isTTY: false, columns: 80, write: () => true, on: () => {} };
const pretended = Object.create(process, {
  argv: { value: ['node', 'llm-crossover', 'plan', scenario] },
  stdout: { value: quiet },
  exitCode: { value: undefined, writable: true },
});
await exports.main(pretended);
if (pretended.exitCode) throw new Error(`the plan of ${scenario} failed`);
writeFileSync(`${bundle}.cache`, script.createCachedData());

// Runs a CommonJS bundle with the code V8 compiled for it during the build: most of the start of a short command is compiling.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

/**
 * Loads `url`, with the code kept in `<file>.cache` where there is one and this Node made it; V8 checks that, and the source's length, itself.
 *
 * @returns what the bundle exports, and the script, from which the build takes the cache
 */
export function loadCached(url) {
  const filename = fileURLToPath(url);
  const source = `(function (exports, require, module, __filename) {${readFileSync(filename, 'utf8')}\n})`;
  const script = new Script(source, { filename, cachedData: kept(`${filename}.cache`), importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename);
  return { exports: module.exports, script };
}

function kept(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

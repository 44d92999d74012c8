// Runs a CommonJS bundle with the code V8 compiled for it during the build: most of the start of a short command is compiling.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { setFlagsFromString } = require('node:v8');
const { constants, Script } = require('node:vm');

/** Bytes of bytecode a function may run before V8 thinks of optimizing it: fifteen times the usual. */
const PATIENCE = '--interrupt-budget=1000000';

/**
 * Loads the bundle, with the code kept in `<file>.cache` where there is one and this Node made it; V8 checks that, and the source's
 * length, itself. A short run is over before optimized code has paid for its compilation, so V8 is asked to wait longer for it:
 * only where the cache is accepted, that is by the very V8 the build has seen to know the flag.
 *
 * @returns what the bundle exports, and the script, from which the build takes the cache
 */
exports.loadCached = (filename) => {
  const source = `(function (exports, require, module, __filename) {${readFileSync(filename, 'utf8')}\n})`;
  const script = new Script(source, { filename, cachedData: kept(`${filename}.cache`), importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  if (script.cachedDataRejected === false) setFlagsFromString(PATIENCE);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename);
  return { exports: module.exports, script };
};

function kept(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

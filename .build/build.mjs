// Builds dist/: the compiled catalog, the CLI (split per command), the library, the browser engine and the type declarations.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
/** Everything is made here and takes the place of dist/ at the end, so that a failed or parallel build leaves a whole one. */
const out = `dist-${process.pid}.tmp`;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** CommonJS packages inside an ES module bundle still call require. */
const requireShim = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
const common = {
  bundle: true,
  format: 'esm',
  minify: true,
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
  define: { __VERSION__: JSON.stringify(version) },
};
const node = {
  ...common,
  platform: 'node',
  target: 'node20.19',
  banner: { js: requireShim },
  // yaml's CommonJS build initialises eagerly; its browser build is the same code as ES modules.
  alias: { yaml: `${root}node_modules/yaml/browser/index.js` },
  external: ['systeminformation', 'autocannon', 'undici', '@huggingface/gguf', '@duckdb/node-api', 'node-llama-cpp'],
};

/** `plan` starts fastest from one CommonJS file, which V8 can keep compiled; the other commands and `plan --simulate` stay out of it (bin/llm-crossover.js). */
const planOnly = {
  name: 'plan-only',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/commands\/.*\.ts$/ }, ({ path }) => (path === './commands/plan.ts' ? undefined : { path, external: true }));
    bundler.onResolve({ filter: /\/check-plan\.ts$/ }, ({ path }) => ({ path, external: true }));
  },
};
/** commander loads node:child_process for commands that are programs of their own, which we have none of: a tenth of a bare start. */
const noPrograms = {
  name: 'no-programs',
  setup(bundler) {
    bundler.onLoad({ filter: /commander[\\/]lib[\\/]command\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const lazy = text.replace(
        "const childProcess = require('node:child_process');",
        "const childProcess = { get spawn() { return require('node:child_process').spawn; } };",
      );
      if (lazy === text) throw new Error('commander no longer loads node:child_process as it did: see .build/build.mjs');
      return { contents: lazy, loader: 'js' };
    });
  },
};
const planBundle = {
  ...node,
  format: 'cjs',
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  define: { ...common.define, 'import.meta.url': '__url' },
  entryPoints: ['src/cli/main.ts'],
  outfile: `${out}/plan.cjs`,
  plugins: [planOnly, noPrograms],
};

/** A TypeScript entry that runs during the build, bundled into dist/build and then started. */
async function runEntry(entry, ...args) {
  const outfile = `${out}/build/${entry.replace(/.*\//, '').replace('.ts', '.js')}`;
  await build({ ...node, entryPoints: [entry], outfile, minify: false });
  execFileSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
}

process.on('exit', () => rmSync(out, { recursive: true, force: true }));
if (process.argv.includes('--schemas')) {
  await runEntry('src/schema/generate.ts', 'schema');
  process.exit();
}

mkdirSync(`${out}/build`, { recursive: true });
writeFileSync(`${out}/version.js`, `export const VERSION = ${JSON.stringify(version)};\n`);
await Promise.all([
  runEntry('src/prices/compile-main.ts', 'pricing', `${out}/catalog.json`),
  build({ ...node, entryPoints: { main: 'src/cli/main.ts', index: 'src/index.ts' }, outdir: `${out}/cli`, splitting: true, chunkNames: '[name]-[hash]' }),
  build(planBundle),
  build({
    ...common,
    sourcemap: false,
    format: 'iife',
    entryPoints: { page: 'src/report/page/main.ts', style: 'src/report/page/style.css' },
    outdir: `${out}/page`,
    target: 'es2022',
  }),
  build({ ...common, entryPoints: ['src/engine/index.ts'], outfile: `${out}/engine.js`, platform: 'neutral', target: 'es2022' }),
]);
execFileSync(process.execPath, ['.build/code-cache.mjs', `${out}/plan.cjs`, 'scenarios/support-chatbot.yaml'], { stdio: 'inherit' });
if (existsSync('node_modules/typescript'))
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'src/tsconfig.json', '--outDir', `${out}/types`], { stdio: 'inherit' });
rmSync('dist', { recursive: true, force: true });
renameSync(out, 'dist');

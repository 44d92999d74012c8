// Builds dist/: the compiled catalog, the CLI (split per command), the library, the browser engine and the type declarations.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** CommonJS packages inside an ES module bundle still call require. */
const requireShim = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
const common = { bundle: true, format: 'esm', minify: true, sourcemap: true, logLevel: 'warning', legalComments: 'none', define: { __VERSION__: JSON.stringify(version) } };
const node = {
  ...common,
  platform: 'node',
  target: 'node20.19',
  banner: { js: requireShim },
  external: ['systeminformation', 'autocannon', '@duckdb/node-api', 'node-llama-cpp'],
};

/** A TypeScript entry that runs during the build, bundled into dist/build and then started. */
async function runEntry(entry, ...args) {
  const outfile = `dist/build/${entry.replace(/.*\//, '').replace('.ts', '.js')}`;
  await build({ ...node, entryPoints: [entry], outfile, minify: false });
  execFileSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
}

if (process.argv.includes('--schemas')) {
  await runEntry('src/schema/generate.ts', 'schema');
  process.exit();
}

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/build', { recursive: true });
writeFileSync('dist/version.js', `export const VERSION = ${JSON.stringify(version)};\n`);
await Promise.all([
  runEntry('src/prices/compile-main.ts', 'pricing', 'dist/catalog.json'),
  build({ ...node, entryPoints: { main: 'src/cli/main.ts' }, outdir: 'dist/cli', splitting: true, chunkNames: '[name]-[hash]' }),
  build({ ...node, entryPoints: ['src/index.ts'], outfile: 'dist/index.js' }),
  build({ ...common, entryPoints: ['src/engine/index.ts'], outfile: 'dist/engine.js', platform: 'neutral', target: 'es2022' }),
]);
if (existsSync('node_modules/typescript')) execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'src/tsconfig.json'], { stdio: 'inherit' });

// The package people download stays under a megabyte: what `npm pack` would make, measured.
import { execFileSync } from 'node:child_process';

const LIMIT_BYTES = 1_000_000;
const [{ size }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { encoding: 'utf8' }));
console.log(`package: ${size} bytes packed, at most ${LIMIT_BYTES}`);
if (size > LIMIT_BYTES) process.exitCode = 1;

/** A Chromium of the system, if there is one. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const executable = PLACES.find((path) => path !== undefined && existsSync(path));
/** Tests that need one skip with these words. */
export const missing = executable === undefined;
if (missing) console.log('No Chromium found (set CHROMIUM to its path): browser tests are skipped.');

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** axe-core as a script to run in a page. */
export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

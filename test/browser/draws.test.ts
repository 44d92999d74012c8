/** The same plan, draws and all, in Node and in Chromium: their math functions differ, the plans may not by more than 1e-9. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plan } from '../../src/engine/plan.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { launch, missing } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));
const catalog = loadCatalog();
let browser: Browser;

beforeAll(async () => {
  if (!missing) browser = await launch();
});
afterAll(async () => {
  if (!missing) await browser.close();
});

/** Paths at which two values differ: numbers by more than 1e-9 of their size, anything else at all. */
function differences(a: unknown, b: unknown, path: string): string[] {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) ? [] : [`${path}: ${a} and ${b}`];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? [] : [`${path}: ${a} and ${b}`];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => differences(left[key], right[key], `${path}.${key}`));
}

it.skipIf(missing)(
  'all scenarios',
  async () => {
    const page = await browser.newPage();
    const source = readFileSync(`${root}dist/engine.js`, 'utf8');
    // As text: the test runner would rewrite an import in a function.
    const module = `new Blob([${JSON.stringify(source)}], { type: 'text/javascript' })`;
    await page.evaluate(`import(URL.createObjectURL(${module})).then((engine) => { globalThis.engine = engine; })`);
    await page.evaluate((data) => Object.assign(globalThis, { catalog: JSON.parse(data) }) && null, JSON.stringify(catalog));
    for (const name of names) {
      const { scenario } = loadScenario(`${root}scenarios/${name}`, { catalog });
      const asked = { scenario, today: '2026-11-24', draws: 2000, seed: 1 };
      const there = await page.evaluate((json) => {
        const { engine, catalog: data } = globalThis as unknown as { engine: { plan: (input: object) => unknown }; catalog: object };
        return JSON.stringify(engine.plan({ ...JSON.parse(json), catalog: data }));
      }, JSON.stringify(asked));
      const here = JSON.stringify(plan({ ...asked, catalog }));
      expect(differences(JSON.parse(here), JSON.parse(there), name)).toEqual([]);
    }
  },
  120_000,
);

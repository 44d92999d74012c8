/** The compiled catalog the build leaves beside the bundles. */

import { existsSync, readFileSync } from 'node:fs';
import type { Catalog } from '../engine/catalog.ts';
import { InputError } from '../files/problem.ts';

/** Beside `dist/index.js`, one folder up from `dist/cli/*.js`, and where the sources find a build. */
const PLACES = ['./catalog.json', '../catalog.json', '../../dist/catalog.json'];

/**
 * The prices, hardware, models and rules this release ships with.
 *
 * @throws InputError when the build left none
 */
export function loadCatalog(): Catalog {
  const found = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined)
    throw InputError.of('catalog.missing', 'The compiled prices (dist/catalog.json) are missing.', 'Run npm run build, or install the package again.');
  return JSON.parse(readFileSync(found, 'utf8')) as Catalog;
}

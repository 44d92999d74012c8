/** The compiled catalog the build leaves beside the bundles. */

import { existsSync, openSync, readSync } from 'node:fs';
import type { Catalog } from '../engine/catalog.ts';
import { InputError } from '../files/problem.ts';
import type { Accepted } from './check.ts';
import { type Sliceable, unpack, unpackAccepted } from './packed.ts';

/** Beside `dist/plan.cjs`, one folder up from `dist/cli/*.js`, and where the sources find a build. */
const PLACES = ['./catalog.json', '../catalog.json', '../../dist/catalog.json'];

/**
 * The prices, hardware, models and rules this release ships with. Kinds are parsed when first read.
 *
 * @throws InputError when the build left none
 */
export function loadCatalog(): Catalog {
  return unpack(packedText(), null);
}

/**
 * The same, with the API prices of those providers only that the offers (`provider/model`) name: a plan starts faster.
 * All of them where an offer isn't found, so that a mistyped name can be matched against every known one.
 */
export function loadCatalogFor(offers: readonly string[]): Catalog {
  const text = packedText();
  const catalog = unpack(
    text,
    offers.map((offer) => offer.split('/')[0] ?? ''),
  );
  const known = new Set(catalog.api.flatMap((model) => [model.model, ...model.aliases].map((name) => `${model.provider}/${name}`)));
  return offers.every((offer) => known.has(offer)) ? catalog : unpack(text, null);
}

/** Findings of `prices check` on this release's data that were looked into and stay. */
export function loadAccepted(): readonly Accepted[] {
  return unpackAccepted(packedText());
}

/** Read piece by piece: a plan needs a tenth of the file. The file stays open until the process ends. */
function packedText(): Sliceable {
  const found = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined)
    throw InputError.of('catalog.missing', 'The compiled prices (dist/catalog.json) are missing.', 'Run npm run build, or install the package again.');
  const file = openSync(found, 'r');
  return { slice: (from, to) => read(file, from, to) };
}

function read(file: number, from: number, to: number): string {
  const bytes = Buffer.allocUnsafe(to - from);
  return bytes.toString('latin1', 0, readSync(file, bytes, 0, to - from, from));
}

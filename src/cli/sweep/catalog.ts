/** The prices a file and its changes may name. */

import type { Catalog } from '../../engine/catalog.ts';
import { loadCatalog, loadCatalogFor } from '../../prices/catalog.ts';

/** What looks like the name of an offer; a name too many loads the whole catalog and does no harm. */
const OFFERS = /\b(?:cloud_api|hosted_open)["']?\s*[:=]\s*["']?([\w.-]+\/[\w./:-]+)/g;

/** @param changes assignments; where one swaps offers, any may be named */
export function catalogFor(text: string, changes: readonly string[]): Catalog {
  if (changes.some((change) => /\.(cloud_api|hosted_open)\s*=/.test(change))) return loadCatalog();
  return loadCatalogFor([...text.matchAll(OFFERS)].map((match) => match[1] ?? ''));
}

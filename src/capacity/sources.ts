/** What estimates are made from: the catalog of this release, or price files of the user's own. */

import { throughputModel } from '../engine/capacity/estimate-model.ts';
import type { Catalog } from '../engine/catalog.ts';
import { InputError } from '../files/problem.ts';
import type { Sources } from './load.ts';

/** @throws InputError when this release carries no calibration */
export function sourcesOf(catalog: Catalog): Sources {
  if (catalog.throughput === undefined)
    throw InputError.of(
      'capacity.no-calibration',
      'The compiled catalog carries no throughput calibration.',
      'Run npm run build, or install the package again.',
    );
  const { models, hardware, throughput } = catalog;
  return { models, hardware, throughput: throughputModel(throughput, models, hardware), published: throughput.rows };
}

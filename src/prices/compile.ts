/** Compiles the YAML people edit under `pricing/` into one catalog: validated, sorted, hashed. */

import { createHash } from 'node:crypto';
import type { ApiModel, Catalog, FxRate } from '../engine/catalog.ts';
import type { IsoDate } from '../engine/units.ts';
import { InputError } from '../files/problem.ts';
import { acceptedFile } from '../schema/pricing-accepted.ts';
import { type ApiPriceFile, apiFile } from '../schema/pricing-api.ts';
import { assumptionsFile } from '../schema/pricing-assumptions.ts';
import { fxFile } from '../schema/pricing-fx.ts';
import { hardwareFile } from '../schema/pricing-hardware.ts';
import { modelsFile } from '../schema/pricing-models.ts';
import { providersFile } from '../schema/pricing-providers.ts';
import { qualityFile } from '../schema/pricing-quality.ts';
import { rentalFile } from '../schema/pricing-rental.ts';
import { needsFile, rulesFile } from '../schema/pricing-rules.ts';
import { publishedThroughputFile, throughputCalibrationFile } from '../schema/pricing-throughput.ts';
import type { Accepted } from './check.ts';
import { inUsDollars } from './currency.ts';
import { DataReader } from './read-data.ts';

type Content = Omit<Catalog, 'schema_version' | 'hash' | 'newest_checked'>;

/**
 * Reads every file under `pricing/`.
 *
 * @throws InputError with every problem of every file
 */
export function compileCatalog(pricingDir: string): Catalog {
  const reader = new DataReader(pricingDir);
  const fx = reader.file('fx.yaml', fxFile).flat();
  const files = reader.folder('api', apiFile);
  const content: Content = {
    api: [],
    rental: items(reader.folder('rental', rentalFile)),
    hardware: items(reader.folder('hardware', hardwareFile)),
    models: items(reader.folder('models', modelsFile)),
    rules: items(reader.folder('rules', rulesFile, ['needs.yaml'])),
    needs: items(reader.file('rules/needs.yaml', needsFile)),
    providers: items(reader.folder('providers', providersFile)),
    quality: items(reader.folder('quality', qualityFile)),
    assumptions: items(reader.file('assumptions.yaml', assumptionsFile)),
    fx,
  };
  const published = reader.file('throughput/published.yaml', publishedThroughputFile)[0];
  const calibration = reader.file('throughput/calibration.yaml', throughputCalibrationFile)[0];
  reader.finish();
  const throughput = published && calibration ? { throughput: { ...published, calibration } } : {};
  return sealed({ ...content, ...throughput, api: apiModels(files, fx) });
}

/** What `prices check` finds in this data and leaves as it is. */
export function readAccepted(pricingDir: string): Accepted[] {
  const reader = new DataReader(pricingDir);
  const accepted = items(reader.file('accepted.yaml', acceptedFile));
  reader.finish();
  return accepted;
}

function items<T>(files: readonly { readonly items: readonly T[] }[]): T[] {
  return files.flatMap((file) => file.items);
}

/** Models of all files in US dollars, by id; each history in order of time. */
function apiModels(files: readonly ApiPriceFile[], fx: readonly FxRate[]): ApiModel[] {
  const models = files.flatMap((file) => file.models.map((model) => dollars(inOrder(model), file.currency, fx)));
  return models.sort((a, b) => compareText(a.id, b.id));
}

function dollars(model: ApiModel, currency: string, fx: readonly FxRate[]): ApiModel {
  try {
    return inUsDollars(model, currency, fx);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw InputError.of('price.no-exchange-rate', `${model.id}: ${error.message}.`, `Add a rate for ${currency} to pricing/fx.yaml.`);
  }
}

function inOrder(model: ApiModel): ApiModel {
  return { ...model, prices: [...model.prices].sort((a, b) => compareText(a.from ?? '', b.from ?? '')) };
}

/** SHA-256 of the content, so that a plan can name the data it used. */
function sealed(content: Content): Catalog {
  const text = JSON.stringify(content);
  return { schema_version: 1, hash: createHash('sha256').update(text).digest('hex'), newest_checked: newestChecked(text), ...content };
}

function newestChecked(text: string): IsoDate {
  const dates = [...text.matchAll(/"checked":"(\d{4}-\d\d-\d\d)"/g)].map((match) => match[1] ?? '');
  return dates.sort().at(-1) ?? '';
}

/** By code unit: the same order on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

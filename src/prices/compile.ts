/** Compiles the YAML people edit under `pricing/` into one catalog: validated, sorted, hashed. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { ApiModel, Catalog, FxRate } from '../engine/catalog.ts';
import type { IsoDate } from '../engine/units.ts';
import { type ApiPriceFile, apiFile } from '../schema/pricing-api.ts';
import { fxFile } from '../schema/pricing-fx.ts';
import { inUsDollars } from './currency.ts';

type Content = Omit<Catalog, 'schema_version' | 'hash' | 'newest_checked'>;

/**
 * Reads every file under `pricing/`.
 *
 * @throws InputError with every problem of every file
 */
export function compileCatalog(pricingDir: string): Catalog {
  const fx = readAll(pricingDir, 'fx.yaml', fxFile).flat();
  const content: Content = {
    api: apiModels(readAll(pricingDir, 'api', apiFile), fx),
    rental: [],
    hardware: [],
    models: [],
    rules: [],
    needs: [],
    providers: [],
    quality: [],
    assumptions: [],
    fx,
  };
  return { schema_version: 1, hash: digest(content), newest_checked: newestChecked(content), ...content };
}

/** Models of all files in US dollars, by id; each history in order of time. */
function apiModels(files: readonly ApiPriceFile[], fx: readonly FxRate[]): ApiModel[] {
  const models = files.flatMap((file) => file.models.map((model) => inUsDollars(inOrder(model), file.currency, fx)));
  return models.sort((a, b) => compareText(a.id, b.id));
}

function inOrder(model: ApiModel): ApiModel {
  return { ...model, prices: [...model.prices].sort((a, b) => compareText(a.from ?? '', b.from ?? '')) };
}

/** Every file of one kind: a single file, or all files of a folder by name. */
function readAll<T>(pricingDir: string, name: string, schema: z.ZodType<T, unknown>): T[] {
  const paths = name.endsWith('.yaml') ? [name] : yamlFiles(pricingDir, name);
  return paths.map((path) => schema.parse(parse(readFileSync(join(pricingDir, path), 'utf8'))));
}

function yamlFiles(pricingDir: string, folder: string): string[] {
  return readdirSync(join(pricingDir, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

/** SHA-256 of the content, so that a plan can name the data it used. */
function digest(content: Content): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function newestChecked(content: Content): IsoDate {
  const dates = [...JSON.stringify(content).matchAll(/"checked":"(\d{4}-\d\d-\d\d)"/g)].map((match) => match[1] ?? '');
  return dates.reduce((newest, date) => Math.max(date, newest), '');
}

/** By code unit: the same order on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** From proposals to edited price files: in memory first, checked, and only then for someone else to write. */

import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import { apiFile } from '../../schema/pricing-api.ts';
import { DataReader } from '../read-data.ts';
import { editPriceFile, type Provenance } from './edit-yaml.ts';
import type { Proposal } from './propose.ts';

export interface EditedFile {
  readonly path: string;
  readonly text: string;
  /** Only what was added, with its line number in the new text. */
  readonly added: readonly { readonly line: number; readonly text: string }[];
}

/** Every file that changes, once per provider. */
export function editFiles(pricingDir: string, proposals: readonly Proposal[], provenance: Omit<Provenance, 'fallbackSource'>): EditedFile[] {
  const providers = [...new Set(proposals.map((proposal) => proposal.provider))].sort();
  return providers.map((provider) => {
    const path = join(pricingDir, 'api', `${provider}.yaml`);
    const before = readText(path);
    const mine = proposals.filter((proposal) => proposal.provider === provider);
    const text = editPriceFile(before, path, mine, { ...provenance, fallbackSource: firstPage(before, path) });
    return { path, text, added: addedLines(before, text) };
  });
}

/** The first of `pricing_urls`: where a reader can check the figure. */
function firstPage(text: string, path: string): string {
  const page = parseDocument(text).getIn(['pricing_urls', 0]);
  if (typeof page === 'string') return page;
  throw InputError.of('import.no-page', 'the file names no pricing_urls', 'Add the address of the price page.', path);
}

/** Insertions only, so one walk through both texts finds them. */
function addedLines(before: string, after: string): EditedFile['added'] {
  const old = before.split('\n');
  let at = 0;
  return after.split('\n').flatMap((text, index) => {
    if (old[at] === text) {
      at++;
      return [];
    }
    return [{ line: index + 1, text }];
  });
}

/** What the price files of a folder hold: their providers, and which of them are in another currency. */
export function foreignProviders(pricingDir: string): Set<string> {
  const reader = new DataReader(pricingDir);
  const files = reader.folder('api', apiFile);
  reader.finish();
  return new Set(files.filter((file) => file.currency !== 'USD').map((file) => file.provider));
}

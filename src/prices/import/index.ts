/** Other price lists, read into one shape. A new list is a file here and a line below. */

import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import type { ListedPrice } from '../compare.ts';

export const LISTS = ['genai-prices', 'litellm', 'models.dev', 'llm-prices'] as const;
export type ListName = (typeof LISTS)[number];

const READERS: Readonly<Record<ListName, () => Promise<(data: unknown) => ListedPrice[]>>> = {
  'genai-prices': async () => (await import('./genai-prices.ts')).readGenaiPrices,
  litellm: async () => (await import('./litellm.ts')).readLitellm,
  'models.dev': async () => (await import('./models-dev.ts')).readModelsDev,
  'llm-prices': async () => (await import('./llm-prices.ts')).readLlmPrices,
};

/**
 * @throws InputError when the file is no JSON or not of that list's shape
 */
export async function readList(list: ListName, path: string): Promise<ListedPrice[]> {
  const data = parseJson(readText(path), path);
  const read = await READERS[list]();
  try {
    return read(data).filter((price) => Object.values(price.rates).every((rate) => Number.isFinite(rate) && rate >= 0));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw InputError.of('import.wrong-shape', `this is not a ${list} file: expected ${error.message}.`, `Known lists: ${LISTS.join(', ')}.`, path);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw InputError.of('import.not-json', `not JSON: ${(error as Error).message}`, 'Download the list again, as JSON.', path);
  }
}

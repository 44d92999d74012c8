/** What models the oracle has: the package exports a pricer, not its list, so the list is read from its bundle. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { calcPrice } from '@pydantic/genai-prices';

interface RawModel {
  readonly id: string;
  readonly match: Match;
  readonly prices: Price | readonly { readonly constraint?: { readonly start_date?: string }; readonly prices: Price }[];
}

type Match = {
  readonly or?: readonly Match[];
  readonly equals?: string;
  readonly starts_with?: string;
  readonly contains?: string;
  readonly ends_with?: string;
};
type Price = Readonly<Record<string, number | { readonly tiers: readonly { readonly start: number }[] }>>;

export interface OracleModel {
  readonly provider: string;
  readonly id: string;
  /** A name its matcher takes for this model: mostly the id. */
  readonly name: string;
  readonly starts: readonly string[];
  readonly tierStarts: readonly number[];
}

const PROVIDERS = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'deepseek',
  'x-ai',
  'groq',
  'together',
  'fireworks',
  'aws',
  'azure',
  'baseten',
  'cerebras',
  'cloudflare',
  'cohere',
  'doubleword',
  'minimax',
  'moonshotai',
  'novita',
  'ovhcloud',
  'perplexity',
  'voyageai',
  'zai',
];

export function oracleModels(): OracleModel[] {
  const bundle = readFileSync(
    createRequire(import.meta.url)
      .resolve('@pydantic/genai-prices')
      .replace('index.cjs', 'index.js'),
    'utf8',
  );
  const list = bundle.slice(bundle.indexOf('['), bundle.indexOf('\n], ') + 2);
  const providers = runInNewContext(`(${list})`) as readonly { readonly id: string; readonly models: readonly RawModel[] }[];
  return providers.filter(({ id }) => PROVIDERS.includes(id)).flatMap(({ id, models }) => models.map((model) => toOracle(id, model)));
}

function toOracle(provider: string, model: RawModel): OracleModel {
  const prices = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices as Price }];
  const starts = prices.flatMap((each) => each.constraint?.start_date ?? []);
  const tierStarts = prices.flatMap((each) =>
    Object.values(each.prices as Price).flatMap((rate) => (typeof rate === 'object' ? rate.tiers.map((tier) => tier.start) : [])),
  );
  return { provider, id: model.id, name: nameOf(provider, model), starts, tierStarts: [...new Set(tierStarts)] };
}

/** The id where the package takes it for this model, else the first name of its matcher that it does. */
function nameOf(provider: string, model: RawModel): string {
  const names = [model.id, ...namesIn(model.match)];
  return names.find((name) => calcPrice({}, name, { providerId: provider })?.model.id === model.id) ?? model.id;
}

function namesIn(match: Match): string[] {
  return match.or?.flatMap(namesIn) ?? [match.equals ?? match.starts_with ?? match.contains ?? match.ends_with ?? ''].filter((name) => name !== '');
}

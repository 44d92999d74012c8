/** Which model a name means: our ids, dated snapshots, and the names genai-prices, LiteLLM and models.dev use. */

import type { ApiModel } from '../engine/catalog.ts';

/** Provider names of other lists -> ours. */
const PROVIDERS: Readonly<Record<string, string>> = {
  xai: 'x_ai',
  'x-ai': 'x_ai',
  gemini: 'google',
  vertex: 'google',
  vertex_ai: 'google',
  'google-vertex': 'google',
  'google-vertex-anthropic': 'google',
  google_ai: 'google',
  mistralai: 'mistral',
  together_ai: 'together',
  togetherai: 'together',
  fireworks_ai: 'fireworks',
  'fireworks-ai': 'fireworks',
  deep_infra: 'deepinfra',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  'amazon-bedrock': 'aws',
  amazon: 'aws',
  azure_ai: 'azure',
  azure_openai: 'azure',
  moonshot: 'moonshotai',
  kimi: 'moonshotai',
  'z-ai': 'zai',
  'z.ai': 'zai',
  voyage: 'voyageai',
  cohere_chat: 'cohere',
  alibaba: 'dashscope',
  qwen: 'dashscope',
  'cloudflare-workers-ai': 'cloudflare',
  text_completion_openai: 'openai',
  fal_ai: 'fal',
  'black-forest-labs': 'black_forest_labs',
  bfl: 'black_forest_labs',
  meta_llama: 'meta',
};

/** Who is meant when a name comes without its provider: makers first, then the larger hosts. */
const PREFERRED = ['openai', 'anthropic', 'google', 'mistral', 'deepseek', 'x_ai', 'cohere', 'moonshotai', 'zai', 'groq', 'together', 'fireworks'];

export interface ModelNames {
  /** @returns null when the name means no model, or, without a provider, none of the known ones */
  readonly find: (provider: string | null, name: string) => ApiModel | null;
  readonly providers: ReadonlySet<string>;
}

/** Reads names in any case. With several readings the most literal wins: as written, without its provider, without its date. */
export function modelNames(models: readonly ApiModel[]): ModelNames {
  const byName = indexed(models);
  const providers = new Set(models.map((model) => model.provider));
  const find = (provider: string | null, name: string): ApiModel | null => {
    const text = name.trim().toLowerCase();
    const given = provider === null || provider.trim() === '' ? null : canonicalProvider(provider);
    for (const [owner, rest] of readings(given, text, providers)) {
      const owners = owner === null ? PREFERRED.filter((each) => providers.has(each)) : [owner];
      const found = firstOf(spellings(rest), (spelling) => firstOf(owners, (each) => byName.get(`${each}/${spelling}`)));
      if (found !== undefined) return found;
    }
    return null;
  };
  return { find, providers };
}

/** `xai`, `X-AI` and `x_ai` are one provider. */
export function canonicalProvider(name: string): string {
  const text = name.trim().toLowerCase();
  return PROVIDERS[text] ?? text;
}

/** Ids win over aliases, the first alias over later ones. */
function indexed(models: readonly ApiModel[]): ReadonlyMap<string, ApiModel> {
  const index = new Map<string, ApiModel>();
  const put = (key: string, model: ApiModel) => index.has(key) || index.set(key, model);
  for (const model of models) put(model.id.toLowerCase(), model);
  for (const model of models) for (const alias of model.aliases) put(`${model.provider}/${alias.toLowerCase()}`, model);
  return index;
}

/** (provider, name) pairs a text may mean: as written; with its first part as the provider; `provider:model` as genai-prices writes it. */
function* readings(given: string | null, text: string, providers: ReadonlySet<string>): Generator<readonly [string | null, string]> {
  yield [given, text];
  for (const mark of ['/', ':']) {
    const at = text.indexOf(mark);
    if (at <= 0) continue;
    const [first, rest] = [canonicalProvider(text.slice(0, at)), text.slice(at + 1)];
    if (given === null ? providers.has(first) : first === given || mark === '/') yield [given ?? first, rest];
  }
}

const PREFIX = /^(models|publishers\/[^/]+\/models)\//;
const VERSION = /-v\d+(:\d+)?$/;
const DATE = /[-@](20\d{2}-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])|2[3-9](0[1-9]|1[0-2])|latest|default)$/;
const REGION = /^(us|eu|apac|au|jp|us-gov|global)\./;

/** From the most literal to the loosest: endings that only say which snapshot, dots for dashes in versions. */
function spellings(name: string): readonly string[] {
  const plain = name.replace(PREFIX, '');
  const unversioned = plain.replace(VERSION, '');
  const undated = unversioned.replace(DATE, '');
  const unplaced = undated.replace(REGION, '');
  const dashed = undated.replace(/(\d)\.(\d)/g, '$1-$2');
  const dotted = undated.replace(/(\d)-(\d)(?!\d)/g, '$1.$2');
  return [...new Set([name, plain, unversioned, undated, unplaced, dashed, dotted])];
}

function firstOf<T, U>(items: readonly T[], look: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

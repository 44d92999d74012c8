/** models.dev: `api.json`, providers with models with `cost` in dollars per million tokens; no history. */

import type { ListedPrice, ListedRates } from '../compare.ts';

interface Model {
  readonly id?: string;
  readonly cost?: Readonly<Record<'input' | 'output' | 'cache_read' | 'cache_write', number | undefined>>;
  readonly limit?: { readonly context?: number };
}
type Providers = Readonly<Record<string, { readonly id?: string; readonly doc?: string; readonly models?: Readonly<Record<string, Model>> }>>;

const NAMES = [
  ['input', 'input_usd_per_mtok'],
  ['cache_read', 'cached_input_usd_per_mtok'],
  ['cache_write', 'cache_write_usd_per_mtok'],
  ['output', 'output_usd_per_mtok'],
] as const;

export function readModelsDev(data: unknown): ListedPrice[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new TypeError('a map of providers');
  return Object.entries(data as Providers).flatMap(([key, provider]) =>
    Object.entries(provider.models ?? {}).flatMap(([name, model]) => {
      if (model.cost === undefined) return [];
      const rates = ratesOf(model.cost);
      return [
        {
          provider: provider.id ?? key,
          name: model.id ?? name,
          rates,
          from: null,
          until: null,
          source: provider.doc ?? null,
          context_tokens: model.limit?.context ?? null,
        },
      ];
    }),
  );
}

function ratesOf(cost: NonNullable<Model['cost']>): ListedRates {
  return Object.fromEntries(
    NAMES.flatMap(([theirs, ours]) => {
      const rate = cost[theirs];
      return typeof rate === 'number' ? [[ours, rate] as const] : [];
    }),
  );
}

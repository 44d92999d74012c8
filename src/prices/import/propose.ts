/** What another list would change in our price files: entries to append, and conflicts where that would rewrite history. */

import type { ApiModel, PriceEntry } from '../../engine/catalog.ts';
import { entryAt } from '../../engine/cost/price-usage.ts';
import type { IsoDate } from '../../engine/units.ts';
import { type Difference, differencesOf, LISTED_RATES, type ListedPrice, listedName } from '../compare.ts';
import { canonicalProvider, type ModelNames } from '../names.ts';

export interface Proposal {
  readonly provider: string;
  readonly model: string;
  readonly kind: 'append' | 'add_model';
  /** First day of the new entry; null: since the model exists. */
  readonly from: IsoDate | null;
  readonly price: ListedPrice;
  readonly differences: readonly Difference[];
  /** Kinds of price the entry before has and the list doesn't: to be filled in by hand. */
  readonly left_out: readonly string[];
}

interface Conflict {
  readonly model: string;
  readonly name: string;
  readonly message: string;
}

export interface Proposals {
  readonly proposals: readonly Proposal[];
  readonly conflicts: readonly Conflict[];
  /** Names that mean none of our models; with `addModels` those of our providers became proposals. */
  readonly unknown: readonly string[];
  readonly agree: number;
}

export interface ProposeOptions {
  readonly today: IsoDate;
  readonly addModels: boolean;
  /** Providers whose files are in another currency. */
  readonly foreign: ReadonlySet<string>;
}

export function propose(models: readonly ApiModel[], names: ModelNames, listed: readonly ListedPrice[], options: ProposeOptions): Proposals {
  const matched = new Map<ApiModel, ListedPrice[]>();
  const unknown: ListedPrice[] = [];
  for (const price of listed) {
    const model = names.find(price.provider, price.name);
    if (model === null) unknown.push(price);
    else matched.set(model, [...(matched.get(model) ?? []), price]);
  }
  const judged = [...matched].map(([model, prices]) => judge(model, prices, options));
  const added = options.addModels ? additions(unknown, models) : [];
  return {
    proposals: [...judged.flatMap((each) => each.proposals), ...added],
    conflicts: judged.flatMap((each) => each.conflicts),
    unknown: [...new Set(unknown.map(listedName))].sort(),
    agree: judged.filter((each) => each.proposals.length + each.conflicts.length === 0).length,
  };
}

type Judged = Pick<Proposals, 'proposals' | 'conflicts'>;

function judge(model: ApiModel, prices: readonly ListedPrice[], options: ProposeOptions): Judged {
  const name = listedName(prices[0] as ListedPrice);
  const say = (message: string): Judged => ({ proposals: [], conflicts: [{ model: model.id, name, message }] });
  const current = prices.filter((price) => price.until === null || price.until > options.today);
  const differing = current.filter((price) => differencesOf(model, price, startOf(price, options)).length > 0);
  if (differing.length === 0) return { proposals: [], conflicts: [] };
  if (options.foreign.has(model.provider)) return say('our file is in another currency; compare by hand');
  if (new Set(current.map((price) => `${price.from} ${JSON.stringify(price.rates)}`)).size > new Set(current.map((price) => price.from)).size)
    return say('the list has this model under several names at different prices');
  const results = differing.map((price) => judgeOne(model, price, options));
  return { proposals: results.flatMap((each) => each.proposals), conflicts: results.flatMap((each) => each.conflicts) };
}

/** Undated prices are taken to begin today: when they really began the list doesn't say. */
function startOf(price: ListedPrice, { today }: ProposeOptions): IsoDate {
  return price.from ?? today;
}

function judgeOne(model: ApiModel, price: ListedPrice, options: ProposeOptions): Judged {
  const from = startOf(price, options);
  const last = model.prices.at(-1)?.from ?? null;
  const differences = differencesOf(model, price, from);
  const conflict = (message: string): Judged => ({ proposals: [], conflicts: [{ model: model.id, name: listedName(price), message }] });
  const shown = differences.map((each) => `${each.rate} ${each.ours} here, ${each.theirs} there`).join('; ');
  if (model.retired !== null && model.retired <= from) return conflict(`retired on ${model.retired}; ${shown}`);
  if (last !== null && from <= last) return conflict(`a price from ${from} would come before ours from ${last}, and history is not rewritten; ${shown}`);
  const entry = entryAt(model, from);
  return {
    proposals: [{ provider: model.provider, model: model.id, kind: 'append', from, price, differences, left_out: leftOut(entry, price) }],
    conflicts: [],
  };
}

function leftOut(entry: PriceEntry | null, price: ListedPrice): string[] {
  if (entry === null) return [];
  const listed = new Set<string>(LISTED_RATES.filter((rate) => price.rates[rate] !== undefined));
  const rates = Object.keys(entry.rates).filter((rate) => !listed.has(rate));
  const parts = (['tiers', 'time_of_day', 'batch', 'flex', 'priority', 'images', 'region_factor'] as const).filter((part) => entry[part] !== undefined);
  return [...rates, ...parts];
}

/** Models the list has and we don't, of providers we have a file for. */
function additions(unknown: readonly ListedPrice[], models: readonly ApiModel[]): Proposal[] {
  const providers = new Set(models.map((model) => model.provider));
  const seen = new Set<string>();
  return unknown.flatMap((price): Proposal[] => {
    const provider = price.provider === null ? null : canonicalProvider(price.provider);
    if (provider === null || !providers.has(provider) || price.until !== null || price.rates.input_usd_per_mtok === undefined) return [];
    const model = `${provider}/${slug(price.name)}`;
    if (seen.has(model) || models.some((each) => each.id === model)) return [];
    seen.add(model);
    return [{ provider, model, kind: 'add_model', from: null, price, differences: [], left_out: [] }];
  });
}

/** `Qwen/Qwen3-32B` -> `qwen3-32b` */
function slug(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return last.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+|-+$/g, '');
}

/** Cost of an API option (frontier or hosted open model): tokens, audio or images at dated prices, contracts, rate limits. */
import type { ApiModel, PriceEntry } from '../catalog.ts';
import type { ApiOption, Commit, Dedicated, Provisioned } from '../scenario.ts';
import { HOURS_PER_MONTH, likely, SECONDS_PER_MONTH } from '../units.ts';
import { type Blocker, indexOf, note, type PriceContext } from './context.ts';
import { excess, shortfall } from './piecewise.ts';
import { entryAt, type PricedUsage, priceUsage, type ServiceTier } from './price-usage.ts';
import { pickRental } from './rental.ts';
import { type PromptGroup, peakToAverage, promptGroups, type RequestMix, weekShape, workPerRequest } from './requests.ts';
import type { LinearTerm, Term } from './terms.ts';

export interface ApiCost {
  readonly terms: readonly Term[];
  readonly max_volume: number;
  readonly blockers: readonly Blocker[];
}

/** One way a part of the requests is billed. */
interface Slice {
  readonly share: number;
  readonly tier: ServiceTier;
  readonly atUtcMinutes: number | null;
}

export function apiCost(option: ApiOption, mix: RequestMix, context: PriceContext): ApiCost {
  const model = indexOf(context.catalog).api.get(option.offer);
  const path = `options.${option.id}`;
  if (!model) return blocked('price', `no price is known for ${option.offer}`);
  const entry = entryAt(model, context.at);
  if (model.released !== null && context.at < model.released)
    return blocked('price', `${model.id} did not exist on ${context.at}; it came out on ${model.released}`);
  if (!entry) return blocked('price', `no price of ${model.id} is known for ${context.at}`);
  const limit = rateLimit(option, mix, context);
  const usage = usageTerms(option, model, entry, mix, context);
  const billed = bill(option, model, usage, mix, context);
  noteUnusualRegion(option, model, entry, context, path);
  return { ...billed, max_volume: Math.min(billed.max_volume, limit) };
}

function blocked(rule: string, message: string): ApiCost {
  return { terms: [], max_volume: Number.POSITIVE_INFINITY, blockers: [{ rule, message }] };
}

interface UsageTerms {
  readonly terms: readonly LinearTerm[];
  readonly blockers: readonly Blocker[];
}

/** Every prompt-length group, billed every way a part of it is billed; equal unit prices are added up. */
function usageTerms(option: ApiOption, model: ApiModel, entry: PriceEntry, mix: RequestMix, context: PriceContext): UsageTerms {
  const cuts = [...(entry.tiers ?? []).map((tier) => tier.above_input_tokens), ...cacheCut(model, mix)].sort((a, b) => a - b);
  const groups = promptGroups(mix, context.scenario.workload.profile, cuts);
  const sums = new Map<string, LinearTerm>();
  const problems = new Map<string, Blocker>();
  for (const slice of slices(option, model, entry, context)) {
    for (const group of groups) {
      const priced = priceGroup(option, model, entry, mix, group, slice, context);
      for (const problem of priced.problems) problems.set(problem.message, { rule: 'price', message: `${model.id}: ${problem.message}` });
      addComponents(sums, priced, slice, group.share * slice.share, option, model, entry, context);
    }
  }
  noteCaching(option, model, mix, groups, context);
  return { terms: [...sums.values()], blockers: [...problems.values()] };
}

/** Requests of at least the minimum cacheable length are a group of their own. */
function cacheCut(model: ApiModel, mix: RequestMix): number[] {
  return mix.cached_share > 0 && model.min_cacheable_tokens !== null ? [model.min_cacheable_tokens - 1] : [];
}

function cacheable(model: ApiModel, group: PromptGroup): boolean {
  return model.min_cacheable_tokens === null || group.input_tokens >= model.min_cacheable_tokens;
}

function priceGroup(
  option: ApiOption,
  model: ApiModel,
  entry: PriceEntry,
  mix: RequestMix,
  group: PromptGroup,
  slice: Slice,
  context: PriceContext,
): PricedUsage {
  const cached = cacheable(model, group) ? mix.cached_share : 0;
  const images = context.scenario.workload.images;
  return priceUsage(
    {
      input_tokens: group.input_tokens,
      cached_input_tokens: group.input_tokens * cached,
      cache_write_tokens: group.input_tokens * Math.min(mix.cache_write_share, 1 - cached),
      output_tokens: group.output_tokens + mix.reasoning_tokens,
      reasoning_tokens: mix.reasoning_tokens,
      audio_seconds: mix.audio_seconds,
      images: mix.images,
    },
    entry,
    { tier: slice.tier, region: option.region, atUtcMinutes: slice.atUtcMinutes, image: images && { size: images.size, quality: images.quality } },
  );
}

function addComponents(
  sums: Map<string, LinearTerm>,
  priced: PricedUsage,
  slice: Slice,
  share: number,
  option: ApiOption,
  model: ApiModel,
  entry: PriceEntry,
  context: PriceContext,
): void {
  const factor = (1 - likely(option.discount)) * (1 - (option.commit?.discount ?? 0)) * likely(option.price_factor) * context.trend;
  for (const component of priced.components) {
    const name = slice.tier === 'standard' ? component.name : `${component.name} (${slice.tier})`;
    const unitUsd = component.unit_usd * factor;
    const key = `${name}|${unitUsd}`;
    const known = sums.get(key)?.per_request ?? 0;
    sums.set(key, {
      shape: 'linear',
      name,
      category: 'usage',
      leg: null,
      unit: component.unit,
      unit_usd: unitUsd,
      per_request: known + component.quantity * share,
      source: priceSource(option, model, entry, factor),
      driver: 'token_price',
    });
  }
}

function priceSource(option: ApiOption, model: ApiModel, entry: PriceEntry, factor: number): string {
  const since = entry.from === null ? '' : ` from ${entry.from}`;
  const changed = factor === 1 ? '' : `, x ${Number(factor.toPrecision(6))} for discounts and price trend`;
  const region = option.region !== null && entry.region_factor?.[option.region] ? `, x ${entry.region_factor[option.region]} in region ${option.region}` : '';
  return `${model.id} list price${since}: ${entry.source}, checked ${entry.checked}${changed}${region}`;
}

/** Batch for what may wait, the asked tier for the rest, each part of the day at its own price. */
function slices(option: ApiOption, model: ApiModel, entry: PriceEntry, context: PriceContext): Slice[] {
  const batchable = likely(context.scenario.workload.batchable);
  const batch = batchable > 0 && entry.batch !== undefined ? batchable : 0;
  if (batchable > 0 && batch === 0)
    note(context, 'info', 'price.no_batch', `${model.id} has no batch price; requests that may wait cost the same there.`, `options.${option.id}`);
  const list: Slice[] = batch > 0 ? [{ share: batch, tier: 'batch', atUtcMinutes: null }] : [];
  if (batch < 1)
    for (const part of dayParts(entry, context)) list.push({ share: (1 - batch) * part.share, tier: option.service_tier, atUtcMinutes: part.minute });
  return list;
}

/** Shares of the traffic in each window of a time-of-day price list; one part when the price is the same all day. */
function dayParts(entry: PriceEntry, context: PriceContext): { readonly share: number; readonly minute: number | null }[] {
  const windows = entry.time_of_day ?? [];
  if (windows.length === 0) return [{ share: 1, minute: null }];
  const edges = [...new Set([0, ...windows.flatMap((window) => [minutes(window.from_utc), minutes(window.to_utc)])])]
    .filter((edge) => edge < 1440)
    .sort((a, b) => a - b);
  const week = weekShape(context.scenario.workload);
  return edges.map((edge, i) => ({ share: dayShare(edge, edges[i + 1] ?? 1440, week), minute: edge }));
}

function minutes(clock: string): number {
  const [hours = 0, mins = 0] = clock.split(':').map(Number);
  return hours * 60 + mins;
}

/** Share of the traffic between two minutes of the day; hours of the week are read as UTC, even traffic when unknown. */
function dayShare(from: number, to: number, week: readonly number[] | null): number {
  if (!week) return (to - from) / 1440;
  let share = 0;
  for (let hour = 0; hour < 168; hour++) {
    const start = (hour % 24) * 60;
    share += ((week[hour] ?? 0) * Math.max(0, Math.min(to, start + 60) - Math.max(from, start))) / 60;
  }
  return share / 168;
}

function noteCaching(option: ApiOption, model: ApiModel, mix: RequestMix, groups: readonly PromptGroup[], context: PriceContext): void {
  if (mix.cached_share === 0 || model.min_cacheable_tokens === null) return;
  const short = groups.filter((group) => !cacheable(model, group)).reduce((sum, group) => sum + group.share, 0);
  if (short === 0) return;
  const who = short === 1 ? 'All' : `${(short * 100).toFixed(0)} % of`;
  note(
    context,
    'info',
    'cache.below_minimum',
    `${who} prompts are shorter than the ${model.min_cacheable_tokens} tokens ${model.id} caches from: no cache discount on them.`,
    `options.${option.id}`,
  );
}

function noteUnusualRegion(option: ApiOption, model: ApiModel, entry: PriceEntry, context: PriceContext, path: string): void {
  if (option.region === null || entry.region_factor?.[option.region] !== undefined || model.regions.includes(option.region)) return;
  note(
    context,
    'info',
    'price.region_unknown',
    `No price of its own is known for ${model.id} in region ${option.region}; the list price is used.`,
    `${path}.region`,
  );
}

/** Highest volume whose busiest hour stays within the requests and tokens a minute the provider allows; work that may wait is left out. */
function rateLimit(option: ApiOption, mix: RequestMix, context: PriceContext): number {
  const limit = option.rate_limit;
  if (!limit) return Number.POSITIVE_INFINITY;
  const { workload } = context.scenario;
  const peak = Math.max(1, likely(peakToAverage(workload).value) * (1 - likely(workload.batchable)));
  const tokens = mix.input_tokens + mix.output_tokens + mix.reasoning_tokens;
  const perMinute = Math.min(limit.rpm ?? Number.POSITIVE_INFINITY, limit.tpm !== null && tokens > 0 ? limit.tpm / tokens : Number.POSITIVE_INFINITY);
  return (perMinute * HOURS_PER_MONTH * 60) / peak;
}

function bill(option: ApiOption, model: ApiModel, usage: UsageTerms, mix: RequestMix, context: PriceContext): ApiCost {
  switch (option.billing.kind) {
    case 'tokens':
      return { terms: [...usage.terms, ...commitTerms(option.commit, usage.terms)], max_volume: Number.POSITIVE_INFINITY, blockers: usage.blockers };
    case 'provisioned':
      return provisioned(option, option.billing.provisioned, usage, mix, context);
    case 'dedicated':
      return dedicated(option, option.billing.dedicated, model, mix, context);
  }
}

/** The committed amount is paid even when usage is below it: max(usage, commitment). */
function commitTerms(commit: Commit | null, usage: readonly LinearTerm[]): Term[] {
  if (!commit || commit.usd_per_month === 0) return [];
  const perRequest = usage.reduce((sum, term) => sum + term.per_request * term.unit_usd, 0);
  return [
    {
      shape: 'curve',
      behaviour: 'fixed',
      name: 'unused commitment',
      category: 'commitment',
      leg: null,
      unit: 'USD',
      unit_usd: 1,
      source: `commitment of $${commit.usd_per_month} a month for ${commit.term_months} months, from the scenario`,
      driver: null,
      curve: shortfall(commit.usd_per_month, perRequest),
    },
  ];
}

/** Bought units are paid all month; what the busiest hour needs beyond them is billed by token, for the whole month's excess (the high side). */
function provisioned(option: ApiOption, bought: Provisioned, usage: UsageTerms, mix: RequestMix, context: PriceContext): ApiCost {
  const fixed: Term = {
    shape: 'fixed',
    name: 'provisioned units',
    category: 'commitment',
    leg: null,
    quantity: bought.units * HOURS_PER_MONTH,
    unit: 'unit-hour',
    unit_usd: bought.usd_per_unit_hour,
    source: `${bought.units} units for ${bought.term_months} months, from the scenario`,
    driver: null,
  };
  const threshold = servedAtPeak(bought.units * bought.work_per_s, mix, context);
  if (usage.blockers.length > 0) return { terms: [fixed], max_volume: threshold, blockers: [] };
  const overflow = usage.terms.map((term): Term => {
    const { per_request, shape: _, ...rest } = term;
    return { ...rest, shape: 'curve', behaviour: 'variable', name: `${term.name} above the provisioned units`, curve: excess(threshold, per_request) };
  });
  note(
    context,
    'info',
    'billing.provisioned_overflow',
    `Above ${Math.floor(threshold)} requests a month the busiest hour outgrows the provisioned units; the excess is billed by token.`,
    `options.${option.id}.billing`,
  );
  return { terms: [fixed, ...overflow], max_volume: Number.POSITIVE_INFINITY, blockers: [] };
}

function dedicated(option: ApiOption, rented: Dedicated, model: ApiModel, mix: RequestMix, context: PriceContext): ApiCost {
  const path = `options.${option.id}.billing.dedicated`;
  const price = dedicatedPrice(rented, model, context);
  if (!price) return blocked('price', `no hourly price of ${rented.gpu} at ${model.provider} is known; give billing.dedicated.usd_per_gpu_hour`);
  const term: Term = {
    shape: 'fixed',
    name: `dedicated ${rented.gpu}`,
    category: 'gpu',
    leg: null,
    quantity: rented.count * HOURS_PER_MONTH,
    unit: 'GPU-hour',
    unit_usd: price.usd,
    source: price.source,
    driver: 'gpu_price',
  };
  if (rented.work_per_s === null)
    note(
      context,
      'warning',
      'capacity.dedicated_unknown',
      `How much ${rented.count} x ${rented.gpu} serve is unknown; the cost is taken as enough at every volume. Give billing.dedicated.work_per_s.`,
      path,
    );
  return { terms: [term], max_volume: rented.work_per_s === null ? Number.POSITIVE_INFINITY : servedAtPeak(rented.work_per_s, mix, context), blockers: [] };
}

function dedicatedPrice(rented: Dedicated, model: ApiModel, context: PriceContext): { readonly usd: number; readonly source: string } | null {
  if (rented.usd_per_gpu_hour !== null) return { usd: likely(rented.usd_per_gpu_hour), source: 'from the scenario' };
  for (const billing of ['dedicated', 'on_demand']) {
    const picked = pickRental({ cloud: model.provider, billing, gpu: rented.gpu, region: null, node_gpus: null, gpus_per_replica: rented.count }, context);
    if (picked) return { usd: picked.usd_per_gpu_hour, source: picked.source };
  }
  return null;
}

/** Requests a month whose busiest hour `workPerS` serves. */
function servedAtPeak(workPerS: number, mix: RequestMix, context: PriceContext): number {
  const { workload } = context.scenario;
  const peak = Math.max(1, likely(peakToAverage(workload).value) * (1 - likely(workload.batchable)));
  const work = workPerRequest(context.scenario, mix);
  return work > 0 ? (workPerS * SECONDS_PER_MONTH) / work / peak : Number.POSITIVE_INFINITY;
}

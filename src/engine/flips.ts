/** What would change the decision, and at which value: the nearest one in each direction, found exactly where totals are lines, by halving where they are stairs. */

import type { OptionModel } from './cost/option.ts';
import { type Driver, type Term, termUsd } from './cost/terms.ts';
import { type Candidate, decideTotals } from './decision.ts';
import { type HorizonModel, totalByScale } from './horizon.ts';
import type { Flip } from './result.ts';
import type { Scenario } from './scenario.ts';
import { likely } from './units.ts';

/** One option of the plan, as the search needs it. */
export interface FlipOption {
  readonly id: string;
  readonly model: OptionModel;
  readonly horizon: HorizonModel;
  readonly candidate: Candidate;
  /** Passes its gates (limits of volume aside). */
  readonly gated: boolean;
  /** Priced, and kept out by nothing but unknown gates. */
  readonly unknown_only: boolean;
}

/** Nothing is searched beyond this factor either way: a price a hundred times today's says nothing. */
const REACH = 100;

/** Values tried in one search at most: two options that cost the same everywhere could be told apart nowhere. A search that ends so reports no flip. */
const MOST_TRIES = 500;

export function findFlips(options: readonly FlipOption[], scenario: Scenario): Flip[] {
  const search: Search = {
    options,
    scenario,
    margin: scenario.decision_rule.margin,
    simplicity: options.map((option) => option.candidate.simplicity),
    today: options.map((option) => (option.candidate.feasible ? (option.candidate.total_usd ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY)),
    scratch: options.map(() => 0),
    now: -1,
    tries: 0,
  };
  search.now = decideTotals(search.today, search.simplicity, search.margin);
  return [...volumeFlips(search), ...scaleFlips(search), ...throughputFlips(search), ...gateFlips(search)];
}

interface Search {
  readonly options: readonly FlipOption[];
  readonly scenario: Scenario;
  readonly margin: number;
  readonly simplicity: readonly number[];
  /** Totals today; Infinity: not feasible. */
  readonly today: readonly number[];
  readonly scratch: number[];
  /** Index of the decision today. */
  now: number;
  /** Values tried in the search under way. */
  tries: number;
}

/** Totals of all options at one value of a variable; each must be monotone in it. */
type Totals = (value: number) => readonly number[];

function flip(search: Search, variable: string, unit: string, now: number | boolean | null, value: number | boolean, becomes: number): Flip {
  return { variable, value, now, unit, becomes: search.options[becomes]?.id ?? null };
}

interface Place {
  readonly value: number;
  readonly totals: readonly number[];
}

/**
 * The value nearest to `from`, towards `to`, at which the decision is another. Monotone totals are bounded by those of two
 * ends: an interval over which no other decision is possible is skipped whole, any other is halved.
 */
function nearest(search: Search, totals: Totals, from: number, to: number, whole: boolean): { readonly value: number; readonly becomes: number } | null {
  let near: Place = { value: from, totals: totals(from) };
  search.tries = 0;
  // Ever longer strides: what is uncertain in one is halved.
  for (let growth = 0.5; near.value !== to && search.tries <= MOST_TRIES; growth *= 2) {
    const next = to > from ? near.value * (1 + growth) : near.value / (1 + growth);
    const stepped = whole ? (to > from ? Math.max(near.value + 1, Math.round(next)) : Math.min(near.value - 1, Math.round(next))) : next;
    const value = to > from ? Math.min(to, stepped) : Math.max(to, stepped);
    const far: Place = { value, totals: totals(value) };
    const found = descend(search, totals, near, far, whole);
    if (found !== null) return { value: found.value, becomes: decideTotals(found.totals, search.simplicity, search.margin) };
    near = far;
  }
  return null;
}

/** Depth first, nearest half first. */
function descend(search: Search, totals: Totals, near: Place, far: Place, whole: boolean): Place | null {
  if (search.tries++ > MOST_TRIES) return null;
  if (certain(search, near.totals, far.totals)) return null;
  const width = Math.abs(far.value - near.value);
  if (whole ? width <= 1 : width <= Math.abs(near.value) * 1e-10) {
    return decideTotals(far.totals, search.simplicity, search.margin) === search.now ? null : far;
  }
  const value = whole ? Math.trunc((near.value + far.value) / 2) : (near.value + far.value) / 2;
  const mid: Place = { value, totals: totals(value) };
  return descend(search, totals, near, mid, whole) ?? descend(search, totals, mid, far, whole);
}

/** No mixture of totals between those of two ends can change the decision. */
function certain(search: Search, a: readonly number[], b: readonly number[]): boolean {
  const { now, simplicity } = search;
  let othersLow = Number.POSITIVE_INFINITY;
  let lowestHigh = Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    const low = Math.min(a[i] as number, b[i] as number);
    if (i !== now) othersLow = Math.min(othersLow, low);
    lowestHigh = Math.min(lowestHigh, Math.max(a[i] as number, b[i] as number));
  }
  if (now === -1) return othersLow === Number.POSITIVE_INFINITY;
  const chosenHigh = Math.max(a[now] as number, b[now] as number);
  if (chosenHigh === Number.POSITIVE_INFINITY || chosenHigh > othersLow * (1 + search.margin)) return false;
  const limit = lowestHigh * (1 + search.margin);
  for (let i = 0; i < a.length; i++) {
    const simpler = (simplicity[i] as number) - (simplicity[now] as number);
    if (i === now || simpler > 0) continue;
    const low = Math.min(a[i] as number, b[i] as number);
    // A simpler one within the margin would be taken; one as simple only when it is cheaper (or as cheap and listed before).
    if (simpler < 0 ? low <= limit : i < now ? low <= chosenHigh : low < chosenHigh) return false;
  }
  return true;
}

/** Both directions of one variable, from today's value. */
function bothWays(search: Search, variable: string, unit: string, now: number, totals: Totals, whole = false): Flip[] {
  const flips: Flip[] = [];
  for (const to of [whole ? Math.max(1, Math.floor(now / REACH)) : now / REACH, whole ? Math.ceil(now * REACH) : now * REACH]) {
    const found = nearest(search, totals, now, to, whole);
    if (found) flips.push(flip(search, variable, unit, now, found.value, found.becomes));
  }
  return flips;
}

function volumeFlips(search: Search): Flip[] {
  const now = Math.round(likely(search.scenario.workload.requests_per_month));
  const start = search.options[0]?.horizon.volumes[0] ?? 1;
  const byScale = search.options.map(({ gated, horizon }) => {
    // Volumes relative to the first month's, so that the value itself is the first month's to the last bit: limits are exact.
    const relative = { months: horizon.months, volumes: horizon.volumes.map((volume) => volume / start) };
    return gated ? totalByScale(relative) : () => Number.POSITIVE_INFINITY;
  });
  const totals: Totals = (value) => {
    const all = search.today.slice();
    for (let i = 0; i < all.length; i++) all[i] = (byScale[i] as (scale: number) => number)(value);
    return all;
  };
  return bothWays(search, 'workload.requests_per_month', 'requests/month', now, totals, true);
}

interface Scale {
  readonly variable: string;
  readonly unit: string;
  readonly now: number;
  /** Dollars of each option's total that grow with the variable. */
  readonly part: readonly number[];
}

/** Prices and staffing scale a part of each total: straight lines, which can only change places where two of them (or one and another's margin) meet. */
function scaleFlips(search: Search): Flip[] {
  const parts = driverParts(search.options);
  return [...gpuScales(search, parts), ...tokenScales(search, parts), ...staffScales(parts)].flatMap((scale) => {
    if (!(scale.now > 0) || scale.part.every((usd) => usd === 0)) return [];
    return [1 / REACH, REACH].flatMap((reach) => {
      const factor = nearestOnLines(search, scale.part, reach);
      if (factor === null) return [];
      return [flip(search, scale.variable, scale.unit, scale.now, scale.now * factor, decisionOnLines(search, scale.part, factor))];
    });
  });
}

/** Decision when the part of each total is scaled by `factor`. */
function decisionOnLines(search: Search, part: readonly number[], factor: number): number {
  const { today, scratch } = search;
  for (let i = 0; i < today.length; i++) scratch[i] = (today[i] as number) + (part[i] as number) * (factor - 1);
  return decideTotals(scratch, search.simplicity, search.margin);
}

/** The factor nearest to 1, up to `reach`, just beyond a meeting of lines, at which the decision is another. */
function nearestOnLines(search: Search, part: readonly number[], reach: number): number | null {
  const beyond = reach > 1 ? 1 + 1e-9 : 1 - 1e-9;
  const meetings: number[] = [];
  for (let i = 0; i < part.length; i++) {
    for (let j = 0; j < part.length; j++) {
      if (i === j || !Number.isFinite((search.today[i] as number) + (search.today[j] as number))) continue;
      for (const margin of [1, 1 + search.margin]) {
        // today_i + part_i (f - 1) = margin (today_j + part_j (f - 1))
        const slope = (part[i] as number) - margin * (part[j] as number);
        if (slope !== 0) meetings.push(1 + (margin * (search.today[j] as number) - (search.today[i] as number)) / slope);
      }
    }
  }
  const reached = meetings.filter((factor) => (reach > 1 ? factor >= 1 && factor <= reach : factor <= 1 && factor >= reach));
  reached.sort((a, b) => (reach > 1 ? a - b : b - a));
  for (const factor of reached) if (decisionOnLines(search, part, factor * beyond) !== search.now) return factor * beyond;
  return null;
}

/** Dollars of the horizon that terms with a driver make up. */
interface DriverPart {
  readonly term: Term;
  usd: number;
}

/** One pass over the months of each option; months that share a model share its parts. */
function driverParts(options: readonly FlipOption[]): DriverPart[][] {
  return options.map(({ horizon }) => {
    const parts: DriverPart[] = [];
    let [model, at, held] = [null as OptionModel | null, 0, 0];
    for (let month = 0; month < horizon.months.length; month++) {
      const next = horizon.months[month] as OptionModel;
      const volume = horizon.volumes[month] ?? 0;
      held = next.holds ? Math.max(held, volume) : volume;
      if (next !== model) {
        model = next;
        at = parts.length;
        for (const term of next.cost?.totals ?? []) if (term.driver !== null) parts.push({ term, usd: 0 });
      }
      for (let i = at; i < parts.length; i++) {
        const part = parts[i] as DriverPart;
        part.usd += termUsd(part.term, volume, held);
      }
    }
    return parts;
  });
}

/** What the terms of one driver come to, for option or leg `id`. */
function driven(parts: readonly DriverPart[], optionId: string, driver: Driver, id: string): number {
  let usd = 0;
  for (const { term, usd: own } of parts) if (term.driver === driver && (term.leg ?? optionId) === id) usd += own;
  return usd;
}

function gpuScales(search: Search, parts: readonly DriverPart[][]): Scale[] {
  return search.options.flatMap(({ model }) => {
    const host = model.option.kind === 'self_host' ? model.option.self_host : null;
    if (host === null || model.cost === null) return [];
    const now = model.cost.terms.find((term) => term.driver === 'gpu_price')?.unit_usd ?? 0;
    if (host.hosting.kind !== 'rented') return [];
    return [
      {
        variable: `options.${model.option.id}.self_host.rental.usd_per_gpu_hour`,
        unit: 'USD/GPU-hour',
        now,
        part: search.options.map((option, i) => driven(parts[i] ?? [], option.id, 'gpu_price', model.option.id)),
      },
    ];
  });
}

function tokenScales(search: Search, parts: readonly DriverPart[][]): Scale[] {
  return search.options.flatMap(({ model }) => {
    const { option } = model;
    if (model.cost === null || (option.kind !== 'cloud_api' && option.kind !== 'hosted_open' && option.kind !== 'quoted')) return [];
    if (option.kind !== 'quoted' && (option.commit !== null || option.billing.kind !== 'tokens')) return [];
    const part = search.options.map((other, i) => driven(parts[i] ?? [], other.id, 'token_price', option.id));
    const quote = option.kind === 'quoted' ? option.quoted.usd_per_request : null;
    if (quote !== null) return [{ variable: `options.${option.id}.quoted.usd_per_request`, unit: 'USD/request', now: likely(quote), part }];
    return option.kind === 'quoted' ? [] : [{ variable: `options.${option.id}.price_factor`, unit: 'x list price', now: likely(option.price_factor), part }];
  });
}

function staffScales(parts: readonly DriverPart[][]): Scale[] {
  const fte = (key: 'self_host_fte' | 'api_fte', name: string): Scale[] => {
    const ours = ({ term }: DriverPart) => term.driver === 'staff' && term.name === name;
    const term = parts.flat().find(ours)?.term;
    const part = parts.map((all) => all.reduce((usd, each) => (ours(each) ? usd + each.usd : usd), 0));
    return term?.shape === 'fixed' ? [{ variable: `team.${key}`, unit: 'FTE', now: term.quantity, part }] : [];
  };
  return [...fte('self_host_fte', 'engineering for self-hosting'), ...fte('api_fte', 'engineering for the API')];
}

/** Throughput of one self-hosted option: k times as fast is the same fleet at 1/k of the volume, so only fleet terms move. */
function throughputFlips(search: Search): Flip[] {
  return search.options.flatMap(({ model }) => {
    const host = model.option.kind === 'self_host' ? model.option : null;
    // No shortcut holds where a replica's time up depends on the arrivals (scale to zero), or where the number of replicas is capped.
    if (host === null || model.cost === null || host.self_host.scaling === 'scale_to_zero' || host.self_host.max_replicas !== null) return [];
    const now = likely(host.throughput_factor);
    const moved = search.options.flatMap((option, i) => (option.model.host?.id === host.id ? [{ i, total: totalBySpeed(option) }] : []));
    const totals: Totals = (value) => {
      const all = search.today.slice();
      for (const { i, total } of moved) all[i] = total(value / now);
      return all;
    };
    return bothWays(search, `options.${host.id}.throughput_factor`, 'x its throughput', now, totals);
  });
}

/** The horizon's total as a function of a factor on the replicas' speed; Infinity when not feasible. */
function totalBySpeed(option: FlipOption): (factor: number) => number {
  if (!option.gated || option.model.cost === null) return () => Number.POSITIVE_INFINITY;
  let rest = option.model.one_off_usd;
  let held = 0;
  const months = option.horizon.months.map((model, month) => {
    const volume = option.horizon.volumes[month] ?? 0;
    held = model.holds ? Math.max(held, volume) : volume;
    const terms = model.cost?.totals ?? [];
    for (const term of terms) if (!term.fleet) rest += termUsd(term, volume, held);
    return { volume, held, fleet: terms.filter((term) => term.fleet), fleet_limit: model.fleet_limit, other_limit: model.other_limit };
  });
  return (factor) => {
    let usd = rest;
    for (const month of months) {
      if (month.volume > Math.min(month.fleet_limit * factor, month.other_limit)) return Number.POSITIVE_INFINITY;
      for (const term of month.fleet) usd += termUsd(term, month.volume / factor, month.held / factor);
    }
    return usd;
  };
}

/** Options that only unknown gates keep out: would knowing make them the choice? */
function gateFlips(search: Search): Flip[] {
  return search.options.flatMap((option, i) => {
    if (!option.unknown_only || option.candidate.total_usd === null) return [];
    const totals = search.today.slice();
    totals[i] = option.candidate.total_usd;
    const becomes = decideTotals(totals, search.simplicity, search.margin);
    return becomes === i ? [flip(search, `gates.${option.id}`, 'unknown gates met', false, true, becomes)] : [];
  });
}

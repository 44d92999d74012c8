/** What would change the decision, and at which value: the nearest one in each direction, found exactly where totals are lines, by halving where they are stairs. */

import type { OptionModel } from './cost/option.ts';
import { type Driver, termUsd } from './cost/terms.ts';
import { type Candidate, decide } from './decision.ts';
import { type HorizonModel, horizonCost, overLimitMonth } from './horizon.ts';
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

export function findFlips(options: readonly FlipOption[], scenario: Scenario): Flip[] {
  const now = decide(
    options.map((option) => option.candidate),
    scenario.decision_rule.margin,
  );
  const search = { options, scenario, now };
  return [...volumeFlips(search), ...scaleFlips(search), ...throughputFlips(search), ...gateFlips(search)];
}

interface Search {
  readonly options: readonly FlipOption[];
  readonly scenario: Scenario;
  /** Index of the decision today. */
  readonly now: number;
}

type Totals = (value: number) => readonly Candidate[];

/** The decision for candidates as they stand at one value of a variable. */
function at(search: Search, candidates: readonly Candidate[]): number {
  return decide(candidates, search.scenario.decision_rule.margin);
}

function flip(search: Search, variable: string, unit: string, now: number | boolean | null, value: number | boolean, becomes: number): Flip {
  return { variable, value, now, unit, becomes: search.options[becomes]?.id ?? null };
}

/**
 * The value nearest to `from`, towards `to`, at which the decision is another. All totals must be monotone in the value, so
 * that two ends bound everything between them: an interval over which no other decision is possible is skipped whole, any
 * other is halved.
 */
function nearest(search: Search, totals: Totals, from: number, to: number, whole: boolean): { readonly value: number; readonly becomes: number } | null {
  const stack: { near: number; far: number }[] = [];
  const step = to > from ? 1.25 : 0.8;
  let edge = from;
  while (edge !== to) {
    const next =
      step > 1 ? Math.min(to, Math.max(edge * step, whole ? edge + 1 : 0)) : Math.max(to, whole ? Math.min(edge - 1, Math.floor(edge * step)) : edge * step);
    const far = whole && next !== to ? Math.round(next) : next;
    stack.push({ near: edge, far });
    const found = descend(search, totals, stack, whole);
    if (found !== null) return { value: found, becomes: at(search, totals(found)) };
    edge = far;
  }
  return null;
}

function descend(search: Search, totals: Totals, stack: { near: number; far: number }[], whole: boolean): number | null {
  while (stack.length > 0) {
    const { near, far } = stack.pop() as { near: number; far: number };
    const [a, b] = [totals(near), totals(far)];
    if (certain(search, a, b)) continue;
    const width = Math.abs(far - near);
    if (whole ? width <= 1 : width <= Math.abs(near) * 1e-10) {
      if (at(search, b) !== search.now) return far;
      continue;
    }
    const mid = whole ? Math.trunc((near + far) / 2) : (near + far) / 2;
    stack.push({ near: mid, far }, { near, far: mid });
  }
  return null;
}

/** No mixture of totals between those of two ends can change the decision. */
function certain(search: Search, a: readonly Candidate[], b: readonly Candidate[]): boolean {
  const margin = 1 + search.scenario.decision_rule.margin;
  const bounds = a.map((near, i) => span(near, b[i] as Candidate));
  const chosen = bounds[search.now];
  if (!chosen) return bounds.every((bound) => !bound.maybe);
  if (!chosen.surely) return false;
  let othersLow = Number.POSITIVE_INFINITY;
  let lowestHigh = chosen.high;
  bounds.forEach((bound, i) => {
    if (i !== search.now && bound.maybe) othersLow = Math.min(othersLow, bound.low);
    if (bound.surely) lowestHigh = Math.min(lowestHigh, bound.high);
  });
  if (chosen.high > othersLow * margin) return false;
  return bounds.every((bound, i) => i === search.now || !bound.maybe || !beats(bound, chosen, i < search.now, lowestHigh * margin));
}

interface Span {
  readonly low: number;
  readonly high: number;
  readonly simplicity: number;
  readonly surely: boolean;
  readonly maybe: boolean;
}

function span(a: Candidate, b: Candidate): Span {
  const [x, y] = [a.total_usd ?? Number.POSITIVE_INFINITY, b.total_usd ?? Number.POSITIVE_INFINITY];
  return { low: Math.min(x, y), high: Math.max(x, y), simplicity: a.simplicity, surely: a.feasible && b.feasible, maybe: a.feasible || b.feasible };
}

/** Could this option be preferred to the chosen one somewhere in the interval? */
function beats(other: Span, chosen: Span, listedBefore: boolean, limit: number): boolean {
  if (other.simplicity > chosen.simplicity) return false;
  if (other.simplicity < chosen.simplicity) return other.low <= limit;
  return listedBefore ? other.low <= chosen.high : other.low < chosen.high;
}

/** Both directions of one variable, from today's value. */
function bothWays(
  search: Search,
  variable: string,
  unit: string,
  now: number,
  totals: Totals,
  whole: boolean,
  asValue: (value: number) => number = (value) => value,
): Flip[] {
  const flips: Flip[] = [];
  for (const to of [whole ? Math.max(1, Math.floor(now / REACH)) : now / REACH, whole ? Math.ceil(now * REACH) : now * REACH]) {
    const found = nearest(search, totals, now, to, whole);
    if (found) flips.push(flip(search, variable, unit, asValue(now), asValue(found.value), found.becomes));
  }
  return flips;
}

function volumeFlips(search: Search): Flip[] {
  const now = Math.round(likely(search.scenario.workload.requests_per_month));
  const start = search.options[0]?.horizon.volumes[0] ?? 1;
  const totals: Totals = (value) =>
    search.options.map((option) => {
      const volumes = option.horizon.volumes.map((volume) => (volume / start) * value);
      const total = horizonCost(option.horizon, volumes)?.total_usd ?? null;
      return { ...option.candidate, feasible: total !== null && option.gated && overLimitMonth(option.horizon, volumes) === null, total_usd: total };
    });
  return bothWays(search, 'workload.requests_per_month', 'requests/month', now, totals, true);
}

interface Scale {
  readonly variable: string;
  readonly unit: string;
  readonly now: number;
  /** Dollars of each option's total that grow with the variable. */
  readonly part: readonly number[];
}

/** Prices and staffing scale a part of each total: straight lines. */
function scaleFlips(search: Search): Flip[] {
  return [...gpuScales(search), ...tokenScales(search), ...staffScales(search)].flatMap((scale) => {
    const totals: Totals = (value) => search.options.map((option, i) => withTotal(option.candidate, (scale.part[i] ?? 0) * (value / scale.now - 1)));
    return scale.now > 0 && scale.part.some((part) => part !== 0) ? bothWays(search, scale.variable, scale.unit, scale.now, totals, false) : [];
  });
}

function withTotal(candidate: Candidate, add: number): Candidate {
  return candidate.total_usd === null ? candidate : { ...candidate, total_usd: candidate.total_usd + add };
}

/** Dollars of the horizon that terms of one driver make up, for option or leg `id`. */
function driven(option: FlipOption, driver: Driver, id: string): number {
  let usd = 0;
  option.horizon.months.forEach((model, month) => {
    const volume = option.horizon.volumes[month] ?? 0;
    for (const term of model.cost?.totals ?? []) if (term.driver === driver && (term.leg ?? option.id) === id) usd += termUsd(term, volume);
  });
  return usd;
}

function gpuScales(search: Search): Scale[] {
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
        part: search.options.map((option) => driven(option, 'gpu_price', model.option.id)),
      },
    ];
  });
}

function tokenScales(search: Search): Scale[] {
  return search.options.flatMap(({ model }) => {
    const { option } = model;
    if (model.cost === null || (option.kind !== 'cloud_api' && option.kind !== 'hosted_open' && option.kind !== 'quoted')) return [];
    if (option.kind !== 'quoted' && (option.commit !== null || option.billing.kind !== 'tokens')) return [];
    const part = search.options.map((other) => driven(other, 'token_price', option.id));
    const quote = option.kind === 'quoted' ? option.quoted.usd_per_request : null;
    if (quote !== null) return [{ variable: `options.${option.id}.quoted.usd_per_request`, unit: 'USD/request', now: likely(quote), part }];
    return option.kind === 'quoted' ? [] : [{ variable: `options.${option.id}.price_factor`, unit: 'x list price', now: likely(option.price_factor), part }];
  });
}

function staffScales(search: Search): Scale[] {
  const part = (name: string) => search.options.map((option) => staffUsd(option, name));
  const fte = (key: 'self_host_fte' | 'api_fte', name: string): Scale[] => {
    const term = search.options.flatMap((option) => option.model.cost?.terms ?? []).find((candidate) => candidate.name === name);
    return term?.shape === 'fixed' ? [{ variable: `team.${key}`, unit: 'FTE', now: term.quantity, part: part(name) }] : [];
  };
  return [...fte('self_host_fte', 'engineering for self-hosting'), ...fte('api_fte', 'engineering for the API')];
}

function staffUsd(option: FlipOption, name: string): number {
  return option.horizon.months.reduce((sum, model) => {
    const term = model.cost?.terms.find((candidate) => candidate.driver === 'staff' && candidate.name === name);
    return sum + (term?.shape === 'fixed' ? term.quantity * term.unit_usd : 0);
  }, 0);
}

/** Throughput of one self-hosted option: k times as fast is the same fleet at 1/k of the volume, so only fleet terms move. */
function throughputFlips(search: Search): Flip[] {
  return search.options.flatMap(({ model }) => {
    const host = model.option.kind === 'self_host' ? model.option : null;
    if (host === null || model.cost === null) return [];
    const now = likely(host.throughput_factor);
    const totals: Totals = (value) => search.options.map((option) => (option.model.host?.id === host.id ? faster(option, value / now) : option.candidate));
    return bothWays(search, `options.${host.id}.throughput_factor`, 'x its throughput', now, totals, false);
  });
}

function faster(option: FlipOption, factor: number): Candidate {
  if (option.candidate.total_usd === null) return option.candidate;
  let usd = option.model.one_off_usd;
  let held = 0;
  let within = true;
  option.horizon.months.forEach((model, month) => {
    const volume = option.horizon.volumes[month] ?? 0;
    held = model.holds ? Math.max(held, volume) : volume;
    for (const term of model.cost?.totals ?? []) usd += term.fleet ? termUsd(term, volume / factor, held / factor) : termUsd(term, volume, held);
    within &&= volume <= Math.min(model.fleet_limit * factor, model.other_limit);
  });
  return { ...option.candidate, total_usd: usd, feasible: option.gated && within };
}

/** Options that only unknown gates keep out: would knowing make them the choice? */
function gateFlips(search: Search): Flip[] {
  return search.options.flatMap((option, i) => {
    if (option.candidate.feasible || option.candidate.total_usd === null || !option.unknown_only) return [];
    const candidates = search.options.map((other) => (other === option ? { ...other.candidate, feasible: true } : other.candidate));
    const becomes = at(search, candidates);
    return becomes === i ? [flip(search, `gates.${option.id}`, 'unknown gates met', false, true, becomes)] : [];
  });
}

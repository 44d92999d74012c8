/** One option compiled for one day's prices: its cost over volume, its limits, and why it may have no price. */

import { type FailingLegs, failingLegs, noteFallback } from '../hybrid/fallback.ts';
import { escalationOf, fallbackShares, type LegShares, sharesAt } from '../hybrid/legs.ts';
import type { OptionKind, Scenario, ScenarioOption, SelfHostOption } from '../scenario.ts';
import { likely } from '../units.ts';
import { apiCost } from './api.ts';
import { type Blocker, note, type PriceContext } from './context.ts';
import type { Fleet } from './fleet.ts';
import { quotedTerms } from './quoted.ts';
import type { ReplicaRate } from './rate.ts';
import { optionById, type RequestMix, requestMix } from './requests.ts';
import { selfHostCost } from './self-host.ts';
import { type StaffKind, staffTerms } from './staff.ts';
import { type CostModel, costModel, legTerm, type Term } from './terms.ts';

export interface OptionModel {
  readonly option: ScenarioOption;
  readonly kind: OptionKind;
  readonly mix: RequestMix;
  /** Null when blocked. */
  readonly cost: CostModel | null;
  /**
   * What the same hybrid costs at another escalation, to be summed and not shown, with the fallback of its scenario or as if it had none;
   * null for every other kind of option, and when blocked.
   */
  readonly at_escalation: ((escalation: number, fallback?: 'none') => CostModel) | null;
  readonly blockers: readonly Blocker[];
  readonly one_off_usd: number;
  /** Fleet of the option or of its self-hosted leg, which sees `fleet_share` of the requests. */
  readonly fleet: Fleet | null;
  readonly fleet_share: number;
  readonly rate: ReplicaRate | null;
  readonly host: SelfHostOption | null;
  /** Requests a month the fleet can serve at most, and the limit set by everything else. */
  readonly fleet_limit: number;
  readonly other_limit: number;
  /** GPUs once taken are kept (owned, reserved). */
  readonly holds: boolean;
  /** cloud_api < hosted_open < hybrid of APIs < self_host < hybrid with self_host. */
  readonly simplicity: number;
}

/** What a leg, or an option that is no hybrid, costs before staff. */
interface Part {
  readonly terms: readonly Term[];
  /** The same dollars in fewer terms (see CostModel). */
  readonly totals: readonly Term[];
  readonly max_volume: number;
  readonly blockers: readonly Blocker[];
  readonly fleet: Fleet | null;
  readonly rate: ReplicaRate | null;
}

export function compileOption(option: ScenarioOption, context: PriceContext): OptionModel {
  if (option.kind === 'hybrid') return compileHybrid(option, context);
  const mix = requestMix(context.scenario.workload, option.tokens);
  const part = price(option, mix, context);
  const staff = option.kind === 'quoted' ? [] : staffTerms(new Set([staffKind(option)]), context);
  const host = option.kind === 'self_host' ? option : null;
  // Literals, not spreads: this runs for every option and month, and spreads cost microseconds.
  return {
    option,
    kind: kindOf(option),
    cost: part.blockers.length > 0 ? null : costModel(part.terms.concat(staff), part.max_volume, part.totals.concat(staff)),
    at_escalation: null,
    blockers: part.blockers,
    simplicity: simplicity(option, context.scenario),
    mix,
    one_off_usd: likely(option.one_off_usd),
    fleet: part.fleet,
    fleet_share: 1,
    rate: part.rate,
    host,
    fleet_limit: host !== null ? part.max_volume : Number.POSITIVE_INFINITY,
    other_limit: host !== null ? Number.POSITIVE_INFINITY : part.max_volume,
    holds: host !== null && holdsGpus(host),
  };
}

function price(option: Exclude<ScenarioOption, { kind: 'hybrid' }>, mix: RequestMix, context: PriceContext): Part {
  if (option.kind === 'self_host') return selfHostCost(option, mix, context);
  if (option.kind === 'quoted') {
    const terms = quotedTerms(option, context);
    return { terms, totals: terms, max_volume: Number.POSITIVE_INFINITY, blockers: [], fleet: null, rate: null };
  }
  const { terms, max_volume, blockers } = apiCost(option, mix, context);
  return { terms, totals: terms, max_volume, blockers, fleet: null, rate: null };
}

function staffKind(option: ScenarioOption): StaffKind {
  return option.kind === 'self_host' ? 'self_host' : 'api';
}

function holdsGpus(option: SelfHostOption): boolean {
  const { hosting } = option.self_host;
  if (hosting.kind === 'owned') return true;
  return hosting.rental.kind === 'offer' ? hosting.rental.billing.startsWith('reserved') : hosting.rental.term_months > 0;
}

function kindOf(option: ScenarioOption): OptionKind {
  return option.kind === 'quoted' ? option.quoted.as : option.kind;
}

function simplicity(option: ScenarioOption, scenario: Scenario): number {
  const kind = kindOf(option);
  if (kind === 'hybrid' && option.kind === 'hybrid') {
    const legs = [option.hybrid.small, option.hybrid.large].map((id) => optionById(scenario, id)?.kind);
    return legs.includes('self_host') ? 4 : 2;
  }
  return kind === 'cloud_api' ? 0 : kind === 'hosted_open' ? 1 : 3;
}

type HybridOption = Extract<ScenarioOption, { kind: 'hybrid' }>;

function compileHybrid(option: HybridOption, context: PriceContext): OptionModel {
  const { hybrid } = option;
  const legs = {
    small: pricedLeg(hybrid.small, 1, option, context),
    large: pricedLeg(hybrid.large, likely(hybrid.escalated_tokens_ratio), option, context),
  };
  const fails = failingLegs(option, context.scenario);
  const costs: HybridCosts = { legs, option, fails, staff: staffTerms(new Set<StaffKind>([legs.small.staff, legs.large.staff]), context) };
  const escalation = escalationOf(hybrid);
  const shares = sharesOf(costs, escalation);
  noteIdle(option, shares.offered, context);
  noteFallback(option, fails, context);
  const blockers = legs.small.part.blockers.concat(legs.large.part.blockers);
  const hosted = legs.small.host !== null ? 'small' : 'large';
  const other = hosted === 'small' ? 'large' : 'small';
  const isHosted = legs[hosted].host !== null;
  return {
    option,
    kind: 'hybrid',
    cost: blockers.length > 0 ? null : split(costs, shares),
    at_escalation: blockers.length > 0 ? null : (at, fallback) => totalsOnly(costs, sharesOf(costs, at, fallback)),
    blockers,
    simplicity: simplicity(option, context.scenario),
    mix: requestMix(context.scenario.workload, option.tokens),
    one_off_usd: likely(option.one_off_usd) + legs.small.one_off_usd + legs.large.one_off_usd,
    fleet: legs[hosted].part.fleet,
    fleet_share: shares.offered[hosted],
    rate: legs[hosted].part.rate,
    host: legs[hosted].host,
    fleet_limit: isHosted ? limitAt(legs[hosted], shares.offered[hosted]) : Number.POSITIVE_INFINITY,
    other_limit: isHosted ? limitOf(costs, other, shares) : splitLimit(costs, shares),
    holds: [legs.small, legs.large].some(({ host }) => host !== null && holdsGpus(host)),
  };
}

/** What a hybrid's months are made of, whatever its escalation. */
interface HybridCosts {
  readonly legs: Legs;
  readonly option: HybridOption;
  /** Null: no leg stands in for the other. */
  readonly fails: FailingLegs | null;
  readonly staff: readonly Term[];
}

/** Requests put to each leg, which size its fleet, and requests it answers, which are billed. */
interface Shares {
  readonly offered: LegShares;
  readonly answered: LegShares;
}

function sharesOf({ option, fails }: HybridCosts, escalation: number, fallback?: 'none'): Shares {
  const { mode } = option.hybrid;
  if (fails !== null && fallback === undefined) return fallbackShares(mode, escalation, fails.assumed);
  const shares = sharesAt(mode, escalation);
  return { offered: shares, answered: shares };
}

/** A leg priced on its own, whatever its share. */
interface Leg {
  readonly id: string;
  readonly part: Part;
  readonly staff: StaffKind;
  readonly host: SelfHostOption | null;
  readonly one_off_usd: number;
}

function pricedLeg(id: string, tokensRatio: number, parent: HybridOption, context: PriceContext): Leg {
  const option = optionById(context.scenario, id);
  if (!option || option.kind === 'hybrid' || option.kind === 'quoted') {
    const blockers = [{ rule: 'legs', message: `${id} cannot be a leg of ${parent.id}: name a cloud_api, hosted_open or self_host option` }];
    const part = { terms: [], totals: [], max_volume: Number.POSITIVE_INFINITY, blockers, fleet: null, rate: null };
    return { id, part, staff: 'api', host: null, one_off_usd: 0 };
  }
  const part = price(option, requestMix(context.scenario.workload, option.tokens, tokensRatio), context);
  const blockers = part.blockers.map(({ rule, message }) => ({ rule, message: `${id}: ${message}` }));
  return {
    id,
    part: { terms: part.terms, totals: part.totals, max_volume: part.max_volume, blockers, fleet: part.fleet, rate: part.rate },
    staff: staffKind(option),
    host: option.kind === 'self_host' ? option : null,
    one_off_usd: likely(option.one_off_usd),
  };
}

interface Legs {
  readonly small: Leg;
  readonly large: Leg;
}

/** Both legs at their shares of the volume. A leg that gets nothing still keeps its fixed cost. */
function split(costs: HybridCosts, shares: Shares): CostModel {
  const rest = restOf(costs, shares);
  return costModel(seen(costs, shares, 'terms').concat(rest), splitLimit(costs, shares), seen(costs, shares, 'totals').concat(rest));
}

/** The same dollars without the components people see. */
function totalsOnly(costs: HybridCosts, shares: Shares): CostModel {
  return costModel(seen(costs, shares, 'totals').concat(restOf(costs, shares)), splitLimit(costs, shares));
}

function seen({ legs }: HybridCosts, shares: Shares, key: 'terms' | 'totals'): Term[] {
  const all: Term[] = [];
  for (const side of ['small', 'large'] as const) {
    const share = shares[legs[side].host === null ? 'answered' : 'offered'][side];
    for (const term of legs[side].part[key]) all.push(legTerm(term, legs[side].id, share));
  }
  return all;
}

/** A judge looks at every answer of the small model, a router at every request. */
function restOf({ option, staff }: HybridCosts, shares: Shares): Term[] {
  return judgeTerms(option, option.hybrid.mode === 'cascade' ? shares.answered.small : 1).concat(staff);
}

function splitLimit(costs: HybridCosts, shares: Shares): number {
  return Math.min(limitOf(costs, 'small', shares), limitOf(costs, 'large', shares));
}

/** Where the scenario says which share a leg turns away, its rate limit is part of that, and bounds nothing. */
function limitOf({ legs, fails }: HybridCosts, side: 'small' | 'large', shares: Shares): number {
  return fails?.stated[side] === true && legs[side].host === null ? Number.POSITIVE_INFINITY : limitAt(legs[side], shares.offered[side]);
}

/** Requests of the hybrid above which the leg cannot serve its share. */
function limitAt(leg: Leg, share: number): number {
  return share > 0 ? leg.part.max_volume / share : Number.POSITIVE_INFINITY;
}

function noteIdle(option: HybridOption, shares: LegShares, context: PriceContext): void {
  for (const leg of ['small', 'large'] as const) {
    if (shares[leg] > 0) continue;
    note(context, 'info', 'hybrid.idle_leg', `No request of ${option.id} reaches ${option.hybrid[leg]}.`, `options.${option.id}.hybrid`);
  }
}

function judgeTerms(option: HybridOption, perRequest: number): Term[] {
  const usd = likely(option.hybrid.judge.usd_per_request);
  if (usd === 0) return [];
  const name = option.hybrid.mode === 'cascade' ? 'judge' : 'router';
  return [
    {
      shape: 'linear',
      name,
      category: 'usage',
      leg: null,
      per_request: perRequest,
      unit: 'request',
      unit_usd: usd,
      source: `options.${option.id}.hybrid.judge of the scenario`,
      driver: null,
    },
  ];
}

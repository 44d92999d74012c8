/** The plan's prices as the rates per token that gateways keep their books with. */

import type { Catalog } from '../engine/catalog.ts';
import type { PolicyTarget } from '../engine/hybrid/policy.ts';
import type { CostComponent, PlanOption } from '../engine/result.ts';
import type { Scenario } from '../engine/scenario.ts';
import { type IsoDate, likely, MTOK } from '../engine/units.ts';
import type { Price } from './deployment.ts';

const NONE: Omit<Price, 'basis'> = { input_usd_per_mtok: null, output_usd_per_mtok: null, cached_input_usd_per_mtok: null, cache_write_usd_per_mtok: null };

/** An API's rates as the plan used them: after discounts, commitments and the prices of its date. */
export function apiPrice(components: readonly CostComponent[]): Price {
  const rate = (name: string) => components.find((each) => each.name === name && each.unit === 'MTok')?.unit_usd ?? null;
  return {
    input_usd_per_mtok: rate('input'),
    output_usd_per_mtok: rate('output'),
    cached_input_usd_per_mtok: rate('cached input'),
    cache_write_usd_per_mtok: rate('cache write'),
    basis: components.find((each) => each.name === 'input')?.source ?? 'no price per token in the plan',
  };
}

/**
 * A self-hosted model has no price per token. What its part of the plan costs a month, over the tokens it is planned to serve,
 * the same for input and output; staff is left out: it is not the gateway's to allot.
 *
 * @example $6,000 for 1M requests of 1,000 + 500 tokens: $4 per million tokens
 */
export function selfHostPrice(components: readonly CostComponent[], requests: number, scenario: Scenario): Price {
  const usd = components.filter((each) => each.category !== 'staff').reduce((sum, each) => sum + each.monthly_usd, 0);
  const { tokens, profile } = scenario.workload;
  const input = tokens === null ? (profile?.input_tokens.mean ?? 0) : likely(tokens.input);
  const output = tokens === null ? (profile?.output_tokens.mean ?? 0) : likely(tokens.output) + likely(tokens.reasoning);
  const served = requests * (input + output);
  if (served === 0) return { ...NONE, basis: 'no tokens planned' };
  const each = (usd / served) * MTOK;
  return {
    ...NONE,
    input_usd_per_mtok: each,
    output_usd_per_mtok: each,
    basis: `$${usd.toFixed(2)} a month without staff over ${Math.round(served / MTOK)} MTok planned, input and output alike`,
  };
}

/** A policy's own prices, or those it looks up in the catalog. */
export function policyPrice({ price_card, prices }: PolicyTarget, catalog: Catalog, today: IsoDate): Price {
  if (prices !== null) return { ...prices, cache_write_usd_per_mtok: null, basis: 'as the policy says' };
  const [provider, ...rest] = (price_card ?? '').split('/');
  const offer = catalog.api.find((each) => each.provider === provider && [each.model, ...each.aliases].includes(rest.join('/')));
  const entry = offer?.prices.findLast((each) => each.from === null || each.from <= today);
  if (entry === undefined) return { ...NONE, basis: price_card === null ? 'the policy names no prices' : `the catalog has no price for ${price_card}` };
  return {
    input_usd_per_mtok: entry.rates.input_usd_per_mtok ?? null,
    output_usd_per_mtok: entry.rates.output_usd_per_mtok ?? null,
    cached_input_usd_per_mtok: entry.rates.cached_input_usd_per_mtok ?? null,
    cache_write_usd_per_mtok: entry.rates.cache_write_usd_per_mtok ?? null,
    basis: `${price_card} list price, checked ${entry.checked}`,
  };
}

/** The components of one leg; an option that is no hybrid has only its own. */
export function componentsOf(planned: PlanOption, leg: string | null): readonly CostComponent[] {
  return planned.components.filter((each) => leg === null || each.leg === leg);
}

/** `requirements` and `team` of a scenario file. */

import * as z from 'zod/mini';
import type { Requirements, Team } from '../engine/scenario.ts';
import { flag, judged, list, mapOf, name, oneOf, orNull, quantity, report, text, withDefault } from './fields.ts';

const names = list(name);

const licensee = z.strictObject({
  domicile: orNull(name),
  monthly_active_users: orNull(quantity('count', { min: 0 })),
  monthly_revenue_usd: orNull(quantity('usd', { min: 0 })),
  commercial: withDefault(flag, true),
});

type Quality = NonNullable<Requirements['quality']>;

const quality = z.pipe(
  z.strictObject({ metric: name, at_least: orNull(quantity('number')), at_most: orNull(quantity('number')) }),
  z.transform((value, context): Quality => {
    if ((value.at_least === null) !== (value.at_most === null)) return value;
    const hint = 'Write at_least: 1300 where higher is better, at_most where lower is.';
    return report(context, { path: [], code: 'requirements.quality', message: 'must have exactly one of at_least and at_most', hint });
  }),
) as unknown as z.ZodMiniType<Quality, unknown>;

export const requirements = z.strictObject({
  data: names.check(z.describe('Data classes, e.g. [personal]; each regime is judged on them')),
  regimes: names.check(z.describe('E.g. [gdpr]')),
  use: names.check(z.describe('Uses the EU AI Act names, e.g. [chatbot]')),
  residency: orNull(name).check(z.describe('Where the data must stay, e.g. eu')),
  data_sovereignty: orNull(flag).check(z.describe("The article's first question, if answered outright")),
  frontier_reasoning: orNull(flag),
  quality: orNull(quality),
  control: list(oneOf('fine_tuning', 'custom_tokenizer', 'pinned_versions')),
  have: mapOf(names).check(z.describe('Contracts signed, per provider: { openai: [dpa] }')),
  lack: mapOf(names).check(z.describe('Contracts that cannot be had, per provider')),
  organisation: names.check(z.describe('Needs we meet ourselves, e.g. [dpia]')),
  accept_unknown: list(text).check(z.describe('Unknowns accepted by name: option/rule.need, e.g. gpt/gdpr.transfer_ok')),
  strict: list(oneOf('latency', 'availability', 'quality')).check(z.describe('Gates where unknown must block')),
  licensee: withDefault(licensee, { domicile: null, monthly_active_users: null, monthly_revenue_usd: null, commercial: true }),
}) satisfies z.ZodMiniType<Requirements, unknown>;

export const team = z.strictObject({
  engineers: orNull(quantity('number', { min: 0 })),
  loaded_cost_usd_per_year: orNull(judged('usd', { min: 0 })),
  self_host_fte: orNull(judged('number', { min: 0 })).check(z.describe("This scenario's share of an engineer, when self-hosting")),
  api_fte: orNull(judged('number', { min: 0 })).check(z.describe("This scenario's share of an engineer, when calling an API")),
}) satisfies z.ZodMiniType<Team, unknown>;

/** What an absent `requirements` or `team` means. */
export const NO_REQUIREMENTS: Requirements = z.parse(requirements, {});
export const NO_TEAM: Team = { engineers: null, loaded_cost_usd_per_year: null, self_host_fte: null, api_fte: null };

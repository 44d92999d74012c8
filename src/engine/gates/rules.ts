/** Which rules a scenario falls under: regimes x data classes, and the uses the AI Act names. */

import type { Catalog, Hosting, Rule } from '../catalog.ts';
import type { Scenario } from '../scenario.ts';
import type { IsoDate } from '../units.ts';
import { ruleIndex, spell } from './parties.ts';

/** A class that is always one of the wider class too, the closest first. A health record is special-category personal data. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  phi: ['special_category', 'personal'],
  special_category: ['personal'],
  personal_cn: ['personal'],
  personal_in: ['personal'],
  personal_ru: ['personal'],
  pan: ['personal'],
  sad: ['personal'],
};

/** PHI held under HIPAA is outside the CCPA (Cal. Civ. Code 1798.145(c)); elsewhere it is what WIDER says. */
const NOT_WIDENED: Readonly<Record<string, readonly string[]>> = { ccpa: ['phi'] };

const AI_ACT = 'eu_ai_act';

/** Rules that bind on `asOf`, in the catalog's order: the closest rule of each named regime for each data class, and those of the named uses. */
export function matchingRules(scenario: Scenario, catalog: Catalog, asOf: IsoDate): readonly Rule[] {
  return matchAll(scenario, catalog, []).filter((rule) => binds(rule, asOf));
}

/** Rules that match but bind only after `asOf`, the earliest first. */
export function upcomingRules(scenario: Scenario, catalog: Catalog, asOf: IsoDate): readonly Rule[] {
  const later = matchAll(scenario, catalog, []).filter((rule) => !binds(rule, asOf));
  return later.toSorted((a, b) => compare(a.from_date ?? '', b.from_date ?? ''));
}

export function binds(rule: Rule, asOf: IsoDate): boolean {
  return rule.from_date === null || rule.from_date <= asOf;
}

/** Matching rules of any date. `withheld`: data classes that a route keeps away. */
export function matchAll(scenario: Scenario, catalog: Catalog, withheld: readonly string[]): readonly Rule[] {
  const { regimes } = scenario.requirements;
  const named = new Set(regimes.map(spell));
  const data = reaching(scenario.requirements.data, withheld);
  const uses = new Set(scenario.requirements.use.map(spell));
  const closest = new Set([...named].flatMap((regime) => data.flatMap((each) => closestRules(each, regime, catalog))));
  return catalog.rules.filter((rule) => closest.has(rule) || matchesUse(rule, named, uses) || (rule.data_class === 'any' && named.has(rule.regime)));
}

/** Data classes left when those of `withheld`, and whatever is always one of them, are kept away. */
export function reaching(data: readonly string[], withheld: readonly string[]): readonly string[] {
  const kept = new Set(withheld.map(spell));
  return data.map(spell).filter((each) => !kept.has(each) && !(WIDER[each] ?? []).some((wider) => kept.has(wider)));
}

function closestRules(data: string, regime: string, catalog: Catalog): readonly Rule[] {
  const rules = ruleIndex(catalog).regimes.get(regime) ?? [];
  const chain = [data, ...(NOT_WIDENED[regime]?.includes(data) ? [] : (WIDER[data] ?? []))];
  for (const each of chain) {
    const found = rules.filter((rule) => rule.data_class === each);
    if (found.length > 0) return found;
  }
  return [];
}

/** Uses are judged where their regime is named; a use that is forbidden everywhere is judged wherever it is named. */
function matchesUse(rule: Rule, regimes: ReadonlySet<string>, uses: ReadonlySet<string>): boolean {
  if (rule.use === null || !uses.has(rule.use)) return false;
  return regimes.has(rule.regime) || forbidsEverywhere(rule);
}

/** Forbids the use itself, whoever runs it. */
export function forbidsEverywhere(rule: Rule): boolean {
  return HOSTINGS.every((hosting) => rule[hosting].verdict === 'forbid' && !rule[hosting].where);
}

const HOSTINGS: readonly Hosting[] = ['third_party_api', 'rented_gpu', 'owned_gpu'];

/** A regime that is named while nothing says what it would judge. */
export interface OpenRegime {
  readonly regime: string;
  /** Every rule of the regime; empty where the catalog has none. */
  readonly rules: readonly Rule[];
}

/** Regimes of the scenario that none of the matched rules (of any date) is of: an unknown name, or no data class (use) that the regime knows. */
export function openRegimes(scenario: Scenario, catalog: Catalog, matched: readonly Rule[]): readonly OpenRegime[] {
  const met = new Set(matched.map((rule) => rule.regime));
  const named = [...new Set(scenario.requirements.regimes.map(spell))];
  return named.filter((regime) => !met.has(regime)).map((regime) => ({ regime, rules: ruleIndex(catalog).regimes.get(regime) ?? [] }));
}

/** What a regime asks the scenario to name: its data classes, or its uses. */
export function asksFor(regime: OpenRegime): { readonly path: string; readonly names: readonly string[] } {
  const byUse = regime.regime === AI_ACT || regime.rules.every((rule) => rule.use !== null);
  const names = regime.rules.flatMap((rule) => (byUse ? (rule.use ?? []) : (rule.data_class ?? [])));
  return { path: byUse ? 'requirements.use' : 'requirements.data', names: [...new Set(names)] };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

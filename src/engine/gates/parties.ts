/** Who is who: providers by all their names, needs and rules by id, built once for a catalog. */

import type { Catalog, Need, Provider, Rule } from '../catalog.ts';

interface RuleIndex {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly needs: ReadonlyMap<string, Need>;
  readonly regimes: ReadonlyMap<string, readonly Rule[]>;
}

const indexes = new WeakMap<Catalog, RuleIndex>();

/** Providers by id and alias, needs by id, rules by regime; built once for a catalog. */
export function ruleIndex(catalog: Catalog): RuleIndex {
  const known = indexes.get(catalog);
  if (known) return known;
  const providers = new Map<string, Provider>();
  for (const provider of catalog.providers) providers.set(spell(provider.id), provider);
  for (const provider of catalog.providers) for (const alias of provider.aliases) if (!providers.has(spell(alias))) providers.set(spell(alias), provider);
  const regimes = new Map<string, Rule[]>();
  for (const rule of catalog.rules) regimes.set(rule.regime, [...(regimes.get(rule.regime) ?? []), rule]);
  const index = { providers, needs: new Map(catalog.needs.map((need) => [need.id, need])), regimes };
  indexes.set(catalog, index);
  return index;
}

const PLAIN = /^[a-z0-9_.]*$/;

/** `Azure-OpenAI` and `azure_openai` are one name. */
export function spell(name: string): string {
  if (PLAIN.test(name)) return name;
  return name.trim().toLowerCase().replaceAll(/[-\s]/g, '_');
}

export function providerOf(name: string, catalog: Catalog): Provider | null {
  return ruleIndex(catalog).providers.get(spell(name)) ?? null;
}

/** The key of a provider in `Claims`. */
export function partyKey(name: string, catalog: Catalog): string {
  return providerOf(name, catalog)?.id ?? spell(name);
}

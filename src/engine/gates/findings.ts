/** What the gates want to say about the scenario as a whole: rules about to bind, names that mean nothing, acceptances nobody needs. */

import type { Catalog } from '../catalog.ts';
import type { Finding } from '../findings.ts';
import type { Gate } from '../result.ts';
import type { Scenario } from '../scenario.ts';
import { addMonths, type IsoDate } from '../units.ts';
import { acceptanceNames } from './judging.ts';
import { providerOf, spell } from './parties.ts';
import { upcomingRules } from './rules.ts';

/** Findings beside the gates of `judgeGates`, in a fixed order. */
export function gateFindings(scenario: Scenario, catalog: Catalog, gates: readonly Gate[], asOf: IsoDate): Finding[] {
  return [...upcoming(scenario, catalog, asOf), ...unusedAcceptances(scenario, gates), ...unknownNames(scenario, catalog)];
}

/** A rule that will bind within the horizon is a warning: the plan runs into it. */
function upcoming(scenario: Scenario, catalog: Catalog, asOf: IsoDate): Finding[] {
  const end = addMonths(asOf, scenario.horizon_months);
  return upcomingRules(scenario, catalog, asOf).map((rule) => {
    const needs = [...new Set([rule.third_party_api, rule.rented_gpu, rule.owned_gpu].flatMap((cell) => cell.needs))];
    const asks = needs.length > 0 ? ` and will ask for ${needs.join(', ')}` : '';
    const severity = rule.from_date !== null && rule.from_date <= end ? 'warning' : 'info';
    return {
      code: 'gates.rule_upcoming',
      severity,
      message: `${rule.id} binds from ${rule.from_date}${asks}; it is not judged yet.`,
      path: 'requirements.regimes',
    };
  });
}

function unusedAcceptances(scenario: Scenario, gates: readonly Gate[]): Finding[] {
  const usable = new Set(gates.filter((gate) => gate.verdict === 'unknown').flatMap(acceptanceNames));
  const unused = scenario.requirements.accept_unknown.filter((name) => !usable.has(name.trim()));
  return unused.map((name) => ({
    code: 'gates.unused_acceptance',
    severity: 'warning',
    message: `accept_unknown names ${name}, and no gate of that name is unknown: it has no effect. Write option/regime.need, for instance ${[...usable][0] ?? 'gpt/gdpr.transfer_ok'}.`,
    path: 'requirements.accept_unknown',
  }));
}

/** Ids a scenario may use under `requirements`. */
export interface Vocabulary {
  readonly regimes: readonly string[];
  readonly data: readonly string[];
  readonly use: readonly string[];
  readonly needs: readonly string[];
  readonly providers: readonly string[];
  readonly metrics: readonly string[];
}

const vocabularies = new WeakMap<Catalog, Vocabulary>();

/** Every id the rules, needs and providers of a catalog know; aliases of providers included. Worked out once for a catalog. */
export function vocabulary(catalog: Catalog): Vocabulary {
  const known = vocabularies.get(catalog) ?? vocabularyOf(catalog);
  vocabularies.set(catalog, known);
  return known;
}

function vocabularyOf(catalog: Catalog): Vocabulary {
  const named = (values: readonly (string | null)[]): readonly string[] => [...new Set(values.filter((value) => value !== null))];
  return {
    regimes: named(catalog.rules.map((rule) => rule.regime)),
    data: named(catalog.rules.map((rule) => rule.data_class)).filter((name) => name !== 'any'),
    use: named(catalog.rules.map((rule) => rule.use)),
    needs: [...catalog.needs.map((need) => need.id), 'residency'],
    providers: catalog.providers.flatMap((provider) => [provider.id, ...provider.aliases]),
    metrics: catalog.quality.map((metric) => metric.id),
  };
}

const CONTROLS = ['fine_tuning', 'custom_tokenizer', 'pinned_versions'];

/** A misspelt name would be ignored without a word; regimes need no finding, their gate is unknown. */
function unknownNames(scenario: Scenario, catalog: Catalog): Finding[] {
  const { data, use, have, lack, organisation, quality } = scenario.requirements;
  const known = vocabulary(catalog);
  const findings: Finding[] = [];
  const check = (name: string, list: readonly string[], path: string, what: string): void => {
    if (list.includes(name) || list.includes(spell(name))) return;
    findings.push({ code: 'gates.unknown_name', severity: 'warning', message: `${name} is no ${what} we know, so no rule looks at it.`, path });
  };
  for (const name of data) check(name, known.data, 'requirements.data', 'data class');
  for (const name of use) check(name, known.use, 'requirements.use', 'use');
  for (const name of organisation) check(name, known.needs, 'requirements.organisation', 'need');
  for (const [path, said] of [['requirements.have', have] as const, ['requirements.lack', lack] as const]) {
    for (const [provider, needs] of Object.entries(said)) {
      if (provider !== 'organisation' && !providerOf(provider, catalog) && !isParty(provider, scenario))
        check(provider, known.providers, `${path}.${provider}`, 'provider');
      for (const need of needs)
        if (!spell(need).endsWith('_processing')) check(need, CONTROLS.includes(need) ? CONTROLS : known.needs, `${path}.${provider}`, 'need');
    }
  }
  if (quality) check(quality.metric, known.metrics, 'requirements.quality.metric', 'quality metric');
  return findings;
}

/** A company that only the scenario knows, named by an option. */
function isParty(name: string, scenario: Scenario): boolean {
  return scenario.options.some((option) => {
    if (option.kind === 'quoted') return option.quoted.provider !== null && spell(option.quoted.provider) === spell(name);
    if (option.kind === 'hybrid') return false;
    if (option.kind !== 'self_host') return spell(option.offer.split('/')[0] ?? '') === spell(name);
    const { hosting } = option.self_host;
    if (hosting.kind === 'owned') return false;
    const party = hosting.rental.kind === 'offer' ? hosting.rental.cloud : hosting.rental.provider;
    return party !== null && spell(party) === spell(name);
  });
}

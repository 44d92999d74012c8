/** Is a need met? Provider cannot, or the user says `lack`: fail. The user `have`s it and its scope covers the use, or it is automatic: pass. Else unknown. */

import type { Need, Provider, ProviderFact, Sourced } from '../catalog.ts';
import type { Judging, Standing } from './judging.ts';
import { ruleIndex } from './parties.ts';
import { staysInside } from './place.ts';
import { isInside } from './regions.ts';
import type { Subject } from './subjects.ts';

/** Where one need of a rule stands for one option. A need the vocabulary doesn't know is taken for the provider's. */
export function judgeNeed(id: string, subject: Subject, judging: Judging): Standing {
  const need = ruleIndex(judging.catalog).needs.get(id) ?? { id, meaning: id, met_by: 'provider' as const, any_of: [] };
  if (need.inside && subject.region !== null && isInside(subject.region, need.inside) === false) {
    return { verdict: 'fail', reason: `${id} can't hold in region ${subject.region}`, source: null };
  }
  const standing = meet(need, subject, judging);
  if (standing.verdict !== 'unknown' || need.silence !== 'fail') return standing;
  return { verdict: 'fail', reason: `${standing.reason}; here silence fails`, source: standing.source };
}

function meet(need: Need, subject: Subject, judging: Judging): Standing {
  const direct =
    need.met_by === 'organisation' || subject.hosting === 'owned_gpu' ? byOrganisation(need, subject, judging) : byProvider(need, subject, judging);
  if (direct.verdict !== 'unknown' || need.any_of.length === 0) return direct;
  const ways = need.any_of.map((id) => judgeNeed(id, subject, judging));
  const met = ways.find((way) => way.verdict === 'pass');
  if (met) return { verdict: 'pass', reason: `${need.id}: ${met.reason}`, source: met.source };
  if (ways.every((way) => way.verdict === 'fail'))
    return { verdict: 'fail', reason: `${need.id}: none of ${need.any_of.join(', ')} can be had`, source: ways[0]?.source ?? null };
  const open = ways.find((way) => way.verdict === 'unknown');
  return { verdict: 'unknown', reason: `${need.id} needs one of ${need.any_of.join(', ')}; ${open?.reason ?? 'none is stated'}`, source: open?.source ?? null };
}

function byOrganisation(need: Need, subject: Subject, judging: Judging): Standing {
  const { claims } = judging;
  const key = subject.party_key;
  if (claims.lack.get('organisation')?.has(need.id) || (key !== null && claims.lack.get(key)?.has(need.id))) return said(need, 'lack', 'your organisation');
  if (need.residency) {
    const place = staysInside(subject, need.residency, judging);
    if (place.verdict !== 'unknown') return place;
  }
  if (claims.organisation.has(need.id) || (key !== null && claims.have.get(key)?.has(need.id))) return said(need, 'have', 'your organisation');
  return { verdict: 'unknown', reason: `nothing says that you have ${describe(need)}; say \`organisation: [${need.id}]\``, source: null };
}

function byProvider(need: Need, subject: Subject, judging: Judging): Standing {
  const { party, party_key: key, provider } = subject;
  if (party === null || key === null) return unnamed(need, subject);
  const { claims } = judging;
  if (claims.lack.get(key)?.has(need.id)) return said(need, 'lack', party);
  if (need.residency) return staysInside(subject, need.residency, judging);
  const signed = claims.have.get(key)?.has(need.id) ?? false;
  if (need.scope_of && !signed) return scopeOf(need.scope_of, subject, provider, judging);
  return ofFacts(need, subject, provider, signed);
}

function ofFacts(need: Need, subject: Subject, provider: Provider | null, signed: boolean): Standing {
  const facts = provider?.facts.filter((fact) => fact.need === need.id) ?? [];
  const covering = facts.filter((fact) => covers(fact, subject) !== false);
  const who = provider?.label ?? subject.party ?? 'the provider';
  if (facts.length > 0 && covering.length === 0) return { verdict: 'fail', reason: outOfScope(need, who, subject), source: facts[0] ?? null };
  const sure = covering.filter((fact) => covers(fact, subject) === true);
  const fact = sure[0] ?? covering[0] ?? null;
  if (fact?.status === 'unavailable' && sure.length > 0) return { verdict: 'fail', reason: `${who} does not offer ${describe(need)}`, source: fact };
  if (fact && sure.length === 0)
    return { verdict: 'unknown', reason: `${need.id} of ${who} has a limited scope and whether it covers this use can't be told`, source: fact };
  if (signed) return said(need, 'have', subject.party ?? who, fact);
  return unsigned(need, subject, who, fact);
}

/** What a silent scenario gets: only what is in force without asking passes. */
function unsigned(need: Need, subject: Subject, who: string, fact: ProviderFact | null): Standing {
  if (fact?.status === 'automatic') return { verdict: 'pass', reason: `${need.id} of ${who} is in force without asking`, source: fact };
  const how = `say \`have: { ${subject.party}: [${need.id}] }\``;
  if (fact?.status === 'offered') return { verdict: 'unknown', reason: `${who} offers ${describe(need)}; once signed, ${how}`, source: fact };
  return { verdict: 'unknown', reason: `whether ${who} offers ${describe(need)} is not verified; once signed, ${how}`, source: fact };
}

/** A contract that is in force covers what its scope lists; a contract whose scope we only doubt has to be confirmed. */
function scopeOf(contract: string, subject: Subject, provider: Provider | null, judging: Judging): Standing {
  const standing = judgeNeed(contract, subject, judging);
  if (standing.verdict !== 'pass') return standing;
  const facts = provider?.facts.filter((fact) => fact.need === contract && covers(fact, subject) === true) ?? [];
  const doubted = facts.length > 0 && facts.every((fact) => fact.status === 'unknown' && fact.scope !== undefined);
  if (!doubted) return { verdict: 'pass', reason: `nothing known limits the ${contract} here`, source: facts[0] ?? standing.source };
  const id = `${contract}_scope`;
  return {
    verdict: 'unknown',
    reason: `whether the ${contract} covers ${subject.endpoints.join(' and ')} is in doubt; if your contract lists it, say \`have: { ${subject.party}: [${id}] }\``,
    source: facts[0] ?? null,
  };
}

/** Does the fact's scope hold for this use? null: can't be told. */
function covers(fact: ProviderFact, subject: Subject): boolean | null {
  const { scope } = fact;
  if (!scope) return true;
  if (subject.option.kind === 'quoted' && (scope.models?.length || scope.excluded_models?.length)) return null;
  if (subject.hosting === 'third_party_api' && !coversCall(scope, subject)) return false;
  if (scope.endpoints?.length && !subject.endpoints.every((endpoint) => scope.endpoints?.includes(endpoint))) return false;
  if (scope.excluded_endpoints?.some((endpoint) => subject.endpoints.includes(endpoint))) return false;
  return scope.regions?.length ? inAny(subject.region, scope.regions) : true;
}

/** Modality and model limit what is called; a rented GPU runs whatever it runs. */
function coversCall(scope: NonNullable<ProviderFact['scope']>, subject: Subject): boolean {
  if (scope.modalities?.length && !scope.modalities.includes(subject.modality)) return false;
  return coversModels(scope, subject);
}

export function coversModels(scope: NonNullable<ProviderFact['scope']>, subject: Subject): boolean {
  if (scope.models?.length && !names(subject, scope.models)) return false;
  return !(scope.excluded_models?.length && names(subject, scope.excluded_models));
}

/** `model` or, with a star at the end, every model that begins so. */
function names(subject: Subject, list: readonly string[]): boolean {
  return list.some((entry) => subject.model_names.some((name) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry)));
}

function inAny(region: string | null, regions: readonly string[]): boolean | null {
  if (region === null) return null;
  const answers = regions.map((each) => isInside(region, each));
  return answers.includes(true) ? true : answers.every((answer) => answer === false) ? false : null;
}

function said(need: Need, what: 'have' | 'lack', who: string, source: Sourced | null = null): Standing {
  if (what === 'lack') return { verdict: 'fail', reason: `the scenario says ${describe(need)} is lacking (${who})`, source };
  return { verdict: 'pass', reason: `the scenario says ${need.id} is there (${who})`, source };
}

function unnamed(need: Need, subject: Subject): Standing {
  const path = subject.option.kind === 'quoted' ? 'quoted.provider' : 'rental.provider';
  return {
    verdict: 'unknown',
    reason: `${describe(need)} must come from the company behind ${subject.option.id}, which isn't named; say \`${path}\``,
    source: null,
  };
}

function outOfScope(need: Need, who: string, subject: Subject): string {
  const model = subject.model_names[0];
  return `${need.id} of ${who} does not cover ${subject.endpoints.join(' and ')}${model ? ` with ${model}` : ''}`;
}

function describe(need: Need): string {
  return need.meaning === need.id ? need.id : `${need.id} (${need.meaning})`;
}

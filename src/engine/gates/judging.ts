/** What every gate needs: the scenario, the catalog, the day, who has signed what; and how a judgement becomes a gate. */

import type { Catalog, Sourced } from '../catalog.ts';
import type { Gate, GateVerdict } from '../result.ts';
import type { Scenario } from '../scenario.ts';
import type { IsoDate } from '../units.ts';
import { partyKey, spell } from './parties.ts';
import type { Subject } from './subjects.ts';

export interface Judging {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  readonly as_of: IsoDate;
  readonly claims: Claims;
}

/** `have` and `lack` of the scenario, by the catalog's provider id (or the written one, where the catalog has none). */
interface Claims {
  readonly have: ReadonlyMap<string, ReadonlySet<string>>;
  readonly lack: ReadonlyMap<string, ReadonlySet<string>>;
  readonly organisation: ReadonlySet<string>;
  readonly accepted: ReadonlySet<string>;
}

export function judging(scenario: Scenario, catalog: Catalog, asOf: IsoDate): Judging {
  const { have, lack, organisation, accept_unknown: accepted } = scenario.requirements;
  const claims = {
    have: byProvider(have, catalog),
    lack: byProvider(lack, catalog),
    organisation: new Set(organisation.map(spell)),
    accepted: new Set(accepted.map((name) => name.trim())),
  };
  return { scenario, catalog, as_of: asOf, claims };
}

function byProvider(said: Readonly<Record<string, readonly string[]>>, catalog: Catalog): ReadonlyMap<string, ReadonlySet<string>> {
  const map = new Map<string, Set<string>>();
  for (const [name, needs] of Object.entries(said)) {
    const key = partyKey(name, catalog);
    map.set(key, new Set([...(map.get(key) ?? []), ...needs.map(spell)]));
  }
  return map;
}

/** Where one question stands: three values, never silence. */
export interface Standing {
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /** Why, and what to type to change it; a clause without a full stop. */
  readonly reason: string;
  readonly source: Sourced | null;
}

export interface Judgement {
  readonly rule: string;
  readonly verdict: GateVerdict;
  readonly missing: readonly string[];
  readonly message: string;
  readonly source: Sourced | null;
  /** Does an unknown remove the option until it is accepted by name? */
  readonly firm: boolean;
}

/** A judgement of a gate whose unknown removes the option until it is accepted: regimes, residency, licence. Written out: spreading objects costs microseconds each. */
export function firmly(rule: string, verdict: GateVerdict, missing: readonly string[], message: string, source: Sourced | null): Judgement {
  return { rule, verdict, missing, message, source, firm: true };
}

/** A judgement of a gate whose unknown lets the option stay. */
export function softly(rule: string, verdict: GateVerdict, missing: readonly string[], message: string, source: Sourced | null = null): Judgement {
  return { rule, verdict, missing, message, source, firm: false };
}

/** What a soft gate says when it can't be told: `unverified`, or under `strict` an unknown that blocks. */
export function untold(rule: string, { scenario }: Judging, missing: readonly string[], message: string): Judgement {
  const strict = scenario.requirements.strict.includes(rule);
  return strict ? firmly(rule, 'unknown', missing, message, null) : softly(rule, 'unverified', missing, message);
}

/** The gate of a judgement. A fail blocks; an unknown blocks where the gate is firm, until every missing thing is accepted by name. */
export function toGate(subject: Pick<Subject, 'option_id' | 'leg'>, judgement: Judgement, { claims }: Judging): Gate {
  const { rule, verdict, missing, source } = judgement;
  const accepted = verdict === 'unknown' && judgement.firm && isAccepted(subject, rule, missing, claims.accepted);
  return {
    option_id: subject.option_id,
    leg: subject.leg,
    rule,
    verdict,
    missing,
    source: source?.source ?? null,
    checked: source?.checked ?? null,
    message: accepted ? `${judgement.message} Accepted by name in the scenario.` : judgement.message,
    blocks: verdict === 'fail' || (verdict === 'unknown' && judgement.firm && !accepted),
  };
}

function isAccepted(subject: Pick<Subject, 'option_id' | 'leg'>, rule: string, missing: readonly string[], accepted: ReadonlySet<string>): boolean {
  if (accepted.size === 0) return false;
  const names = optionNames(subject);
  if (names.some((name) => accepted.has(`${name}/${rule}`))) return true;
  return missing.length > 0 && missing.every((need) => needNames(rule, need).some((tail) => names.some((name) => accepted.has(`${name}/${tail}`))));
}

/** An unknown of a leg may be accepted for the hybrid, for the leg's own option, or for the leg in this hybrid only. */
function optionNames(subject: Pick<Subject, 'option_id' | 'leg'>): readonly string[] {
  return subject.leg === null ? [subject.option_id] : [subject.option_id, subject.leg, `${subject.option_id}.${subject.leg}`];
}

function needNames(rule: string, need: string): readonly string[] {
  const regime = rule.split('.')[0] ?? rule;
  return [`${regime}.${need}`, `${rule}.${need}`];
}

/** Every name that would accept something of this gate, the shortest spelling first: what `accept_unknown` may say. */
export function acceptanceNames(gate: Gate): readonly string[] {
  const tails = [...gate.missing.flatMap((need) => needNames(gate.rule, need)), gate.rule];
  return optionNames(gate).flatMap((name) => tails.map((tail) => `${name}/${tail}`));
}

/**
 * Gates: what removes an option, whatever it costs. Regime rules, residency and licence are firm: an unknown removes the
 * option until it is accepted by name. Latency, availability, quality, context length and control are soft: an unknown is
 * marked `unverified` and the option stays, unless `strict` names the gate. A fail always removes it. See docs/gates.md.
 */

import type { Catalog } from '../catalog.ts';
import type { Gate } from '../result.ts';
import type { HybridOption, Scenario, ScenarioOption } from '../scenario.ts';
import type { IsoDate } from '../units.ts';
import { contextGate } from './context-length.ts';
import { controlGate } from './control.ts';
import { type Judging, judging, toGate } from './judging.ts';
import { availabilityGate, cascadeLatencyGate, claimedHybridAvailability, claimedHybridLatency, latencyGate } from './latency.ts';
import { licenceGate } from './licence.ts';
import { qualityGate } from './quality.ts';
import { type Matched, matchScenario, regimeGates } from './regimes.ts';
import { residencyGate } from './residency.ts';
import { type BrokenLeg, type Subject, subjectsOf } from './subjects.ts';

export { gateFindings, vocabulary } from './findings.ts';
export { acceptanceNames } from './judging.ts';
export { matchingRules, upcomingRules } from './rules.ts';

/**
 * Every gate of every option, in the order of the options. A hybrid has those of both legs, `leg` naming the leg, and
 * fails when either does. Memory fit and rate limits are judged with the capacity, by the cost engine.
 */
export function judgeGates(scenario: Scenario, catalog: Catalog, asOf: IsoDate): Gate[] {
  const context = judging(scenario, catalog, asOf);
  const matched = matchScenario(context);
  return scenario.options.flatMap((option) => optionGates(option, matched, context));
}

function optionGates(option: ScenarioOption, matched: Matched, context: Judging): readonly Gate[] {
  const { subjects, broken } = subjectsOf(option, context.scenario, context.catalog);
  const own = option.kind === 'hybrid' ? hybridGates(option, subjects, context) : [];
  const claimed = new Set(option.kind === 'hybrid' && own.length > 0 ? claimedRules(option) : []);
  const judged = subjects.flatMap((subject) => subjectGates(subject, matched, context)).filter((gate) => !claimed.has(gate.rule));
  return [...broken.map((leg) => brokenGate(leg, context)), ...judged, ...own];
}

function subjectGates(subject: Subject, matched: Matched, context: Judging): readonly Gate[] {
  const rest = [residencyGate, licenceGate, contextGate, latencyGate, availabilityGate, qualityGate, controlGate];
  return [...regimeGates(subject, matched, context), ...rest.map((judge) => judge(subject, context)).filter((gate) => gate !== null)];
}

/** What a hybrid says of itself, and what only both legs together show. */
function hybridGates(option: HybridOption, subjects: readonly Subject[], context: Judging): readonly Gate[] {
  const latency = claimedHybridLatency(option, context) ?? addedLatency(option, subjects, context);
  return [latency, claimedHybridAvailability(option, context)].filter((gate) => gate !== null);
}

function addedLatency(option: HybridOption, subjects: readonly Subject[], context: Judging): Gate | null {
  const small = subjects.find((subject) => subject.leg === option.hybrid.small);
  const large = subjects.find((subject) => subject.leg === option.hybrid.large);
  return small && large ? cascadeLatencyGate(option, small.option, large.option, context) : null;
}

/** Gates for which the hybrid's own figure stands in place of its legs'. */
function claimedRules(option: HybridOption): readonly string[] {
  return [...(option.latency ? ['latency'] : []), ...(option.availability === null ? [] : ['availability'])];
}

function brokenGate({ option_id, leg }: BrokenLeg, context: Judging): Gate {
  const message = `${option_id} names ${leg} as a leg, which is no option of this scenario, or leads back to itself.`;
  return toGate({ option_id, leg }, { rule: 'leg', verdict: 'fail', missing: [leg], message, source: null, firm: true }, context);
}

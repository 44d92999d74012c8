/**
 * Gates: what removes an option, whatever it costs. Regime rules, residency and licence are firm: an unknown removes the
 * option until it is accepted by name. Latency, availability, quality, context length and control are soft: an unknown is
 * marked `unverified` and the option stays, unless `strict` names the gate. A fail always removes it. See docs/gates.md.
 */

import type { Catalog } from '../catalog.ts';
import type { Gate } from '../result.ts';
import type { HybridOption, Scenario, ScenarioOption } from '../scenario.ts';
import type { IsoDate } from '../units.ts';
import { judgeContext } from './context-length.ts';
import { judgeControl } from './control.ts';
import { firmly, type Judgement, type Judging, judging, toGate } from './judging.ts';
import { availabilityTogether, claimedAvailability, claimedLatency, judgeAvailability, judgeCascade, judgeLatency } from './latency.ts';
import { judgeLicence } from './licence.ts';
import { judgeQuality } from './quality.ts';
import { judgeRegimes, type Matched, matchScenario } from './regimes.ts';
import { judgeResidency } from './residency.ts';
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
  const judged: Judged = new Map();
  return scenario.options.flatMap((option) => optionGates(option, matched, context, judged));
}

/** What was judged of an option; a leg of a hybrid is judged as the option is, unless data is kept off it. */
type Judged = Map<string, readonly Judgement[]>;

function optionGates(option: ScenarioOption, matched: Matched, context: Judging, judged: Judged): readonly Gate[] {
  const { subjects, broken } = subjectsOf(option, context.scenario, context.catalog);
  const own = option.kind === 'hybrid' ? hybridGates(option, subjects, context) : [];
  const claimed = option.kind === 'hybrid' ? claimedRules(option, context) : [];
  const legs = subjects.flatMap((subject) => {
    const judgements = judgeSubject(subject, matched, context, judged);
    return judgements.filter(({ rule }) => !claimed.includes(rule)).map((judgement) => toGate(subject, judgement, context));
  });
  return [...broken.map((leg) => brokenGate(leg, context)), ...legs, ...own];
}

function judgeSubject(subject: Subject, matched: Matched, context: Judging, judged: Judged): readonly Judgement[] {
  const key = [subject.option.id, ...subject.withheld].join('\n');
  const before = judged.get(key);
  if (before) return before;
  const rest = REST.map((judge) => judge(subject, context)).filter((judgement) => judgement !== null);
  const judgements = [...judgeRegimes(subject, matched, context), ...rest];
  judged.set(key, judgements);
  return judgements;
}

const REST = [judgeResidency, judgeLicence, judgeContext, judgeLatency, judgeAvailability, judgeQuality, judgeControl];

/** What a hybrid says of itself, and what only both legs together show. */
function hybridGates(option: HybridOption, subjects: readonly Subject[], context: Judging): readonly Gate[] {
  const latency = claimedLatency(option, context) ?? addedLatency(option, subjects, context);
  const judgements = [latency, claimedAvailability(option, context)].filter((judgement) => judgement !== null);
  return judgements.map((judgement) => toGate({ option_id: option.id, leg: null }, judgement, context));
}

function addedLatency(option: HybridOption, subjects: readonly Subject[], context: Judging): Judgement | null {
  const small = subjects.find((subject) => subject.leg === option.hybrid.small);
  const large = subjects.find((subject) => subject.leg === option.hybrid.large);
  return small && large ? judgeCascade(option, small.option, large.option, context) : null;
}

/** Gates for which the hybrid's own figure stands in place of its legs'. */
function claimedRules(option: HybridOption, { scenario }: Judging): readonly string[] {
  const available = option.availability ?? availabilityTogether(option, scenario);
  return [...(option.latency ? ['latency'] : []), ...(available === null ? [] : ['availability'])];
}

function brokenGate({ option_id, leg }: BrokenLeg, context: Judging): Gate {
  const message = `${option_id} names ${leg} as a leg, which is no option of this scenario, or leads back to itself.`;
  return toGate({ option_id, leg }, firmly('leg', 'fail', [leg], message, null), context);
}

/** The article's five questions and its rule: two or more votes for self-hosting, and it is time to self-host. To the letter, no cost in it. */

import type { Catalog } from './catalog.ts';
import { forbidsEverywhere, matchingRules } from './gates/rules.ts';
import { grouped } from './gates/words.ts';
import type { Checklist, ChecklistQuestion, QuestionId } from './result.ts';
import type { Scenario } from './scenario.ts';
import { type IsoDate, likely } from './units.ts';

/** What a yes votes for. */
const VOTES: Readonly<Record<QuestionId, 'self_host' | 'cloud_api'>> = {
  data_sovereignty: 'self_host',
  above_100k_requests: 'self_host',
  sub_100ms_latency: 'self_host',
  fewer_than_3_engineers: 'cloud_api',
  frontier_reasoning: 'cloud_api',
};

/** A question nobody answered casts no vote; a no casts none either. */
export function answerChecklist(scenario: Scenario, catalog: Catalog, asOf: IsoDate): Checklist {
  const questions = [sovereignty(scenario, catalog, asOf), volume(scenario), latency(scenario), engineers(scenario), frontier(scenario)];
  const votes = (side: 'self_host' | 'cloud_api'): number => questions.filter((each) => each.points_to === side).length;
  const selfHost = votes('self_host');
  return { questions, self_host_votes: selfHost, cloud_votes: votes('cloud_api'), verdict: selfHost >= 2 ? 'self_host' : 'cloud_api' };
}

function question(id: QuestionId, answer: boolean | null, basis: string): ChecklistQuestion {
  return { id, answer, points_to: answer === true ? VOTES[id] : null, basis };
}

/** As given, else yes when a matching rule forbids third-party APIs. A use that is forbidden everywhere is no reason to self-host. */
function sovereignty(scenario: Scenario, catalog: Catalog, asOf: IsoDate): ChecklistQuestion {
  const { data_sovereignty: given, regimes } = scenario.requirements;
  const id = 'data_sovereignty';
  if (given !== null) return question(id, given, 'given in the scenario');
  const rules = matchingRules(scenario, catalog, asOf);
  const forbids = rules.filter((rule) => rule.third_party_api.verdict === 'forbid' && !forbidsEverywhere(rule)).map((rule) => rule.id);
  if (forbids.length > 0) return question(id, true, `${forbids.join(', ')} forbids third-party APIs`);
  if (regimes.length === 0) return question(id, null, 'no regime is named');
  if (rules.length === 0) return question(id, null, 'no rule matches the regimes and data that are named');
  return question(id, false, `no matching rule rules out third-party APIs in particular: ${rules.map((rule) => rule.id).join(', ')}`);
}

/** Strictly above: 100,000 itself is a no. */
function volume({ workload }: Scenario): ChecklistQuestion {
  const requests = likely(workload.requests_per_month);
  return question('above_100k_requests', requests > 100_000, `${grouped(requests)} requests a month`);
}

function latency({ workload }: Scenario): ChecklistQuestion {
  const target = workload.slo.ttft_p95_ms;
  if (target === null) return question('sub_100ms_latency', null, 'no TTFT is asked for');
  return question('sub_100ms_latency', target < 100, `slo.ttft_p95_ms is ${grouped(target)} ms`);
}

function engineers({ team }: Scenario): ChecklistQuestion {
  if (team.engineers === null) return question('fewer_than_3_engineers', null, 'the number of engineers is not given');
  return question('fewer_than_3_engineers', team.engineers < 3, `${grouped(team.engineers)} engineers`);
}

function frontier({ requirements }: Scenario): ChecklistQuestion {
  const given = requirements.frontier_reasoning;
  return question('frontier_reasoning', given, given === null ? 'not answered' : 'given in the scenario');
}

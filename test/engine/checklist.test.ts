import { describe, expect, it } from 'vitest';
import { answerChecklist } from '../../src/engine/checklist.ts';
import { api, type Change, catalog, owned, scenario, TODAY } from './gates/fixtures.ts';

const answer = (change: Change = {}, asOf = TODAY) => answerChecklist(scenario([api('gpt', 'openai/gpt-4o'), owned('own')], change), catalog, asOf);
const answers = (change: Change) => answer(change).questions.map((each) => each.answer);
const slo = (ttft: number) => ({ slo: { ttft_p95_ms: ttft, tpot_p95_ms: null, availability: null } });

describe('checklist', () => {
  it('asks the five questions of the article, in its order', () => {
    expect(answer().questions.map((each) => each.id)).toEqual([
      'data_sovereignty',
      'above_100k_requests',
      'sub_100ms_latency',
      'fewer_than_3_engineers',
      'frontier_reasoning',
    ]);
  });

  it('gives no vote to a question nobody answered', () => {
    const silent = answer({ workload: { requests_per_month: 1_000 } });
    expect(silent.questions.map((each) => each.answer)).toEqual([null, false, null, null, null]);
    expect(silent).toMatchObject({ self_host_votes: 0, cloud_votes: 0, verdict: 'cloud_api' });
    expect(silent.questions.every((each) => each.points_to === null)).toBe(true);
  });

  it('counts more than 100,000 requests strictly', () => {
    expect(answers({ workload: { requests_per_month: 100_000 } })[1]).toBe(false);
    expect(answers({ workload: { requests_per_month: 100_001 } })[1]).toBe(true);
    expect(answers({ workload: { requests_per_month: { low: 1_000, likely: 100_001, high: 200_000 } } })[1]).toBe(true);
  });

  it('counts a TTFT below 100 ms strictly', () => {
    expect(answers({ workload: slo(100) })[2]).toBe(false);
    expect(answers({ workload: slo(99.9) })[2]).toBe(true);
  });

  it('counts fewer than three engineers, for the cloud', () => {
    expect(answers({ engineers: 3 })[3]).toBe(false);
    const two = answer({ engineers: 2 });
    expect(two.questions[3]).toMatchObject({ answer: true, points_to: 'cloud_api' });
    expect(two.cloud_votes).toBe(1);
    expect(answers({ engineers: 0 })[3]).toBe(true);
  });

  it('takes the frontier as given: a vote, not a gate', () => {
    expect(answer({ requirements: { frontier_reasoning: true } }).questions[4]).toMatchObject({ answer: true, points_to: 'cloud_api' });
    expect(answer({ requirements: { frontier_reasoning: false } }).questions[4]).toMatchObject({ answer: false, points_to: null });
  });

  it('says self-host at two votes, whatever the cloud has', () => {
    const one = answer({ workload: { requests_per_month: 200_000 }, engineers: 1, requirements: { frontier_reasoning: true } });
    expect(one).toMatchObject({ self_host_votes: 1, cloud_votes: 2, verdict: 'cloud_api' });
    const two = answer({ workload: { requests_per_month: 200_000, ...slo(50) }, engineers: 1, requirements: { frontier_reasoning: true } });
    expect(two).toMatchObject({ self_host_votes: 2, cloud_votes: 2, verdict: 'self_host' });
  });
});

describe('data sovereignty', () => {
  const sovereign = (requirements: Change['requirements'], asOf = TODAY) => answer({ requirements: requirements ?? {} }, asOf).questions[0];

  it('is as given, against the rules too', () => {
    expect(sovereign({ data_sovereignty: false, regimes: ['itar'], data: ['technical_data'] })).toMatchObject({ answer: false, points_to: null });
    expect(sovereign({ data_sovereignty: true })).toMatchObject({ answer: true, points_to: 'self_host' });
  });

  it('is a yes when a matching rule forbids third-party APIs', () => {
    expect(sovereign({ regimes: ['itar'], data: ['technical_data'] })).toMatchObject({ answer: true, basis: 'itar.technical_data forbids third-party APIs' });
    expect(sovereign({ regimes: ['pci_dss'], data: ['sad'] })?.answer).toBe(true);
  });

  it('is a no when the matching rules only set conditions: the article takes GDPR and HIPAA for more than that', () => {
    expect(sovereign({ regimes: ['gdpr'], data: ['personal'] })?.answer).toBe(false);
    expect(sovereign({ regimes: ['hipaa'], data: ['phi'] })?.answer).toBe(false);
  });

  it('is unanswered where no rule matches', () => {
    expect(sovereign({})?.answer).toBeNull();
    expect(sovereign({ regimes: ['hipaa'] })?.answer).toBeNull();
  });

  it('is no reason to self-host what is forbidden everywhere', () => {
    expect(sovereign({ regimes: ['eu_ai_act'], use: ['prohibited'] })?.answer).toBe(false);
  });

  it('looks at the rules of the day', () => {
    expect(sovereign({ regimes: ['russia_152fz'], data: ['personal_ru'] }, '2025-06-30')?.answer).toBeNull();
    expect(sovereign({ regimes: ['russia_152fz'], data: ['personal_ru'] }, '2025-07-01')?.answer).toBe(true);
  });
});

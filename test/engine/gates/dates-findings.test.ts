import { describe, expect, it } from 'vitest';
import { acceptanceNames, gateFindings, judgeGates, matchingRules, upcomingRules, vocabulary } from '../../../src/engine/gates/index.ts';
import { api, catalog, gate, gatesOf, owned, scenario, TODAY } from './fixtures.ts';

const chatbot = scenario([owned('own')], { requirements: { regimes: ['eu_ai_act'], use: ['chatbot'] } });
const highRisk = scenario([owned('own')], { requirements: { regimes: ['eu_ai_act'], use: ['high_risk_annex_iii'] } });

describe('effective dates', () => {
  it('a rule binds from its day on', () => {
    expect(matchingRules(chatbot, catalog, '2026-08-01')).toEqual([]);
    expect(matchingRules(chatbot, catalog, '2026-08-02').map((rule) => rule.id)).toEqual(['eu_ai_act.chatbot']);
    expect(judgeGates(chatbot, catalog, '2026-08-01').filter((each) => each.blocks)).toEqual([]);
    expect(judgeGates(chatbot, catalog, '2026-08-02').filter((each) => each.blocks)).toHaveLength(1);
  });

  it.each([
    ['prohibited', '2025-02-02'],
    ['prohibited_since_2026_12', '2026-12-02'],
    ['chatbot', '2026-08-02'],
    ['synthetic_content', '2026-08-02'],
    ['high_risk_annex_iii', '2027-12-02'],
    ['high_risk_annex_i', '2028-08-02'],
  ])('use %s from %s', (use, date) => {
    const asked = scenario([owned('own')], { requirements: { regimes: ['eu_ai_act'], use: [use] } });
    expect(upcomingRules(asked, catalog, '2025-01-01').map((rule) => rule.from_date)).toEqual([date]);
    expect(upcomingRules(asked, catalog, date)).toEqual([]);
  });

  it('a system on the market before has until December to mark what it makes', () => {
    const asked = scenario([owned('own')], { requirements: { regimes: ['eu_ai_act'], use: ['synthetic_content_existing'], organisation: ['ai_disclosure'] } });
    expect(judgeGates(asked, catalog, '2026-12-01').filter((each) => each.blocks)).toEqual([]);
    expect(
      judgeGates(asked, catalog, '2026-12-02')
        .filter((each) => each.blocks)
        .map((each) => each.missing),
    ).toEqual([['content_marking']]);
  });

  it('a regime whose rule is still to come is not "nothing to judge"', () => {
    expect(judgeGates(highRisk, catalog, TODAY).filter((each) => each.blocks)).toEqual([]);
  });

  it('what will bind is told: within the horizon as a warning', () => {
    const told = (months: number) => gateFindings({ ...highRisk, horizon_months: months }, catalog, [], TODAY);
    expect(told(12)).toMatchObject([{ code: 'gates.rule_upcoming', severity: 'info' }]);
    expect(told(13)).toMatchObject([{ code: 'gates.rule_upcoming', severity: 'warning' }]);
    expect(told(12)[0]?.message).toContain('eu_ai_act.high_risk_annex_iii binds from 2027-12-02 and will ask for human_oversight, logs_180d');
  });
});

describe('findings', () => {
  const tell = (requirements: object) => {
    const asked = scenario([api('gpt', 'openai/gpt-4o')], { requirements });
    return gateFindings(asked, catalog, judgeGates(asked, catalog, TODAY), TODAY);
  };

  it('name an acceptance that has no effect', () => {
    const said = { regimes: ['gdpr'], data: ['personal'], accept_unknown: ['gpt/gdpr.transfer_ok', 'gpt/gdpr.transfer_okay'] };
    expect(tell(said)).toMatchObject([{ code: 'gates.unused_acceptance', message: expect.stringContaining('gpt/gdpr.transfer_okay') }]);
  });

  it('name words that no rule knows', () => {
    const said = {
      data: ['persnal'],
      use: ['chatbott'],
      organisation: ['dpiaa'],
      have: { opennai: ['dpa'], openai: ['dpaa'] },
      quality: { metric: 'vibes', at_least: 1, at_most: null },
    };
    const findings = tell(said);
    expect(findings.map((each) => each.path)).toEqual([
      'requirements.data',
      'requirements.use',
      'requirements.organisation',
      'requirements.have.opennai',
      'requirements.have.openai',
      'requirements.quality.metric',
    ]);
    expect(new Set(findings.map((each) => each.code))).toEqual(new Set(['gates.unknown_name']));
  });

  it('are silent where all is in order', () => {
    expect(
      tell({ regimes: ['gdpr'], data: ['personal'], have: { openai: ['dpa', 'eu_processing', 'fine_tuning'] }, lack: { organisation: ['dpia'] } }),
    ).toEqual([]);
  });

  it('every name offered for acceptance works', () => {
    const open = gate(gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['itar', 'gdpr'], data: ['personal'] }), 'gpt', 'gdpr.personal');
    const names = acceptanceNames(open);
    expect(names).toContain('gpt/gdpr.dpa');
    expect(
      gate(gatesOf([api('gpt', 'openai/gpt-4o')], { regimes: ['gdpr'], data: ['personal'], accept_unknown: [...names] }), 'gpt', 'gdpr.personal').blocks,
    ).toBe(false);
  });

  it('the vocabulary lists what a scenario may say', () => {
    const words = vocabulary(catalog);
    expect(words.regimes).toEqual(expect.arrayContaining(['gdpr', 'hipaa', 'eu_ai_act', 'itar']));
    expect(words.data).not.toContain('any');
    expect(words.providers).toEqual(expect.arrayContaining(['openai', 'azure_openai', 'lambda']));
  });
});

import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { plan } from '../../src/engine/plan.ts';
import type { Plan } from '../../src/engine/result.ts';
import { scenarioFromText } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { Interrupted } from '../../src/questionnaire/interrupted.ts';
import { interview } from '../../src/questionnaire/interview.ts';
import { QUESTIONS } from '../../src/questionnaire/questions.ts';
import { scenarioFrom } from '../../src/questionnaire/scenario.ts';
import { scenarioText } from '../../src/questionnaire/scenario-text.ts';
import { answersSchema } from '../../src/schema/answers.ts';
import { type Script, scripted } from './script.ts';

const catalog = loadCatalog();

async function textOf(script: Script): Promise<string> {
  const answers = z.parse(answersSchema, await interview(scripted(script), catalog));
  return scenarioText(scenarioFrom(answers, catalog), 'https://example.org/scenario.schema.json');
}

function planOf(text: string): Plan {
  return plan({ scenario: scenarioFromText(text, 'test.yaml', { catalog }).scenario, catalog, today: '2026-11-24' });
}

async function planAfter(answers: Script['answers'] = {}): Promise<Plan> {
  return planOf(await textOf({ answers }));
}

describe('every question', () => {
  it('says why it is asked, on one line, and has a default', async () => {
    const prompter = scripted();
    await interview(prompter, catalog);
    expect(prompter.explained).toHaveLength(prompter.asked.length);
    for (const { why } of QUESTIONS) expect(why).toMatch(/^[^\n]{10,140}$/);
  });

  it('can be left: nothing comes back', async () => {
    const prompter = scripted();
    await interview(prompter, catalog);
    for (let at = 0; at < prompter.asked.length; at++) await expect(interview(scripted({ leaveAt: at }), catalog)).rejects.toBeInstanceOf(Interrupted);
  });

  it('is one of the five of the article, in its order, or a figure', async () => {
    const prompter = scripted();
    await interview(prompter, catalog);
    const five = prompter.asked.filter((message) => / of 5\./.test(message));
    expect(five.map((message) => message.slice(0, 6))).toEqual(['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5']);
  });

  it('refuses what an answers file would refuse', async () => {
    await expect(planAfter({ 'requests a month': 'lots' })).rejects.toThrow(/500k/);
    await expect(planAfter({ 'repeats from request': '130%' })).rejects.toThrow();
  });
});

describe('the answers', () => {
  it('are the votes of the checklist', async () => {
    const { checklist } = await planAfter({ '1 of 5': 'yes', '2 of 5': '200k', '3 of 5': '80ms', '4 of 5': '2', '5 of 5': 'yes' });
    expect(checklist.questions.map((question) => question.answer)).toEqual([true, true, true, true, true]);
    expect(checklist).toMatchObject({ self_host_votes: 3, cloud_votes: 2, verdict: 'self_host' });
  });

  it('"I don\'t know" is no vote, and a range in the file', async () => {
    const text = await textOf({ answers: { '2 of 5': '?', 'tokens go in': '?', 'grow per month': '?' } });
    expect(text).toMatch(/requests_per_month: \{ low: 10000, likely: 100000, high: 1000000 \} # not known: a range is assumed/);
    expect(text).toMatch(/input: \{ low: 300, likely: 1000, high: 4000 \} # not known/);
    const { checklist } = planOf(text);
    expect(checklist.questions.find((question) => question.id === 'data_sovereignty')?.answer).not.toBe(true);
    expect(checklist.questions.find((question) => question.id === 'frontier_reasoning')?.answer).toBeNull();
  });

  it('offer a frontier API, a hosted open model, a self-hosted one and a hybrid', async () => {
    const { options } = await planAfter({ 'How fast is one copy': '2000' });
    expect(options.map((option) => [option.id, option.kind])).toEqual([
      ['api', 'cloud_api'],
      ['hosted', 'hosted_open'],
      ['own', 'self_host'],
      ['mix', 'hybrid'],
    ]);
    expect(options.every((option) => option.monthly_usd !== null)).toBe(true);
    expect(options.find((option) => option.id === 'own')?.capacity?.throughput_source).toBe('given');
  });

  it('never invent a speed: unknown, own GPUs are measured or estimated by the plan, or have no price', async () => {
    const own = (await planAfter()).options.find((option) => option.id === 'own');
    expect(own?.capacity?.throughput_source).not.toBe('given');
    if (own?.capacity === null) expect(own.monthly_usd).toBeNull();
  });

  it('reach the gates: health data under HIPAA needs a contract nobody said is signed', async () => {
    const found = await planAfter({ 'kinds of data': ['phi'], 'rules apply': ['hipaa'] });
    expect(found.gates.filter((gate) => gate.rule === 'hipaa.phi').map((gate) => gate.verdict)).not.toContain('pass');
  });

  it.each(['text', 'speech_to_text', 'image', 'embedding'])('plan %s', async (modality) => {
    const found = await planAfter({ 'What does the AI do': modality });
    expect(found.scenario.workload.modality).toBe(modality);
    expect(found.options.find((option) => option.id === 'api')?.monthly_usd).toBeGreaterThan(0);
  });
});

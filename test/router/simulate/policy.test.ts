import { describe, expect, it } from 'vitest';
import { loadYaml } from '../../../src/files/load.ts';
import { InputError } from '../../../src/files/problem.ts';
import { classesOf, momentOf } from '../../../src/router/simulate/requests.ts';
import { loadPolicy } from '../../../src/router/simulate/run.ts';
import { routePolicySchema } from '../../../src/schema/route-policy.ts';
import { folder } from '../../cli/run.ts';

const HEAD = `version: 1
name: p
small: { base_url: "http://localhost:8000/v1", model: small }
large: { base_url: "https://example.com/v1", model: large, api_key_env: KEY }
`;

function problems(text: string): string[] {
  const path = `${folder({ 'p.yaml': text })}/p.yaml`;
  try {
    loadYaml(path, routePolicySchema, 'policy');
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ code, line, message }) => `${line} ${code}: ${message}`);
    throw error;
  }
  return [];
}

describe('a policy file', () => {
  it('has defaults for all but the targets and the confidence', () => {
    const policy = loadPolicy(`${folder({ 'p.yaml': `${HEAD}confidence: { method: verifier, threshold: 70% }\n` })}/p.yaml`);
    expect(policy).toMatchObject({
      mode: 'cascade',
      rules: [{ kind: 'confidence' }],
      confidence: { threshold: 0.7, on_missing: 'escalate', verifier: { target: 'small' } },
    });
    expect(policy.confidence?.verifier?.prompt).toContain('{answer}');
  });

  it.each([
    ['confidence missing', '', 'policy.missing-key'],
    ['a threshold above 1', 'confidence: { method: mean_logprob, threshold: 70 }\n', 'value.too-large'],
    ['an unknown rule', 'confidence: { method: mean_logprob, threshold: 0.7 }\nrules: [{ bugdet: { usd: 1, per: day } }]\n', 'policy.rule'],
    ['a router that looks at the answer', 'mode: router\nconfidence: { method: mean_logprob, threshold: 0.7 }\n', 'policy.contradiction'],
    ['a share in a cascade', 'large_share: 20%\n', 'policy.contradiction'],
    ['a scorer without address', 'confidence: { method: scorer, threshold: 0.7 }\n', 'policy.contradiction'],
  ])('%s is a mistake', (_, rest, code) => {
    const found = problems(HEAD + rest);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(code);
  });

  it('takes no key and no password', () => {
    const text = HEAD.replace('api_key_env: KEY', 'api_key_env: sk-123').replace('http://localhost', 'http://me:pw@localhost');
    const found = problems(`${text}confidence: { method: mean_logprob, threshold: 0.7 }\n`);
    expect(found.map((line) => line.slice(0, 13))).toEqual(['3 value.wrong', '4 value.wrong']);
  });
});

describe('data classes', () => {
  it.each([
    ['phi, personal', ['phi', 'personal']],
    ['none', []],
    ['', null],
    [null, null],
  ])('%j', (cell, classes) => expect(classesOf({ line: 1, values: { c: cell } }, 'c')).toEqual(classes));
});

describe('times', () => {
  it.each([
    ['2026-11-24', Date.UTC(2026, 10, 24)],
    ['2026-11-24 12:00:00.250', Date.UTC(2026, 10, 24, 12, 0, 0, 250)],
    ['2026-11-24T12:00:00+02:00', Date.UTC(2026, 10, 24, 10)],
    ['1795521600', 1_795_521_600_000],
    [1_795_521_600_000, 1_795_521_600_000],
    ['yesterday', null],
    ['', null],
  ])('%j', (text, ms) => expect(momentOf(text)).toBe(ms));
});

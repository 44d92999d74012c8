import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ourThreshold } from '../../src/export/targets/semantic-router.ts';
import { exported } from './run.ts';

const policy = (more: string) => `version: 1
name: split
small: { base_url: http://gpu:8000, model: m }
large: { base_url: https://api.openai.com/v1, model: gpt-4o, api_key_env: OPENAI_API_KEY, price_card: openai/gpt-4o }
${more}
`;

test('a cascade goes to semantic-router with its threshold', async () => {
  const { out } = await exported(['semantic-router'], policy('confidence: { method: mean_logprob, threshold: 0.62 }'));
  const config = parse(out);
  expect(ourThreshold(config.routing.decisions[0].algorithm.confidence.threshold)).toBeCloseTo(0.62, 12);
  expect(config.providers.models[0].backend_refs[0].base_url).toBe('http://gpu:8000/v1');
  expect(config.providers.models[1].pricing).toMatchObject({ prompt_per_1m: 2.5, completion_per_1m: 10 });
  expect(out).toMatch(/^# llm-crossover policy [0-9a-f]{12}: split, prices of 2026-11-24\n/);
});

test('a router by share goes to gateways with its share', async () => {
  const config = parse((await exported(['litellm'], policy('mode: router\nlarge_share: 0.15'))).out);
  const [small, large] = config.model_list.map((each: { litellm_params: { weight: number } }) => each.litellm_params.weight);
  expect(large / (small + large)).toBe(0.15);
});

test('rules no gateway keeps are all named at once', async () => {
  const refused = await exported(
    ['semantic-router'],
    policy(
      'confidence: { method: min_logprob, threshold: 0.5, on_missing: keep }\nrules:\n  - budget: { usd: 50, per: month }\n  - latency: { ttft_ms: 800 }\n  - confidence',
    ),
  );
  expect(refused.codes).toEqual(['export.cannot-express', 'export.cannot-express', 'export.cannot-express']);
  for (const method of ['min_logprob', 'first_token_margin'])
    expect((await exported(['semantic-router'], policy(`confidence: { method: ${method}, threshold: 0.5 }`))).codes).toEqual(['export.cannot-express']);
  expect((await exported(['litellm', '--random-split'], policy('confidence: { method: mean_logprob, threshold: 0.5 }'))).codes).toEqual([
    'export.cannot-express',
  ]);
  expect((await exported(['kubernetes'], policy('confidence: { method: mean_logprob, threshold: 0.5 }'))).codes).toEqual(['export.cannot-express']);
  expect((await exported(['litellm', '--endpoint', 'small=http://x/v1'], policy('mode: router\nlarge_share: 0.15'))).codes).toEqual(['export.policy-flags']);
});

import { Ajv } from 'ajv';
import { parse as parseToml } from 'smol-toml';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ourThreshold, routerThreshold } from '../../src/export/targets/semantic-router.ts';
import { wholeWeights } from '../../src/export/weights.ts';
import { exported, scenario } from './run.ts';
import { ENVOY, LITELLM, PORTKEY, SEMANTIC_ROUTER, SWITCHYARD } from './target-schemas.ts';

const ajv = new Ajv({ strict: false, allErrors: true });
function valid(schema: object, value: unknown): void {
  const check = ajv.compile(schema);
  expect(check(value), JSON.stringify(check.errors)).toBe(true);
}
const SPLIT = ['--option', 'mix', '--random-split'];

test('LiteLLM: the split, prices per token and keys by name', async () => {
  const { out } = await exported(['litellm', ...SPLIT, '--key-env', 'own=VLLM_KEY']);
  const config = parse(out);
  valid(LITELLM, config);
  const [own, gpt] = config.model_list;
  expect(gpt.litellm_params.weight / (own.litellm_params.weight + gpt.litellm_params.weight)).toBe(0.125);
  expect(own.litellm_params).toMatchObject({ api_base: 'http://own:8000/v1', api_key: 'os.environ/VLLM_KEY' });
  expect(gpt.litellm_params).toEqual({ model: 'openai/gpt-4o', api_key: 'os.environ/OPENAI_API_KEY', weight: 1 * (own.litellm_params.weight / 7) });
  expect(gpt.model_info).toMatchObject({ input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 });
  expect(out).toMatch(/^# llm-crossover plan [0-9a-f]{12}: export test, option mix, prices of 2026-11-24\n/);
  expect(out).toContain('chosen by chance');
});

test('Envoy: integer weights, one of everything per model, data classes by header', async () => {
  const { out } = await exported(['envoy', ...SPLIT], scenario(', keep: { large: [phi] }'));
  const documents = parseAllDocuments(out).map((document) => document.toJS());
  for (const document of documents) valid(ENVOY[document.kind] ?? {}, document);
  expect(documents.map((document) => document.kind).sort()).toEqual([
    'AIGatewayRoute',
    'AIServiceBackend',
    'AIServiceBackend',
    'Backend',
    'Backend',
    'BackendSecurityPolicy',
    'BackendTLSPolicy',
  ]);
  const [kept, split] = documents[0].spec.rules;
  expect(kept.matches[0].headers[1]).toEqual({ type: 'Exact', name: 'x-data-class', value: 'phi' });
  expect(kept.backendRefs.map((each: { name: string }) => each.name)).toEqual(['own']);
  const weights = split.backendRefs.map((each: { weight: number }) => each.weight);
  expect(weights[1] / (weights[0] + weights[1])).toBe(0.125);
});

test('Portkey: weights as shares, data classes by metadata', async () => {
  const plain = JSON.parse((await exported(['portkey', ...SPLIT])).out);
  valid(PORTKEY, plain);
  expect(plain.targets.map((each: { weight: number }) => each.weight)).toEqual([0.875, 0.125]);
  const kept = JSON.parse((await exported(['portkey', ...SPLIT], scenario(', keep: { large: [phi] }'))).out);
  valid(PORTKEY, kept);
  // biome-ignore lint/suspicious/noThenProperty: Portkey's name for it
  expect(kept.strategy).toEqual({ mode: 'conditional', conditions: [{ query: { 'metadata.data_class': { $eq: 'phi' } }, then: 'small' }], default: 'split' });
});

test('Switchyard: a random route', async () => {
  const config = parseToml((await exported(['switchyard', ...SPLIT])).out) as { routes: { default: { weights: number[] } } };
  valid(SWITCHYARD, config);
  expect(config.routes.default.weights).toEqual([875, 125]);
  valid(SWITCHYARD, parseToml((await exported(['switchyard', '--option', 'gpt'])).out));
});

test('semantic-router: the threshold on its own scale reads back as ours', async () => {
  const config = parse((await exported(['semantic-router', '--option', 'mix', '--threshold', '0.55'])).out);
  valid(SEMANTIC_ROUTER, config);
  const { threshold, confidence_method } = config.routing.decisions[0].algorithm.confidence;
  expect(confidence_method).toBe('avg_logprob');
  expect(ourThreshold(threshold)).toBeCloseTo(0.55, 12);
  // ln 0.55 = -0.597837; (3 - 0.597837) / 3 = 0.800721
  expect(threshold).toBeCloseTo(0.800721, 6);
  for (let ours = 0.06; ours <= 1; ours += 0.01) expect(ourThreshold(routerThreshold(ours))).toBeCloseTo(ours, 12);
});

test('a judge is a verifier there; an uncalibrated threshold says so', async () => {
  const { out } = await exported(['semantic-router', '--option', 'mix'], scenario(', judge: { usd_per_request: 0.0001 }'));
  expect(parse(out).routing.decisions[0].algorithm.confidence).toMatchObject({ confidence_method: 'self_verify', threshold: 0.7 });
  expect(out).toContain('NOT calibrated');
});

test('what a target can not say is refused', async () => {
  const others = scenario('', '', '  - { id: azure, cloud_api: azure/gpt-4o }\n  - { id: quote, quoted: { as: cloud_api, usd_per_request: 0.01 } }\n');
  for (const target of ['litellm', 'envoy', 'portkey', 'switchyard']) {
    const refused = await exported([target, '--option', 'mix']);
    expect(refused).toMatchObject({ code: 2, codes: ['export.cannot-express'], out: '' });
    expect(refused.messages).toContain('0.7');
  }
  expect((await exported(['semantic-router', '--option', 'mix'], scenario(', mode: router'))).codes).toEqual(['export.cannot-express']);
  expect((await exported(['semantic-router', '--option', 'mix', '--threshold', '0.04'])).codes).toEqual(['export.cannot-express']);
  for (const target of ['litellm', 'switchyard', 'semantic-router'])
    expect((await exported([target, ...SPLIT], scenario(', keep: { large: [phi] }'))).codes).toEqual(['export.cannot-express']);
  expect((await exported(['kubernetes', '--option', 'gpt'])).codes).toEqual(['export.cannot-express']);
  expect((await exported(['litellm', '--option', 'quote'], others)).codes).toEqual(['export.no-endpoint']);
  expect((await exported(['litellm', '--option', 'azure'], others)).codes).toEqual(['export.no-endpoint']);
  expect((await exported(['litellm', '--option', 'azure', '--endpoint', 'azure=https://my.openai.azure.com/openai/v1'], others)).code).toBe(0);
  expect((await exported(['litellm', '--option', 'nobody'])).codes).toEqual(['export.unknown-option']);
});

test('models that stand in for each other', async () => {
  const plan = scenario(', mode: router, fallback: { small_fails: 1%, large_fails: 1% }');
  for (const target of ['envoy', 'switchyard']) {
    const refused = await exported([target, '--option', 'mix'], plan);
    expect(refused.codes).toEqual(['export.cannot-express']);
    expect(refused.messages).toContain('fallback');
  }
  const portkey = JSON.parse((await exported(['portkey', '--option', 'mix'], plan)).out);
  valid(PORTKEY, portkey);
  expect(portkey.targets.map((each: { weight: number }) => each.weight)).toEqual([0.875, 0.125]);
  expect(portkey.targets.map((each: { targets: { name: string }[] }) => each.targets.map(({ name }) => name))).toEqual([
    ['own', 'gpt'],
    ['gpt', 'own'],
  ]);
  const litellm = parse((await exported(['litellm', '--option', 'mix'], plan)).out);
  expect(litellm.router_settings.num_retries).toBeGreaterThan(0);
});

test('a router by share needs no flag', async () => {
  expect((await exported(['litellm', '--option', 'mix'], scenario(', mode: router'))).code).toBe(0);
});

test('a key where a name belongs is refused and not repeated', async () => {
  for (const args of [
    ['--key-env', 'gpt=sk-canary-1234'],
    ['--endpoint', 'gpt=https://user:canary@host/v1'],
  ]) {
    const refused = await exported(['litellm', '--option', 'gpt', ...args]);
    expect(refused.codes).toEqual(['export.secret']);
    expect(refused.messages).not.toContain('canary');
  }
});

test('text of the scenario stays in the comment', async () => {
  const { out } = await exported(['litellm', ...SPLIT], scenario().replace('name: export test', 'name: "x\\nmodel_list: []"'));
  expect(parse(out).model_list).toHaveLength(2);
});

test('shares as whole numbers', () => {
  expect(wholeWeights(0.2)).toEqual({ small: 8, large: 2 });
  expect(wholeWeights(0)).toEqual({ small: 10, large: 0 });
  expect(wholeWeights(1)).toEqual({ small: 0, large: 10 });
  expect(wholeWeights(1 / 3)).toEqual({ small: 666_667, large: 333_333 });
  for (let i = 0; i <= 1000; i++) {
    const { small, large } = wholeWeights(i / 1000);
    expect(large / (small + large)).toBeCloseTo(i / 1000, 12);
  }
});

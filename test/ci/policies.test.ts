import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PolicyResult } from '../../src/ci/result.ts';
import { cli, files } from './run.ts';

const MEASUREMENT = (day: string) =>
  JSON.stringify({
    schema_version: 1,
    started_at: `${day}T00:00:00Z`,
    target: { url: 'http://x', model: 'm', api: 'openai', server: null, usd_per_hour: null, price_card: null },
    environment: {},
    seed: 1,
    points: [
      {
        concurrency: 8,
        rate: null,
        arrivals: null,
        requests: 100,
        ok: 100,
        errors: {},
        window_s: 60,
        requests_per_s: 5,
        output_tokens_per_s: 1500,
        goodput_per_s: null,
        ttft_ms: null,
        ttfo_ms: null,
        tpot_ms: null,
        icl_ms: null,
        e2e_ms: null,
        sched_lag_ms: null,
        max_stall_ms: null,
        tokens: { input: 100_000, output: 30_000, cached: null, reasoning: null, source: 'server' },
        tokens_per_chunk: 1,
        client: { elu: 0.1, loop_delay_p99_ms: 1, limited: false },
        usd: null,
      },
    ],
    excluded: { warmup: 0, aborted: 0 },
    telemetry: null,
  });

const GIVEN = 'given: { output_tokens_per_s: 2_000, input: 1_000, output: 300, source: made up }';

/** Two quotes, $100 and $150 a month, and what `policies` says. */
const quotes = (policies: string) => `version: 1
name: quotes
workload: { requests_per_month: 10k, tokens: { input: 1000, output: 300 } }
options:
  - { id: api, quoted: { as: cloud_api, usd_per_request: 0.01 } }
  - { id: own, quoted: { as: self_host, usd_per_request: 0.015 } }
policies:
  ${policies}
`;

async function check(text: string, extra: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const root = files({ 's.yaml': text, ...extra });
  const ran = await cli(['check', join(root, 's.yaml'), '--format', 'json', ...args], root);
  if (ran.out === '') throw new Error(ran.err);
  const results = JSON.parse(ran.out).scenarios[0].policies as PolicyResult[];
  return { code: ran.code, found: Object.fromEntries(results.map((result) => [result.policy, result.outcome])), results };
}

describe('each policy on both sides of its limit', () => {
  it.each([
    ['max_monthly_usd: 100', 'pass'],
    ['max_monthly_usd: 99.99', 'fail'],
    ['max_monthly_usd: { value: 99.99, level: warn }', 'warn'],
    ['verdict_must_be: api', 'pass'],
    ['verdict_must_be: [own, api]', 'pass'],
    ['verdict_must_be: own', 'fail'],
    ['min_margin: 50%', 'pass'],
    ['min_margin: 51%', 'fail'],
    ['max_delta_usd: 0', 'skipped'],
    ['max_delta_percent: 0', 'skipped'],
    ['verdict_must_not_change: true', 'skipped'],
    ['verdict_must_not_change: false', 'pass'],
    ['max_price_age_days: 0', 'pass'],
    ['max_measurement_age_days: 0', 'pass'],
    ['require_measured_throughput: true', 'pass'],
    ['no_unknown_gates: true', 'pass'],
  ])('%s: %s', async (policy, outcome) => {
    const { code, found } = await check(quotes(policy));
    expect(found).toEqual({ feasible_option: 'pass', [policy.split(':')[0] ?? '']: outcome });
    expect(code).toBe(outcome === 'fail' ? 1 : 0);
  });

  it('places are those of the policy in the file', async () => {
    const { results } = await check(quotes('max_monthly_usd: 1\n  verdict_must_be: own'));
    expect(results.slice(1).map(({ policy, line, column }) => [policy, line, column])).toEqual([
      ['max_monthly_usd', 8, 3],
      ['verdict_must_be', 9, 3],
    ]);
  });

  it('ages count from today to the oldest price or measurement', async () => {
    const hosted = (policies: string, throughput: string) => `version: 1
name: own
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1_000, output: 300 }, shape: { peak_to_average: 3 } }
options:
  - id: own
    self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand }
    throughput: { ${throughput} }
policies: { ${policies} }
`;
    const both = 'max_measurement_age_days: 30, require_measured_throughput: true';
    const m = { 'm.json': MEASUREMENT('2026-10-25') };
    expect((await check(hosted(both, 'measurement: m.json'), m)).found).toMatchObject({
      max_measurement_age_days: 'pass',
      require_measured_throughput: 'pass',
    });
    expect((await check(hosted(both, 'measurement: m.json'), m, ['--today', '2026-11-25'])).found).toMatchObject({ max_measurement_age_days: 'fail' });
    expect((await check(hosted(both, GIVEN))).found).toMatchObject({ max_measurement_age_days: 'pass', require_measured_throughput: 'fail' });
    const [, aged] = (await check(hosted('max_price_age_days: 1', GIVEN))).results;
    const [, day = '', age = ''] = /checked (\S+), (\d+) days ago/.exec(aged?.message ?? '') ?? [];
    expect(Number(age)).toBe((Date.parse('2026-11-24') - Date.parse(day)) / 86_400_000);
    expect((await check(hosted(`max_price_age_days: ${age}`, GIVEN))).found).toMatchObject({ max_price_age_days: 'pass' });
  });

  it('unknown gates count until they are answered; an option that is out already does not', async () => {
    const personal = (have: string) => `version: 1
name: personal
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1_000, output: 300 } }
requirements: { data: [personal], regimes: [gdpr]${have} }
options: [{ id: gpt, cloud_api: openai/gpt-4o }, { id: own, quoted: { as: self_host, usd_per_request: 1 } }]
policies: { no_unknown_gates: true }
`;
    expect((await check(personal(''))).found.no_unknown_gates).toBe('fail');
    expect((await check(personal(', lack: { openai: [dpa] }'))).results[1]?.message).not.toContain('gpt/');
  });

  it('the probability is that of the draws over the ranges', async () => {
    const wide = (least: string) =>
      quotes(`min_probability_cheapest: ${least}`).replace('usd_per_request: 0.015', 'usd_per_request: { low: 0.005, likely: 0.015, high: 0.03 }');
    const { found, results } = await check(wide('1%'));
    expect(found.min_probability_cheapest).toBe('pass');
    const share = Number(/in ([\d.]+) % of the draws/.exec(results[1]?.message ?? '')?.[1]);
    expect(share).toBeGreaterThan(50);
    expect(share).toBeLessThan(100);
    expect((await check(wide('100%'))).found.min_probability_cheapest).toBe('fail');
  });
});

/** Eleven policies, none of which this scenario keeps. */
const BROKEN: Readonly<Record<string, string>> = {
  max_monthly_usd: '1',
  max_delta_usd: '0',
  max_delta_percent: '0',
  verdict_must_be: 'old',
  verdict_must_not_change: 'true',
  min_margin: '5%',
  max_price_age_days: '0',
  max_measurement_age_days: '0',
  require_measured_throughput: 'true',
  no_unknown_gates: 'true',
  min_probability_cheapest: '100%',
};
const broken = (policies: string) => `version: 1
name: broken
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1_000, output: 300 }, shape: { peak_to_average: 3 }, slo: { ttft_p95_ms: 500 } }
team: { api_fte: 0, self_host_fte: 0.1 }
options:
  - { id: gpt, cloud_api: openai/gpt-4o }
  - { id: twin, cloud_api: openai/gpt-4o }
  - { id: offer, quoted: { as: cloud_api, usd_per_request: { low: 0.001, likely: 0.006, high: 0.01 } } }
  - { id: old, self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand }, throughput: { measurement: m.json } }
  - { id: guess, self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand }, throughput: { ${GIVEN} } }
policies: { ${policies} }
`;

it.each([
  ['warn', 0],
  ['fail', 1],
] as const)('every policy can be broken at the level %s, which is exit %i', async (level, exit) => {
  const text = broken(
    Object.entries(BROKEN)
      .map(([name, value]) => `${name}: { value: ${value}, level: ${level} }`)
      .join(', '),
  );
  const root = files({ 's.yaml': text, 'm.json': MEASUREMENT('2026-10-25') });
  const before = JSON.parse((await cli(['plan', join(root, 's.yaml'), '--format', 'json'], root)).out);
  const [old] = before.plans[0].options.filter((option: { id: string }) => option.id === 'old');
  before.plans[0].decision.option_id = 'old';
  old.monthly_usd = 10;
  const extra = { 'm.json': MEASUREMENT('2026-10-25'), 'before.json': JSON.stringify(before) };
  const { code, found } = await check(text, extra, ['--baseline', 'before.json', '--today', '2026-12-30']);
  expect(found).toEqual({ feasible_option: 'pass', ...Object.fromEntries(Object.keys(BROKEN).map((name) => [name, level])) });
  expect(code).toBe(exit);
});

it('no feasible option fails without any policy', async () => {
  const { code, found } = await check(`version: 1
name: none
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1_000, output: 300 } }
requirements: { data: [personal], regimes: [gdpr], lack: { openai: [dpa] } }
options: [{ id: gpt, cloud_api: openai/gpt-4o }]
`);
  expect([code, found]).toEqual([1, { feasible_option: 'fail' }]);
});

it('a mistake in any file is exit 2 with nothing on stdout, and marks in GitHub', async () => {
  const root = files({ 's.yaml': quotes('max_monthly_usd: lots'), 't.yaml': quotes('max_monthly_usd: 1') });
  const ran = await cli(['check', join(root, 't.yaml'), join(root, 's.yaml')], root, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root });
  expect([ran.code, ran.out]).toEqual([2, '']);
  expect(ran.err).toMatch(/^::error file=s\.yaml,line=8,col=\d+,title=/);
});

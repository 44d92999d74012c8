import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../src/ci/substitute.ts';
import { cli, files, git, repository } from './run.ts';

const PROFILE = (mean: number) => `schema_version: 1
source: made up
requests: 10
span_s: 100
input_tokens: { mean: ${mean}, p50: ${mean}, p95: ${mean}, p99: ${mean}, total: ${mean * 10} }
output_tokens: { mean: 200, p50: 200, p95: 200, p99: 200, total: 2000 }
cached_share: null
peak_to_average: { minute: null, hour: null }
burstiness_cv: null
hour_of_week: null
joint_histogram: null
`;

interface Values {
  readonly volume?: string;
  readonly rent?: string;
  readonly tps?: string;
  readonly redundancy?: string;
  readonly as_of?: string;
  readonly policies?: string;
}

const scenario = ({ volume = '20M', rent = '3.00', tps = '2_000', redundancy = 'none', as_of = '2026-06-01', policies = '{}' }: Values = {}) => `version: 1
name: fleet
pricing: { as_of: ${as_of} }
workload: { requests_per_month: ${volume}, tokens: { input: 1_000, output: 300 }, shape: { peak_to_average: 3 } }
team: { self_host_fte: 0, api_fte: 0 }
options:
  - id: own
    self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: { usd_per_gpu_hour: ${rent}, node_gpus: 1 }, redundancy: ${redundancy} }
    throughput: { given: { output_tokens_per_s: ${tps}, input: 1_000, output: 300, source: made up } }
policies: ${policies}
`;

async function deltaBetween(before: Values, after: Values) {
  const root = repository({ 'a/s.yaml': scenario(before) });
  writeFileSync(join(root, 'a/s.yaml'), scenario(after));
  const ran = await cli(['check', join(root, 'a/s.yaml'), '--baseline', 'main', '--format', 'json'], root);
  const [result] = JSON.parse(ran.out).scenarios;
  const { price, usage, throughput, edit } = result.delta.parts;
  expect(Math.abs(price + usage + throughput + edit - result.delta.usd)).toBeLessThan(0.01);
  expect(result.delta.after_usd - result.delta.before_usd).toBeCloseTo(result.delta.usd, 9);
  return result.delta;
}

describe('the change against a git revision, in parts', () => {
  it('a GPU price is a price: 8 GPUs x 730 h x $0.50', async () => {
    const { parts } = await deltaBetween({}, { rent: '3.50' });
    expect(parts.price).toBeCloseTo(8 * 730 * 0.5, 6);
    expect([parts.usage, parts.throughput, parts.edit]).toEqual([0, 0, 0]);
  });

  it('volume is usage, speed is throughput, redundancy an edit', async () => {
    const usage = (await deltaBetween({}, { volume: '60M' })).parts;
    expect(usage.usage).toBeGreaterThan(0);
    expect([usage.price, usage.throughput, usage.edit]).toEqual([0, 0, 0]);
    const speed = (await deltaBetween({}, { tps: '500' })).parts;
    expect(speed.throughput).toBeGreaterThan(0);
    expect([speed.price, speed.usage, speed.edit]).toEqual([0, 0, 0]);
    const edit = (await deltaBetween({}, { redundancy: 'n+1' })).parts;
    // One more replica of two GPUs at $3.
    expect(edit.edit).toBeCloseTo(2 * 730 * 3, 6);
    expect([edit.price, edit.usage, edit.throughput]).toEqual([0, 0, 0]);
  });

  it('all four at once add up, each taken after the ones before it', async () => {
    const { parts } = await deltaBetween({}, { rent: '2.00', volume: '90M', tps: '3_000', redundancy: 'n+2' });
    expect(parts.price).toBeLessThan(0);
    expect(parts.usage).toBeGreaterThan(0);
    expect(parts.throughput).toBeLessThan(0);
    expect(parts.edit).toBeGreaterThan(0);
  });

  it('nothing changed: nothing to tell', async () => {
    expect(await deltaBetween({}, {})).toMatchObject({ usd: 0, percent: 0 });
  });

  it('another price date moves catalog prices only', async () => {
    const api = (as_of: string) => `version: 1
name: api
pricing: { as_of: ${as_of} }
workload: { requests_per_month: 1M, tokens: { input: 1_000, output: 300 } }
team: { api_fte: 0 }
options: [{ id: gpt, cloud_api: openai/gpt-4o }]
`;
    const root = repository({ 's.yaml': api('2024-06-01') });
    writeFileSync(join(root, 's.yaml'), api('2026-11-24'));
    const ran = await cli(['check', join(root, 's.yaml'), '--baseline', 'HEAD', '--format', 'json'], root);
    const [{ delta, recalculated_usd }] = JSON.parse(ran.out).scenarios;
    // GPT-4o: $5 and $15 a million tokens until 2024-08, $2.50 and $10 now: 1,000 x (5 - 2.5) + 300 x (15 - 10), a million times / a million.
    expect(delta.usd).toBeCloseTo(-(2_500 + 1_500), 6);
    expect(delta.parts).toEqual({ price: delta.usd, usage: 0, throughput: 0, edit: 0 });
    expect(recalculated_usd).toBe(0);
  });

  it('files the scenario names are those of the revision, too', async () => {
    const text =
      'version: 1\nname: p\npricing: { as_of: 2026-11-24 }\nworkload: { requests_per_month: 1M, profile: p/log.yaml }\nteam: { api_fte: 0 }\noptions: [{ id: gpt, cloud_api: openai/gpt-4o }]\n';
    const root = repository({ 'deep/s.yaml': text, 'deep/p/log.yaml': PROFILE(1000) });
    writeFileSync(join(root, 'deep/p/log.yaml'), PROFILE(2000));
    const ran = await cli(['check', join(root, 'deep/s.yaml'), '--baseline', 'HEAD', '--format', 'json'], root);
    // 1,000 more input tokens x 1M requests x $2.50 a million.
    expect(JSON.parse(ran.out).scenarios[0].delta.parts.usage).toBeCloseTo(2_500, 6);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('llm-crossover-baseline-'))).toEqual([]);
  });
});

describe('what a baseline can be', () => {
  it('a plan JSON, matched by name; its day is its own', async () => {
    const root = files({ 'old.yaml': scenario(), 'new.yaml': scenario({ volume: '60M', as_of: '2026-11-24' }) });
    const old = await cli(['plan', join(root, 'old.yaml'), '--format', 'json'], root);
    writeFileSync(join(root, 'old.json'), old.out);
    const ran = await cli(['check', join(root, 'new.yaml'), '--baseline', join(root, 'old.json'), '--format', 'json'], root);
    const [result] = JSON.parse(ran.out).scenarios;
    expect(result.baseline).toMatchObject({ option_id: 'own', as_of: '2026-06-01', reason: null });
    expect(result.delta.parts.usage).toBeCloseTo(result.delta.usd, 6);
  });

  it('a plan JSON whose figure was another: the difference is told apart from prices that moved', async () => {
    const root = files({ 's.yaml': scenario() });
    const old = JSON.parse((await cli(['plan', join(root, 's.yaml'), '--format', 'json'], root)).out);
    old.plans[0].options[0].monthly_usd -= 100;
    writeFileSync(join(root, 'old.json'), JSON.stringify(old));
    const ran = await cli(['check', join(root, 's.yaml'), '--baseline', 'old.json', '--format', 'json'], root);
    const [result] = JSON.parse(ran.out).scenarios;
    expect(result.delta.parts.price).toBeCloseTo(100, 6);
    expect(result.recalculated_usd).toBeCloseTo(100, 6);
    const shown = await cli(['check', join(root, 's.yaml'), '--baseline', 'old.json'], root);
    expect(shown.out).toContain('not a price that moved');
  });

  it('a scenario the revision does not have is new, and its change skipped', async () => {
    const root = repository({ 'readme.txt': 'x' });
    files({ 's.yaml': scenario({ policies: '{ max_delta_usd: 1 }' }) }, root);
    const ran = await cli(['check', join(root, 's.yaml'), '--baseline', 'main', '--format', 'json'], root);
    expect(ran.code).toBe(0);
    const [{ policies, baseline }] = JSON.parse(ran.out).scenarios;
    expect(baseline.reason).toContain('is not in main (');
    expect(policies[1]).toMatchObject({ policy: 'max_delta_usd', outcome: 'skipped' });
  });

  it('an old version with mistakes in it is no baseline, and no reason to fail', async () => {
    const root = repository({ 's.yaml': 'version: 1\nname: [' });
    files({ 's.yaml': scenario() }, root);
    const ran = await cli(['check', join(root, 's.yaml'), '--baseline', 'main'], root);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/against the baseline: .* can't be read/);
  });

  it('a revision that is not there, and a text that looks like an option of git', async () => {
    const root = repository({ 's.yaml': scenario() });
    for (const name of ['origin/main', '--output=/tmp/evil', 'HEAD:s.yaml']) {
      const ran = await cli(['check', join(root, 's.yaml'), `--baseline=${name}`], root);
      expect([ran.code, ran.out]).toEqual([2, '']);
      expect(ran.err).toContain('baseline.no-revision');
    }
    expect(existsSync('/tmp/evil')).toBe(false);
    const outside = files({ 's.yaml': scenario() });
    const ran = await cli(['check', join(outside, 's.yaml'), '--baseline', 'main'], outside);
    expect(ran.err).toContain('baseline.no-repository');
    expect(git(root, 'status', '--porcelain')).toBe('');
  });
});

it('every value has one cause', () => {
  expect(causeOf('options.gpt.discount')).toBe('price');
  expect(causeOf('options.own.self_host.hosting.rental.usd_per_gpu_hour')).toBe('price');
  expect(causeOf('team.loaded_cost_usd_per_year')).toBe('price');
  expect(causeOf('workload.tokens.input')).toBe('usage');
  expect(causeOf('options.gpt.tokens.input_ratio')).toBe('usage');
  expect(causeOf('options.own.throughput_factor')).toBe('throughput');
  expect(causeOf('options.own.self_host.redundancy')).toBe('edit');
  expect(causeOf('requirements.licensee.monthly_revenue_usd')).toBe('edit');
  expect(causeOf('workload.slo.ttft_p95_ms')).toBe('edit');
});

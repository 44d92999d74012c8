/** `route calibrate` and `route simulate` as a user starts them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, run } from './run.ts';

/** 400 requests: the score says how often the small model is right, the large one nearly always is. */
function log(n = 400): string {
  const rows = [...Array(n)].map((_, i) => {
    const score = ((i * 7919) % n) / n;
    const chance = ((i * 104_729) % 9973) / 9973;
    return [
      `r${i}`,
      score,
      chance < score ? 1 : 0,
      i % 20 === 0 ? 'false' : 'true',
      0.0001,
      0.01,
      200,
      1500,
      new Date(Date.UTC(2026, 10, 1) + i * 600_000).toISOString(),
    ];
  });
  return ['id,score,small_correct,large_correct,small_cost,large_cost,small_ms,large_ms,at', ...rows.map((row) => row.join(','))].join('\n');
}

const POLICY = `version: 1
name: test
small: { base_url: "http://localhost:8000/v1", model: small }
large: { base_url: "https://example.com/v1", model: large, api_key_env: KEY }
confidence: { method: mean_logprob, threshold: 0.5 }
rules:
  - budget: { usd: 1, per: month, pacing: false }
  - confidence
`;

const SCENARIO = `version: 1
name: mixed
workload: { requests_per_month: 500k, tokens: { input: 1000, output: 300 }, shape: { peak_to_average: 2 } }
options:
  - { id: gpt, cloud_api: openai/gpt-4o }
  - { id: mini, cloud_api: openai/gpt-4o-mini }
  - { id: mix, hybrid: { small: mini, large: gpt, calibration: c.json } }
`;

describe('route calibrate', () => {
  it('prints the JSON other programs rely on', async () => {
    const cwd = folder({ 'log.csv': log() });
    const { code, stdout, stderr } = await run(['route', 'calibrate', 'log.csv', '--format', 'json', '--target-quality', '80%'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ rows: 400, small_usd: 0.04, large_usd: 4, large_quality: 0.95, warnings: [] });
    for (const key of ['small_quality', 'auroc', 'ece', 'brier', 'frontier', 'random', 'oracle', 'chosen']) expect(report).toHaveProperty(key);
    for (const curve of ['frontier', 'random', 'oracle']) {
      expect(Object.keys(report[curve][0])).toEqual(expect.arrayContaining(['threshold', 'escalation', 'usd', 'quality', 'quality_ci']));
    }
    expect(report.chosen).toMatchObject({ target: { kind: 'quality', value: 0.8 }, fitted_rows: 200, reported_rows: 200 });
    expect(report.frontier).toHaveLength(401);
  });

  it('writes a calibration that a scenario reads: share and quality are the measured ones', async () => {
    const cwd = folder({ 'log.csv': log(), 'mixed.yaml': SCENARIO });
    const made = await run(['route', 'calibrate', 'log.csv', '--target-share', '30%', '--out', 'c.json'], { cwd });
    expect(made.code).toBe(0);
    expect(made.stdout).toContain('The frontier');
    const { chosen } = JSON.parse(readFileSync(join(cwd, 'c.json'), 'utf8'));
    const planned = await run(['plan', 'mixed.yaml', '--format', 'json', '--today', '2026-11-24', '--draws', '0'], { cwd });
    expect(planned.stderr).toBe('');
    const mix = JSON.parse(planned.stdout).plans[0].options.find((option: { id: string }) => option.id === 'mix');
    expect(mix.hybrid).toMatchObject({ escalation: chosen.escalation, threshold: chosen.threshold, quality: chosen.quality, escalation_source: 'calibration' });
    const again = await run(['route', 'calibrate', 'log.csv', '--out', 'c.json'], { cwd });
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toContain('--force');
  });

  it('checks an old calibration, and gates', async () => {
    const cwd = folder({ 'log.csv': log(), 'new.csv': log().replace(/,(0\.\d+),/g, (_, score) => `,${Number(score) ** 3},`) });
    await run(['route', 'calibrate', 'log.csv', '--out', 'c.json'], { cwd });
    const same = await run(['route', 'calibrate', 'log.csv', '--against', 'c.json', '--require', 'no-drift', '--require', 'auroc>=0.7', '--require'], { cwd });
    expect([same.code, same.stderr]).toEqual([0, '']);
    const drifted = await run(['route', 'calibrate', 'new.csv', '--against', 'c.json', '--require', 'no-drift', '--require', 'ece<=0.05'], { cwd });
    expect(drifted.code).toBe(1);
    expect(drifted.stderr).toMatch(/^Required: The log has drifted \(strong\).*\nRequired: ece is 0\.\d+, above 0\.05\.\n$/);
    expect(drifted.stdout).toContain('The old calibration no longer fits.');
  });

  it('an unknown figure does not pass a gate', async () => {
    const cwd = folder({ 'log.csv': 'id,score\na,0.5\nb,0.7\n' });
    const { code, stderr } = await run(['route', 'calibrate', 'log.csv', '--require', 'auroc>=0.5', '--target-quality', '0.5', '--require'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe('Required: auroc is not known, so it cannot meet its limit of 0.5.\nRequired: The target is missed.\n');
  });

  it.each([
    [['route', 'calibrate', 'nowhere.csv'], 'file.missing'],
    [['route', 'calibrate', 'log.csv', '--score', 'scroe'], 'log.no-column'],
    [['route', 'calibrate', 'log.csv', '--require', 'accuracy>=1'], 'calibrate.bad-requirement'],
    [['route', 'calibrate', 'log.csv', '--target-share', '120%'], 'cli.invalid-argument'],
    [['route', 'calibrate', 'log.csv', '--target-share', '20%', '--target-cost', '5'], 'cli.conflicting-option'],
    [['route', 'calibrate', 'log.csv', '--against', 'log.csv'], 'calibration'],
    [['route', 'simulate', 'log.csv', '--policy', 'nowhere.yaml'], 'file.missing'],
    [['route', 'simulate', 'log.csv', '--policy', 'policy.yaml', '--large-cost', 'id'], 'log.bad-cell'],
    [['route'], 'cli'],
  ])('%j cannot be answered', async (args, code) => {
    const cwd = folder({ 'log.csv': log(40), 'policy.yaml': POLICY });
    const ran = await run(args, { cwd });
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(code);
    expect(ran.stderr).not.toContain('inside llm-crossover');
  });
});

describe('route simulate', () => {
  it('spends the budget and then keeps requests small', async () => {
    const cwd = folder({ 'log.csv': log(), 'policy.yaml': POLICY });
    const { code, stdout, stderr } = await run(['route', 'simulate', 'log.csv', '--policy', 'policy.yaml', '--format', 'json', '--records', 'steps.jsonl'], {
      cwd,
    });
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout);
    // Half of 400 scores are below 0.5; $1 pays 100 of them at $0.01, and the other 100 are held back.
    expect(report).toMatchObject({ requests: 400, escalated: 100, held_back: 100, usd: 1.04, large_usd: 1, small_usd: 0.04 });
    expect(report.budgets[0]).toEqual([
      { period: '2026-11', limit_usd: 1, spent_usd: expect.closeTo(1, 9), ran_out_at_ms: expect.any(Number), held_back: 100 },
    ]);
    const steps = readFileSync(join(cwd, 'steps.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(steps).toHaveLength(400);
    expect(steps.reduce((sum, step) => sum + step.usd, 0)).toBeCloseTo(report.usd, 9);
  });

  it('draws requests from a profile and a calibration', async () => {
    const cwd = folder({
      'log.csv': log(),
      'policy.yaml': POLICY.replace('model: large,', 'model: large, price_card: openai/gpt-4o,').replace(
        'model: small }',
        'model: small, prices: { usd_per_request: 0.0001 } }',
      ),
    });
    await run(['route', 'calibrate', 'log.csv', '--out', 'c.json'], { cwd });
    const profile = fileURLToPath(new URL('../../scenarios/profiles/azure-conv.yaml', import.meta.url));
    const args = [
      'route',
      'simulate',
      profile,
      '--policy',
      'policy.yaml',
      '--calibration',
      'c.json',
      '--requests-per-month',
      '10k',
      '--days',
      '7',
      '--start',
      '2026-11-02',
      '--format',
      'json',
    ];
    const { code, stdout, stderr } = await run(args, { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout);
    // 10,000 / 730 h x 168 h = 2,301 requests, by chance 3.5 x 48 more or less
    expect(Math.abs(report.requests - 2301)).toBeLessThan(170);
    expect(report.large_usd).toBeGreaterThan(0);
    expect(report.large_usd).toBeLessThanOrEqual(1);
    expect((await run(args, { cwd })).stdout).toBe(stdout);
  });
});

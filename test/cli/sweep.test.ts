/** sweep, explain and diff as a user calls them. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsOf, MAX_CELLS, readAxis } from '../../src/cli/sweep/grid.ts';
import { InputError } from '../../src/files/problem.ts';
import { ARTICLE, folder, run } from './run.ts';

describe('values of a sweep', () => {
  it.each([
    ['a=10k,100k,1M', ['10k', '100k', '1M']],
    ['a=10k..1M:3', ['10000', '100000', '1000000']],
    ['a=1..1000', ['1', '2.154', '4.642', '10', '21.54', '46.42', '100', '215.4', '464.2', '1000']],
    ['a=0%..20%+10%', ['0', '0.1', '0.2']],
    ['a=$1..$2+0.5', ['1', '1.5', '2']],
    ['a=5,1..2+1', ['5', '1', '2']],
  ])('%s', (text, values) => {
    expect(readAxis(text).values).toEqual(values);
  });

  it.each([
    ['a', 'sweep.no-values'],
    ['a=1,,2', 'sweep.empty-value'],
    ['a=2..1', 'sweep.bad-range'],
    ['a=0..1', 'sweep.bad-range'],
    ['a=1..x', 'sweep.bad-range'],
    ['a=1..2+0', 'sweep.bad-range'],
  ])('%s is %s', (text, code) => {
    try {
      readAxis(text);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof InputError && error.problems[0]?.code).toBe(code);
    }
  });

  it('are combined, the last path varying fastest, up to a limit', () => {
    expect(cellsOf([readAxis('a=1,2'), readAxis('b=3,4')])).toEqual([
      { a: '1', b: '3' },
      { a: '1', b: '4' },
      { a: '2', b: '3' },
      { a: '2', b: '4' },
    ]);
    expect(() => cellsOf([readAxis('a=1..100+1'), readAxis('b=1..100+1')])).toThrow(String(MAX_CELLS));
  });
});

describe('sweep', () => {
  const cwd = folder({ 's.yaml': ARTICLE });

  it('reproduces the article: the winner changes between 10,000 and 100,000 requests', async () => {
    const { code, stdout, stderr } = await run(
      ['sweep', 's.yaml', '--set', 'workload.requests_per_month=10k,100k,500k,1M', '--out', 'csv', '--today', '2026-11-24'],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'workload.requests_per_month,monthly_usd.cloud,monthly_usd.own,winner,decision',
      '10000,150,200,cloud,cloud',
      '100000,1500,400,own,own',
      '500000,7500,800,own,own',
      '1000000,15000,1200,own,own',
    ]);
  });

  it('gives JSON that says the same, and files where asked', async () => {
    const { stdout } = await run(['sweep', 's.yaml', '--set', 'workload.requests_per_month=10k,100k', '--out', 'json', '--today', '2026-11-24'], { cwd });
    expect(JSON.parse(stdout).rows[1]).toEqual({
      set: { 'workload.requests_per_month': 100_000 },
      monthly_usd: { cloud: 1500, own: 400 },
      winner: 'own',
      decision: 'own',
    });
    const written = await run(['sweep', 's.yaml', '--set', 'workload.requests_per_month=10k,100k', '--out', 'out.csv', '--today', '2026-11-24'], { cwd });
    expect([written.code, written.stdout]).toEqual([0, '']);
  });

  it.each([
    [[], 'Nothing is swept'],
    [['--set', 'workload.request_per_month=1k'], 'Did you mean "workload.requests_per_month"'],
    [['--set', 'workload.requests_per_month=1..100+1', '--set', 'team.engineers=1..100+1'], 'at most 5000'],
    [['--set', 'team.engineers=1', '--set', 'team.engineers=2'], 'swept twice'],
  ])('%j: exit 2 and a way out', async (args, message) => {
    const { code, stdout, stderr } = await run(['sweep', 's.yaml', ...args], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('explain', () => {
  const cwd = folder({ 's.yaml': ARTICLE });

  it('gives the value, the formula and the line', async () => {
    const { code, stdout } = await run(['explain', 's.yaml', 'options.cloud.monthly_usd', '--today', '2026-11-24'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('options.cloud.monthly_usd = 7500');
    expect(stdout).toContain('500,000 request x $0.015 = $7,500');
    expect(stdout).toContain('workload.requests_per_month = 500,000 (s.yaml:3)');
  });

  it('lists what there is, and suggests what was meant', async () => {
    expect((await run(['explain', 's.yaml', 'crossover_summary'], { cwd })).stdout).toContain('crossover_summary.settled');
    const { code, stderr } = await run(['explain', 's.yaml', 'options.cloud.monthly_us'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "options.cloud.monthly_usd"?');
  });
});

describe('diff', () => {
  it('compares what plan wrote', async () => {
    const cwd = folder({ 's.yaml': ARTICLE });
    await run(['plan', 's.yaml', '--format', 'json', '--out', 'a.json', '--today', '2026-11-24'], { cwd });
    await run(['plan', 's.yaml', '--format', 'json', '--set', 'workload.requests_per_month=10k', '--out', 'b.json', '--today', '2026-11-24'], { cwd });
    const { code, stdout, stderr } = await run(['diff', 'a.json', 'b.json'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The decision changes from own to cloud.');
    expect(stdout).toContain('cloud: $7,500 -> $150, -$7,350 (-98 %)');
    expect((await run(['diff', 'a.json', join(cwd, 'none.json')], { cwd })).code).toBe(2);
    expect((await run(['diff', 'a.json', 's.yaml'], { cwd })).code).toBe(2);
  });
});

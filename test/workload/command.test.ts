import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../src/cli/commands/workload.ts';
import type { Io } from '../../src/cli/io.ts';
import { loadProfile } from '../../src/files/load.ts';
import { InputError } from '../../src/files/problem.ts';
import { file, folder, rows } from './logs.ts';

interface Outcome {
  out: string;
  err: string;
  exit: number;
  problems: readonly string[];
}

async function workload(args: readonly string[], cwd: string, stdin: NodeJS.ReadableStream = new PassThrough().end()): Promise<Outcome> {
  const outcome: Outcome = { out: '', err: '', exit: 0, problems: [] };
  const io = {
    out: (text: string) => {
      outcome.out += text;
    },
    err: (text: string) => {
      outcome.err += text;
    },
    exit: (code: number) => {
      outcome.exit = code;
    },
    ...{ stdin, stdout: { isTTY: false }, stderr: { isTTY: false }, env: {}, cwd, today: () => '2026-11-24' },
  } as unknown as Io;
  const command = new Command('workload').exitOverride();
  define(command, io);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    outcome.problems = error.problems.map(({ code }) => code);
  }
  return outcome;
}

const LOG = rows('2026-11-01T10:00:00Z,100,10', '2026-11-01T10:00:04Z,300,30', '2026-11-01T10:00:05Z,-1,3');

describe('workload import', () => {
  it('--format json prints the keys other programs rely on, first and in order', async () => {
    const { out, err } = await workload(['import', file('log.csv', LOG), '--format', 'json'], '/');
    const result = JSON.parse(out);
    expect(Object.keys(result).slice(0, 13)).toEqual([
      ...['schema_version', 'source', 'requests', 'dropped', 'span_s', 'requests_per_s', 'input_tokens', 'output_tokens', 'cached_share'],
      ...['peak_to_average', 'burstiness_cv', 'hour_of_week', 'joint_histogram'],
    ]);
    expect(result).toMatchObject({
      schema_version: 1,
      requests: 2,
      dropped: { negative_tokens: 1 },
      span_s: 5 - 1,
      requests_per_s: 0.5,
      input_tokens: { mean: 200, p50: 200, p95: 290, p99: 298, total: 400 },
    });
    expect(err).toBe('');
  });

  it('the terminal summary says what was dropped, and fits 80 columns of ASCII', async () => {
    const { out } = await workload(['import', file('log.csv', LOG)], '/');
    expect(out).toMatch(/^log: 2 requests over 4 seconds \(0\.5 a second\)/);
    expect(out).toMatch(/Dropped 1 of 3 rows\n +1 {2}a token count is negative/);
    expect(out.split('\n').filter((line) => line.length > 80 || /[^ -~]/.test(line))).toEqual([]);
  });

  it('--out writes a profile that loads, names its schema, and is not written over', async () => {
    const here = folder();
    writeFileSync(`${here}/log.csv`, LOG);
    const first = await workload(['import', 'log.csv', '--out', 'p.yaml', '--name', 'mine', '--source', 'our log, internal'], here);
    expect(first.err).toMatch(/^Wrote p\.yaml/);
    expect(readFileSync(`${here}/p.yaml`, 'utf8')).toMatch(/^# yaml-language-server: \$schema=.*profile\.schema\.json\n/);
    expect(loadProfile(`${here}/p.yaml`)).toMatchObject({ name: 'mine', source: 'our log, internal', requests: 2, cached_share: null });

    writeFileSync(`${here}/p.yaml`, 'precious');
    const second = await workload(['import', 'log.csv', '--out', 'p.yaml'], here);
    expect([second.problems, second.out, readFileSync(`${here}/p.yaml`, 'utf8')]).toEqual([['workload.exists'], '', 'precious']);
    await workload(['import', 'log.csv', '--out', 'p.yaml', '--force'], here);
    expect(loadProfile(`${here}/p.yaml`).requests).toBe(2);
    expect(readdirSync(here).sort()).toEqual(['log.csv', 'p.yaml']);
  });

  it('a profile with the hours of the week loads with what was printed', async () => {
    const here = folder();
    const week = Array.from(
      { length: 500 },
      (_, k) => `${new Date(Date.UTC(2026, 10, 2) + k * 1_800_000 + (k % 3) * 1000).toISOString()},${k % 90},${1 + (k % 40)}`,
    );
    writeFileSync(`${here}/log.csv`, rows(...week));
    const { out } = await workload(['import', 'log.csv', '--out', 'p.yaml', '--format', 'json'], here);
    const { name, source, requests, span_s, input_tokens, output_tokens, cached_share, peak_to_average, burstiness_cv, hour_of_week, joint_histogram } =
      JSON.parse(out);
    expect(hour_of_week).toHaveLength(168);
    expect(loadProfile(`${here}/p.yaml`)).toEqual({
      name,
      source,
      requests,
      span_s,
      input_tokens,
      output_tokens,
      cached_share,
      peak_to_average,
      burstiness_cv,
      hour_of_week,
      joint_histogram,
    });
    expect((await workload(['show', 'p.yaml'], here)).out).toMatch(/Hours of the week[\s\S]*\n {2}Sun \|.{24}\|/);
  });

  it('totals of a period are shown but make no profile', async () => {
    const here = folder();
    writeFileSync(`${here}/a.csv`, 'date,requests,promptTokens,completionTokens\n2026-11-01,10,1000,305\n');
    expect((await workload(['import', 'a.csv'], here)).out).toMatch(/input {2,}100 +\? +\? +\? +1,000/);
    expect(await workload(['import', 'a.csv', '--out', 'p.yaml'], here)).toMatchObject({ problems: ['workload.no-distribution'], out: '' });
    expect(existsSync(`${here}/p.yaml`)).toBe(false);
  });

  it('a folder that is not there is said before the import', async () => {
    expect((await workload(['import', 'none.csv', '--out', 'no/such/p.yaml'], folder())).problems).toEqual(['workload.no-folder']);
  });

  it('flags name columns, rules, units and zones', async () => {
    const log = file('log.csv', 'at,p,c,hit,who\n1000,10,1,90,a\n3000,10,1,90,b\n');
    const args = ['--timestamp', 'at', '--input', 'p', '--output', 'c', '--cached', 'hit', '--team', 'who', '--cached-exclusive', '--time-unit', 'ms'];
    const result = JSON.parse((await workload(['import', log, ...args, '--format', 'json'], '/')).out);
    expect(result).toMatchObject({
      span_s: 2,
      input_tokens: { mean: 100 },
      cached_share: 0.9,
      cached_rule: { rule: 'exclusive', basis: '--cached-exclusive was given' },
    });
  });

  it('Ctrl-C while waiting for a pipe: exit 130, nothing written', async () => {
    const here = folder();
    const stdin = new PassThrough();
    stdin.write(LOG);
    const running = workload(['import', '-', '--out', 'p.yaml'], here, stdin);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.emit('SIGINT');
    expect(await running).toMatchObject({ exit: 130, out: '', err: 'Interrupted; nothing was written.\n' });
    expect(readdirSync(here)).toEqual([]);
  });
});

describe('workload show', () => {
  it('prints a saved profile', async () => {
    const { out } = await workload(['show', 'scenarios/profiles/azure-conv.yaml'], process.cwd());
    expect(out).toMatch(/^azure-conv: 19,366 requests over 58\.4 minutes \(5\.53 a second\)/);
    expect(out).toMatch(/input {3}1,154\.7 {2}1,020 {2}4,083 {2}4,142 {2}22,361,870/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('--format json gives its values', async () => {
    const { out } = await workload(['show', 'scenarios/profiles/azure-code.yaml', '--format', 'json'], process.cwd());
    expect(JSON.parse(out)).toMatchObject({ name: 'azure-code', requests: 8819, output_tokens: { p50: 13, total: 245_896 } });
  });

  it('a file that is no profile is an error', async () => {
    expect((await workload(['show', file('x.yaml', 'name: x\n')], '/')).problems.length).toBeGreaterThan(0);
  });
});

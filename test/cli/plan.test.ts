import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ARTICLE, folder, run } from './run.ts';

const BIN = fileURLToPath(new URL('../../bin/llm-crossover.js', import.meta.url));

interface PlanJson {
  readonly schema_version: number;
  readonly tool_version: string;
  readonly plans: {
    readonly scenario: { readonly name: string; readonly workload: { readonly requests_per_month: number } };
    readonly pricing: { readonly as_of: string; readonly today: string };
    readonly what_if: { readonly set: Record<string, number>; readonly winner: string }[];
    readonly crossovers: { readonly requests_per_month: number }[];
    readonly decision: { readonly option_id: string };
  }[];
}

async function planJson(args: readonly string[], cwd: string): Promise<PlanJson> {
  const { code, stdout, stderr } = await run(['plan', ...args, '--format', 'json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as PlanJson;
}

describe('plan', () => {
  const cwd = folder({
    'a.yaml': ARTICLE,
    'b.yaml': ARTICLE.replace('name: article', 'name: second'),
    'bad.yaml': ARTICLE.replace('500k', 'lots'),
    'worse.yaml': 'version: 1\n',
  });

  it('prints a plan on stdout and nothing on stderr', async () => {
    const { code, stdout, stderr } = await run(['plan', 'a.yaml'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Plan for article');
    expect(stdout).toContain('13,913.04');
  });

  it('prints several plans in the order of the files', async () => {
    const { plans } = await planJson(['b.yaml', 'a.yaml'], cwd);
    expect(plans.map((plan) => plan.scenario.name)).toEqual(['second', 'article']);
  });

  it('reads a scenario from standard input', async () => {
    const { code, stdout } = await run(['plan', '-', '--format', 'json'], { cwd, input: ARTICLE });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as PlanJson).plans[0]?.crossovers[0]?.requests_per_month).toBeCloseTo(13_913.0435, 3);
  });

  it('gives the same bytes twice', async () => {
    const args = ['plan', 'a.yaml', '--format', 'json', '--today', '2026-11-24'];
    expect((await run(args, { cwd })).stdout).toBe((await run(args, { cwd })).stdout);
  });

  it('changes values with --set, and dates with --as-of and --today', async () => {
    const [plan] = (await planJson(['a.yaml', '--set', 'workload.requests_per_month=10k', '--as-of', '2026-01-02', '--today', '2026-02-03'], cwd)).plans;
    expect(plan?.scenario.workload.requests_per_month).toBe(10_000);
    expect(plan?.pricing).toMatchObject({ as_of: '2026-01-02', today: '2026-02-03' });
    expect(plan?.decision.option_id).toBe('cloud');
  });

  it('crosses several --what-if', async () => {
    const [plan] = (await planJson(['a.yaml', '--what-if', 'workload.requests_per_month=10k,1M', '--what-if', 'workload.growth_per_month=0,5%'], cwd)).plans;
    expect(plan?.what_if.map((row) => [...Object.values(row.set), row.winner])).toEqual([
      [10_000, 0, 'cloud'],
      [10_000, 0.05, 'cloud'],
      [1_000_000, 0, 'own'],
      [1_000_000, 0.05, 'own'],
    ]);
  });

  it('writes --out whole, says so on stderr, and leaves no draft', async () => {
    const place = folder({ 'a.yaml': ARTICLE });
    const { code, stdout, stderr } = await run(['plan', 'a.yaml', '--format', 'markdown', '--out', 'plan.md'], { cwd: place });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('plan.md');
    expect(readFileSync(join(place, 'plan.md'), 'utf8')).toMatch(/^# Plan for article\n/);
    expect(readdirSync(place).sort()).toEqual(['a.yaml', 'plan.md']);
  });

  it.each(['nowhere/plan.md', '.'])('refuses --out %s', async (out) => {
    const { code, stdout, stderr } = await run(['plan', 'a.yaml', '--out', out], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('file.cannot-write');
  });

  it('explains one option or all of them', async () => {
    const one = await run(['plan', 'a.yaml', '--explain', 'own'], { cwd });
    expect(one.stdout).toContain('Every dollar of own');
    expect(one.stdout).not.toContain('Every dollar of cloud');
    expect((await run(['plan', 'a.yaml', '--explain'], { cwd })).stdout).toContain('Every dollar of cloud');
  });

  it('shows every mistake of every file, and no plan of the good one', async () => {
    const { code, stdout, stderr } = await run(['plan', 'a.yaml', 'bad.yaml', 'worse.yaml', 'none.yaml'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('bad.yaml:3:33');
    expect(stderr).toContain('worse.yaml:1:1  scenario.missing-key');
    expect(stderr).toContain('none.yaml  file.missing');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('gives mistakes as JSON when asked', async () => {
    const { code, stdout, stderr } = await run(['plan', 'bad.yaml', '--error-format', 'json'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ problems: [{ file: 'bad.yaml', line: 3, column: 33 }] });
  });

  it('shows the stack only with --debug', async () => {
    expect((await run(['plan', 'bad.yaml', '--debug'], { cwd })).stderr).toMatch(/\n\s+at /);
  });

  it('suggests a near offer among all of them, though plans load only the providers they name', async () => {
    const file = folder({ 's.yaml': ARTICLE.replace('quoted: { as: cloud_api, usd_per_request: 0.015 }', 'cloud_api: openai/gpt-4o-mni') });
    const { code, stderr } = await run(['plan', 's.yaml'], { cwd: file });
    expect(code).toBe(2);
    expect(stderr).toContain('gpt-4o-mini');
  });
});

describe('what the terminal sees', () => {
  const cwd = folder({ 'a.yaml': ARTICLE });
  const COLOUR = '\u001b[';

  it('is plain in a pipe, coloured when forced, plain again with NO_COLOR or --no-color', async () => {
    expect((await run(['plan', 'a.yaml'], { cwd })).stdout).not.toContain(COLOUR);
    expect((await run(['plan', 'a.yaml'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).toContain(COLOUR);
    expect((await run(['plan', 'a.yaml'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(COLOUR);
    expect((await run(['plan', 'a.yaml', '--no-color'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).not.toContain(COLOUR);
  });

  it('is ASCII in a C locale, on a dumb terminal, and when asked', async () => {
    for (const [args, env] of [
      [[], { LANG: 'C' }],
      [[], { TERM: 'dumb' }],
      [['--ascii'], {}],
    ] as [string[], Record<string, string>][]) {
      expect((await run(['plan', 'a.yaml', ...args], { cwd, env })).stdout).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  it('may leave early: a closed pipe is no error', async () => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', `"${process.execPath}" "${BIN}" plan ${'a.yaml '.repeat(40)} --format json | head -c 10`], { cwd });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += String(text);
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('arguments', () => {
  it.each([
    [['plna'], 'cli.unknown-command', 'Did you mean plan?'],
    [['plan', 'a.yaml', '--frmat', 'json'], 'cli.unknown-option', 'Did you mean --format?'],
    [['plan', 'a.yaml', '--format', 'xml'], 'cli.invalid-argument', 'terminal, json, markdown, csv'],
    [['plan'], 'cli.missing-argument', 'llm-crossover plan --help'],
    [['plan', 'a.yaml', '--today', '2026-02-30'], 'cli.invalid-argument', 'a day of the calendar'],
    [['plan', 'a.yaml', '--seed', '-1'], 'cli.invalid-argument', 'a whole number'],
    [['plan', 'a.yaml', '--what-if', 'nothing'], 'cli.invalid-argument', 'path=value'],
    [['plan', 'a.yaml', '--explain', 'nobody'], 'cli.unknown-option-id', 'cloud, own'],
    [['completion', 'powershell'], 'cli.invalid-argument', 'bash, zsh, fish'],
    [['route', 'serve', 'p.yaml', '--port', 'abc'], 'cli.invalid-argument', 'See llm-crossover route serve --help'],
  ])('%j is refused with %s', async (args, code, hint) => {
    const cwd = folder({ 'a.yaml': ARTICLE });
    const ran = await run(args, { cwd });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(code);
    expect(ran.stderr).toContain(hint);
    const json = await run([...args, '--error-format', 'json'], { cwd });
    expect(JSON.parse(json.stderr)).toMatchObject({ problems: [{ code }] });
  });

  it('without any, and without a terminal: usage on stderr', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: llm-crossover');
  });

  it.each([['--version'], ['-V']])('%s prints the version', async (flag) => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await run([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('--help of every command is on stdout, with examples on it or on each of its subcommands', async () => {
    const names = await commandsIn([]);
    expect(names).toContain('plan');
    for (const name of names) {
      if (await hasExamples([name])) continue;
      const below = await commandsIn([name]);
      expect(below.length, name).toBeGreaterThan(0);
      for (const each of below) expect(await hasExamples([name, each]), `${name} ${each}`).toBe(true);
    }
  });
});

async function help(path: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run([...path, '--help']);
  expect({ path, code, stderr }).toEqual({ path, code: 0, stderr: '' });
  return stdout;
}

async function hasExamples(path: readonly string[]): Promise<boolean> {
  return /^Examples?:/m.test(await help(path));
}

/** Names listed under "Commands:". */
async function commandsIn(path: readonly string[]): Promise<string[]> {
  const [, list = ''] = (await help(path)).split('\nCommands:\n');
  const [block = ''] = list.split('\n\n');
  return [...block.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
}

it('draws 2,000 times unless told otherwise, and not at all with --draws 0', async () => {
  const scenario = fileURLToPath(new URL('../../scenarios/support-chatbot.yaml', import.meta.url));
  const uncertainty = async (...args: string[]) =>
    JSON.parse((await run(['plan', scenario, '--format', 'json', '--today', '2026-11-24', ...args])).stdout).plans[0].uncertainty;
  expect((await uncertainty()).draws).toBe(2000);
  expect(await uncertainty('--draws', '0')).toBeNull();
});

it('the built bin says how to build where nothing is built', async () => {
  const place = folder();
  const script = join(place, 'bin.js');
  writeFileSync(script, readFileSync(BIN, 'utf8'));
  writeFileSync(join(place, 'package.json'), readFileSync(join(BIN, '../package.json'), 'utf8'));
  expect(existsSync(join(place, '../dist'))).toBe(false);
  const child = spawn(process.execPath, [script, 'plan', 'x']);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(stderr).toContain('npm ci');
});

/** The steps of action.yml, run the way a runner does: a bash script each, inputs as variables, outputs in a file. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type FakeGitHub, fakeGitHub } from './fake-github.ts';
import { cli, files, git, repository } from './run.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const action = parse(readFileSync(`${root}action.yml`, 'utf8'));

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Run {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Puts inputs and earlier outputs where the runner would; any other expression is a mistake of the test. */
function filled(text: string, inputs: Readonly<Record<string, string>>, outputs: Run['outputs']): string {
  return text.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const input = /^inputs\.([\w-]+)$/.exec(expression)?.[1];
    if (input !== undefined) return inputs[input] ?? '';
    const [, step = '', name = ''] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
    if (step === '') throw new Error(`cannot evaluate ${expression}`);
    return outputs[step]?.[name] ?? '';
  });
}

async function runAction(workspace: string, given: Readonly<Record<string, string>>, runner: Readonly<Record<string, string>>): Promise<Run> {
  const defaults = Object.entries(action.inputs as Record<string, { default: string }>).map(([name, input]) => [
    name,
    input.default.includes('${{') ? '' : input.default,
  ]);
  const inputs = { ...Object.fromEntries(defaults), command: `node\n${root}bin/llm-crossover.js`, ...given };
  const outputs: Record<string, Record<string, string>> = {};
  let [code, log] = [0, ''];
  for (const step of (action.runs.steps as Step[]).filter((each) => each.run !== undefined)) {
    if (code !== 0) break;
    const temp = files({ 'step.sh': step.run ?? '', output: '' });
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(String(value), inputs, outputs)]));
    const ran = await bash(join(temp, 'step.sh'), workspace, { ...runner, RUNNER_TEMP: temp, GITHUB_OUTPUT: join(temp, 'output'), ...env });
    code = ran.code;
    log += ran.log;
    const lines = readFileSync(join(temp, 'output'), 'utf8').split('\n').filter(Boolean);
    outputs[step.id ?? ''] = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }
  return { code, log, outputs };
}

function bash(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<{ code: number; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], { cwd, env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env } });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, log }));
  });
}

const scenario = (price: number, limit = 1000) => `version: 1
name: s
workload: { requests_per_month: 10k, tokens: { input: 1, output: 1 } }
options: [{ id: api, quoted: { as: cloud_api, usd_per_request: ${price} } }]
policies: { max_monthly_usd: ${limit} }
`;

let github: FakeGitHub;
let clone: string;
let runner: Record<string, string>;

/** A clone of one commit, as actions/checkout leaves it: the base branch is not there. */
beforeEach(async () => {
  github = await fakeGitHub();
  const origin = repository({ 'scenarios/s one.yaml': scenario(0.01) });
  git(origin, 'checkout', '-q', '-b', 'change');
  writeFileSync(join(origin, 'scenarios/s one.yaml'), scenario(0.02));
  git(origin, 'commit', '-q', '-a', '-m', 'Change');
  clone = join(files({}), 'work');
  execFileSync('git', ['clone', '-q', '--depth=1', '--branch', 'change', `file://${origin}`, clone]);
  const world = files({ 'summary.md': '', 'event.json': JSON.stringify({ pull_request: { number: 7, head: { repo: { full_name: 'o/r' } } } }) });
  runner = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.url,
    GITHUB_BASE_REF: 'main',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(world, 'event.json'),
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_STEP_SUMMARY: join(world, 'summary.md'),
    GITHUB_WORKSPACE: clone,
  };
});
afterEach(() => github.close());

describe('the action', () => {
  it('fetches the base, checks, sums up, comments', async () => {
    const ran = await runAction(clone, { comment: 'true', token: 't' }, runner);
    expect([ran.code, ran.outputs.check?.['exit-code']], ran.log).toEqual([0, '0']);
    expect(ran.log).toMatch(/against origin\/main \([0-9a-f]{7}\): \+\$100\.00 \(\+100 %\)/);
    expect(readFileSync(runner.GITHUB_STEP_SUMMARY ?? '', 'utf8')).toContain('check passed');
    expect(github.comments[0]?.body).toContain('$200.00');
    expect(JSON.parse(readFileSync(ran.outputs.check?.json ?? '', 'utf8')).scenarios[0].delta.usd).toBeCloseTo(100, 9);
    expect(readFileSync(ran.outputs.check?.markdown ?? '', 'utf8')).toContain('check passed');
    expect(git(clone, 'status', '--porcelain')).toBe('');
  });

  it('a failing policy fails it, with marks on the line, for forks without a comment', async () => {
    writeFileSync(runner.GITHUB_EVENT_PATH ?? '', JSON.stringify({ pull_request: { number: 7, head: { repo: { full_name: 'stranger/r' } } } }));
    const ran = await runAction(clone, { comment: 'true', token: 't', set: 'policies.max_monthly_usd=150\n\n' }, runner);
    expect([ran.code, ran.outputs.check?.['exit-code']], ran.log).toEqual([1, '1']);
    expect(ran.log).toContain('::error file=scenarios/s one.yaml,line=1,col=1,title=max_monthly_usd (s)::');
    expect(github.requests).toEqual([]);
    expect(readFileSync(runner.GITHUB_STEP_SUMMARY ?? '', 'utf8')).toContain('check failed');
  });

  it('a file that is not there is exit 2, a baseline of none compares with nothing, SARIF is written where asked', async () => {
    expect((await runAction(clone, { scenarios: 'nowhere/*.yaml' }, runner)).code).toBe(2);
    const ran = await runAction(clone, { baseline: 'none', sarif: 'out.sarif', scenarios: '**/*.yaml' }, runner);
    expect(ran.code, ran.log).toBe(0);
    expect(ran.log).not.toContain('against');
    expect(existsSync(join(clone, 'out.sarif'))).toBe(true);
  });

  it('inputs are never run', async () => {
    const evil = '$(touch evil) `touch evil`; touch evil';
    await runAction(clone, { scenarios: evil, baseline: evil, set: evil, 'comment-key': evil, sarif: '' }, runner);
    await runAction(clone, {}, { ...runner, GITHUB_BASE_REF: '--upload-pack=touch evil' });
    expect(existsSync(join(clone, 'evil'))).toBe(false);
  });

  it('no script holds an expression', () => {
    for (const step of action.runs.steps as Step[]) expect(step.run ?? '').not.toContain('${{');
  });
});

it('the examples are YAML; their commands and inputs are ours, and no placeholder is left', async () => {
  const names = ['github-pull-request.yml', 'github-prices-moved.yml', 'gitlab.yml', 'pre-commit-config.yaml'];
  const texts = names.map((name) => readFileSync(`${root}docs/ci/${name}`, 'utf8'));
  for (const text of texts) {
    expect(Object.keys(parse(text)).length).toBeGreaterThan(0);
    expect(text).not.toMatch(/OWNER|TODO|example\.com/);
  }
  const help = (await cli(['check', '--help'], root)).out;
  for (const [, flag = ''] of texts.join('\n').matchAll(/\s(--(?:baseline|comment|set|report)\b)/g)) expect(help).toContain(flag);
  const [, step = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(`${root}docs/ci/README.md`, 'utf8')) ?? [];
  for (const input of Object.keys(parse(step)[0].with)) expect(Object.keys(action.inputs)).toContain(input);
});

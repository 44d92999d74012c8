import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { add, type FakeGitHub, fakeGitHub } from './fake-github.ts';
import { cli, files } from './run.ts';

const TOKEN = 'ghs_secretsecret';
let github: FakeGitHub;
let root: string;
let env: Record<string, string>;

beforeEach(async () => {
  github = await fakeGitHub();
  root = files({ 's.yaml': scenario(0.01), 'summary.md': '', 'event.json': event('o/r') });
  env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(root, 'event.json'),
    GITHUB_STEP_SUMMARY: join(root, 'summary.md'),
    GITHUB_TOKEN: TOKEN,
    GITHUB_WORKSPACE: root,
  };
});
afterEach(() => github.close());

function scenario(price: number): string {
  return `version: 1\nname: s\nworkload: { requests_per_month: 10k, tokens: { input: 1, output: 1 } }\noptions: [{ id: api, quoted: { as: cloud_api, usd_per_request: ${price} } }]\n`;
}

function event(head: string): string {
  return JSON.stringify({ pull_request: { number: 7, head: { repo: { full_name: head } } } });
}

const check = (...args: string[]) => cli(['check', join(root, 's.yaml'), ...args], root, env);

it('is written once, then kept up to date', async () => {
  const first = await check('--comment');
  expect(first.err).toContain('Comment created');
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(/^<!-- llm-crossover check -->\n## llm-crossover: check passed/);
  expect(github.comments[0]?.body).toContain('$100.00');
  expect((await check('--comment')).err).toContain('Comment unchanged');
  writeFileSync(join(root, 's.yaml'), scenario(0.02));
  expect((await check('--comment')).err).toContain('Comment updated');
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('$200.00');
  expect(github.requests.every((request) => request.authorization === `Bearer ${TOKEN}`)).toBe(true);
});

it('is found behind hundreds of others; an outsider with the same marker is left alone', async () => {
  add(github.comments, '<!-- llm-crossover check -->\nmine now', 'User', 'NONE');
  for (let i = 0; i < 250; i++) add(github.comments, `chat ${i} <!-- llm-crossover check -->`, 'User', 'MEMBER');
  const ours = add(github.comments, '<!-- llm-crossover check -->\r\nold', 'Bot', 'NONE');
  await check('--comment');
  expect(ours.body).toContain('check passed');
  expect(github.comments).toHaveLength(252);
  expect(github.comments[0]?.body).toContain('mine now');
});

it('two checks of one pull request have a comment each', async () => {
  await check('--comment', '--comment-key', 'a');
  await check('--comment', '--comment-key', 'b');
  await check('--comment', '--comment-key', 'a');
  expect(github.comments.map((comment) => comment.body.split('\n')[0])).toEqual(['<!-- llm-crossover check a -->', '<!-- llm-crossover check b -->']);
});

it('a fork gets the summary only and passes, unless the workflow runs in the base', async () => {
  writeFileSync(join(root, 'event.json'), event('stranger/r'));
  const ran = await check('--comment-required');
  expect([ran.code, github.requests]).toEqual([0, []]);
  expect(ran.err).toContain("a fork's pull request can't write");
  expect(readFileSync(join(root, 'summary.md'), 'utf8')).toContain('check passed');
  env.GITHUB_EVENT_NAME = 'pull_request_target';
  await check('--comment');
  expect(github.comments).toHaveLength(1);
});

it('a token without permission is told, and fails only where the comment is required', async () => {
  github.failures.push(403, 403);
  const ran = await check('--comment');
  expect([ran.code, ran.err.includes('Resource not accessible by integration')]).toEqual([0, true]);
  expect((await check('--comment-required')).code).toBe(1);
});

it('a server in trouble is asked again; a dead one changes nothing', async () => {
  github.failures.push(502, 503);
  expect((await check('--comment')).err).toContain('Comment created');
  const url = github.url;
  await github.close();
  const ran = await check('--comment');
  expect([ran.code, ran.err.includes('No comment: ')]).toEqual([0, true]);
  expect((await check('--comment-required')).code).toBe(1);
  env.GITHUB_API_URL = url.replace('http://127.0.0.1', 'http://api.evil.example');
  expect((await check('--comment')).err).toContain('no https address');
});

it('nowhere to write: said, and no failure unless required', async () => {
  writeFileSync(join(root, 'event.json'), '{}');
  expect(await check('--comment')).toMatchObject({ code: 0, err: expect.stringContaining('belongs to no pull request') });
  expect((await check('--comment-required')).code).toBe(1);
  expect((await check('--comment', '--pull-request', '7')).err).toContain('Comment created');
  delete env.GITHUB_TOKEN;
  writeFileSync(join(root, 'event.json'), event('o/r'));
  expect((await check('--comment')).err).toContain('GITHUB_TOKEN is not set');
});

it('the token never shows', async () => {
  github.failures.push(418);
  const ran = await check('--comment', '--format', 'json');
  expect(ran.out + ran.err).not.toContain(TOKEN);
});

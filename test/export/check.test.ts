import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compare, showDifferences } from '../../src/export/check.ts';
import { exported } from './run.ts';

const file = (text: string) => {
  const path = join(tmpdir(), `deployed-${process.pid}-${Math.random()}.txt`);
  writeFileSync(path, text);
  return path;
};
const ARGS = {
  litellm: ['--option', 'mix', '--random-split'],
  'semantic-router': ['--option', 'mix'],
  envoy: ['--option', 'mix', '--random-split'],
  portkey: ['--option', 'mix', '--random-split'],
  switchyard: ['--option', 'mix', '--random-split'],
  command: ['--option', 'own'],
  docker: ['--option', 'own'],
  compose: ['--option', 'own'],
  kubernetes: ['--option', 'own'],
} as const;

test('every target matches what it wrote, and without its comments', async () => {
  for (const [target, args] of Object.entries(ARGS)) {
    const { out } = await exported([target, ...args]);
    for (const text of [out, out.replace(/^#.*\n/gm, '')])
      expect(await exported([target, ...args, '--check', file(text)])).toMatchObject({ code: 0, codes: [] });
  }
});

test('a changed weight is found, an added key is not a difference, a third model is', async () => {
  const args = ['litellm', ...ARGS.litellm];
  const { out } = await exported(args);
  const changed = await exported([...args, '--check', file(out.replace('weight: 125', 'weight: 200'))]);
  expect(changed.code).toBe(1);
  expect(changed.out).toContain('model_list[1].litellm_params.weight: planned 125, deployed 200');
  expect((await exported([...args, '--check', file(`${out}litellm_settings: { drop_params: true }\n`)])).code).toBe(0);
  const third = out.replace('router_settings:', '  - model_name: chat\n    litellm_params: { model: openai/x, weight: 9 }\nrouter_settings:');
  expect((await exported([...args, '--check', file(third)])).out).toContain('model_list[2]');
});

test('a key that stands in the deployed file is not printed', async () => {
  const args = ['litellm', ...ARGS.litellm];
  const { out } = await exported(args);
  const leaked = await exported([...args, '--check', file(out.replace('os.environ/OPENAI_API_KEY', 'sk-canary-123456'))]);
  expect(leaked.code).toBe(1);
  expect(leaked.out).toContain('deployed [redacted]');
  expect(leaked.out).not.toContain('canary');
  const moved = showDifferences(await compare('a: 1', 'a: { api_key: canary-canary }', 'yaml', 'x'));
  expect(moved).not.toContain('canary');
});

test('order of manifests means nothing; what can not be read is an error', async () => {
  const args = ['envoy', ...ARGS.envoy];
  const { out } = await exported(args);
  expect((await exported([...args, '--check', file(out.split('---\n').reverse().join('---\n'))])).code).toBe(0);
  expect((await exported([...args, '--check', file('a: [')])).codes).toEqual(['export.unreadable']);
  expect((await exported(['portkey', ...ARGS.portkey, '--check', file('{')])).codes).toEqual(['export.unreadable']);
});

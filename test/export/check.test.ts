import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, compare, showDifferences } from '../../src/export/check.ts';
import { exported, scenario } from './run.ts';

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

test('says what became of the file: edited, drifted, of unknown origin, of another target, empty', async () => {
  const args = ['litellm', ...ARGS.litellm];
  const { out } = await exported(args);
  const said = async (text: string, text2?: string) => exported([...args, '--check', file(text)], text2);
  const edited = await said(out.replace('weight: 125', 'weight: 200'));
  expect(edited).toMatchObject({ code: 1, codes: [] });
  expect(edited.out).toMatch(/was edited by hand: it was exported from this plan \([0-9a-f]{12}\) and differs in 1 place:/);
  const drifted = await said(out, scenario().replace('escalate: 12.5%', 'escalate: 25%'));
  expect(drifted.code).toBe(1);
  expect(drifted.out).toMatch(/has drifted: it was exported from plan [0-9a-f]{12}, this is [0-9a-f]{12}; it differs in \d+ places?:/);
  // A plan that says the same in other words: another id, no difference.
  const renamed = await said(out, scenario().replace('name: export test', 'name: renamed'));
  expect(renamed.code).toBe(0);
  expect(renamed.out).toContain('its comment is of plan');
  const bare = await said(out.replace(/^#.*\n/gm, '').replace('weight: 125', 'weight: 200'));
  expect(bare.out).toContain("doesn't say which plan it comes from");
  for (const empty of ['', '\n\n', '# only a comment\n', '---\n'])
    expect(await said(empty)).toMatchObject({ code: 1, out: expect.stringContaining('is empty') });
});

test('a config of another target is named as such', async () => {
  const outputs = new Map<string, string>();
  for (const [target, args] of Object.entries(ARGS)) outputs.set(target, (await exported([target, ...args])).out);
  for (const [target, planned] of outputs)
    for (const [other, text] of outputs) {
      if (other === target) continue;
      const format = target === 'portkey' ? 'json' : target === 'switchyard' ? 'toml' : target === 'command' || target === 'docker' ? 'text' : 'yaml';
      expect(await check(planned, text, format, 'x', target)).toMatchObject({ status: 'other_target', other });
    }
  expect((await exported(['litellm', ...ARGS.litellm, '--check', file(outputs.get('envoy') ?? '')])).out).toContain('is a config of envoy, not of litellm');
});

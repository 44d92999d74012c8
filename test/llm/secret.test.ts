import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { printable, Secret, takeSecret } from '../../src/llm/secret.ts';

const KEY = 'sk-canary+/="\\7f3e';

describe('Secret', () => {
  test('prints as nothing, however it is printed', () => {
    const secret = new Secret(KEY);
    expect([String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })].join()).not.toContain('canary');
    expect(secret.reveal()).toBe(KEY);
  });

  test('is cut out of text in every form it may take', () => {
    const secret = new Secret(KEY);
    const forms = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64'), JSON.stringify(KEY)];
    for (const form of forms) expect(secret.redact(`before ${form} after`)).toMatch(/^before "?\[redacted\]"? after$/);
  });

  test('leaves the environment when it is taken', () => {
    process.env.BENCH_TEST_KEY = KEY;
    expect(takeSecret(process.env, 'BENCH_TEST_KEY')?.reveal()).toBe(KEY);
    expect(process.env.BENCH_TEST_KEY).toBeUndefined();
    expect(takeSecret(process.env, 'BENCH_TEST_KEY')).toBeNull();
    expect(takeSecret({ EMPTY: '  ' }, 'EMPTY')).toBeNull();
  });
});

describe('printable', () => {
  test('escapes what could move the cursor or turn the text around, and shortens', () => {
    expect(printable('a\u001b[2Jb\u202ec\n', null)).toBe('a\\u001b[2Jb\\u202ec\\u000a');
    expect(printable('x'.repeat(400), null)).toBe(`${'x'.repeat(300)}...`);
  });

  test('cuts the key out before it shortens', () => {
    const text = `${'x'.repeat(290)}${KEY}`;
    expect(printable(text, new Secret(KEY))).toBe(`${'x'.repeat(290)}[redacted]`);
  });
});

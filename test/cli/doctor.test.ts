import { describe, expect, it } from 'vitest';
import { isSupported } from '../../src/cli/commands/doctor.ts';
import { run } from './run.ts';

const SECRET = 'sk-canary-0123456789';

describe('doctor', () => {
  it('names the API keys that are set and never shows a value', async () => {
    for (const format of ['terminal', 'json']) {
      const { code, stdout, stderr } = await run(['doctor', '--format', format], { env: { OPENAI_API_KEY: SECRET, MISTRAL_API_KEY: '' } });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('OPENAI_API_KEY');
      expect(stdout).not.toContain(SECRET);
    }
  });

  it('counts the age of prices from today', async () => {
    const { stdout } = await run(['doctor', '--format', 'json', '--today', '2027-06-01']);
    const found = JSON.parse(stdout) as { prices: { newest_checked: string; age_days: number }; api_keys: { set: string[] }; node: { supported: boolean } };
    expect(found.prices.age_days).toBe((Date.parse('2027-06-01') - Date.parse(found.prices.newest_checked)) / 86_400_000);
    expect(found.api_keys.set).toEqual([]);
    expect(found.node.supported).toBe(true);
  });

  it.each([
    ['20.18.9', false],
    ['20.19.0', true],
    ['22.12.0', false],
    ['22.13.0', true],
    ['23.11.0', false],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('Node %s: %s', (version, supported) => {
    expect(isSupported(version)).toBe(supported);
  });
});

/** `llm-crossover prices` as a user types it, on the compiled catalog. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { define } from '../../src/cli/commands/prices.ts';
import type { Io } from '../../src/cli/io.ts';
import { InputError } from '../../src/files/problem.ts';

vi.mock('../../src/prices/catalog.ts', async () => {
  const { compileCatalog, readAccepted } = await import('../../src/prices/compile.ts');
  const catalog = compileCatalog('pricing');
  return { loadCatalog: () => catalog, loadAccepted: () => readAccepted('pricing') };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prices '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  const result = { out: '', code: 0 };
  const io = {
    out: (text: string) => {
      result.out += text;
    },
    err: () => {},
    stdin: process.stdin,
    stdout: { isTTY: false, columns: 80 },
    stderr: process.stderr,
    env: { LANG: 'C' },
    cwd: folder,
    today: () => '2026-11-24',
    exit: (code: number) => {
      result.code = code;
    },
  } as unknown as Io;
  const command = new Command('prices').exitOverride().configureOutput({ writeErr: () => {}, writeOut: io.out });
  define(command, io);
  for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: () => {}, writeOut: io.out });
  await command.parseAsync(args, { from: 'user' });
  return result;
}

const failure = async (...args: string[]) => {
  const error = await run(...args).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).problems[0];
};

describe('list', () => {
  it('narrows by name, provider and day', async () => {
    const { out } = await run('list', 'llama-3.3-70b', '--provider', 'together_ai');
    expect(out).toMatch(/^model +input +cached +output .*\ntogether\/llama-3\.3-70b +\$0\.88 +- +\$0\.88/);
    expect(out).toContain('1 model on 2026-11-24');
    expect((await run('list', 'openai/gpt-4o', '--at', '2024-01-01')).out).toContain('0 models on 2024-01-01');
  });

  it('is JSON and CSV, too', async () => {
    const { models } = JSON.parse((await run('list', '--provider', 'groq', '--format', 'json')).out);
    expect(models[0]).toMatchObject({ provider: 'groq', price: { source: expect.stringMatching(/^https/), checked: expect.any(String) } });
    const csv = (await run('list', '--modality', 'speech_to_text', '--format', 'csv')).out.split('\n');
    expect(csv[0]).toMatch(/^model,provider,modality/);
    expect(csv.slice(1, -1).every((line) => line.includes(',speech_to_text,'))).toBe(true);
  });
});

describe('show and history', () => {
  it('take the names of other lists', async () => {
    expect((await run('show', 'xai/grok-4', '--at', '2026-01-01')).out).toMatch(/^x_ai\/grok-4 /);
    expect(JSON.parse((await run('show', 'o3', '--at', '2025-06-01', '--format', 'json')).out)).toMatchObject({
      at: '2025-06-01',
      price: { rates: { input_usd_per_mtok: 10 } },
    });
    expect((await run('history', 'openai/o3', '--ascii')).out).toMatch(/2025-06-10 +\$2 +\$0\.5 +\$8/);
  });

  it('suggest the nearest name', async () => {
    expect(await failure('show', 'openai/gpt-4o-mni')).toMatchObject({ code: 'price.unknown-model', hint: 'Did you mean "openai/gpt-4o-mini"?' });
  });
});

it('diff lists what changed', async () => {
  const { out } = await run('diff', '2025-06-01', '2025-07-01', '--provider', 'openai');
  expect(out).toMatch(/openai\/o3 +input +\$10 +\$2 +-80 %/);
  expect(JSON.parse((await run('diff', '2026-01-01', '2026-01-01', '--format', 'json')).out).changes).toEqual([]);
});

describe('check', () => {
  it('is clean on what ships, and exits with 1 when it is not', async () => {
    expect(await run('check')).toMatchObject({ code: 0, out: expect.stringMatching(/nothing to mend/) });
    const old = await run('check', '--today', '2030-01-01', '--format', 'json');
    expect(old.code).toBe(1);
    expect(JSON.parse(old.out).findings[0]).toMatchObject({ code: 'price.stale' });
  });

  it('compares with other lists', async () => {
    writeFileSync(
      join(folder, 'l.json'),
      JSON.stringify({ 'gpt-4o': { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 3e-6, output_cost_per_token: 1e-5 } }),
    );
    const { out, code } = await run('check', '--against', 'litellm=l.json');
    expect([code, out.split('\n')[0]]).toEqual([1, 'price.disagrees  openai/gpt-4o: input_usd_per_mtok is 2.5 here and 3 in litellm on 2026-11-24']);
    expect((await run('check', '--against', 'litellm=l.json', '--format', 'markdown')).out).toContain('| litellm | 0 | 1 |');
    await expect(run('check', '--against', 'nonsense')).rejects.toThrow(/litellm=prices.json/);
  });
});

describe('import', () => {
  const YAML = `schema_version: 1
provider: openai
label: OpenAI
pricing_urls:
  - https://example.com/prices
input_includes_cached: true
models:
  - id: gpt-4o
    prices:
      - from: null
        input_per_mtok: 2.5
        output_per_mtok: 10
        source: https://example.com/prices
        checked: 2026-01-01
`;
  const path = () => join(folder, 'pricing/api/openai.yaml');
  beforeEach(() => {
    mkdirSync(join(folder, 'pricing/api'), { recursive: true });
    writeFileSync(path(), YAML);
    writeFileSync(join(folder, 'l.json'), JSON.stringify({ openai: { models: { 'gpt-4o': { cost: { input: 2, output: 8 } } } } }));
  });

  it('shows the change and writes nothing', async () => {
    const { out } = await run('import', '--from', 'models.dev', 'l.json');
    expect(out).toContain('input_per_mtok: 2\n');
    expect(out).toContain('1 changes proposed, 0 conflicts');
    expect(out).toContain('add --write');
    expect(readFileSync(path(), 'utf8')).toBe(YAML);
  });

  it('writes it when asked to', async () => {
    await run('import', '--from', 'models.dev', 'l.json', '--write');
    expect(readFileSync(path(), 'utf8')).toBe(
      `${YAML}      - from: 2026-11-24\n        input_per_mtok: 2\n        output_per_mtok: 8\n        source: https://example.com/prices\n        checked: 2026-11-24\n        note: "imported from models.dev"\n`,
    );
    expect((await run('import', '--from', 'models.dev', 'l.json')).out).toContain('0 changes proposed');
  });
});

describe('quote', () => {
  it('prices one request', async () => {
    const { out } = await run('quote', '--model', 'o3', '--input', '10000', '--cached', '2000', '--output', '2000', '--at', '2025-06-01');
    expect(out).toMatch(/cached input +0\.002 MTok +2\.5 +0\.00500000/);
    expect(out).toMatch(/total +0\.16500000/);
    expect(JSON.parse((await run('quote', '--model', 'o3', '--input', '10000', '--format', 'json')).out).total_usd).toBeCloseTo(0.02, 12);
  });

  it('prices the rows of a file', async () => {
    writeFileSync(join(folder, 'usage.csv'), 'model,input_tokens\ngpt-4o,100000\nnope,1\n');
    expect((await run('quote', '--csv', 'usage.csv')).out.split('\n').slice(0, 2)).toEqual([
      'model,input_tokens,total_usd,error,warning',
      'gpt-4o,100000,0.25,,',
    ]);
    expect(JSON.parse((await run('quote', '--csv', 'usage.csv', '--format', 'json')).out).rows[1]).toMatchObject({
      total_usd: null,
      error: expect.stringContaining('nope'),
    });
  });

  it('says what it cannot price', async () => {
    expect(await failure('quote', '--model', 'nope')).toMatchObject({ code: 'quote.impossible' });
    expect(await failure('quote', '--csv', 'missing.csv')).toMatchObject({ code: 'file.missing' });
  });
});

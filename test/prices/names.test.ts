import { describe, expect, it } from 'vitest';
import { compileCatalog } from '../../src/prices/compile.ts';
import { readMoment } from '../../src/prices/moment.ts';
import { canonicalProvider, modelNames } from '../../src/prices/names.ts';

const names = modelNames(compileCatalog('pricing').api);
const id = (provider: string | null, name: string) => names.find(provider, name)?.id ?? null;

describe('names of models', () => {
  it.each([
    [null, 'openai/gpt-4o', 'openai/gpt-4o'],
    ['openai', 'gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
    ['openai', 'gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini'],
    ['OpenAI', 'GPT-4o', 'openai/gpt-4o'],
    [null, 'gpt-4o', 'openai/gpt-4o'],
    [null, 'claude-sonnet-4-5-20250929', 'anthropic/claude-sonnet-4-5'],
    ['anthropic', 'claude-sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
    ['anthropic', 'claude-3-5-haiku-20241022', 'anthropic/claude-3-5-haiku'],
    [null, 'gemini/gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['google', 'models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['xai', 'grok-4-latest', 'x_ai/grok-4'],
    ['x-ai', 'grok-4-0709', 'x_ai/grok-4'],
    ['together_ai', 'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together/llama-3.3-70b'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together/llama-3.3-70b'],
    ['fireworks_ai', 'fireworks_ai/accounts/fireworks/models/llama-v3p3-70b-instruct', 'fireworks/llama-3.3-70b'],
    ['groq', 'llama-3.3-70b', 'groq/llama-3.3-70b-versatile'],
    ['groq', 'openai/gpt-oss-120b', 'groq/gpt-oss-120b'],
    ['deepinfra', 'deepinfra/meta-llama/Llama-3.3-70B-Instruct', 'deepinfra/llama-3.3-70b'],
    [null, 'openai:gpt-4o', 'openai/gpt-4o'],
    ['bedrock', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', 'aws/claude-haiku-4-5'],
    ['mistral', 'mistral-large-2411', 'mistral/mistral-large-2411'],
  ])('%s %s is %s', (provider, name, expected) => {
    expect(id(provider, name)).toBe(expected);
  });

  it.each([
    [null, 'gpt-9-imaginary'],
    ['openai', 'claude-sonnet-4-5'],
    ['nobody', 'gpt-4o'],
    [null, ''],
  ])('%s %s is nothing', (provider, name) => {
    expect(id(provider, name)).toBeNull();
  });

  it('keeps a provider that a name contradicts', () => {
    expect(id('groq', 'openai/gpt-4o')).toBeNull();
  });

  it('reads the provider names of other lists', () => {
    expect(['xai', 'X-AI', 'togetherai', 'vertex_ai', 'bedrock_converse', 'openai'].map(canonicalProvider)).toEqual([
      'x_ai',
      'x_ai',
      'together',
      'google',
      'aws',
      'openai',
    ]);
  });
});

describe('moments', () => {
  it.each([
    ['2026-03-01', '2026-03-01', 720],
    ['2026-03-01T16:30Z', '2026-03-01', 990],
    ['2026-03-01 16:30:59', '2026-03-01', 990],
    ['2026-03-01T00:30+02:00', '2026-02-28', 1350],
    ['2026-12-31T23:45-0100', '2027-01-01', 45],
  ])('%s is %s, %i minutes past midnight UTC', (text, date, utcMinutes) => {
    expect(readMoment(text)).toEqual({ date, utcMinutes });
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-03-01T25:00Z', '2026-03-01T', '01/03/2026'])('%j is none', (text) => {
    expect(readMoment(text)).toBeNull();
  });
});

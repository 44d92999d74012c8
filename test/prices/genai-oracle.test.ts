/**
 * Our prices against an independent list: the npm package `@pydantic/genai-prices`, priced by its own code. Every model in both must cost the same,
 * to 1e-9, unless genai-exceptions.yaml says why ours is right; every exception must be needed.
 */

import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ApiModel } from '../../src/engine/catalog.ts';
import { entryAt } from '../../src/engine/cost/price-usage.ts';
import { addMonths, daysBetween } from '../../src/engine/units.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { modelNames } from '../../src/prices/names.ts';
import { quoter } from '../../src/prices/quote.ts';
import { oracleModels } from './genai-models.ts';

interface Exception {
  readonly models: readonly string[];
  readonly from: string | null;
  readonly until: string | null;
  /** any; cached: cached or written tokens; above_N: more input than N; at_N: exactly N. */
  readonly when: string;
  readonly evidence: string;
  readonly why: string;
}

interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
}

const DATES = ['2024-06-01', '2025-06-01', '2026-03-01', '2026-09-23'];
/** The package was made that day. */
const NEWEST = '2026-09-23';
const MAJOR = ['openai', 'anthropic', 'google', 'mistral', 'deepseek', 'x-ai', 'groq', 'together', 'fireworks'];
const exceptions = parse(readFileSync(new URL('genai-exceptions.yaml', import.meta.url), 'utf8')) as readonly Exception[];
const catalog = compileCatalog('pricing');
const names = modelNames(catalog.api);
const price = quoter(catalog.api, '2026-11-24');
const oracle = oracleModels();

describe('genai-prices 0.1.8', () => {
  it('has at least 90 % of its models of the nine large providers here', () => {
    for (const provider of MAJOR) {
      const theirs = oracle.filter((model) => model.provider === provider);
      const both = theirs.filter((model) => names.find(provider, model.id) !== null);
      expect(both.length / theirs.length, `${provider}: ${both.length} of ${theirs.length}`).toBeGreaterThanOrEqual(0.9);
    }
  });

  it('agrees on every model in both, or an exception says why not', () => {
    const used = new Set<Exception>();
    const wrong: string[] = [];
    let compared = 0;
    for (const theirs of oracle) {
      const ours = names.find(theirs.provider, theirs.id);
      if (ours === null) continue;
      for (const date of datesOf(ours, theirs.starts)) {
        for (const usage of usagesOf(ours, theirs.tierStarts, `${ours.id}${date}`)) {
          const expected = oraclePrice(theirs.provider, theirs.name, theirs.id, date, usage);
          if (expected === null) continue;
          compared++;
          const found = ourPrice(theirs.provider, theirs.id, date, usage);
          if (found !== null && Math.abs(found - expected) <= 1e-9) continue;
          const exception = exceptions.find((each) => covers(each, ours, date, usage));
          if (exception === undefined)
            wrong.push(`${ours.id} (${theirs.provider}/${theirs.id}) on ${date}, ${JSON.stringify(usage)}: ours ${found}, theirs ${expected}`);
          else used.add(exception);
        }
      }
    }
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(compared).toBeGreaterThan(8_000);
    expect(exceptions.filter((each) => !used.has(each)).map((each) => each.models)).toEqual([]);
  }, 120_000);

  it('agrees on cache writes of both kinds, which it counts one inside the other', () => {
    for (const model of ['claude-sonnet-4-5', 'claude-opus-4-6', 'claude-haiku-4-5']) {
      for (const [input, cached, short, long, output] of [
        [10_000, 2000, 3000, 1000, 500],
        [250_000, 100_000, 0, 120_000, 10],
      ] as const) {
        const amounts = {
          input_tokens: input,
          cache_read_tokens: cached,
          cache_write_tokens: short + long,
          cache_write_1h_tokens: long,
          output_tokens: output,
        };
        const expected = calcPrice(amounts, model, { providerId: 'anthropic', timestamp: noon('2026-03-01') });
        const row = {
          provider: 'anthropic',
          model,
          at: '2026-03-01',
          input_tokens: String(input),
          cached_input_tokens: String(cached),
          output_tokens: String(output),
        };
        const found = price({ ...row, cache_write_tokens: String(short), cache_write_1h_tokens: String(long) });
        expect(found.total_usd).toBeCloseTo(expected?.total_price ?? -1, 9);
      }
    }
  });

  it('agrees on transcription by the second', () => {
    for (const [provider, model] of [
      ['openai', 'whisper-1'],
      ['groq', 'whisper-large-v3'],
      ['groq', 'whisper-large-v3-turbo'],
    ] as const) {
      for (const seconds of [1, 10, 61.5, 3600]) {
        const expected = calcPrice({ audio_seconds: seconds }, model, { providerId: provider, timestamp: noon('2026-09-23') });
        expect(price({ provider, model, at: '2026-09-23', audio_seconds: String(seconds) }).total_usd).toBeCloseTo(expected?.total_price ?? -1, 9);
      }
    }
  });

  it('has evidence and a reason for each exception', () => {
    for (const each of exceptions) {
      expect(each.evidence).toMatch(/^https:\/\//);
      expect(each.why.length).toBeGreaterThan(20);
      for (const model of each.models)
        expect(
          catalog.api.some((known) => known.id === model),
          model,
        ).toBe(true);
    }
  });
});

/** The four days asked for, and both sides of every change of price in either list that the package could know of. */
function datesOf(ours: ApiModel, starts: readonly string[]): string[] {
  const changes = [...ours.prices.flatMap((entry) => entry.from ?? []), ...starts];
  return [...new Set([...DATES, ...changes.flatMap((date) => [dayBefore(date), date])])].filter((date) => date <= NEWEST).sort();
}

function dayBefore(date: string): string {
  const time = new Date(`${date}T00:00:00Z`).getTime() - 86_400_000;
  const before = new Date(time).toISOString().slice(0, 10);
  expect(daysBetween(before, date)).toBe(1);
  expect(addMonths(before, 0)).toBe(before);
  return before;
}

/** Random amounts, and each threshold with one token either side. */
function usagesOf(ours: ApiModel, starts: readonly number[], seed: string): Usage[] {
  const random = seeded(seed);
  const whole = (limit: number) => Math.floor(random() * limit);
  const usage = (input: number): Usage => {
    const cached = random() < 0.5 ? 0 : whole(input);
    const written = random() < 0.3 ? whole(input - cached) : 0;
    const output = whole(8_000);
    return { input, cached, written, output, reasoning: whole(output) };
  };
  const bounds = new Set([...ours.prices.flatMap((entry) => (entry.tiers ?? []).map((tier) => tier.above_input_tokens)), ...starts]);
  const edges = [...bounds].flatMap((bound) => [bound - 1, bound, bound + 1]);
  return [...edges, whole(1_000), whole(100_000), whole(100_000)].map(usage);
}

function seeded(text: string): () => number {
  let state = 2_166_136_261;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16_777_619);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

function noon(date: string): Date {
  return new Date(`${date}T12:00:00Z`);
}

/** Null where the package has no price for these units or takes the name for another of its models. */
function oraclePrice(provider: string, name: string, id: string, date: string, usage: Usage): number | null {
  const amounts = {
    input_tokens: usage.input,
    cache_read_tokens: usage.cached,
    cache_write_tokens: usage.written,
    output_tokens: usage.output,
    output_reasoning_tokens: usage.reasoning,
  };
  const result = calcPrice(amounts, name, { providerId: provider, timestamp: noon(date) });
  if (result === null || result.model.id !== id) return null;
  return result.model_price.input_mtok === undefined ? null : result.total_price;
}

function ourPrice(provider: string, model: string, date: string, usage: Usage): number | null {
  return price({
    provider,
    model,
    at: date,
    input_tokens: String(usage.input),
    cached_input_tokens: String(usage.cached),
    cache_write_tokens: String(usage.written),
    output_tokens: String(usage.output),
    reasoning_tokens: String(usage.reasoning),
  }).total_usd;
}

function covers(exception: Exception, ours: ApiModel, date: string, usage: Usage): boolean {
  const inTime = (exception.from === null || date >= exception.from) && (exception.until === null || date < exception.until);
  return inTime && exception.models.includes(ours.id) && matches(exception.when, usage) && entryAt(ours, date) !== null;
}

function matches(when: string, usage: Usage): boolean {
  const [word = '', number = ''] = when.split('_');
  if (word === 'cached') return usage.cached > 0 || usage.written > 0;
  if (word === 'above') return usage.input > Number(number);
  if (word === 'at') return usage.input === Number(number);
  return word === 'any';
}

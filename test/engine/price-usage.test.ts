import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiModel, PriceEntry, Rates } from '../../src/engine/catalog.ts';
import { entryAt, imagePrice, priceUsage, ratesFor, type Usage } from '../../src/engine/cost/price-usage.ts';

const SOURCE = { source: 'https://example.com/pricing', checked: '2026-01-01' };
const entry = (rates: Rates, more: Partial<PriceEntry> = {}): PriceEntry => ({ from: null, rates, ...SOURCE, ...more });
const usage = (more: Partial<Usage>): Usage => ({ input_tokens: 0, output_tokens: 0, ...more });
const total = (use: Usage, price: PriceEntry, options = {}) => priceUsage(use, price, options).total_usd;

const GPT_4O = entry(
  { input_usd_per_mtok: 2.5, cached_input_usd_per_mtok: 1.25, output_usd_per_mtok: 10 },
  { batch: { input_usd_per_mtok: 1.25, output_usd_per_mtok: 5 } },
);
const CLAUDE = entry({
  input_usd_per_mtok: 3,
  cached_input_usd_per_mtok: 0.3,
  cache_write_usd_per_mtok: 3.75,
  cache_write_1h_usd_per_mtok: 6,
  output_usd_per_mtok: 15,
});
const GEMINI = entry(
  { input_usd_per_mtok: 1.25, cached_input_usd_per_mtok: 0.125, output_usd_per_mtok: 10 },
  {
    tiers: [{ above_input_tokens: 200_000, rates: { input_usd_per_mtok: 2.5, output_usd_per_mtok: 15 } }],
    batch: { input_usd_per_mtok: 0.625, output_usd_per_mtok: 5 },
  },
);

describe('entryAt', () => {
  const o3: ApiModel = {
    id: 'openai/o3',
    provider: 'openai',
    model: 'o3',
    label: 'o3',
    aliases: [],
    modality: 'text',
    open_model: null,
    released: '2025-04-16',
    retired: null,
    context_tokens: 200_000,
    max_output_tokens: null,
    min_cacheable_tokens: 1024,
    input_includes_cached: true,
    regions: [],
    prices: [
      entry({ input_usd_per_mtok: 10 }),
      entry({ input_usd_per_mtok: 2 }, { from: '2025-06-10' }),
      entry({ input_usd_per_mtok: 1 }, { from: '2027-01-01' }),
    ],
  };

  it('is the last entry that has begun: the day of a cut is already cheaper', () => {
    expect(entryAt(o3, '2025-06-09')?.rates.input_usd_per_mtok).toBe(10);
    expect(entryAt(o3, '2025-06-10')?.rates.input_usd_per_mtok).toBe(2);
    expect(entryAt(o3, '2026-12-31')?.rates.input_usd_per_mtok).toBe(2);
    expect(entryAt(o3, '2027-01-01')?.rates.input_usd_per_mtok).toBe(1);
  });

  it('is null before a first entry with a date', () => {
    expect(entryAt({ ...o3, prices: o3.prices.slice(1) }, '2025-06-09')).toBeNull();
  });
});

describe('cached and written tokens', () => {
  it('are part of the input and billed once', () => {
    // 600 x 2.5 + 400 x 1.25 + 100 x 10 = 1500 + 500 + 1000 dollars per million
    const priced = priceUsage(usage({ input_tokens: 1000, cached_input_tokens: 400, output_tokens: 100 }), GPT_4O);
    expect(priced.total_usd).toBeCloseTo(0.003, 12);
    expect(priced.components.map(({ name, quantity, unit_usd }) => [name, quantity, unit_usd])).toEqual([
      ['input', 0.0006, 2.5],
      ['cached input', 0.0004, 1.25],
      ['output', 0.0001, 10],
    ]);
  });

  it('of both kinds have their own rates', () => {
    // 10,000 sent: 5,000 read, 2,000 written for minutes, 1,000 for an hour, 2,000 plain
    const use = usage({ input_tokens: 10_000, cached_input_tokens: 5000, cache_write_tokens: 2000, cache_write_1h_tokens: 1000, output_tokens: 0 });
    expect(total(use, CLAUDE)).toBeCloseTo((2000 * 3 + 5000 * 0.3 + 2000 * 3.75 + 1000 * 6) / 1e6, 12);
  });

  it('cost plain input where they have no rate; hour-long writes fall back to the short ones', () => {
    const plain = entry({ input_usd_per_mtok: 2, output_usd_per_mtok: 4 });
    expect(total(usage({ input_tokens: 1000, cached_input_tokens: 500, cache_write_tokens: 500 }), plain)).toBeCloseTo(0.002, 12);
    const short = entry({ input_usd_per_mtok: 2, cache_write_usd_per_mtok: 2.5, output_usd_per_mtok: 4 });
    expect(total(usage({ input_tokens: 1000, cache_write_1h_tokens: 1000 }), short)).toBeCloseTo(0.0025, 12);
  });

  it('may not exceed the input', () => {
    const priced = priceUsage(usage({ input_tokens: 100, cached_input_tokens: 60, cache_write_tokens: 60 }), CLAUDE);
    expect(priced.total_usd).toBeNull();
    expect(priced.problems.map((problem) => problem.code)).toEqual(['usage.parts-exceed-whole']);
  });
});

describe('reasoning', () => {
  it('is part of the output and billed once', () => {
    expect(total(usage({ output_tokens: 1000, reasoning_tokens: 700 }), GPT_4O)).toBeCloseTo(0.01, 12);
  });

  it('has a rate of its own where the provider says so', () => {
    const sonar = entry({ input_usd_per_mtok: 2, output_usd_per_mtok: 8, reasoning_usd_per_mtok: 3 });
    expect(total(usage({ output_tokens: 1000, reasoning_tokens: 500 }), sonar)).toBeCloseTo(0.0055, 12);
  });
});

describe('context tiers', () => {
  it('move the whole prompt when it is longer than the bound, not at the bound', () => {
    expect(total(usage({ input_tokens: 199_999, output_tokens: 1000 }), GEMINI)).toBeCloseTo(0.199999 * 1.25 + 0.01, 12);
    expect(total(usage({ input_tokens: 200_000, output_tokens: 1000 }), GEMINI)).toBeCloseTo(0.25 + 0.01, 12);
    expect(total(usage({ input_tokens: 200_001, output_tokens: 1000 }), GEMINI)).toBeCloseTo(0.200001 * 2.5 + 0.015, 12);
  });

  it('keep the base rate of what they leave out', () => {
    const found = ratesFor(GEMINI, { tier: 'standard', inputTokens: 300_000, atUtcMinutes: null });
    expect(found).toMatchObject({ kind: 'rates', rates: { input_usd_per_mtok: 2.5, cached_input_usd_per_mtok: 0.125 } });
  });

  it('have no batch price unless one is given: unknown is not the standard one', () => {
    const found = ratesFor(GEMINI, { tier: 'batch', inputTokens: 300_000, atUtcMinutes: null });
    expect(found).toEqual({ kind: 'none', reason: 'there is no batch price above 200000 input tokens' });
    expect(ratesFor(GEMINI, { tier: 'batch', inputTokens: 200_000, atUtcMinutes: null })).toMatchObject({ rates: { input_usd_per_mtok: 0.625 } });
  });

  it('go by the length of one prompt when usage sums several', () => {
    const use = usage({ input_tokens: 1_000_000, output_tokens: 0, requests: 10 });
    expect(total(use, GEMINI, { promptTokens: 100_000 })).toBeCloseTo(1.25, 12);
  });
});

describe('time of day', () => {
  const deepseek = entry(
    { input_usd_per_mtok: 0.27, output_usd_per_mtok: 1.1 },
    { time_of_day: [{ from_utc: '16:30', to_utc: '00:30', rates: { input_usd_per_mtok: 0.135, output_usd_per_mtok: 0.55 } }] },
  );
  const input = (minutes: number | null) => ratesFor(deepseek, { tier: 'standard', inputTokens: 1, atUtcMinutes: minutes });

  it.each([
    [16 * 60 + 29, 0.27],
    [16 * 60 + 30, 0.135],
    [23 * 60 + 59, 0.135],
    [0, 0.135],
    [29, 0.135],
    [30, 0.27],
  ])('%i minutes after midnight costs %d', (minutes, rate) => {
    expect(input(minutes)).toMatchObject({ rates: { input_usd_per_mtok: rate } });
  });

  it('is left out when no time is given', () => {
    expect(input(null)).toMatchObject({ rates: { input_usd_per_mtok: 0.27 } });
  });
});

describe('service tiers', () => {
  it('are priced where the SKU exists', () => {
    expect(total(usage({ input_tokens: 1000, output_tokens: 1000 }), GPT_4O, { tier: 'batch' })).toBeCloseTo(0.00625, 12);
    expect(priceUsage(usage({ input_tokens: 1 }), GPT_4O, { tier: 'flex' }).problems).toEqual([{ code: 'price.no-sku', message: 'there is no flex price' }]);
  });
});

describe('a missing rate', () => {
  it('is a problem and never nothing', () => {
    const embedding = entry({ input_usd_per_mtok: 0.02 });
    const priced = priceUsage(usage({ input_tokens: 1000, output_tokens: 1 }), embedding);
    expect(priced.total_usd).toBeNull();
    expect(priced.problems).toEqual([{ code: 'price.no-rate', message: 'there is no price for output' }]);
  });

  it('matters only where something of it is used', () => {
    expect(total(usage({ input_tokens: 1_000_000 }), entry({ input_usd_per_mtok: 0.02 }))).toBe(0.02);
  });
});

describe('audio', () => {
  const whisper = entry({ audio_usd_per_minute: 0.006 });

  it('is billed by the second, at least the minimum of each request', () => {
    expect(total(usage({ audio_seconds: 90 }), whisper)).toBeCloseTo(0.009, 12);
    const groq = entry({ audio_usd_per_minute: 0.00185 }, { min_audio_seconds: 10 });
    expect(total(usage({ audio_seconds: 4 }), groq)).toBeCloseTo((10 / 60) * 0.00185, 12);
    expect(total(usage({ audio_seconds: 40, requests: 10 }), groq)).toBeCloseTo((100 / 60) * 0.00185, 12);
  });

  it('is billed by its tokens where there are any, not twice', () => {
    const transcribe = entry({ input_usd_per_mtok: 2.5, audio_input_usd_per_mtok: 6, output_usd_per_mtok: 10, audio_usd_per_minute: 0.006 });
    const priced = priceUsage(usage({ input_tokens: 1000, audio_input_tokens: 1000, output_tokens: 200, audio_seconds: 60 }), transcribe);
    expect(priced.total_usd).toBeCloseTo(0.006 + 0.002, 12);
    expect(priced.warnings.map((warning) => warning.code)).toEqual(['usage.audio-twice']);
    expect(total(usage({ audio_seconds: 60 }), transcribe)).toBeCloseTo(0.006, 12);
  });

  it('tokens have rates of their own, cached ones too', () => {
    const realtime = entry({
      input_usd_per_mtok: 5,
      cached_input_usd_per_mtok: 2.5,
      audio_input_usd_per_mtok: 40,
      cached_audio_input_usd_per_mtok: 2.5,
      output_usd_per_mtok: 20,
      audio_output_usd_per_mtok: 80,
    });
    const use = usage({
      input_tokens: 1000,
      audio_input_tokens: 600,
      cached_input_tokens: 300,
      cached_audio_input_tokens: 200,
      output_tokens: 500,
      audio_output_tokens: 400,
    });
    // text 1000 - 600 - 100 = 300, cached text 100, audio 400, cached audio 200; out 100 text, 400 audio
    expect(total(use, realtime)).toBeCloseTo((300 * 5 + 100 * 2.5 + 400 * 40 + 200 * 2.5 + 100 * 20 + 400 * 80) / 1e6, 12);
  });
});

describe('images', () => {
  const dalle = entry(
    {},
    {
      images: [
        { size: '1024x1024', quality: 'standard', usd_per_image: 0.04 },
        { size: '1024x1024', quality: 'hd', usd_per_image: 0.08 },
        { size: 'any', quality: 'standard', usd_per_image: 0.05 },
      ],
    },
  );

  it('cost what their size and quality cost; `any` stands for the rest, the first for nothing asked', () => {
    expect(total(usage({ images: 10 }), dalle)).toBeCloseTo(0.4, 12);
    expect(total(usage({ images: 1 }), dalle, { image: { size: '1024x1024', quality: 'hd' } })).toBe(0.08);
    expect(imagePrice(dalle.images ?? [], { size: '512x512', quality: 'standard' })?.usd_per_image).toBe(0.05);
  });

  it('of a size without a price are a problem that names what there is', () => {
    const priced = priceUsage(usage({ images: 1 }), dalle, { image: { size: '1024x1792', quality: 'hd' } });
    expect(priced.problems[0]).toMatchObject({ code: 'price.no-image-price', message: expect.stringContaining('1024x1024 hd') });
  });

  it('made of tokens are billed by them, not twice', () => {
    const gpt = entry({ input_usd_per_mtok: 5, image_output_usd_per_mtok: 40 }, { images: [{ size: '1024x1024', quality: 'medium', usd_per_image: 0.042 }] });
    const priced = priceUsage(usage({ input_tokens: 100, output_tokens: 1056, images: 1 }), gpt);
    expect(priced.total_usd).toBeCloseTo(0.0005 + 0.04224, 12);
    expect(priced.warnings.map((warning) => warning.code)).toEqual(['usage.images-twice']);
  });
});

it('the factor of a region multiplies every component, and only of that region', () => {
  const priced = entry({ input_usd_per_mtok: 5, output_usd_per_mtok: 30, usd_per_request: 0.01 }, { region_factor: { eu: 1.1 } });
  const use = usage({ input_tokens: 1000, output_tokens: 1000 });
  expect(total(use, priced, { region: 'eu' })).toBeCloseTo((total(use, priced) ?? 0) * 1.1, 12);
  expect(total(use, priced, { region: 'mars' })).toBe(total(use, priced));
});

it('fees per request and per page are counted', () => {
  expect(total(usage({ input_tokens: 1, requests: 3 }), entry({ input_usd_per_mtok: 1, usd_per_request: 0.012 }))).toBeCloseTo(0.036001, 9);
  expect(total(usage({ pages: 1000 }), entry({ usd_per_page: 0.002 }))).toBeCloseTo(2, 12);
});

it('negative and non-finite amounts are problems', () => {
  expect(priceUsage(usage({ input_tokens: -1, output_tokens: Number.NaN }), GPT_4O).problems.map((problem) => problem.code)).toEqual([
    'usage.negative',
    'usage.negative',
  ]);
});

describe('laws', () => {
  const amount = fc.integer({ min: 0, max: 300_000 });
  const anyUsage = fc.tuple(amount, amount, amount, amount, amount).map(([input, a, b, output, c]) => {
    const cached = Math.min(a, input);
    return usage({
      input_tokens: input,
      cached_input_tokens: cached,
      cache_write_tokens: Math.min(b, input - cached),
      output_tokens: output,
      reasoning_tokens: Math.min(c, output),
    });
  });

  it('components add up to the total and their parts to the whole', () => {
    fc.assert(
      fc.property(anyUsage, fc.constantFrom(GPT_4O, CLAUDE, GEMINI), (use, price) => {
        const priced = priceUsage(use, price);
        expect(priced.components.reduce((sum, part) => sum + part.quantity * part.unit_usd, 0)).toBeCloseTo(priced.total_usd ?? -1, 9);
        const tokens = priced.components.reduce((sum, part) => sum + part.quantity * 1e6, 0);
        expect(tokens).toBeCloseTo(use.input_tokens + use.output_tokens, 3);
      }),
    );
  });

  it('more usage never costs less, a discount never costs more', () => {
    fc.assert(
      fc.property(anyUsage, fc.constantFrom(GPT_4O, GEMINI), (use, price) => {
        const uncached = usage({ input_tokens: use.input_tokens, output_tokens: use.output_tokens });
        expect(total(use, price) ?? -1).toBeLessThanOrEqual((total(uncached, price) ?? 0) + 1e-12);
        expect(total(usage({ ...uncached, input_tokens: uncached.input_tokens + 1 }), price) ?? -1).toBeGreaterThanOrEqual(total(uncached, price) ?? 0);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/files/problem.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { type QuoteRow, quoter } from '../../src/prices/quote.ts';
import { decimal, quotedCsv, readUsageTable, rowOf } from '../../src/prices/quote-csv.ts';

const price = quoter(compileCatalog('pricing').api, '2026-11-24');
const quote = (row: QuoteRow) => price({ model: 'openai/gpt-4o', ...row });

describe('a row', () => {
  it('is priced at its day', () => {
    // o3 on both sides of its cut: 10,000 in at $10 or $2, 1,000 out at $40 or $8
    const row = { model: 'openai/o3', input_tokens: '10000', output_tokens: '1000' };
    expect(quote({ ...row, at: '2025-06-09' }).total_usd).toBeCloseTo(0.14, 12);
    expect(quote({ ...row, at: '2025-06-10' }).total_usd).toBeCloseTo(0.028, 12);
  });

  it('is priced at its hour where the price depends on it', () => {
    const row = { model: 'deepseek/deepseek-chat', input_tokens: '1000000' };
    expect(quote({ ...row, at: '2025-06-01T17:00Z' }).total_usd).toBeCloseTo(0.135, 12);
    expect(quote({ ...row, at: '2025-06-01T12:00Z' }).total_usd).toBeCloseTo(0.27, 12);
    expect(quote({ ...row, at: '2025-06-01' }).total_usd).toBeCloseTo(0.27, 12);
  });

  it('without a day is priced today; scheduled prices come on their day', () => {
    const row = { model: 'google/gemini-3.8-flash', input_tokens: '1000000' };
    expect(quote(row).total_usd).toBeCloseTo(0.75, 12);
    expect(quote({ ...row, at: '2027-01-01' }).total_usd).toBeCloseTo(1.5, 12);
  });

  it('counts input as everything sent, whatever the provider counts', () => {
    const row = { input_tokens: '10000', cached_input_tokens: '8000', at: '2026-09-23' };
    expect(quote({ ...row, model: 'openai/gpt-4o' }).total_usd).toBeCloseTo((2000 * 2.5 + 8000 * 1.25) / 1e6, 12);
    expect(quote({ ...row, model: 'anthropic/claude-sonnet-4-5' }).total_usd).toBeCloseTo((2000 * 3 + 8000 * 0.3) / 1e6, 12);
  });

  it('may be a batch, by its own column or as a tier', () => {
    const row = { input_tokens: '1000000', at: '2026-01-01' };
    expect(quote({ ...row, batch: 'true' }).total_usd).toBeCloseTo(1.25, 12);
    expect(quote({ ...row, tier: 'batch' }).total_usd).toBeCloseTo(1.25, 12);
    expect(quote({ ...row, batch: '0', tier: 'default' }).total_usd).toBeCloseTo(2.5, 12);
    expect(quote({ ...row, batch: 'true', tier: 'priority' }).error).toContain('batch');
    expect(quote({ ...row, model: 'groq/llama-3.3-70b', batch: 'true' }).error).toBe('groq/llama-3.3-70b-versatile: there is no batch price');
  });

  it('pays the surcharge of its region, for models that have one', () => {
    const row = { input_tokens: '1000000', at: '2026-11-24' };
    expect(quote({ ...row, model: 'openai/gpt-5.4-mini', region: 'EU' }).total_usd).toBeCloseTo(0.825, 12);
    expect(quote({ ...row, model: 'openai/gpt-4o', region: 'eu' }).total_usd).toBeCloseTo(2.5, 12);
    expect(quote({ ...row, model: 'anthropic/claude-opus-4-6', region: 'us' }).total_usd).toBeCloseTo(5.5, 12);
  });

  it('of odd but billable usage is priced with a warning', () => {
    expect(quote({ model: 'openai/gpt-4', input_tokens: '9000', at: '2026-11-24' })).toMatchObject({
      total_usd: expect.closeTo(0.27, 12),
      error: null,
      warnings: ['openai/gpt-4 was retired on 2026-10-23', '9000 tokens exceed the context of 8192 tokens'],
    });
    expect(quote({ model: 'openai/o3', input_tokens: '1', at: '2025-01-01' }).warnings).toEqual(['openai/o3 came out on 2025-04-16']);
    expect(quote({ model: 'openai/dall-e-3', images: '2', at: '2026-01-01' })).toMatchObject({
      total_usd: 0.08,
      warnings: ['priced as 1024x1024 standard images'],
    });
    expect(quote({ input_tokens: '1', region: 'moon' }).warnings[0]).toContain('"moon"');
  });

  it.each<[QuoteRow, string]>([
    [{ input_tokens: '-5' }, 'input_tokens must be a number of at least 0, found "-5"'],
    [{ input_tokens: '1e400' }, 'input_tokens must be a number'],
    [{ output_tokens: 'many' }, 'output_tokens must be a number of at least 0, found "many"'],
    [{ at: '2026-02-30' }, 'at must be a date'],
    [{ batch: 'maybe' }, 'batch must be true or false, found "maybe"'],
    [{ tier: 'gold' }, 'tier must be standard, batch, flex or priority, found "gold"'],
    [{ input_tokens: '10', cached_input_tokens: '11' }, "can't exceed it"],
    [{ model: 'openai/gpt-4o-mni' }, 'Did you mean "openai/gpt-4o-mini"?'],
    [{ model: '' }, 'the row names no model'],
    [{ model: 'openai/whisper-1', input_tokens: '10' }, 'there is no price for input'],
  ])('%j is an error that says so', (row, message) => {
    const found = quote(row);
    expect(found.total_usd).toBeNull();
    expect(found.error).toContain(message);
  });
});

describe('a CSV file', () => {
  const priced = (text: string) => {
    const table = readUsageTable(text, 'usage.csv');
    return quotedCsv(
      table,
      table.rows.map((cells) => price(rowOf(table, cells))),
    );
  };

  it('comes back row for row with what each costs', () => {
    const text =
      '\ufeffprovider,model,at,input_tokens,output_tokens,team\r\nopenai,gpt-4o,2026-01-01,1000,300,"a, b"\r\n,no-such-model,,1,1,c\r\nopenai,gpt-4o,2026-01-01\r\n';
    expect(priced(text).split('\n')).toEqual([
      'provider,model,at,input_tokens,output_tokens,team,total_usd,error,warning',
      'openai,gpt-4o,2026-01-01,1000,300,"a, b",0.0055,,',
      expect.stringMatching(/^,no-such-model,,1,1,c,,"?no model ""no-such-model"" is known/),
      'openai,gpt-4o,2026-01-01,,,,0,,',
      '',
    ]);
  });

  it('writes small sums with all their digits and no exponent', () => {
    expect(decimal(2.5e-8)).toBe('0.000000025');
    expect(Number(decimal(1 / 3e9))).toBeCloseTo(1 / 3e9, 20);
    expect(decimal(0.1)).toBe('0.1');
  });

  it.each([
    ['name,tokens\n', 'quote.no-model-column'],
    ['model,model\n', 'quote.column-twice'],
    ['model\n"open', 'quote.not-csv'],
    ['', 'quote.no-model-column'],
  ])('%j is refused', (text, code) => {
    let caught: unknown;
    try {
      readUsageTable(text, 'usage.csv');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    expect((caught as InputError).problems[0]).toMatchObject({ code, file: 'usage.csv' });
  });
});

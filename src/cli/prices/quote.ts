/** `prices quote`: one request given by options, or the rows of a CSV file. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type Flags, load, MODEL_NAMES, printJson, today, withCommon } from './shared.ts';

interface QuoteFlags extends Flags {
  readonly csv?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly input?: string;
  readonly cached?: string;
  readonly cacheWrite?: string;
  readonly cacheWrite1h?: string;
  readonly output?: string;
  readonly reasoning?: string;
  readonly audioSeconds?: string;
  readonly images?: string;
  readonly batch?: true;
  readonly tier?: string;
  readonly region?: string;
}

export function defineQuote(parent: Command, io: Io): void {
  withCommon(parent.command('quote'), 'terminal', 'json', 'csv')
    .description('Price usage: one request given by options, or the rows of a CSV file.')
    .option('--csv <file>', 'price every row of this file (- for standard input)')
    .option('--model <model>', 'model to price')
    .option('--provider <provider>', 'its provider, where the name does not say')
    .option('--at <moment>', 'day or time: 2025-06-01, 2025-06-01T16:30Z (default: today)')
    .option('--input <tokens>', 'input tokens, cached and written ones included')
    .option('--cached <tokens>', 'of these, read from a cache')
    .option('--cache-write <tokens>', 'of these, written to the short-lived cache (about 5 min)')
    .option('--cache-write-1h <tokens>', 'of these, written to the one-hour cache; not counted in --cache-write')
    .option('--output <tokens>', 'output tokens, reasoning included')
    .option('--reasoning <tokens>', 'of these, reasoning')
    .option('--audio-seconds <seconds>', 'seconds of audio')
    .option('--images <number>', 'images made')
    .option('--batch', 'as a batch request')
    .option('--tier <tier>', 'standard, batch, flex or priority')
    .option('--region <region>', 'region, for surcharges')
    .addHelpText('after', QUOTE_HELP)
    .action((flags: QuoteFlags) => runQuote(flags, io));
}

const QUOTE_HELP = `
Columns of the CSV file: provider, model, at, input_tokens, cached_input_tokens,
cache_write_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, audio_seconds,
images, batch, tier, region. An absent column counts as blank, other columns are passed
through. input_tokens is everything sent, cached and written tokens included;
output_tokens includes reasoning. The two kinds of cache writes do not overlap. A bare
date means 12:00 UTC. The same rows come back in the same order with total_usd, error and
warning. What is given is priced: a retired model or a prompt too long is a warning.

${MODEL_NAMES}

Examples:
  llm-crossover prices quote --model o3 --input 10000 --output 2000 --at 2025-06-01
  llm-crossover prices quote --csv usage.csv > priced.csv`;

async function runQuote(flags: QuoteFlags, io: Io): Promise<void> {
  const [{ quoter }, catalog] = await Promise.all([import('../../prices/quote.ts'), load()]);
  const price = quoter(catalog.api, today(flags, io));
  if (flags.csv !== undefined) return quoteFile(flags.csv, flags.format, price, io);
  const quoted = price(rowOfFlags(flags));
  if (quoted.error !== null)
    throw (await import('../../files/problem.ts')).InputError.of(
      'quote.impossible',
      quoted.error,
      'See prices list for names and prices show for what a model bills.',
    );
  if (flags.format !== 'terminal') return printJson(io, quoted);
  io.out((await import('../../prices/report-text.ts')).quoteText(quoted));
}

async function quoteFile(path: string, format: string, price: ReturnType<typeof import('../../prices/quote.ts').quoter>, io: Io): Promise<void> {
  const [{ quotedCsv, readUsageTable, rowOf }, text] = await Promise.all([import('../../prices/quote-csv.ts'), readInput(path, io)]);
  const table = readUsageTable(text, path);
  const quoted = table.rows.map((cells) => price(rowOf(table, cells)));
  if (format === 'json') return printJson(io, { rows: quoted });
  io.out(quotedCsv(table, quoted));
}

async function readInput(path: string, io: Io): Promise<string> {
  if (path === '-') return (await import('../read-stdin.ts')).readStdin(io.stdin);
  return (await import('../../files/read.ts')).readText(resolve(io.cwd, path));
}

function rowOfFlags(flags: QuoteFlags): Record<string, string | undefined> {
  return {
    provider: flags.provider,
    model: flags.model,
    at: flags.at,
    input_tokens: flags.input,
    cached_input_tokens: flags.cached,
    cache_write_tokens: flags.cacheWrite,
    cache_write_1h_tokens: flags.cacheWrite1h,
    output_tokens: flags.output,
    reasoning_tokens: flags.reasoning,
    audio_seconds: flags.audioSeconds,
    images: flags.images,
    batch: flags.batch === true ? 'true' : undefined,
    tier: flags.tier,
    region: flags.region,
  };
}

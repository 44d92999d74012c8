import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiModel } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { DEFAULT_MAX_AGE_DAYS } from '../../prices/check.ts';
import type { ListedPrice } from '../../prices/compare.ts';
import type { ListName } from '../../prices/import/index.ts';
import type { ModelNames } from '../../prices/names.ts';
import { isCalendarDate } from '../../schema/quantity.ts';
import type { Io } from '../io.ts';
import { dateOption, wholeOption } from '../options.ts';
import { lookOf } from '../terminal-look.ts';

interface Flags {
  readonly format: string;
  readonly today?: IsoDate;
  readonly at?: IsoDate;
  readonly ascii?: boolean;
  readonly color?: boolean;
}

interface ListFlags extends Flags {
  readonly provider?: string;
  readonly modality?: string;
  readonly open?: true;
  readonly all?: true;
}

interface CheckFlags extends Flags {
  readonly maxAge: number;
  readonly pricing?: string;
  readonly against: readonly { readonly list: ListName; readonly path: string }[];
  readonly showAccepted?: true;
}

interface ImportFlags extends Flags {
  readonly from: ListName;
  readonly pricing: string;
  readonly addModels?: true;
  readonly write?: true;
}

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

const MODEL_NAMES = 'A model may be written as other lists do: gpt-4o, openai/gpt-4o, xai/grok-4, together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo.';

export function define(command: Command, io: Io): void {
  command.description('The dated API prices this tool plans with: look them up, follow them through time, check them, quote usage.').addHelpText(
    'after',
    `
Prices are US dollars without VAT, each with its source and the day it was checked. History
is kept: any past day can be priced as it was.

Examples:
  llm-crossover prices list --provider groq
  llm-crossover prices show openai/o3 --at 2025-06-01
  llm-crossover prices quote --model gpt-4o --input 1000 --cached 300 --output 300
  llm-crossover prices quote --csv usage.csv > priced.csv`,
  );
  defineList(command, io);
  defineShow(command, io);
  defineHistory(command, io);
  defineDiff(command, io);
  defineCheck(command, io);
  defineImport(command, io);
  defineQuote(command, io);
}

function defineList(parent: Command, io: Io): void {
  withCommon(parent.command('list').argument('[search]', 'part of a name'), 'terminal', 'json', 'csv')
    .description('List models and their prices on a day.')
    .option('--provider <provider>', 'only this provider')
    .addOption(new Option('--modality <modality>', 'only this kind').choices(['text', 'speech_to_text', 'image', 'embedding']))
    .option('--open', 'only open-weight models')
    .option('--all', 'also retired models and those not out yet')
    .addOption(dateOption('--at <date>', 'prices of this day (default: today)'))
    .addHelpText('after', '\nExamples:\n  llm-crossover prices list llama-3.3-70b\n  llm-crossover prices list --provider openai --at 2024-06-01 --format csv')
    .action(async (search: string | undefined, flags: ListFlags) => {
      const [{ listModels, listText, listCsv }, catalog] = await Promise.all([import('../../prices/list.ts'), load()]);
      const at = flags.at ?? today(flags, io);
      const filter = {
        at,
        provider: flags.provider ?? null,
        modality: flags.modality ?? null,
        open: flags.open === true,
        search: search ?? null,
        all: flags.all === true,
      };
      const listed = listModels(catalog.api, filter);
      if (flags.format === 'json')
        return printJson(io, { at, models: listed.map(({ model: { prices: _, ...model }, entry }) => ({ ...model, price: entry })) });
      io.out(flags.format === 'csv' ? listCsv(listed) : listText(listed, at));
    });
}

function defineShow(parent: Command, io: Io): void {
  withCommon(parent.command('show').argument('<model>', 'provider/model'), 'terminal', 'json')
    .description('Show every price of a model on a day, with its source and a chart of its history.')
    .addOption(dateOption('--at <date>', 'prices of this day (default: today)'))
    .option('--ascii', 'draw without Unicode')
    .addHelpText('after', `\n${MODEL_NAMES}\n\nExamples:\n  llm-crossover prices show gpt-4o\n  llm-crossover prices show openai/o3 --at 2025-06-01`)
    .action(async (name: string, flags: Flags) => {
      const [{ showText }, { entryAt }, model] = await Promise.all([
        import('../../prices/show-text.ts'),
        import('../../engine/cost/price-usage.ts'),
        findModel(name),
      ]);
      const now = today(flags, io);
      const at = flags.at ?? now;
      if (flags.format === 'json') return printJson(io, { at, model, price: entryAt(model, at) });
      io.out(showText(model, at, now, chartLook(flags, io)));
    });
}

function defineHistory(parent: Command, io: Io): void {
  withCommon(parent.command('history').argument('<model>', 'provider/model'), 'terminal', 'json')
    .description('Every price a model has had, scheduled ones too, as a table and a chart.')
    .option('--ascii', 'draw without Unicode')
    .addHelpText('after', `\n${MODEL_NAMES}\n\nExample:\n  llm-crossover prices history openai/o3`)
    .action(async (name: string, flags: Flags) => {
      const [{ historyText }, model] = await Promise.all([import('../../prices/show-text.ts'), findModel(name)]);
      if (flags.format === 'json') return printJson(io, { model: model.id, released: model.released, retired: model.retired, prices: model.prices });
      io.out(historyText(model, today(flags, io), chartLook(flags, io)));
    });
}

function defineDiff(parent: Command, io: Io): void {
  withCommon(parent.command('diff').argument('<date1>', 'first day', date).argument('<date2>', 'second day', date), 'terminal', 'json')
    .description('What changed between two days: prices, new models, retired models.')
    .option('--provider <provider>', 'only this provider')
    .addHelpText('after', '\nExample:\n  llm-crossover prices diff 2025-06-01 2025-07-01 --provider openai')
    .action(async (first: IsoDate, second: IsoDate, flags: ListFlags) => {
      const [{ changesBetween }, { diffText }, { canonicalProvider }, catalog] = await Promise.all([
        import('../../prices/timeline.ts'),
        import('../../prices/report-text.ts'),
        import('../../prices/names.ts'),
        load(),
      ]);
      const wanted = flags.provider === undefined ? null : canonicalProvider(flags.provider);
      const changes = changesBetween(wanted === null ? catalog.api : catalog.api.filter((model) => model.provider === wanted), first, second);
      if (flags.format === 'json') return printJson(io, { from: first, to: second, changes });
      io.out(diffText(changes, first, second));
    });
}

function defineCheck(parent: Command, io: Io): void {
  withCommon(parent.command('check'), 'terminal', 'json', 'markdown')
    .description('Look for prices without a source, stale or dated in the future, overlapping or unlikely, and for disagreement with other lists.')
    .addOption(wholeOption('--max-age <days>', 'days after which a checked price is stale', 0).default(DEFAULT_MAX_AGE_DAYS))
    .option('--pricing <folder>', 'check the YAML files of this folder instead of the prices of this release')
    .addOption(
      new Option('--against <list=file>', 'compare with genai-prices, litellm, models.dev or llm-prices; repeatable').default([]).argParser(againstList),
    )
    .option('--show-accepted', 'also list findings that are known and stay as they are, with the reason')
    .addHelpText(
      'after',
      '\nExits with 1 when there is something to mend.\n\nExamples:\n  llm-crossover prices check --max-age 60\n  llm-crossover prices check --against litellm=model_prices_and_context_window.json',
    )
    .action((flags: CheckFlags) => runCheck(flags, io));
}

async function runCheck(flags: CheckFlags, io: Io): Promise<void> {
  const [{ checkPrices, disagreements, unaccepted }, { compareList }, { modelNames }, { checkText }] = await Promise.all([
    import('../../prices/check.ts'),
    import('../../prices/compare.ts'),
    import('../../prices/names.ts'),
    import('../../prices/report-text.ts'),
  ]);
  const now = today(flags, io);
  const { catalog, accepted } = await pricesToCheck(flags.pricing, io);
  const names = modelNames(catalog.api);
  const lists = await Promise.all(
    flags.against.map(async ({ list, path }) => ({ list, prices: await (await import('../../prices/import/index.ts')).readList(list, resolve(io.cwd, path)) })),
  );
  const differing = lists.flatMap(({ list, prices }) => disagreements(compareList(catalog.api, names, prices, now).differ, list));
  const findings = [...checkPrices(catalog, { today: now, maxAgeDays: flags.maxAge }), ...differing];
  if (flags.format === 'markdown') return printAudit(catalog.api, names, lists, now, io);
  const { open } = unaccepted(findings, accepted);
  const entries = catalog.api.reduce((sum, model) => sum + model.prices.length, 0) + catalog.rental.reduce((sum, offer) => sum + offer.prices.length, 0);
  if (flags.format === 'json') printJson(io, { today: now, entries, findings: open, accepted: findings.length - open.length });
  else
    io.out(
      checkText(open, findings.length - open.length, entries) +
        (flags.showAccepted ? accepted.map((each) => `accepted ${each.code}  ${each.subjects.join(', ')}: ${each.why}\n`).join('') : ''),
    );
  if (open.length > 0) io.exit(1);
}

/** `--format markdown`: the comparison with other lists as a page, docs/price-audit.md. */
async function printAudit(
  models: readonly ApiModel[],
  names: ModelNames,
  lists: readonly { readonly list: ListName; readonly prices: readonly ListedPrice[] }[],
  now: IsoDate,
  io: Io,
): Promise<void> {
  const { auditMarkdown } = await import('../../prices/audit.ts');
  io.out(auditMarkdown(models, names, lists, now));
}

async function pricesToCheck(folder: string | undefined, io: Io) {
  if (folder === undefined) {
    const { loadAccepted, loadCatalog } = await import('../../prices/catalog.ts');
    return { catalog: loadCatalog(), accepted: loadAccepted() };
  }
  const { compileCatalog, readAccepted } = await import('../../prices/compile.ts');
  const path = resolve(io.cwd, folder);
  return { catalog: compileCatalog(path), accepted: readAccepted(path) };
}

function defineImport(parent: Command, io: Io): void {
  withCommon(parent.command('import').argument('<file>', 'the list, as JSON'), 'terminal', 'json')
    .description('Propose changes to the price files from another list. History is appended to, never written over; comments and order stay.')
    .addOption(new Option('--from <list>', 'whose list it is').choices(['genai-prices', 'litellm', 'models.dev', 'llm-prices']).makeOptionMandatory())
    .option('--pricing <folder>', 'folder of the price files', 'pricing')
    .option('--add-models', 'also propose models that are not in our files')
    .option('--write', 'write the changes; without it they are only shown')
    .addHelpText('after', '\nExample:\n  llm-crossover prices import --from litellm model_prices_and_context_window.json')
    .action((file: string, flags: ImportFlags) => runImport(file, flags, io));
}

async function runImport(file: string, flags: ImportFlags, io: Io): Promise<void> {
  const [{ readList }, { propose }, { editFiles, foreignProviders }, { compileCatalog }, { modelNames }, { importText }] = await Promise.all([
    import('../../prices/import/index.ts'),
    import('../../prices/import/propose.ts'),
    import('../../prices/import/apply.ts'),
    import('../../prices/compile.ts'),
    import('../../prices/names.ts'),
    import('../../prices/report-text.ts'),
  ]);
  const now = today(flags, io);
  const folder = resolve(io.cwd, flags.pricing);
  const { api } = compileCatalog(folder);
  const listed = await readList(flags.from, resolve(io.cwd, file));
  const found = propose(api, modelNames(api), listed, { today: now, addModels: flags.addModels === true, foreign: foreignProviders(folder) });
  const files = editFiles(folder, found.proposals, { list: flags.from, today: now });
  if (flags.write) {
    const { writeWhole } = await import('../write-file.ts');
    for (const each of files) writeWhole(each.path, each.text, io.cwd);
  }
  if (flags.format === 'json') return printJson(io, { ...found, files: files.map(({ path, added }) => ({ path, added })), written: flags.write === true });
  io.out(importText(found, files, flags.write === true));
}

function defineQuote(parent: Command, io: Io): void {
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

/** Options of every subcommand. */
function withCommon(command: Command, ...formats: readonly string[]): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(formats).default(formats[0]))
    .addOption(dateOption('--today <date>', 'what today is, for ages and for prices without a date'));
}

function date(text: string): IsoDate {
  if (!isCalendarDate(text)) throw new InvalidArgumentError('It must be a day of the calendar like 2026-11-24.');
  return text;
}

function againstList(text: string, before: CheckFlags['against']): CheckFlags['against'] {
  const [, list, path] = /^(genai-prices|litellm|models\.dev|llm-prices)=(.+)$/.exec(text) ?? [];
  if (list === undefined || path === undefined)
    throw new InvalidArgumentError('It must be like litellm=prices.json; lists are genai-prices, litellm, models.dev and llm-prices.');
  return [...before, { list: list as ListName, path }];
}

function today(flags: Flags, io: Io): IsoDate {
  return flags.today ?? io.today();
}

async function load() {
  return (await import('../../prices/catalog.ts')).loadCatalog();
}

/** @throws InputError when the name means no model */
async function findModel(name: string): Promise<ApiModel> {
  const [{ modelNames }, { nearest }, { InputError }, catalog] = await Promise.all([
    import('../../prices/names.ts'),
    import('../../schema/nearest.ts'),
    import('../../files/problem.ts'),
    load(),
  ]);
  const model = modelNames(catalog.api).find(null, name);
  if (model !== null) return model;
  const near = nearest(
    name,
    catalog.api.map((each) => each.id),
  );
  throw InputError.of(
    'price.unknown-model',
    `no model ${JSON.stringify(name)} is known.`,
    near === null ? 'llm-crossover prices list names them all.' : `Did you mean ${JSON.stringify(near)}?`,
  );
}

function chartLook(flags: Flags, io: Io): { readonly width: number; readonly unicode: boolean } {
  const look = lookOf(io, { ...(flags.ascii !== undefined && { ascii: flags.ascii }), ...(flags.color !== undefined && { color: flags.color }) });
  return { width: Math.min(look.width, 100), unicode: look.unicode };
}

function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}

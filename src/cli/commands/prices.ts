import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiModel } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { isCalendarDate } from '../../schema/quantity.ts';
import type { Io } from '../io.ts';
import { dateOption } from '../options.ts';
import { defineCheck } from '../prices/check.ts';
import { defineImport } from '../prices/import.ts';
import { defineQuote } from '../prices/quote.ts';
import { type Flags, load, MODEL_NAMES, printJson, today, withCommon } from '../prices/shared.ts';
import { lookOf } from '../terminal-look.ts';

interface ListFlags extends Flags {
  readonly provider?: string;
  readonly modality?: string;
  readonly open?: true;
  readonly all?: true;
}

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

function date(text: string): IsoDate {
  if (!isCalendarDate(text)) throw new InvalidArgumentError('It must be a day of the calendar like 2026-11-24.');
  return text;
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

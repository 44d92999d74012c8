/** `prices check`: prints findings and exits with 1 when one is open; `--format markdown` prints the comparison with other lists. */

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiModel } from '../../engine/catalog.ts';
import type { IsoDate } from '../../engine/units.ts';
import { DEFAULT_MAX_AGE_DAYS } from '../../prices/check.ts';
import type { ListedPrice } from '../../prices/compare.ts';
import type { ListName } from '../../prices/import/index.ts';
import type { ModelNames } from '../../prices/names.ts';
import type { Io } from '../io.ts';
import { wholeOption } from '../options.ts';
import { type Flags, printJson, today, withCommon } from './shared.ts';

interface CheckFlags extends Flags {
  readonly maxAge: number;
  readonly pricing?: string;
  readonly against: readonly { readonly list: ListName; readonly path: string }[];
  readonly showAccepted?: true;
}

export function defineCheck(parent: Command, io: Io): void {
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

function againstList(text: string, before: CheckFlags['against']): CheckFlags['against'] {
  const [, list, path] = /^(genai-prices|litellm|models\.dev|llm-prices)=(.+)$/.exec(text) ?? [];
  if (list === undefined || path === undefined)
    throw new InvalidArgumentError('It must be like litellm=prices.json; lists are genai-prices, litellm, models.dev and llm-prices.');
  return [...before, { list: list as ListName, path }];
}

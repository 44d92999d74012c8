/** Our prices beside other lists, as a page: how much agrees, and every figure that doesn't. */

import type { ApiModel } from '../engine/catalog.ts';
import type { IsoDate } from '../engine/units.ts';
import { type Comparison, compareList, type Difference, type ListedPrice } from './compare.ts';
import { canonicalProvider, type ModelNames } from './names.ts';
import { usd } from './table.ts';

interface ListToAudit {
  readonly list: string;
  readonly prices: readonly ListedPrice[];
}

/** Deterministic: the same lists and data give the same page. */
export function auditMarkdown(models: readonly ApiModel[], names: ModelNames, lists: readonly ListToAudit[], date: IsoDate): string {
  const audited = lists.map(({ list, prices }) => ({ list, comparison: compareList(models, names, prices, date) }));
  const rows = audited.map(({ list, comparison }) => `| ${list} | ${counts(comparison, names).join(' | ')} |`);
  return [
    '# Price audit',
    '',
    `Our ${models.length} API models on ${date} beside other lists, made by \`llm-crossover prices check --against LIST=FILE --format markdown\`. \`agree\` and`,
    '`differ` count models; a figure only one side has is no difference. Each of our figures names its own source; for the models of genai-prices every',
    'difference is explained in test/prices/genai-exceptions.yaml, for the other lists the tables below say where to look again.',
    '',
    '| list | agree | differ | only here | only there, our providers | only there, others |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    ...audited.flatMap(({ list, comparison }) => listSection(list, comparison)),
    '',
  ].join('\n');
}

function counts({ agree, differ, only_here: here, only_there: there }: Comparison, names: ModelNames): number[] {
  const ours = there.filter((name) => names.providers.has(canonicalProvider(name.split('/')[0] ?? '')));
  return [agree.length, new Set(differ.map((each) => each.model)).size, here.length, ours.length, there.length - ours.length];
}

function listSection(list: string, { agree, differ }: Comparison): string[] {
  const providers = [...new Set([...agree, ...differ.map((each) => each.model)].map(providerOf))].sort();
  const perProvider = providers.map((provider) => {
    const differing = new Set(differ.map((each) => each.model).filter((model) => providerOf(model) === provider));
    return `| ${provider} | ${agree.filter((model) => providerOf(model) === provider).length} | ${differing.size} |`;
  });
  return ['', `## ${list}`, '', '| provider | agree | differ |', '| --- | ---: | ---: |', ...perProvider, ...differenceTable(differ)];
}

function differenceTable(differ: readonly Difference[]): string[] {
  if (differ.length === 0) return [];
  const sorted = [...differ].sort((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : a.rate < b.rate ? -1 : 1));
  const rows = sorted.map(
    ({ model, name, rate, ours, theirs }) =>
      `| ${model} | ${cell(name)} | ${rate.replace('_usd_per_mtok', '').replaceAll('_', ' ')} | ${usd(ours)} | ${usd(theirs)} |`,
  );
  return ['', '| ours | theirs | rate | here | there |', '| --- | --- | --- | ---: | ---: |', ...rows];
}

function providerOf(model: string): string {
  return model.slice(0, model.indexOf('/'));
}

/** Names come from another list: nothing in them may end a cell or start markup. */
function cell(name: string): string {
  return `\`${name.replace(/[`|\r\n]/g, ' ')}\``;
}

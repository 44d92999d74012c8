/** Results of `prices diff`, `check`, `import` and `quote` in words. */

import type { IsoDate } from '../engine/units.ts';
import type { PriceFinding } from './check.ts';
import type { EditedFile } from './import/apply.ts';
import type { Proposals } from './import/propose.ts';
import type { Quoted } from './quote.ts';
import { type Column, tableLines, usd } from './table.ts';
import type { ModelChange, RateChange } from './timeline.ts';

/** Changes of rates that people ask about come first; `--format json` has them all. */
export function diffText(changes: readonly ModelChange[], first: IsoDate, second: IsoDate): string {
  const changed = changes.filter((each) => each.kind === 'changed');
  const rows = changed.flatMap((each) =>
    each.changes.filter(isMain).map((change) => [each.model, wordsOf(change.rate), usd(change.before), usd(change.after), percent(change)]),
  );
  const columns: Column[] = [
    { title: 'model' },
    { title: 'price' },
    { title: first, align: 'right' },
    { title: second, align: 'right' },
    { title: 'change', align: 'right' },
  ];
  const smaller = changed.filter((each) => !each.changes.some(isMain)).map((each) => each.model);
  return [
    ...(rows.length === 0 ? ['No price of a model there on both days changed.'] : tableLines(columns, rows)),
    ...(smaller.length === 0 ? [] : ['', `Only batch, tiers, regions or cache prices changed: ${smaller.join(', ')}`]),
    ...names('New', changes, 'new'),
    ...names('Retired', changes, 'retired'),
    '',
  ].join('\n');
}

const MAIN = new Set(['rates.input_usd_per_mtok', 'rates.cached_input_usd_per_mtok', 'rates.output_usd_per_mtok', 'rates.audio_usd_per_minute']);

function isMain(change: RateChange): boolean {
  return MAIN.has(change.rate);
}

function wordsOf(rate: string): string {
  return rate
    .replace(/^rates\./, '')
    .replace('_usd_per_mtok', '')
    .replace('audio_usd_per_minute', 'audio minute')
    .replaceAll('_', ' ');
}

function percent({ before, after }: RateChange): string {
  if (before === null || after === null || before === 0) return '';
  const change = Math.round((after / before - 1) * 1000) / 10;
  return `${change > 0 ? '+' : ''}${change} %`;
}

function names(title: string, changes: readonly ModelChange[], kind: ModelChange['kind']): string[] {
  const found = changes.filter((each) => each.kind === kind).map((each) => each.model);
  return found.length === 0 ? [] : ['', `${title} (${found.length}): ${found.join(', ')}`];
}

export function checkText(open: readonly PriceFinding[], accepted: number, entries: number): string {
  const known = accepted === 0 ? '' : ` (${accepted} known and accepted)`;
  if (open.length === 0) return `${entries} prices checked: nothing to mend${known}.\n`;
  const lines = open.map((finding) => `${finding.code}  ${finding.subject}${finding.from === null ? '' : ` from ${finding.from}`}: ${finding.message}`);
  return `${[...lines, '', `${open.length} findings in ${entries} prices${known}.`].join('\n')}\n`;
}

export function importText(found: Proposals, files: readonly EditedFile[], written: boolean): string {
  const { proposals, conflicts, unknown, agree } = found;
  const changes = files.flatMap((file) => [`--- ${file.path}`, ...file.added.map((line) => `+${String(line.line).padStart(5)}  ${line.text}`), '']);
  return [
    ...changes,
    ...(conflicts.length === 0
      ? []
      : ['Conflicts, nothing is changed there:', ...conflicts.map((each) => `  ${each.model} (${each.name}): ${each.message}`), '']),
    `${agree} models agree, ${proposals.length} changes proposed, ${conflicts.length} conflicts, ${unknown.length} names of the list are not in our files.`,
    ...(proposals.length === 0
      ? []
      : [written ? `${files.length} files written; read the changes before you commit them.` : 'Nothing is written; add --write to change the files.']),
    '',
  ].join('\n');
}

export function quoteText(quoted: Quoted): string {
  if (quoted.error !== null) return `${quoted.error}\n`;
  const columns: Column[] = [
    { title: quoted.model ?? '' },
    { title: 'quantity', align: 'right' },
    { title: 'US$ each', align: 'right' },
    { title: 'US$', align: 'right' },
  ];
  const rows = quoted.components.map((part) => [
    part.name,
    `${Number(part.quantity.toPrecision(8))} ${part.unit}`,
    String(Number(part.unit_usd.toPrecision(8))),
    part.usd.toFixed(8),
  ]);
  return [
    ...tableLines(columns, [...rows, ['total', '', '', (quoted.total_usd ?? 0).toFixed(8)]]),
    ...quoted.warnings.map((warning) => `note: ${warning}`),
    '',
  ].join('\n');
}

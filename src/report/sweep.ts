/** A grid of plans: as a table or a map of who wins, as CSV and as JSON for notebooks. */

import { Chalk } from 'chalk';
import { ascii, csv, terminal } from './escape.ts';
import { type Money, short, significant } from './figures.ts';

export interface SweepRow {
  readonly set: Readonly<Record<string, number | string>>;
  readonly monthly_usd: Readonly<Record<string, number | null>>;
  readonly winner: string | null;
  readonly decision: string | null;
}

export interface SweepLook {
  readonly colour: boolean;
  readonly unicode: boolean;
}

export function sweepCsv(rows: readonly SweepRow[], options: readonly string[]): string {
  const paths = Object.keys(rows[0]?.set ?? {});
  const header = [...paths, ...options.map((id) => `monthly_usd.${id}`), 'winner', 'decision'].map(csv);
  const body = rows.map((row) => [
    ...paths.map((path) => csv(row.set[path] ?? null)),
    ...options.map((id) => csv(row.monthly_usd[id] ?? null)),
    csv(row.winner),
    csv(row.decision),
  ]);
  return [header, ...body].map((cells) => `${cells.join(',')}\n`).join('');
}

/** One or three and more paths: a table. Two: a map, the first path across, the second up. */
export function sweepText(title: string, rows: readonly SweepRow[], options: readonly string[], money: Money, look: SweepLook): string {
  const paths = Object.keys(rows[0]?.set ?? {});
  const clean = (text: string) => (look.unicode ? terminal(text) : ascii(terminal(text)));
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const body = paths.length === 2 ? heatMap(rows, paths as [string, string], options, chalk, clean) : table(rows, paths, options, money, clean);
  return `${chalk.bold(clean(title))}\n\n${body}`;
}

type Paint = InstanceType<typeof Chalk>;
const COLOURS = ['bgCyan', 'bgYellow', 'bgMagenta', 'bgGreen', 'bgBlue', 'bgRed'] as const;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function heatMap(rows: readonly SweepRow[], [x, y]: [string, string], options: readonly string[], chalk: Paint, clean: (text: string) => string): string {
  const columns = distinct(rows, x);
  const lines = distinct(rows, y).reverse();
  const won = new Map(rows.map((row) => [`${row.set[x]} ${row.set[y]}`, row.winner]));
  const width = Math.max(4, ...columns.map((value) => label(value).length + 1));
  const margin = Math.max(...lines.map((value) => label(value).length), 6);
  const body = lines.map((line) => {
    const cells = columns.map((column) => square(won.get(`${column} ${line}`) ?? null, options, width, chalk));
    return `  ${clean(label(line)).padStart(margin)} ${cells.join('')}`;
  });
  const foot = `  ${' '.repeat(margin)} ${columns.map((value) => clean(label(value)).padStart(width)).join('')}`;
  const legend = options.filter((id) => rows.some((row) => row.winner === id)).map((id) => `  ${square(id, options, 3, chalk)} ${clean(id)}`);
  const none = rows.some((row) => row.winner === null) ? ['  .  no option is possible'] : [];
  return [`  ${clean(y)} up, ${clean(x)} across; who is cheapest in the month:`, '', ...body, foot, '', ...legend, ...none]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function square(winner: string | null, options: readonly string[], width: number, chalk: Paint): string {
  const at = winner === null ? -1 : options.indexOf(winner);
  const text = (at === -1 ? '.' : (LETTERS[at % LETTERS.length] ?? '?')).padStart(Math.ceil(width / 2)).padEnd(width);
  return at === -1 ? text : chalk[COLOURS[at % COLOURS.length] ?? 'bgCyan'].black(text);
}

function distinct(rows: readonly SweepRow[], path: string): (number | string)[] {
  return [...new Set(rows.map((row) => row.set[path] ?? ''))];
}

function label(value: number | string): string {
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 1000 ? short(value) : significant(value, 4);
}

function table(rows: readonly SweepRow[], paths: readonly string[], options: readonly string[], money: Money, clean: (text: string) => string): string {
  const head = [...paths.map((path) => path.split('.').slice(-2).join('.')), ...options, 'cheapest', 'decision'];
  const body = rows.map((row) => [
    ...paths.map((path) => label(row.set[path] ?? '')),
    ...options.map((id) => amount(row.monthly_usd[id] ?? null, money)),
    row.winner ?? 'none',
    row.decision ?? 'none',
  ]);
  const texts = [head, ...body].map((cells) => cells.map(clean));
  const widths = head.map((_, i) => Math.max(...texts.map((cells) => (cells[i] ?? '').length)));
  const last = head.length - 2;
  return texts
    .map(
      (cells) =>
        `${cells
          .map((text, i) => (i < last ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function amount(usd: number | null, money: Money): string {
  return usd === null ? '-' : money.total(usd);
}

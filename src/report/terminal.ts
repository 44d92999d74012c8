/** The report for a terminal: at 80 columns or wider, with or without colour, with or without Unicode. */

import { Chalk, type ChalkInstance } from 'chalk';
import type { Plan, PlanDocument } from '../engine/result.ts';
import { crossoverChart, type Line } from './chart.ts';
import { ascii, terminal } from './escape.ts';
import { moneyOf } from './figures.ts';
import { frontierChart } from './frontier-chart.ts';
import { displayWidth, shareColumns, wrap } from './layout.ts';
import type { Block, Cell, Section, Table, Tone } from './model.ts';
import { explainedIds, type ReportOptions } from './options.ts';
import { sections, subject } from './sections.ts';

export const charts = true;

interface Pen {
  readonly chalk: ChalkInstance;
  readonly width: number;
  readonly unicode: boolean;
  /** Text made safe and, where asked, ASCII. */
  readonly safe: (text: string) => string;
}

export function render(document: PlanDocument, options: ReportOptions): string {
  const pen: Pen = {
    chalk: new Chalk({ level: options.colour ? 1 : 0 }),
    width: Math.max(60, Math.min(options.width, 140)),
    unicode: options.unicode,
    safe: (text) => (options.unicode ? terminal(text) : ascii(terminal(text))),
  };
  return `${document.plans.map((plan, index) => planText(plan, index, options, pen)).join(`\n\n${'='.repeat(pen.width)}\n\n`)}\n`;
}

function planText(plan: Plan, index: number, options: ReportOptions, pen: Pen): string {
  const input = { plan, curves: options.curves?.[index] ?? null, explain: explainedIds(plan, options.explain), places: options.places?.[index] };
  const [head, ...rest] = sections(input, moneyOf(plan.scenario.currency, options.unicode)).filter((each) => each.blocks.length > 0);
  if (head === undefined) return '';
  const title = `${pen.chalk.bold(pen.safe(head.title ?? ''))}\n${pen.chalk.dim(pen.safe(subject(plan)))}`;
  return [title, ...head.blocks.map((each) => block(each, pen)), ...rest.map((each) => section(each, pen))].join('\n\n');
}

function section({ title, blocks }: Section, pen: Pen): string {
  const [first = '', ...rest] = blocks.map((each) => block(each, pen));
  const heading = title === null ? '' : `${pen.chalk.bold.underline(pen.safe(title))}\n`;
  return heading + [first, ...rest].join('\n\n');
}

function block(value: Block, pen: Pen): string {
  switch (value.kind) {
    case 'paragraph':
      return lines(value, pen.width, pen).join('\n');
    case 'list':
      return value.items.map((item) => bullet(item, pen)).join('\n');
    case 'table':
      return table(value, pen);
    case 'chart':
      return drawing(crossoverChart(value, pen), pen);
    case 'frontier':
      return drawing(frontierChart(value, pen), pen);
  }
}

function lines({ text, tone }: Cell, width: number, pen: Pen): string[] {
  return wrap(pen.safe(text), width).map((line) => styled(line, tone ?? 'plain', pen));
}

function bullet(item: Cell, pen: Pen): string {
  const dot = pen.unicode ? '•' : '-';
  return lines(item, pen.width - 4, pen)
    .map((line, index) => (index === 0 ? `  ${dot} ${line}` : `    ${line}`))
    .join('\n');
}

function styled(text: string, tone: Tone, { chalk }: Pen): string {
  const styles: Record<Tone, (text: string) => string> = {
    plain: (each) => each,
    strong: chalk.bold,
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    dim: chalk.dim,
  };
  return styles[tone](text);
}

const GAP = 2;

/** Columns two spaces apart under one rule: readable at 80 columns, where boxes would take the room. */
function table({ columns, rows }: Table, pen: Pen): string {
  const texts = [columns.map((column) => pen.safe(column.title)), ...rows.map((row) => row.map((each) => pen.safe(each.text)))];
  const widths = columnWidths(columns, texts, pen.width);
  const rule = pen.unicode ? '─' : '-';
  const content = (text: string, column: number, tone: Tone) => wrap(text, widths[column] ?? 1).map((line) => styled(line, tone, pen));
  const cellsOf = (row: number, tone: (column: number) => Tone) => (texts[row] ?? []).map((text, column) => content(text, column, tone(column)));
  const head = cellsOf(0, () => 'strong');
  const body = rows.map((row, index) => cellsOf(index + 1, (column) => row[column]?.tone ?? 'plain'));
  const ruled = widths.map((width) => [pen.chalk.dim(rule.repeat(width))]);
  return [head, ruled, ...body].map((cells) => sideBySide(cells, columns, widths)).join('\n');
}

const LEAST = 6;

function columnWidths(columns: Table['columns'], texts: readonly (readonly string[])[], total: number): number[] {
  const wants = columns.map((column, index) => {
    const cells = texts.map((row) => row[index] ?? '');
    const natural = Math.max(1, ...cells.map(displayWidth));
    const word = Math.max(1, ...cells.flatMap((text) => text.split(' ').map(displayWidth)));
    return { natural, least: column.wraps ? Math.min(natural, Math.max(LEAST, Math.min(word, 14))) : natural };
  });
  return shareColumns(wants, total - GAP * (columns.length - 1));
}

const COLOURS = ['cyan', 'yellow', 'magenta', 'green', 'blue', 'red'] as const;

function drawing(drawn: readonly Line[], pen: Pen): string {
  return drawn
    .map((line) =>
      line
        .map(({ text, series }) => {
          const shown = pen.unicode ? text : ascii(text);
          return series === null ? shown : pen.chalk[COLOURS[series % COLOURS.length] ?? 'cyan'](shown);
        })
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

function sideBySide(cells: readonly (readonly string[])[], columns: Table['columns'], widths: readonly number[]): string {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    cells
      .map((lines, column) => pad(lines[i] ?? '', widths[column] ?? 0, columns[column]?.align ?? 'left'))
      .join(' '.repeat(GAP))
      .trimEnd(),
  ).join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour takes no room
  const space = ' '.repeat(Math.max(0, width - displayWidth(text.replace(/\u001b\[\d+m/g, ''))));
  return align === 'left' ? text + space : space + text;
}

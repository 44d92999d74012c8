/** The report as GitHub-flavoured Markdown. */

import type { PlanDocument } from '../engine/result.ts';
import { crossoverChart, type DrawOptions, type Line } from './chart.ts';
import { type MarkdownPlace, markdown } from './escape.ts';
import { moneyOf } from './figures.ts';
import { frontierChart } from './frontier-chart.ts';
import type { Block, Cell, Section, Table, Tone } from './model.ts';
import { explainedIds, type ReportOptions } from './options.ts';
import { sections, subject } from './sections.ts';

export const charts = true;

export function render(document: PlanDocument, options: ReportOptions): string {
  const parts = document.plans.map((plan, index) => {
    const curves = options.curves?.[index] ?? null;
    const found = sections({ plan, curves, explain: explainedIds(plan, options.explain), places: options.places?.[index] }, moneyOf(plan.scenario.currency));
    const [head, ...rest] = found.map(section);
    return [head, markdown(subject(plan)), ...rest].filter((text) => text !== '').join('\n\n');
  });
  return `${parts.join('\n\n---\n\n')}\n\n<sub>llm-crossover ${markdown(document.tool_version)}</sub>\n`;
}

/** The first section of a plan is its title. */
function section({ title, blocks }: Section, index: number): string {
  if (blocks.length === 0) return '';
  const heading = title === null ? [] : [`${index === 0 ? '#' : '##'} ${markdown(title)}`];
  return [...heading, ...blocks.map(block)].join('\n\n');
}

function block(value: Block): string {
  if (value.kind === 'paragraph') return styled({ text: value.text, tone: value.tone ?? 'plain' }, 'block');
  if (value.kind === 'list') return value.items.map((item) => `- ${markdown(item.text)}`).join('\n');
  if (value.kind === 'table') return table(value);
  return drawing(value.kind === 'chart' ? crossoverChart(value, LOOK) : frontierChart(value, LOOK));
}

function table({ columns, rows }: Table): string {
  const head = columns.map((column) => markdown(column.title, 'cell'));
  const rule = columns.map((column) => (column.align === 'right' ? '---:' : '---'));
  return [head, rule, ...rows.map((row) => row.map((each) => styled(each, 'cell')))].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const MARKS: Readonly<Partial<Record<Tone, string>>> = { strong: '**', bad: '**' };

function styled({ text, tone }: Cell, place: MarkdownPlace): string {
  const mark = MARKS[tone ?? 'plain'] ?? '';
  return text === '' ? '' : mark + markdown(text, place) + mark;
}

const LOOK: DrawOptions = { width: 78, unicode: true };

/** Characters in a code block: it shows everywhere Markdown does. Back-ticks of ids would end the block, so they become apostrophes. */
function drawing(drawn: readonly Line[]): string {
  return [
    '```text',
    ...drawn.map((line) =>
      line
        .map((part) => part.text)
        .join('')
        .replaceAll('`', "'")
        .trimEnd(),
    ),
    '```',
  ].join('\n');
}

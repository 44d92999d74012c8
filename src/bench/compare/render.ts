import { printable } from '../../llm/secret.ts';
import { alignedTable, markdownTable, ms, number, percent, usd } from '../output/figures.ts';
import type { Comparison, LevelComparison, Ratio } from './compare.ts';

export type CompareFormat = 'terminal' | 'json' | 'markdown';

export function renderComparison(comparison: Comparison, format: CompareFormat): string {
  if (format === 'json') return `${JSON.stringify(comparison, null, 2)}\n`;
  const layout = format === 'markdown' ? markdownTable : alignedTable;
  const heading = (text: string) => (format === 'markdown' ? `### ${text}` : text);
  const sides = `A: ${printable(comparison.a.label, null)}\nB: ${printable(comparison.b.label, null)}`;
  const levels = comparison.levels.map((level) => `${heading(title(level))}\n\n${layout([['', 'A', 'B', 'A / B', '95 %'], ...rows(level)])}`);
  return `${[sides, ...levels, printable(comparison.verdict, null, 2000)].join('\n\n')}\n`;
}

function title(level: LevelComparison): string {
  return level.load_a === level.load_b ? level.load_a : `A at ${level.load_a}, B at ${level.load_b}`;
}

/** Rows neither side knows anything about are left out. */
function rows(level: LevelComparison): string[][] {
  const known = level.rows.filter((row) => row.a !== null || row.b !== null);
  return known.map((row) => [label(row), figure(row, row.a), figure(row, row.b), row.ratio === null ? '-' : row.ratio.toPrecision(3), interval(row)]);
}

function label(row: Ratio): string {
  return row.unit === 'ms' ? `${row.name} (ms)` : row.name;
}

function interval(row: Ratio): string {
  return row.interval === null ? '' : `${row.interval.low.toPrecision(3)} to ${row.interval.high.toPrecision(3)}`;
}

function figure(row: Ratio, value: number | null): string {
  if (value === null) return '-';
  if (row.unit === 'usd') return usd(value);
  if (row.unit === 'share') return percent(value);
  return row.unit === 'ms' ? ms(value) : number(value, 2);
}

/** A price over time as a step line for the terminal. */

import { daysBetween, type IsoDate } from '../engine/units.ts';
import type { Step } from './timeline.ts';

export interface ChartLook {
  readonly width: number;
  readonly unicode: boolean;
}

const ROWS = 8;
const UNICODE = { flat: '─', up: ['╭', '╯'], down: ['╮', '╰'], rise: '│', axis: '┤', corner: '└', base: '─' } as const;
const ASCII = { flat: '-', up: ['.', "'"], down: ['.', "'"], rise: '|', axis: '|', corner: '+', base: '-' } as const;

/**
 * The chart's lines, the first day of the first step to `until`. Heights are to the power of one half, so that a cut to a
 * fifteenth still leaves a visible line; the axis names the highest and the lowest price.
 */
export function historyChart(steps: readonly Step[], until: IsoDate, look: ChartLook): string[] {
  const first = steps[0];
  if (first === undefined) return [];
  const labels = axisLabels(steps);
  const columns = Math.max(10, look.width - labels.width - 3);
  const days = Math.max(1, daysBetween(first.from, until));
  const heights = Array.from({ length: columns }, (_, column) => rowOf(valueAt(steps, first.from, (column / (columns - 1)) * days), steps));
  const marks = look.unicode ? UNICODE : ASCII;
  const grid = drawn(heights, marks);
  const lines = grid.map((row, index) => `${labels.of(ROWS - 1 - index)} ${marks.axis} ${row.join('').trimEnd()}`);
  const base = `${' '.repeat(labels.width)} ${marks.corner}${marks.base.repeat(columns + 1)}`;
  const gap = Math.max(1, columns - first.from.length - until.length);
  return [...lines, base, `${' '.repeat(labels.width + 3)}${first.from}${' '.repeat(gap)}${until}`];
}

function valueAt(steps: readonly Step[], start: IsoDate, day: number): number {
  const begun = steps.filter((step) => daysBetween(start, step.from) <= day);
  return (begun.at(-1) ?? steps[0])?.value ?? 0;
}

function rowOf(value: number, steps: readonly Step[]): number {
  const most = Math.max(...steps.map((step) => step.value));
  return most === 0 ? 0 : Math.round(Math.sqrt(value / most) * (ROWS - 1));
}

function drawn(heights: readonly number[], marks: typeof UNICODE | typeof ASCII): string[][] {
  const grid = Array.from({ length: ROWS }, () => Array.from({ length: heights.length }, () => ' '));
  const put = (row: number, column: number, mark: string) => {
    const line = grid[ROWS - 1 - row];
    if (line !== undefined) line[column] = mark;
  };
  heights.forEach((height, column) => {
    const before = column === 0 ? height : (heights[column - 1] ?? height);
    const rising = height > before;
    for (let row = Math.min(before, height) + 1; row < Math.max(before, height); row++) put(row, column, marks.rise);
    put(before, column, rising ? marks.up[1] : marks.down[0]);
    put(height, column, before === height ? marks.flat : rising ? marks.up[0] : marks.down[1]);
  });
  return grid;
}

/** The highest and the lowest price beside their rows. */
function axisLabels(steps: readonly Step[]): { readonly width: number; readonly of: (row: number) => string } {
  const values = steps.map((step) => step.value);
  const texts = new Map([Math.min(...values), Math.max(...values)].map((value) => [rowOf(value, steps), `$${value}`]));
  const width = Math.max(...[...texts.values()].map((text) => text.length));
  return { width, of: (row) => (texts.get(row) ?? '').padStart(width) };
}

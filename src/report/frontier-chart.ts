/** A hybrid's splits drawn with characters: quality over what a month costs, today's split and the best one marked. */

import type { DrawOptions, Line } from './chart.ts';
import { percent, short } from './figures.ts';
import type { FrontierChart, FrontierMark } from './model.ts';

const HEIGHT = 13;
const MARGIN = 8;
const GLYPHS = {
  unicode: { split: '●', today: '◆', best: '★', alone: '□', vertical: '│', horizontal: '─', corner: '└' },
  ascii: { split: '*', today: 'T', best: 'B', alone: 'L', vertical: '|', horizontal: '-', corner: '+' },
};

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly cells: number;
}

export function frontierChart(chart: FrontierChart, { width, unicode }: DrawOptions): Line[] {
  const glyphs = unicode ? GLYPHS.unicode : GLYPHS.ascii;
  const shown = [...chart.splits, ...[chart.alone, chart.best, chart.today].filter((mark) => mark !== null)];
  const x = axisOf(shown, ({ usd }) => usd, Math.max(20, width - MARGIN - 1));
  const y = axisOf(shown, ({ quality }) => quality, HEIGHT);
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(x.cells).fill(' '));
  const put = (mark: FrontierMark | null, glyph: string) => {
    const row = mark === null ? undefined : grid[HEIGHT - 1 - position(mark.quality, y)];
    if (row !== undefined && mark !== null) row[position(mark.usd, x)] = glyph;
  };
  // What is drawn last stays visible.
  for (const split of chart.splits) put(split, glyphs.split);
  put(chart.alone, glyphs.alone);
  put(chart.best, glyphs.best);
  put(chart.today, glyphs.today);
  const label = (usd: number) => short(usd * chart.currency.per_usd);
  const [from, to] = [label(x.low), label(x.high)];
  const indent = ' '.repeat(MARGIN);
  return [
    'quality on the log',
    ...grid.map((row, index) => `${percentAt(index, y).padStart(MARGIN - 1)} ${glyphs.vertical}${row.join('').trimEnd()}`),
    `${indent}${glyphs.corner}${glyphs.horizontal.repeat(x.cells)}`,
    `${indent} ${from}${to.padStart(x.cells - from.length)}`,
    `${indent} ${chart.currency.code} a month`,
    ...legend(chart, glyphs).map((line) => `${indent} ${line}`),
  ].map((text): Line => [{ text, series: null }]);
}

function axisOf(marks: readonly FrontierMark[], value: (mark: FrontierMark) => number, cells: number): Axis {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const mark of marks) [low, high] = [Math.min(low, value(mark)), Math.max(high, value(mark))];
  return low < high ? { low, high, cells } : { low: low - 0.01, high: high + 0.01, cells };
}

function position(value: number, { low, high, cells }: Axis): number {
  return Math.round(((value - low) / (high - low)) * (cells - 1));
}

function percentAt(index: number, y: Axis): string {
  const row = HEIGHT - 1 - index;
  return row % Math.floor((HEIGHT - 1) / 2) === 0 ? percent(y.low + ((y.high - y.low) * row) / (HEIGHT - 1)) : '';
}

function legend({ alone, best, today }: FrontierChart, glyphs: (typeof GLYPHS)['unicode']): string[] {
  return [
    `${glyphs.split} a split   ${today === null ? '' : `${glyphs.today} today   `}${alone === null ? '' : `${glyphs.alone} the large model alone`}`.trimEnd(),
    ...(best === null ? [] : [`${glyphs.best} best for at most the cost of the large model alone`]),
  ];
}

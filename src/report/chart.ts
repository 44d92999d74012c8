/** Cost over volume drawn with characters: both axes logarithmic, one mark an option, crossovers on the lines, today's volume as a bar. */

import { terminal } from './escape.ts';
import { short } from './figures.ts';
import type { Chart, Series } from './model.ts';

export interface DrawOptions {
  readonly width: number;
  readonly unicode: boolean;
}

/** A run of characters that belongs to one series (for colour), or to none. */
interface Part {
  readonly text: string;
  readonly series: number | null;
}

export type Line = readonly Part[];

const HEIGHT = 15;
const MARGIN = 8;
const MARKS = { unicode: '●◆▲■○◇△□★☆', ascii: 'ABCDEFGHIJ' };
const LINES = {
  unicode: { vertical: '│', horizontal: '─', corner: '└', tick: '┬', today: '┊', crossover: '╳' },
  ascii: { vertical: '|', horizontal: '-', corner: '+', tick: '+', today: ':', crossover: 'X' },
};

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly cells: number;
}

type Grid = (Part | null)[][];

export function crossoverChart(chart: Chart, { width, unicode }: DrawOptions): Line[] {
  const x: Axis = { low: Math.log10(chart.volumes[0] ?? 1), high: Math.log10(chart.volumes.at(-1) ?? 10), cells: Math.max(20, width - MARGIN - 1) };
  const y = costAxis(chart);
  const grid: Grid = Array.from({ length: HEIGHT }, () => new Array<Part | null>(x.cells).fill(null));
  const glyphs = unicode ? LINES.unicode : LINES.ascii;
  const marks = unicode ? MARKS.unicode : MARKS.ascii;
  drawToday(grid, chart, x, glyphs.today);
  chart.series.forEach((series, index) => {
    drawSeries(grid, chart, series, { text: markOf(marks, index), series: index }, x, y);
  });
  for (const volume of chart.crossovers) drawCrossover(grid, chart, volume, glyphs.crossover, x, y);
  return [
    [plain(`${chart.currency.code} a month`)],
    ...rows(grid, y, chart.currency.per_usd, glyphs),
    ...axisLines(x, glyphs),
    ...legend(chart, marks, glyphs),
  ];
}

function plain(text: string): Part {
  return { text, series: null };
}

function markOf(marks: string, index: number): string {
  return marks[index % marks.length] ?? '?';
}

/** From the cheapest to the dearest cost shown, a bottom cut so that a free start doesn't flatten the rest. */
function costAxis(chart: Chart): Axis {
  const costs = chart.series.flatMap((series) => series.monthly_usd.filter((usd) => usd !== null && usd > 0)) as number[];
  const high = Math.log10(Math.max(...costs));
  const low = Math.max(Math.log10(Math.min(...costs)), high - 7, -2);
  return low < high ? { low, high, cells: HEIGHT } : { low: low - 0.5, high: low + 0.5, cells: HEIGHT };
}

function position(value: number, axis: Axis): number {
  return Math.round(((Math.log10(value) - axis.low) / (axis.high - axis.low)) * (axis.cells - 1));
}

function drawToday(grid: Grid, chart: Chart, x: Axis, glyph: string): void {
  const column = position(chart.volume, x);
  if (column >= 0 && column < x.cells) for (const row of grid) row[column] = plain(glyph);
}

/** A mark in each column. Where two lines meet, the one listed first keeps the even columns, so that both stay visible. */
function drawSeries(grid: Grid, chart: Chart, series: Series, mark: Part, x: Axis, y: Axis): void {
  const sampled = chart.volumes.length === x.cells;
  for (let column = 0; column < x.cells; column++) {
    const usd = sampled ? (series.monthly_usd[column] ?? null) : costAt(chart, series, 10 ** (x.low + ((x.high - x.low) * column) / (x.cells - 1)));
    if (usd === null || usd <= 0) continue;
    const row = grid[HEIGHT - 1 - position(usd, y)];
    if (row === undefined) continue;
    const taken = row[column]?.series ?? null;
    if (taken === null || column % 2 === 1) row[column] = mark;
  }
}

/** Cost at the sampled volume nearest below or at `volume`, interpolated on the log axes; null next to a gap. */
function costAt(chart: Chart, series: Series, volume: number): number | null {
  const above = chart.volumes.findIndex((each) => each >= volume * 0.9999);
  const right = above < 0 ? chart.volumes.length - 1 : above;
  const left = Math.max(0, right - 1);
  const [x0 = 1, x1 = 1] = [chart.volumes[left], chart.volumes[right]];
  const [y0, y1] = [series.monthly_usd[left] ?? null, series.monthly_usd[right] ?? null];
  if (y0 === null || y1 === null || y0 <= 0 || y1 <= 0 || x0 >= x1) return y1;
  const t = Math.min(1, Math.max(0, Math.log(volume / x0) / Math.log(x1 / x0)));
  return y0 * (y1 / y0) ** t;
}

/** On the cheapest line at that volume. */
function drawCrossover(grid: Grid, chart: Chart, volume: number, glyph: string, x: Axis, y: Axis): void {
  const column = position(volume, x);
  const costs = chart.series.map((series) => costAt(chart, series, volume)).filter((usd) => usd !== null && usd > 0) as number[];
  if (column < 0 || column >= x.cells || costs.length === 0) return;
  const row = grid[HEIGHT - 1 - position(Math.min(...costs), y)];
  if (row !== undefined) row[column] = plain(glyph);
}

type Glyphs = (typeof LINES)['unicode'];

function rows(grid: Grid, y: Axis, perUsd: number, glyphs: Glyphs): Line[] {
  const labels = costLabels(y, perUsd);
  return grid.map((cells, index) => [plain(`${(labels.get(index) ?? '').padStart(MARGIN - 1)} ${glyphs.vertical}`), ...joined(cells)]);
}

/** Round amounts (1, 2 or 5 times a power of ten) beside their rows; powers of ten only, where there are three or more. */
function costLabels(y: Axis, perUsd: number): Map<number, string> {
  const shift = Math.log10(perUsd);
  const powers = range(Math.ceil(y.low + shift), Math.floor(y.high + shift));
  const fine = range(Math.floor(y.low + shift), Math.floor(y.high + shift))
    .flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power))
    .filter((amount) => Math.log10(amount) >= y.low + shift && Math.log10(amount) <= y.high + shift);
  const amounts = powers.length >= 3 ? powers.map((power) => 10 ** power) : fine;
  const ends = [y.low, y.high].map((power) => 10 ** power * perUsd);
  const shown = amounts.length < 2 ? ends : amounts;
  return new Map(shown.map((amount) => [HEIGHT - 1 - position(amount / perUsd, y), short(amount)]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Neighbouring cells of one series as one run. */
function joined(cells: readonly (Part | null)[]): Part[] {
  const parts: Part[] = [];
  for (const next of cells.map((each) => each ?? plain(' '))) {
    const last = parts.at(-1);
    if (last !== undefined && last.series === next.series) parts[parts.length - 1] = { text: last.text + next.text, series: last.series };
    else parts.push(next);
  }
  return parts;
}

/** The rule with a tick at every power of ten, and its labels. */
function axisLines(x: Axis, glyphs: Glyphs): Line[] {
  const rule = new Array<string>(x.cells).fill(glyphs.horizontal);
  let labels = '';
  for (let power = Math.ceil(x.low); power <= Math.floor(x.high); power++) {
    const column = position(10 ** power, x);
    rule[column] = glyphs.tick;
    const label = short(10 ** power);
    const start = Math.min(column, x.cells - label.length);
    if (start >= labels.length) labels = labels.padEnd(start) + label;
  }
  const indent = ' '.repeat(MARGIN);
  return [[plain(indent + glyphs.corner + rule.join(''))], [plain(`${indent} ${labels}`)], [plain(`${indent} requests a month, both axes logarithmic`)]];
}

function legend(chart: Chart, marks: string, glyphs: Glyphs): Line[] {
  const names = chart.series.map(
    (series, index): Line => [plain(' '.repeat(MARGIN + 1)), { text: `${markOf(marks, index)} ${terminal(series.id)}`, series: index }],
  );
  const crossover = chart.crossovers.length > 0 ? `${glyphs.crossover} the cheapest option changes   ` : '';
  return [...names, [plain(`${' '.repeat(MARGIN + 1)}${crossover}${glyphs.today} today, ${short(chart.volume)} requests`)]];
}

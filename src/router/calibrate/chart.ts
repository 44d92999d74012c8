/** Charts with characters: quality over the share escalated, and how far the score means what it says. */

import type { CalibrationReport, CurvePoint } from '../../engine/hybrid/calibrate.ts';
import type { ReliabilityBin } from '../../engine/hybrid/score-quality.ts';

export interface ChartLook {
  readonly unicode: boolean;
  readonly width: number;
}

const HEIGHT = 14;
const LEFT = 9;
const MARKS = {
  unicode: { score: '●', random: '·', oracle: '○', chosen: '◆', side: '│', floor: '─', corner: '└' },
  ascii: { score: '*', random: '.', oracle: 'o', chosen: 'X', side: '|', floor: '-', corner: '+' },
};

type Marks = (typeof MARKS)['unicode'];

/** Quality over escalation of the score, of chance and of the oracle; empty when no quality is known. */
export function frontierChart(report: CalibrationReport, look: ChartLook): string[] {
  const marks = look.unicode ? MARKS.unicode : MARKS.ascii;
  const columns = Math.max(30, Math.min(90, look.width - LEFT - 2));
  const points = [...report.random, ...report.oracle, ...report.frontier].flatMap(({ quality }) => (quality === null ? [] : [quality]));
  if (points.length === 0) return [];
  const [low, high] = rangeOf(points);
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(columns).fill(' '));
  const put = (escalation: number, quality: number, mark: string) => {
    const row = grid[HEIGHT - 1 - Math.round(((quality - low) / (high - low)) * (HEIGHT - 1))];
    if (row !== undefined) row[Math.round(escalation * (columns - 1))] = mark;
  };
  for (const [curve, mark] of [
    [report.random, marks.random],
    [report.oracle, marks.oracle],
    [report.frontier, marks.score],
  ] as const)
    draw(curve, columns, mark, put);
  const { chosen } = report;
  if (chosen?.threshold != null && chosen.quality !== null) put(chosen.escalation, Math.min(high, Math.max(low, chosen.quality)), marks.chosen);
  return framed(grid, low, high, columns, marks, chosen?.threshold ?? null);
}

function rangeOf(values: readonly number[]): [number, number] {
  let [low, high] = [1, 0];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low < 1e-9 ? [low - 0.01, high + 0.01] : [low, high];
}

/** A mark in every column the curve passes. */
function draw(curve: readonly CurvePoint[], columns: number, mark: string, put: (escalation: number, quality: number, mark: string) => void): void {
  let next = 0;
  for (const { escalation, quality } of curve) {
    const column = Math.round(escalation * (columns - 1));
    if (quality === null || column < next) continue;
    put(escalation, quality, mark);
    next = column + 1;
  }
}

function framed(grid: readonly (readonly string[])[], low: number, high: number, columns: number, marks: Marks, threshold: number | null): string[] {
  const label = (row: number) =>
    row === 0 ? percent(high) : row === HEIGHT - 1 ? percent(low) : row === Math.floor(HEIGHT / 2) ? percent((low + high) / 2) : '';
  const axis = `0 %${'50 %'.padStart(Math.floor(columns / 2) - 1)}${'100 %'.padStart(columns - Math.floor(columns / 2) - 2)}`;
  const chosen = threshold === null ? '' : `   ${marks.chosen} chosen, on the rows held back`;
  return [
    'quality',
    ...grid.map((row, i) => `${label(i).padStart(LEFT - 2)} ${marks.side}${row.join('').trimEnd()}`),
    `${' '.repeat(LEFT - 1)}${marks.corner}${marks.floor.repeat(columns)}`,
    `${' '.repeat(LEFT)}${axis}`,
    `${' '.repeat(LEFT)}share escalated`,
    `${' '.repeat(LEFT)}${marks.score} by score   ${marks.random} by chance   ${marks.oracle} by an oracle${chosen}`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const BAR = 30;

/** A line a bin: how many rows, their mean score, how many of them are right, and a bar of the latter with the score marked on it. */
export function reliabilityChart(bins: readonly ReliabilityBin[], look: ChartLook): string[] {
  const [full, mark] = look.unicode ? ['█', '┃'] : ['#', '|'];
  const most = Math.max(4, ...bins.map(({ n }) => String(n).length));
  const rows = bins
    .filter(({ n }) => n > 0)
    .map(({ low, high, n, mean_score, accuracy }) => {
      const bar = Array.from({ length: BAR + 1 }, (_, i) => (i < Math.round((accuracy ?? 0) * BAR) ? full : ' '));
      bar[Math.round((mean_score ?? 0) * BAR)] = mark;
      const figures = `${String(n).padStart(most)}  ${(mean_score ?? 0).toFixed(3)}  ${(accuracy ?? 0).toFixed(3)}`;
      return `  ${low.toFixed(1)}-${high.toFixed(1)}  ${figures}  ${bar.join('').trimEnd()}`;
    });
  return rows.length === 0
    ? []
    : [`  ${'score'.padEnd(7)}  ${'rows'.padStart(most)}  ${'score'.padEnd(5)}  right  bar: share right, ${mark}: mean score`, ...rows];
}

/** Cost over volume, both axes logarithmic: a line an option, crossovers, today's volume. */

import { type ScaleLogarithmic, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Band } from '../curves.ts';
import { html } from '../escape.ts';
import { moneyOf, short } from '../figures.ts';
import type { Chart } from '../model.ts';
import { logTicks, round, tag, text } from './svg.ts';

export interface LineChart {
  readonly svg: string;
  readonly plot: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** Marks every so many points tell lines apart without colour. */
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '12 4'];

/** Pixels beside the plot. */
const [LEFT, RIGHT] = [54, 12];

/** Where a volume stands in a chart of that width. */
export function volumeScale({ volumes }: Chart, width: number): Scale {
  return scaleLog([volumes[0] ?? 1, volumes.at(-1) ?? 10], [LEFT, width - RIGHT]);
}

export function lineChart(chart: Chart, bands: readonly Band[], width: number, title: string): LineChart {
  const narrow = width < 480;
  const height = narrow ? 260 : Math.min(460, Math.max(300, width * 0.45));
  const plot = { left: LEFT, right: width - RIGHT, top: 12, bottom: height - 40 };
  const costs = chart.series.flatMap((series) => series.monthly_usd.filter((usd): usd is number => usd !== null && usd > 0));
  const x = volumeScale(chart, width);
  const y = scaleLog(costRange(costs, chart.currency.per_usd), [plot.bottom, plot.top]).clamp(true);
  const parts = [
    grid(chart, x, y, plot, narrow),
    ...chart.series.flatMap((series, index) =>
      bands.filter((band) => band.id === series.id).map((band) => bandPath(band, index, chart.currency.per_usd, x, y)),
    ),
    ...chart.series.map((series, index) =>
      tag('path', { d: pathOf(chart, series.monthly_usd, x, y), class: `line s${index % 8}`, 'stroke-dasharray': DASHES[index % DASHES.length] ?? '' }),
    ),
    ...crossovers(chart, x, y, plot),
    tag('line', { class: 'cursor', x1: -9, x2: -9, y1: plot.top, y2: plot.bottom }),
  ];
  const svg = tag(
    'svg',
    { viewBox: `0 0 ${round(width)} ${round(height)}`, role: 'img', class: 'lines', 'aria-label': title, width: width, height: height },
    parts.join(''),
  );
  return { svg, plot };
}

/** Seven decades at most: a free start doesn't flatten the rest. */
function costRange(costs: readonly number[], perUsd: number): [number, number] {
  const high = Math.max(...costs) * perUsd * 1.1;
  const low = Math.max(Math.min(...costs) * perUsd, high / 1e7) / 1.1;
  return low < high ? [low, high] : [low / 3, low * 3];
}

type Plot = LineChart['plot'];
type Scale = ScaleLogarithmic<number, number>;

/** Dollars too few for the axis run along it, as zero does. */
const LEAST_USD = 1e-9;

function grid(chart: Chart, x: Scale, y: Scale, plot: Plot, narrow: boolean): string {
  const volumes = logTicks(x, narrow ? 4 : 8);
  const across = volumes.map(
    (tick) =>
      tag('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: plot.top, y2: plot.bottom }) +
      text(x(tick), plot.bottom + 16, short(tick), { class: 'tick', 'text-anchor': x(tick) > plot.right - 12 ? 'end' : 'middle' }),
  );
  const up = logTicks(y, 7).map(
    (tick) =>
      tag('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y(tick), y2: y(tick) }) +
      text(plot.left - 6, y(tick) + 4, short(tick), { class: 'tick', 'text-anchor': 'end' }),
  );
  const today = x(chart.volume);
  const near = today > plot.right - 90;
  const now =
    today >= plot.left && today <= plot.right
      ? tag('line', { class: 'today', x1: today, x2: today, y1: plot.top, y2: plot.bottom }) +
        text(today + (near ? -5 : 5), plot.top + 10, `today ${short(chart.volume)}`, { class: 'tick', 'text-anchor': near ? 'end' : 'start' })
      : '';
  const label = text((plot.left + plot.right) / 2, plot.bottom + 34, 'requests a month', { class: 'tick', 'text-anchor': 'middle' });
  return [...across, ...up, label, now].join('');
}

function bandPath({ volumes, low_usd, high_usd }: Band, index: number, perUsd: number, x: Scale, y: Scale): string {
  const height = (usd: number | null | undefined) => y(Math.max((usd ?? 0) * perUsd, LEAST_USD));
  const path = area<number>()
    .digits(1)
    .defined((_, at) => low_usd[at] != null && high_usd[at] != null)
    .x((volume) => x(volume))
    .y0((_, at) => height(low_usd[at]))
    .y1((_, at) => height(high_usd[at]));
  const d = path(volumes);
  return d === null ? '' : tag('path', { d, class: `band f${index % 8}` });
}

/** Gaps where an option can't serve; lines below the axis run along it. */
function pathOf(chart: Chart, usd: readonly (number | null)[], x: Scale, y: Scale): string {
  const path = line<number | null>()
    .digits(1)
    .defined((cost) => cost !== null)
    .x((_, at) => x(chart.volumes[at] ?? 1))
    .y((cost) => y(Math.max((cost ?? 0) * chart.currency.per_usd, LEAST_USD)));
  return path(usd) ?? '';
}

/** Many crossovers are two fleets that keep taking turns: the first and the last say where. */
function crossovers(chart: Chart, x: Scale, y: Scale, plot: Plot): string[] {
  const all = chart.crossovers;
  const marked = all.length > 6 ? [all[0] as number, all.at(-1) as number] : all;
  return marked.flatMap((volume) => {
    const at = x(volume);
    const usd = cheapestAt(chart, volume);
    if (at < plot.left || at > plot.right || usd === null) return [];
    const height = y(usd * chart.currency.per_usd);
    return [tag('circle', { class: 'crossover', cx: at, cy: height, r: 5 }, tag('title', {}, `crossover at ${short(volume)} requests a month`))];
  });
}

/** On the cheapest line, between the two nearest volumes drawn. */
function cheapestAt(chart: Chart, volume: number): number | null {
  const right = chart.volumes.findIndex((each) => each >= volume);
  if (right <= 0) return null;
  const [x0 = 1, x1 = 1] = [chart.volumes[right - 1], chart.volumes[right]];
  const share = x1 === x0 ? 0 : Math.log(volume / x0) / Math.log(x1 / x0);
  const costs = chart.series.flatMap(({ monthly_usd }) => {
    const [a, b] = [monthly_usd[right - 1], monthly_usd[right]];
    return a && b ? [a * (b / a) ** share] : [];
  });
  return costs.length === 0 ? null : Math.min(...costs);
}

/** Names beside their line's look. */
export function legend(chart: Chart): string {
  return chart.series
    .map((series, index) => {
      const line = tag('line', { x1: 0, x2: 28, y1: 6, y2: 6, class: `line s${index % 8}`, 'stroke-dasharray': DASHES[index % DASHES.length] ?? '' });
      return tag('li', {}, `${tag('svg', { width: 28, height: 12, 'aria-hidden': 'true' }, line)} <span>${html(series.id)}</span>`);
    })
    .join('');
}

/** Costs of every option at one of the chart's volumes, cheapest first. */
function readingAt(chart: Chart, index: number): { readonly volume: number; readonly costs: readonly { readonly id: string; readonly usd: number | null }[] } {
  const costs = chart.series.map((series) => ({ id: series.id, usd: series.monthly_usd[index] ?? null }));
  return { volume: chart.volumes[index] ?? 0, costs: [...costs].sort((a, b) => (a.usd ?? Number.POSITIVE_INFINITY) - (b.usd ?? Number.POSITIVE_INFINITY)) };
}

export function readingText(chart: Chart, index: number): string {
  const money = moneyOf(chart.currency);
  const { volume, costs } = readingAt(chart, index);
  return `${short(volume)} requests a month: ${costs.map(({ id, usd }) => `${id} ${usd === null ? 'not possible' : money.total(usd)}`).join(', ')}`;
}

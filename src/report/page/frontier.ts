/** What a hybrid costs, and how good it is, over the share it sends to the large model. */

import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { HybridFigures } from '../../engine/result.ts';
import { html } from '../escape.ts';
import { type Money, percent } from '../figures.ts';
import { round, tag, text } from './svg.ts';

const HEIGHT = 240;

/** Cost as a line over the share; today's split, the best one and the large model alone are marked. */
export function frontierChart(id: string, hybrid: HybridFigures, width: number, money: Money): string {
  const points = hybrid.frontier.flatMap(({ escalation, monthly_usd }) => (monthly_usd === null ? [] : [{ share: escalation, usd: monthly_usd }]));
  if (points.length < 2) return '';
  const alone = hybrid.large_alone_usd;
  const most = Math.max(...points.map((point) => point.usd), alone ?? 0) * 1.08;
  const [left, right, top, bottom] = [72, width - 16, 12, HEIGHT - 36];
  const x = scaleLinear([0, 1], [left, right]);
  const y = scaleLinear([0, most], [bottom, top]);
  const path = line<(typeof points)[number]>()
    .digits(1)
    .x(({ share }) => x(share))
    .y(({ usd }) => y(usd));
  const marks = [...lineOfLargeAlone(alone, y, left, right, money), ...breakEven(hybrid, x, y), today(hybrid, points, x, y, money), best(hybrid, x, y, money)];
  const label = `What a month of ${id} costs over the share sent to the large model; the figures are in the table below`;
  const inner = [...grid(x, y, money), tag('path', { d: path(points) ?? '', class: 'line s0' }), ...marks].join('');
  return `<figure>${tag('svg', { viewBox: `0 0 ${round(width)} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': label }, inner)}<figcaption>${html(id)}: a month in ${html(money.code)} over the share of requests that reaches the large model.</figcaption></figure>`;
}

type Scale = ScaleLinear<number, number>;

function grid(x: Scale, y: Scale, money: Money): string[] {
  const [[left = 0, right = 0], [bottom = 0, top = 0]] = [x.range(), y.range()];
  const across = x
    .ticks(4)
    .map(
      (share) =>
        tag('line', { class: 'grid', x1: x(share), x2: x(share), y1: top, y2: bottom }) +
        text(x(share), bottom + 16, percent(share), { class: 'tick', 'text-anchor': share === 1 ? 'end' : 'middle' }),
    );
  const up = y
    .ticks(4)
    .map(
      (usd) =>
        tag('line', { class: 'grid', x1: left, x2: right, y1: y(usd), y2: y(usd) }) +
        text(left - 6, y(usd) + 4, money.total(usd), { class: 'tick', 'text-anchor': 'end' }),
    );
  return [...across, ...up];
}

function lineOfLargeAlone(alone: number | null, y: Scale, left: number, right: number, money: Money): string[] {
  if (alone === null) return [];
  return [
    tag('line', { class: 'today', x1: left, x2: right, y1: y(alone), y2: y(alone) }),
    text(left + 6, y(alone) - 5, `large model alone ${money.total(alone)}`, { class: 'tick' }),
  ];
}

function breakEven({ break_even_escalation: share, large_alone_usd: alone }: HybridFigures, x: Scale, y: Scale): string[] {
  if (share === null || share <= 0 || share >= 1 || alone === null) return [];
  return [tag('circle', { class: 'crossover', cx: x(share), cy: y(alone), r: 5 }, tag('title', {}, `costs the same at ${percent(share)}`))];
}

function today(hybrid: HybridFigures, points: readonly { readonly share: number; readonly usd: number }[], x: Scale, y: Scale, money: Money): string {
  const at = points.find(({ share }) => share === hybrid.escalation);
  if (at === undefined) return '';
  const end = at.share > 0.6;
  return (
    tag('circle', { class: 'dot now', cx: x(at.share), cy: y(at.usd), r: 6 }) +
    text(x(at.share) + (end ? -10 : 10), y(at.usd) + 20, `today ${percent(at.share)}, ${money.total(at.usd)}`, {
      class: 'label',
      'text-anchor': end ? 'end' : 'start',
    })
  );
}

function best({ optimum, escalation }: HybridFigures, x: Scale, y: Scale, money: Money): string {
  if (optimum === null || optimum.monthly_usd === null || optimum.escalation === escalation) return '';
  const end = optimum.escalation > 0.6;
  const said = `best ${percent(optimum.escalation)}${optimum.quality === null ? '' : `, quality ${percent(optimum.quality)}`}, ${money.total(optimum.monthly_usd)}`;
  return (
    tag('circle', { class: 'dot best', cx: x(optimum.escalation), cy: y(optimum.monthly_usd), r: 6 }) +
    text(x(optimum.escalation) + (end ? -10 : 10), y(optimum.monthly_usd) - 10, said, { class: 'label', 'text-anchor': end ? 'end' : 'start' })
  );
}

/** What a hybrid costs, and how good it is, over the share it sends to the large model. */

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
  const x = (share: number) => left + share * (right - left);
  const y = (usd: number) => bottom - (usd / most) * (bottom - top);
  const line = points.map(({ share, usd }, at) => `${at === 0 ? 'M' : 'L'}${round(x(share))} ${round(y(usd))}`).join('');
  const marks = [...lineOfLargeAlone(alone, y, left, right, money), ...breakEven(hybrid, x, y), today(hybrid, points, x, y, money), best(hybrid, x, y, money)];
  const label = `What a month of ${id} costs over the share sent to the large model; the figures are in the table below`;
  const inner = [...grid(x, y, most, left, right, top, bottom, money), tag('path', { d: line, class: 'line s0' }), ...marks].join('');
  return `<figure>${tag('svg', { viewBox: `0 0 ${round(width)} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': label }, inner)}<figcaption>${html(id)}: a month in ${html(money.code)} over the share of requests that reaches the large model.</figcaption></figure>`;
}

type Scale = (value: number) => number;

function grid(x: Scale, y: Scale, most: number, left: number, right: number, top: number, bottom: number, money: Money): string[] {
  const across = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      tag('line', { class: 'grid', x1: x(share), x2: x(share), y1: top, y2: bottom }) +
      text(x(share), bottom + 16, percent(share), { class: 'tick', 'text-anchor': share === 1 ? 'end' : 'middle' }),
  );
  const up = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const usd = most * share;
    return (
      tag('line', { class: 'grid', x1: left, x2: right, y1: y(usd), y2: y(usd) }) +
      text(left - 6, y(usd) + 4, money.total(Number(usd.toPrecision(3))), { class: 'tick', 'text-anchor': 'end' })
    );
  });
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

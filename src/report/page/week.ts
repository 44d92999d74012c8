/** A week of an option's GPUs: how much of what is paid for works, hour by hour. */

import type { HourOfUse, WeekOfUse } from '../../engine/capacity/week.ts';
import { html } from '../escape.ts';
import { percent, significant } from '../figures.ts';
import { round, tag, text } from './svg.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const LEFT = 40;
const ROW = 22;

export function weekFigure(week: WeekOfUse, width: number): string {
  const picture = week.hours === null ? bars(week, width) : map(week.hours, week.option_id, width);
  return `${picture}<p>${html(sentence(week))}</p>`;
}

function sentence({ option_id: id, hours, busiest, mean }: WeekOfUse): string {
  const fleet = busiest.replicas === 1 ? '1 replica' : `${significant(busiest.replicas, 3)} replicas`;
  const shape = hours === null ? ' The hours between are not known: give workload.shape.hour_of_week, or import a log of a week or more.' : '';
  return `Over the week ${percent(mean.utilization)} of what ${id} pays for works; in the busiest hour, with ${rate(busiest)} on ${fleet} (spares included), ${percent(busiest.utilization)}.${shape}`;
}

function rate({ requests_per_s }: HourOfUse): string {
  return requests_per_s >= 0.5 ? `${significant(requests_per_s, 3)} requests a second` : `${significant(requests_per_s * 3600, 3)} requests an hour`;
}

/** Seven days of 24 hours; the darker, the busier. */
function map(hours: readonly HourOfUse[], id: string, width: number): string {
  const size = (width - LEFT) / 24;
  const cells = hours.map((hour, at) => {
    const [day, of] = [Math.floor(at / 24), at % 24];
    const title = `${DAYS[day]} ${String(of).padStart(2, '0')}:00 UTC: ${percent(hour.utilization)} in use, ${rate(hour)}, ${significant(hour.replicas, 3)} replicas`;
    return tag(
      'rect',
      { class: 'hour', x: LEFT + of * size, y: day * ROW, width: size, height: ROW - 1, 'fill-opacity': Math.max(0.04, hour.utilization) },
      tag('title', {}, title),
    );
  });
  const days = DAYS.map((day, at) => text(0, at * ROW + 15, day, { class: 'tick' }));
  const ticks = [0, 6, 12, 18].map((of) => text(LEFT + of * size, 7 * ROW + 15, `${String(of).padStart(2, '0')}:00`, { class: 'tick' }));
  const height = 7 * ROW + 22;
  const shares = hours.map((hour) => hour.utilization);
  const label = `Use of the GPUs of ${id} by hour of the week, ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
  return `<figure>${tag('svg', { viewBox: `0 0 ${round(width)} ${height}`, width, height, role: 'img', 'aria-label': label }, [...cells, ...days, ...ticks].join(''))}<figcaption>Each square is an hour (UTC); the darker, the more of the paid GPUs works.</figcaption></figure>`;
}

/** Where only the busiest hour is known. */
function bars({ option_id: id, busiest, mean }: WeekOfUse, width: number): string {
  const rows = [
    ['Mean hour', mean],
    ['Busiest hour', busiest],
  ] as const;
  const left = 96;
  const inner = rows.map(([name, hour], at) => {
    const y = at * 30;
    const room = width - left - 60;
    return (
      text(0, y + 15, name, { class: 'tick' }) +
      tag('rect', { class: 'paid', x: left, y, width: room, height: 20 }) +
      tag('rect', { class: 'bar c-gpu', x: left, y, width: Math.max(1, room * hour.utilization), height: 20 }) +
      text(left + room + 6, y + 15, percent(hour.utilization), { class: 'label' })
    );
  });
  const label = `Use of the GPUs of ${id}: ${percent(mean.utilization)} in the mean hour, ${percent(busiest.utilization)} in the busiest`;
  return `<figure>${tag('svg', { viewBox: `0 0 ${round(width)} 52`, width, height: 52, role: 'img', 'aria-label': label }, inner.join(''))}<figcaption>Work done against what the paid GPUs of ${html(id)} could do.</figcaption></figure>`;
}

/** Bars: what each option's month is made of, and what each input does to the decision's cost. */

import { scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { CostCategory, Plan, Uncertainty } from '../../engine/result.ts';
import type { Money } from '../figures.ts';
import { variableName } from '../names.ts';
import { tag, text } from './svg.ts';

const CATEGORIES: Readonly<Record<CostCategory, string>> = {
  usage: 'tokens and units',
  gpu: 'GPUs, serving',
  idle: 'GPUs, idle',
  redundancy: 'spare replicas',
  staff: 'people',
  network: 'network',
  storage: 'storage',
  commitment: 'commitments',
  one_off: 'one-off',
};

const KINDS = Object.keys(CATEGORIES) as CostCategory[];

type PlanOption = Plan['options'][number];

const ROW = 44;

/** Stacked by category; the table beside it holds the same figures. */
export function stackedBars(plan: Plan, width: number, money: Money): string {
  const priced = plan.options.filter((option) => option.monthly_usd !== null);
  const x = scaleLinear([0, Math.max(...priced.map((option) => option.monthly_usd ?? 0), 1e-9)], [0, width]);
  const stacked = stack<unknown, PlanOption, CostCategory>().keys(KINDS).value(spent)(priced);
  const bars = stacked.flatMap((series) =>
    series.map(([from, to], index) => (to > from ? bar(series.key, index, x(from), x(to), money.total(to - from)) : '')),
  );
  const labels = priced.map((option, index) => text(0, index * ROW + 13, `${option.id}: ${money.total(option.monthly_usd ?? 0)}`, { class: 'label' }));
  const height = Math.max(1, priced.length) * ROW;
  return tag(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': 'Cost of a month by kind, an option a bar; the figures are in the tables below',
    },
    [...labels, ...bars].join(''),
  );
}

function bar(kind: CostCategory, index: number, from: number, to: number, said: string): string {
  const place = { x: from, y: index * ROW + 18, width: Math.max(1, to - from), height: 18 };
  return tag('rect', { class: `bar c-${kind}`, ...place }, tag('title', {}, `${CATEGORIES[kind]}: ${said}`));
}

/** Credits are in the total and not in the bar. */
function spent(option: PlanOption, kind: CostCategory): number {
  const usd = option.components.filter(({ category }) => category === kind).reduce((sum, { monthly_usd }) => sum + monthly_usd, 0);
  return Math.max(0, usd);
}

export function categoryLegend(plan: Plan): string {
  const used = new Set(
    plan.options.flatMap((option) => option.components.filter((component) => component.monthly_usd > 0).map((component) => component.category)),
  );
  return KINDS.filter((category) => used.has(category))
    .map(
      (category) =>
        `<li>${tag('svg', { width: 12, height: 12, 'aria-hidden': 'true' }, tag('rect', { class: `bar c-${category}`, x: 0, y: 0, width: 12, height: 12 }))} ${CATEGORIES[category]}</li>`,
    )
    .join('');
}

/** A tornado: the widest bar first. */
export function tornado(uncertainty: Uncertainty, width: number, money: Money): string {
  const rows = ranked(uncertainty).slice(0, 10);
  const [low, high] = [
    Math.min(...rows.map((row) => Math.min(row.low_usd, row.high_usd))),
    Math.max(...rows.map((row) => Math.max(row.low_usd, row.high_usd))),
  ];
  const x = scaleLinear([low, high], [0, width]);
  const bars = rows.map((row, index) => {
    const [from, to] = [Math.min(row.low_usd, row.high_usd), Math.max(row.low_usd, row.high_usd)];
    const bar = tag('rect', { class: 'bar spread', x: x(from), y: index * ROW + 18, width: Math.max(2, x(to) - x(from)), height: 18 });
    return text(0, index * ROW + 13, `${variableName(row.variable)}: ${money.total(from)} to ${money.total(to)}`, { class: 'label' }) + bar;
  });
  const height = rows.length * ROW;
  return tag(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': 'What each uncertain input does to the cost; the figures are in the table below',
    },
    bars.join(''),
  );
}

export function ranked(uncertainty: Uncertainty): Uncertainty['sensitivity'] {
  return [...uncertainty.sensitivity]
    .filter((row) => row.high_usd !== row.low_usd)
    .sort((a, b) => Math.abs(b.high_usd - b.low_usd) - Math.abs(a.high_usd - a.low_usd));
}

/** The splits of a hybrid: what each share sent to the large model costs and gets right, today's and the best among them. */

import type { HybridFigures, HybridOptimum, HybridPoint, Plan } from '../engine/result.ts';
import { count, type Money, percent } from './figures.ts';
import { type Block, type Cell, cell, type FrontierMark, list, paragraph, type Table } from './model.ts';

export function hybridBlocks(plan: Plan, money: Money): Block[] {
  return plan.options.flatMap(({ id, hybrid }) => (hybrid === null ? [] : blocksOf(id, hybrid, plan, money)));
}

function blocksOf(id: string, hybrid: HybridFigures, plan: Plan, money: Money): Block[] {
  const notes = [...limits(hybrid, money), ...fallback(hybrid, plan, id, money)];
  return [paragraph(sentence(id, hybrid, money)), ...(notes.length === 0 ? [] : [list(notes)]), ...chart(hybrid, plan), splitsTable(hybrid, money)];
}

function sentence(id: string, hybrid: HybridFigures, money: Money): string {
  const source = hybrid.escalation_source === 'calibration' ? 'as calibrated' : 'as the scenario says';
  const quality = hybrid.quality === null ? '' : ` Quality on the log: ${percent(hybrid.quality)}.`;
  return `${id} sends ${percent(hybrid.escalation)} of the requests to the large model, ${source}.${quality}${breakEven(hybrid, money)}`;
}

/** The best split under each limit that is set. */
function limits({ optima: { cost_cap, quality_bar, latency_slo }, frontier }: HybridFigures, money: Money): string[] {
  const untimed = frontier.every(({ ttft_p95_ms }) => ttft_p95_ms === null);
  return [
    ...limit(cost_cap, (usd) => `For at most ${money.total(usd)} a month`, money),
    ...limit(quality_bar, (quality) => `For a quality of at least ${percent(quality)}`, money),
    ...limit(latency_slo, (ms) => `For a first token within ${count(ms)} ms (95th percentile)`, money, untimed),
  ];
}

function limit(found: HybridOptimum | null, name: (limit: number) => string, money: Money, unknown = false): string[] {
  if (found === null) return [];
  const { point } = found;
  if (point === null) return [`${name(found.limit)}: ${unknown ? 'how long a split takes is not known' : 'no split'}.`];
  const { escalation, threshold, quality, monthly_usd } = point;
  const below = threshold === null ? '' : `, below a confidence of ${Number(threshold.toPrecision(4))}`;
  const right = quality === null ? '' : `, quality ${percent(quality)}`;
  return [
    `${name(found.limit)}: ${percent(escalation)} to the large model${below}${right}${monthly_usd === null ? '' : `, ${money.total(monthly_usd)} a month`}.`,
  ];
}

function fallback({ fallback: found }: HybridFigures, plan: Plan, id: string, money: Money): string[] {
  const option = plan.scenario.options.find((each) => each.id === id);
  if (found === null || option?.kind !== 'hybrid') return [];
  const { small, large } = option.hybrid;
  const fails = (leg: string, share: number | null) => `${leg} ${share === null ? 'an unknown share' : percent(share)}`;
  const cost = found.monthly_usd === null ? '' : ` That changes the month by ${money.total(found.monthly_usd)}.`;
  const lost = found.lost === null ? '' : ` Nobody answers ${Number((found.lost * 100).toPrecision(2))} %.`;
  return [`Each model answers what the other one fails: ${fails(small, found.small_fails)}, ${fails(large, found.large_fails)}.${cost}${lost}`];
}

/** Null where a mark's quality or cost isn't known. */
function markOf(usd: number | null, quality: number | null): FrontierMark | null {
  return usd === null || quality === null ? null : { usd, quality };
}

function chart(hybrid: HybridFigures, { scenario }: Plan): Block[] {
  const marks = (points: readonly HybridPoint[]) => points.map((point) => markOf(point.monthly_usd, point.quality)).filter((mark) => mark !== null);
  const splits = marks(hybrid.frontier);
  if (splits.length < 2) return [];
  const [today = null] = marks(hybrid.frontier.filter(({ escalation }) => escalation === hybrid.escalation));
  const [best = null] = marks(hybrid.optimum === null ? [] : [hybrid.optimum]);
  const { code, per_usd } = scenario.currency ?? { code: 'USD', per_usd: 1 };
  return [{ kind: 'frontier', splits, today, best, alone: markOf(hybrid.large_alone_usd, hybrid.large_quality), currency: { code, per_usd } }];
}

function breakEven({ break_even_escalation: share, large_alone_usd: alone }: HybridFigures, money: Money): string {
  if (share === null || alone === null) return '';
  const other = `the large model alone (${money.total(alone)} a month)`;
  if (share <= 0) return ` At no share does it cost less than ${other}.`;
  return share >= 1 ? ` At any share it costs less than ${other}.` : ` It costs less than ${other} while under ${percent(share)} go there.`;
}

const BAR = 20;

function splitsTable(hybrid: HybridFigures, money: Money): Table {
  const known = hybrid.frontier.some(({ quality }) => quality !== null);
  const columns = [
    { title: 'To the large model', align: 'right' as const },
    { title: 'A month', align: 'right' as const },
    ...(known
      ? [
          { title: 'Quality', align: 'right' as const },
          { title: 'Threshold', align: 'right' as const },
          { title: 'Quality gained', align: 'left' as const },
        ]
      : []),
    { title: '', align: 'left' as const, wraps: true },
  ];
  return { kind: 'table', columns, rows: hybrid.frontier.map((point) => row(point, hybrid, known, money)) };
}

function row(point: HybridPoint, hybrid: HybridFigures, known: boolean, money: Money): Cell[] {
  const { escalation, monthly_usd, quality, threshold } = point;
  const measured = [
    cell(quality === null ? '-' : percent(quality)),
    cell(threshold === null ? '-' : String(Number(threshold.toPrecision(4)))),
    cell(bar(point, hybrid)),
  ];
  return [cell(percent(escalation)), cell(monthly_usd === null ? '-' : money.total(monthly_usd)), ...(known ? measured : []), mark(point, hybrid)];
}

/** From the worst to the best quality of the frontier. */
function bar({ quality }: HybridPoint, { frontier }: HybridFigures): string {
  const all = frontier.map((point) => point.quality).filter((each) => each !== null);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return quality === null || high === low ? '' : '#'.repeat(Math.round(((quality - low) / (high - low)) * BAR));
}

function mark(point: HybridPoint, { escalation, optimum }: HybridFigures): Cell {
  const words = [point.escalation === escalation ? 'today' : null, point.escalation === optimum?.escalation ? 'best' : null];
  return cell(words.filter((word) => word !== null).join(', '), 'strong');
}

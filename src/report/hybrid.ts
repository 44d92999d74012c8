/** The splits of a hybrid: what each share sent to the large model costs and gets right, today's and the best among them. */

import type { HybridFigures, HybridPoint, Plan } from '../engine/result.ts';
import { type Money, percent } from './figures.ts';
import { type Block, type Cell, cell, paragraph, type Table } from './model.ts';

export function hybridBlocks(plan: Plan, money: Money): Block[] {
  return plan.options.flatMap(({ id, hybrid }) => (hybrid === null ? [] : [paragraph(sentence(id, hybrid, money)), splitsTable(hybrid, money)]));
}

function sentence(id: string, hybrid: HybridFigures, money: Money): string {
  const source = hybrid.escalation_source === 'calibration' ? 'as calibrated' : 'as the scenario says';
  const quality = hybrid.quality === null ? '' : ` Quality on the log: ${percent(hybrid.quality)}.`;
  return `${id} sends ${percent(hybrid.escalation)} of the requests to the large model, ${source}.${quality}${breakEven(hybrid, money)}`;
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
  const words = [
    point.escalation === escalation ? 'today' : null,
    point.escalation === optimum?.escalation ? 'best for at most the cost of the large model alone' : null,
  ];
  return cell(words.filter((word) => word !== null).join(', '), 'strong');
}

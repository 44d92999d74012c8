/** A replay for people: the policy beside each model alone, why requests went where they did, and how that changed over time. */

import type { BudgetPeriod } from '../../engine/hybrid/budget.ts';
import type { Reason } from '../../engine/hybrid/replay.ts';
import type { ReplayFigures, ReplayReport } from '../../engine/hybrid/replay-report.ts';
import type { Simulated } from './run.ts';

export function showSimulation({ report, alone }: Simulated, { unicode }: { readonly unicode: boolean }): string {
  const sections = [table(report, alone), reasons(report), timeline(report, unicode ? '█' : '#'), report.budgets.flatMap(budgetLines)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function table(report: ReplayReport, alone: Simulated['alone']): string[] {
  const header = `  ${''.padEnd(12)}${'cost'.padStart(14)}${'quality'.padStart(10)}${'p50 ms'.padStart(10)}${'p95 ms'.padStart(10)}${'p99 ms'.padStart(10)}${'to large'.padStart(11)}`;
  const lines = [
    `${report.requests} requests through ${report.policy}`,
    '',
    header,
    row('policy', report),
    row('small alone', alone.small),
    row('large alone', alone.large),
  ];
  if (report.usd !== null)
    lines.push('', `  of the policy: small ${money(report.small_usd)}, large ${money(report.large_usd)}, judging ${money(report.judge_usd)}`);
  const { requests, quality } = report.labelled;
  if (report.quality === null && requests > 0) lines.push(`  quality is known of ${requests} answers only: ${share(quality)} of those`);
  return lines;
}

function row(name: string, figures: ReplayFigures): string {
  const { latency_ms: ms, answered_by } = figures;
  const time = (value: number | undefined) => (value === undefined ? 'unknown' : String(Math.round(value))).padStart(10);
  const large = share(figures.requests === 0 ? null : answered_by.large / figures.requests).padStart(11);
  return `  ${name.padEnd(12)}${money(figures.usd).padStart(14)}${share(figures.quality).padStart(10)}${time(ms?.p50)}${time(ms?.p95)}${time(ms?.p99)}${large}`;
}

const WORDS: Readonly<Record<Reason, string>> = {
  data_class: 'kept by their data class',
  budget: 'kept small by a budget',
  latency: 'to large: the small model would have been late',
  confidence: 'judged by their score',
  share: 'split by share',
  default: 'small, no rule decided',
};

function reasons(report: ReplayReport): string[] {
  const rows = Object.entries(report.reasons).map(([reason, count]) => `  ${String(count).padStart(9)}  ${WORDS[reason as Reason]}`);
  const held = report.held_back > 0 ? [`  ${String(report.held_back).padStart(9)}  of all would have gone to the large model, and were held back`] : [];
  return [...rows, `  ${String(report.escalated).padStart(9)}  of all were answered by both models`, ...held];
}

const BAR = 40;

function timeline({ over_time }: ReplayReport, full: string): string[] {
  if (over_time.length < 2) return [];
  const most = Math.max(1, ...over_time.map(({ requests }) => requests));
  const [first, second] = over_time;
  const seconds = (second?.from_ms ?? 0) - (first?.from_ms ?? 0) < 60_000;
  const lines = over_time.map(({ from_ms, requests, to_large, held_back, usd }, i) => {
    const when = from_ms === null ? `part ${i + 1}` : momentText(from_ms, seconds);
    const large = Math.round((to_large / most) * BAR);
    const all = Math.max(large, Math.round((requests / most) * BAR));
    const held = held_back > 0 ? `  ${held_back} held back` : '';
    return (
      `  ${when.padEnd(17)}${full.repeat(large)}${'.'.repeat(all - large)}`.padEnd(20 + BAR) +
      `${String(requests).padStart(7)}${share(requests === 0 ? null : to_large / requests).padStart(10)}${money(usd).padStart(11)}${held}`
    );
  });
  return [
    `${`  ${'from'.padEnd(17)}${full} to large, . small`.padEnd(20 + BAR)}${'requests'.padStart(7)}${'to large'.padStart(9)}${'cost'.padStart(11)}`,
    ...lines,
  ];
}

/** Minutes with their day, or seconds where parts are shorter than a minute. */
function momentText(ms: number, seconds: boolean): string {
  const text = new Date(ms).toISOString().replace('T', ' ');
  return seconds ? text.slice(5, 19) : text.slice(0, 16);
}

const LISTED = 31;

function budgetLines(periods: readonly BudgetPeriod[]): string[] {
  const lines = periods.slice(0, LISTED).map(({ period, limit_usd, spent_usd, ran_out_at_ms, held_back }) => {
    const end = ran_out_at_ms === null ? 'lasted' : `ran out on ${new Date(ran_out_at_ms).toISOString().slice(0, 16).replace('T', ' ')}`;
    return `  budget ${period}  ${money(spent_usd)} of ${money(limit_usd)}, ${end}; ${held_back} held back`;
  });
  return periods.length > LISTED ? [...lines, `  and ${periods.length - LISTED} more periods`] : lines;
}

function share(value: number | null): string {
  return value === null ? 'unknown' : `${(value * 100).toFixed(2)} %`;
}

function money(value: number | null): string {
  if (value === null) return 'unknown';
  return `$${value === 0 || Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(4)}`;
}

/** A calibration for people: the two ends, what the score is worth, the frontier with its chart, and the threshold to use. */

import type { CalibrationReport, CurvePoint } from '../../engine/hybrid/calibrate.ts';
import type { Chosen, Target } from '../../engine/hybrid/choose.ts';
import type { Drift } from '../../engine/hybrid/drift.ts';
import { thin } from '../../engine/hybrid/frontier.ts';
import type { StrategyTotals } from '../log/rows.ts';
import { type ChartLook, frontierChart, reliabilityChart } from './chart.ts';

export interface Shown {
  readonly report: CalibrationReport;
  readonly strategies: readonly StrategyTotals[];
  readonly drift: Drift | null;
}

export function showCalibration({ report, strategies, drift }: Shown, look: ChartLook): string {
  const sections = [
    ends(report),
    strategyLines(strategies),
    scoreLines(report, look),
    frontierLines(report, look),
    chosenLines(report),
    driftLines(drift),
    warningLines(report),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${look.unicode ? text : text.replaceAll('≥', '>=')}\n`;
}

function ends(report: CalibrationReport): string[] {
  const row = (name: string, quality: number | null, usd: number | null) => `  ${name.padEnd(12)}${share(quality).padStart(9)}${money(usd).padStart(16)}`;
  const n = report.rows;
  const paid = report.mode === 'cascade' ? 'a cascade: an escalated request pays for both models' : 'a router: a request pays for one model';
  return [
    `${n} requests, ${paid}${report.judge_usd > 0 ? `, and ${money(report.judge_usd)} for judging each` : ''}`,
    '',
    `  ${''.padEnd(12)}${'quality'.padStart(9)}${'cost of all'.padStart(16)}`,
    row('small alone', report.small_quality, report.small_usd),
    row('large alone', report.large_quality, report.large_usd),
    ...(report.break_even_escalation === null ? [] : ['', breakEvenLine(report.break_even_escalation)]),
  ];
}

function breakEvenLine(value: number): string {
  if (value <= 0) return '  The split costs more than the large model alone at any share escalated.';
  return value >= 1
    ? '  The split costs less than the large model alone at any share escalated.'
    : `  The split costs less than the large model alone while under ${share(value)} are escalated.`;
}

function strategyLines(strategies: readonly StrategyTotals[]): string[] {
  const rows = strategies.map(
    ({ name, rows: n, correct, quality, usd }) =>
      `  ${printable(name).padEnd(24)}${String(n).padStart(7)}${(correct === null ? 'unknown' : String(correct)).padStart(10)}${share(quality).padStart(9)}${exact(usd).padStart(18)}`,
  );
  const head = `  ${'strategy'.padEnd(24)}${'rows'.padStart(7)}${'right'.padStart(10)}${'quality'.padStart(9)}${'cost'.padStart(18)}`;
  return rows.length === 0 ? [] : [head, ...rows];
}

/** Totals to their last digit, to be compared with others'. */
function exact(usd: number | null): string {
  return usd === null ? 'unknown' : `$${usd}`;
}

function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names come from the log
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]/g, '?').slice(0, 60);
}

function scoreLines({ auroc, auroc_ci, ece, brier, reliability }: CalibrationReport, look: ChartLook): string[] {
  if (auroc === null && ece === null) return [];
  const interval = auroc_ci === null ? '' : ` (95 %: ${auroc_ci[0].toFixed(3)} to ${auroc_ci[1].toFixed(3)})`;
  const figures = [
    auroc === null ? null : `AUROC ${auroc.toFixed(3)}${interval}`,
    ece === null ? null : `ECE ${ece.toFixed(4)}`,
    brier === null ? null : `Brier ${brier.toFixed(4)}`,
  ].filter((each) => each !== null);
  return [`The score: ${figures.join(', ')}`, ...reliabilityChart(reliability, look)];
}

const LISTED = 11;

function frontierLines(report: CalibrationReport, look: ChartLook): string[] {
  if (report.frontier.length === 0) return [];
  const header = `  ${'threshold'.padStart(10)}${'escalated'.padStart(11)}${'cost'.padStart(16)}${'quality'.padStart(9)}  95 % interval`;
  return ['The frontier: escalate where the score is below the threshold', header, ...evenly(report.frontier).map(pointLine), ...chartLines(report, look)];
}

/** Points nearest to 0, 10, ... 100 % escalated. */
function evenly(points: readonly CurvePoint[]): CurvePoint[] {
  if (points.length <= LISTED) return [...points];
  const nearest = (wanted: number) => points.reduce((best, point) => (Math.abs(point.escalation - wanted) < Math.abs(best.escalation - wanted) ? point : best));
  return [
    ...new Set(
      thin(
        Array.from({ length: LISTED }, (_, i) => i / (LISTED - 1)),
        LISTED,
      ).map(nearest),
    ),
  ];
}

function pointLine({ threshold, escalation, usd, quality, quality_ci }: CurvePoint): string {
  const interval = quality_ci === null ? '' : `  ${share(quality_ci[0])} to ${share(quality_ci[1])}`;
  return `  ${score(threshold).padStart(10)}${share(escalation).padStart(11)}${money(usd).padStart(16)}${share(quality).padStart(9)}${interval}`;
}

function chartLines(report: CalibrationReport, look: ChartLook): string[] {
  const chart = frontierChart(report, look);
  return chart.length === 0 ? [] : ['', ...chart];
}

function chosenLines({ chosen, rows }: CalibrationReport): string[] {
  if (chosen === null) return [];
  const held =
    chosen.reported_rows < rows
      ? `fitted on ${chosen.fitted_rows} rows, reported on the ${chosen.reported_rows} held back`
      : 'fitted and reported on the same rows: expect less of new ones';
  if (chosen.threshold === null) return [`No threshold ${wanted(chosen.target)}.`];
  return [
    `Threshold ${score(chosen.threshold)} (${held})`,
    `  target     ${wanted(chosen.target)}: ${METS[chosen.target.met]}`,
    `  escalated  ${share(chosen.escalation)}${between(chosen.escalation_ci, share)}`,
    `  cost       ${money(chosen.usd)} for all ${rows} rows${between(chosen.usd_ci, money)}`,
    `  quality    ${share(chosen.quality)}${between(chosen.quality_ci, share)}${chosen.random_quality === null ? '' : `; by chance ${share(chosen.random_quality)}`}`,
    ...latencyLine(chosen),
  ];
}

function latencyLine({ latency_ms: ms }: Chosen): string[] {
  return ms === null ? [] : [`  latency    p50 ${Math.round(ms.p50)} ms, p95 ${Math.round(ms.p95)} ms, p99 ${Math.round(ms.p99)} ms`];
}

const METS = { yes: 'met', within_error: 'missed by less than chance explains', no: 'missed', unknown: 'cannot be judged' };

function wanted({ kind, value }: Target): string {
  switch (kind) {
    case 'share':
      return `escalates at most ${share(value)}`;
    case 'cost':
      return `costs at most ${money(value)} for all rows`;
    case 'quality':
      return `has a quality of at least ${share(value)}`;
    case 'kept':
      return `keeps ${share(value)} of the large model's quality`;
    case 'latency':
      return `has a p95 of at most ${value} ms`;
  }
}

function driftLines(drift: Drift | null): string[] {
  if (drift === null) return [];
  const verdict = { none: 'The old calibration still fits.', some: 'The old calibration is slipping.', strong: 'The old calibration no longer fits.' }[
    drift.verdict
  ];
  const { escalation: at, small_quality: right, auroc } = drift;
  return [
    `${verdict}${drift.reasons.length > 0 ? ` On this log ${drift.reasons.join('; ')}.` : ''}`,
    `  scores     stability index ${drift.psi.toFixed(3)} (chance alone: ${drift.psi_by_chance.toFixed(3)}; 0.25 is another population)`,
    ...(at === null ? [] : [`  escalated  ${share(at.before)} then, ${share(at.now)} now at the old threshold (${at.z.toFixed(1)} standard errors)`]),
    `  AUROC      ${auroc.before?.toFixed(3) ?? 'unknown'} then, ${auroc.now?.toFixed(3) ?? 'unknown'} now`,
    `  small      ${share(right.before)} right then, ${share(right.now)} now`,
  ];
}

function warningLines({ warnings }: CalibrationReport): string[] {
  return warnings.map(({ message }) => `! ${message}`);
}

function between(ci: readonly [number, number] | null, print: (value: number) => string): string {
  return ci === null ? '' : ` (95 %: ${print(ci[0])} to ${print(ci[1])})`;
}

function share(value: number | null): string {
  return value === null ? 'unknown' : `${(value * 100).toFixed(2)} %`;
}

function money(value: number | null): string {
  if (value === null) return 'unknown';
  return `$${value === 0 || Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(4)}`;
}

function score(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(6)));
}

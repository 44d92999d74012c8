/** Does an old calibration still hold? Compares a new log's scores, and its labels where it has any, with what the calibration was made on. */

import type { RouteRow } from './log.ts';
import { scoreQuality } from './score-quality.ts';

/** What a calibration keeps of its log for this. Bins are the tenths of the old scores, so each held about a tenth of them. */
export interface ScoreShape {
  readonly rows: number;
  /** Lowest and highest score; 0 and 0 without rows. */
  readonly low: number;
  readonly high: number;
  /** Inclusive upper bounds of all bins but the last, ascending. */
  readonly edges: readonly number[];
  /** Share of rows in each bin; one more than `edges`. */
  readonly shares: readonly number[];
}

export interface OldCalibration {
  readonly scores: Pick<ScoreShape, 'rows' | 'edges' | 'shares'>;
  readonly threshold: number | null;
  readonly escalation: number;
  readonly auroc: number | null;
  readonly auroc_ci: readonly [number, number] | null;
  readonly small_quality: number | null;
}

export interface Drift {
  readonly rows: number;
  /** Population stability index of the scores: under 0.1 steady, over 0.25 another population (banking's rule of thumb), after the part chance explains. */
  readonly psi: number;
  readonly psi_by_chance: number;
  /** Share escalated at the old threshold, then and now, and how many standard errors apart. */
  readonly escalation: { readonly before: number; readonly now: number; readonly z: number } | null;
  readonly auroc: { readonly before: number | null; readonly now: number | null };
  readonly small_quality: { readonly before: number | null; readonly now: number | null };
  readonly verdict: 'none' | 'some' | 'strong';
  /** What is off, one sentence each. */
  readonly reasons: readonly string[];
}

/** Tenths of the scores; fewer bins where scores repeat. */
export function scoreShape(scores: readonly number[]): ScoreShape {
  const sorted = [...scores].sort((a, b) => a - b);
  const tenths = Array.from({ length: 9 }, (_, i) => sorted[Math.max(0, Math.ceil(((i + 1) * sorted.length) / 10) - 1)] as number);
  const edges = [...new Set(tenths)].filter((edge) => sorted.length > 0 && edge < (sorted.at(-1) as number));
  return { rows: scores.length, low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0, edges, shares: shares(scores, edges) };
}

function shares(scores: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const score of scores) {
    const bin = edges.findIndex((edge) => score <= edge);
    const at = bin === -1 ? edges.length : bin;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts.map((count) => (scores.length === 0 ? 0 : count / scores.length));
}

export function driftOf(old: OldCalibration, rows: readonly RouteRow[]): Drift {
  const scored = rows.filter((row) => row.score !== null);
  const scores = scored.map((row) => row.score as number);
  const now = shares(scores, old.scores.edges);
  const psi = stability(old.scores.shares, now);
  const byChance = old.scores.edges.length * (1 / Math.max(1, scores.length) + 1 / Math.max(1, old.scores.rows));
  const labelled = scored.filter((row) => row.small_quality !== null);
  const area = scoreQuality(
    labelled.map((row) => row.score as number),
    labelled.map((row) => row.small_quality as number),
  );
  const quality = labelled.length === 0 ? null : labelled.reduce((sum, row) => sum + (row.small_quality as number), 0) / labelled.length;
  const drift = {
    rows: scores.length,
    psi,
    psi_by_chance: byChance,
    escalation: escalationShift(old, scores),
    auroc: { before: old.auroc, now: area.auroc },
    small_quality: { before: old.small_quality, now: quality },
  };
  return { ...drift, ...judge(drift, old, area.auroc_ci, labelled.length) };
}

function stability(before: readonly number[], now: readonly number[]): number {
  // An empty bin would make the logarithm infinite; a thousandth stands for "hardly any".
  const floor = (share: number) => Math.max(share, 1e-3);
  return before.reduce((sum, share, i) => sum + (floor(now[i] ?? 0) - floor(share)) * Math.log(floor(now[i] ?? 0) / floor(share)), 0);
}

function escalationShift(old: OldCalibration, scores: readonly number[]): Drift['escalation'] {
  const { threshold, escalation: before } = old;
  if (threshold === null || scores.length === 0) return null;
  const now = scores.filter((score) => score < threshold).length / scores.length;
  const pooled = (now * scores.length + before * old.scores.rows) / (scores.length + old.scores.rows);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / scores.length + 1 / Math.max(1, old.scores.rows)));
  return { before, now, z: error === 0 ? 0 : (now - before) / error };
}

type Measured = Omit<Drift, 'verdict' | 'reasons'>;

function judge(drift: Measured, old: OldCalibration, aurocCi: readonly [number, number] | null, labelled: number): Pick<Drift, 'verdict' | 'reasons'> {
  const strong: string[] = [];
  const some: string[] = [];
  const excess = drift.psi - drift.psi_by_chance;
  if (excess > 0.25) strong.push('the scores come from another population');
  else if (excess > 0.1) some.push('the scores have shifted');
  const shift = drift.escalation;
  if (shift !== null && Math.abs(shift.z) > 3) (Math.abs(shift.now - shift.before) > 0.05 ? strong : some).push('the old threshold escalates another share');
  if (aurocCi !== null && old.auroc_ci !== null && aurocCi[1] < old.auroc_ci[0]) strong.push('the score separates right from wrong less well');
  const { before, now } = drift.small_quality;
  if (before !== null && now !== null) {
    const error = Math.sqrt((before * (1 - before)) / Math.max(1, old.scores.rows) + (now * (1 - now)) / Math.max(1, labelled));
    if (error > 0 && Math.abs(now - before) > 3 * error) some.push('the small model is right more or less often');
  }
  return { verdict: strong.length > 0 ? 'strong' : some.length > 0 ? 'some' : 'none', reasons: [...strong, ...some] };
}

/** A replay summed up: exact totals, the mix's latency, and what happened over time. */

import type { BudgetPeriod } from './budget.ts';
import { exactSum } from './exact-sum.ts';
import { type Spread, spread } from './mixture.ts';
import type { Reason, Replay, ReplayStep } from './replay.ts';

export interface ReplayFigures {
  readonly requests: number;
  readonly answered_by: { readonly small: number; readonly large: number };
  readonly escalated: number;
  readonly held_back: number;
  /** Requests by the rule that decided. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Totals, US dollars; null: not known for every request. */
  readonly usd: number | null;
  readonly small_usd: number | null;
  readonly large_usd: number | null;
  readonly judge_usd: number;
  /** Mean over all requests; null: some are not labelled. */
  readonly quality: number | null;
  /** Mean over the labelled ones, and how many they are. */
  readonly labelled: { readonly requests: number; readonly quality: number | null };
  readonly latency_ms: Spread | null;
  readonly wait_ms: Spread | null;
}

interface ReplayBucket {
  readonly from_ms: number | null;
  readonly requests: number;
  readonly to_large: number;
  readonly held_back: number;
  readonly usd: number | null;
}

export interface ReplayReport extends ReplayFigures {
  readonly schema_version: 1;
  readonly policy: string;
  readonly over_time: readonly ReplayBucket[];
  readonly budgets: readonly (readonly BudgetPeriod[])[];
}

export function replayReport(policy: string, { steps, budgets }: Replay, buckets = 24): ReplayReport {
  return { schema_version: 1, policy, ...figures(steps), over_time: overTime(steps, buckets), budgets };
}

export function figures(steps: readonly ReplayStep[]): ReplayFigures {
  const count = (is: (step: ReplayStep) => boolean) => steps.filter(is).length;
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { reason } of steps) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const labels = known(steps, (step) => step.quality);
  const times = known(steps, (step) => step.ms);
  return {
    requests: steps.length,
    answered_by: { small: count((step) => step.answered_by === 'small'), large: count((step) => step.answered_by === 'large') },
    escalated: count((step) => step.escalated),
    held_back: count((step) => step.held_back),
    reasons,
    usd: totalOf(steps, (step) => (step.small_usd === null || step.large_usd === null ? null : [step.small_usd, step.large_usd, step.judge_usd])),
    small_usd: totalOf(steps, (step) => (step.small_usd === null ? null : [step.small_usd])),
    large_usd: totalOf(steps, (step) => (step.large_usd === null ? null : [step.large_usd])),
    judge_usd: exactSum(steps.map((step) => step.judge_usd)),
    quality: labels.length === steps.length && steps.length > 0 ? exactSum(labels) / steps.length : null,
    labelled: { requests: labels.length, quality: labels.length === 0 ? null : exactSum(labels) / labels.length },
    latency_ms: times.length === steps.length ? spread(times) : null,
    wait_ms: spread(steps.map((step) => step.wait_ms)),
  };
}

function known(steps: readonly ReplayStep[], pick: (step: ReplayStep) => number | null): number[] {
  return steps.map(pick).filter((value) => value !== null);
}

function totalOf(steps: readonly ReplayStep[], parts: (step: ReplayStep) => number[] | null): number | null {
  const all = steps.map(parts);
  return all.some((each) => each === null) ? null : exactSum(all.flatMap((each) => each ?? []));
}

/** Equal stretches of time; of a log without times, equal numbers of requests. */
function overTime(steps: readonly ReplayStep[], buckets: number): ReplayBucket[] {
  if (steps.length === 0) return [];
  const [first, last] = [steps[0]?.at_ms ?? null, steps.at(-1)?.at_ms ?? null];
  const span = first === null || last === null ? 0 : last - first;
  const groups: ReplayStep[][] = Array.from({ length: Math.min(buckets, steps.length) }, () => []);
  const n = groups.length;
  steps.forEach((step, i) => {
    const at = span > 0 ? ((step.at_ms ?? 0) - (first ?? 0)) / span : i / steps.length;
    groups[Math.min(n - 1, Math.floor(at * n))]?.push(step);
  });
  return groups.map((group, i) => ({
    from_ms: first === null ? null : first + (span * i) / n,
    requests: group.length,
    to_large: group.filter((step) => step.answered_by === 'large').length,
    held_back: group.filter((step) => step.held_back).length,
    usd: totalOf(group, (step) => (step.usd === null ? null : [step.usd])),
  }));
}

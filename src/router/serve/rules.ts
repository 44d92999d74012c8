/** The policy's rules for one request, before any answer. The first that decides wins (engine/hybrid/policy.ts says what each means). */

import type { Leg, PolicyRule } from '../../engine/hybrid/policy.ts';
import type { Job, Reason } from './job.ts';
import type { World } from './world.ts';

export interface Choice {
  readonly leg: Leg;
  readonly reason: Reason;
  /** Its answer's score (mode router: the request's) decides between the targets. */
  readonly scored: boolean;
}

export function choose(job: Job, world: World): Choice {
  for (const rule of world.policy.rules) {
    const choice = apply(rule, job, world);
    if (choice !== null) return choice;
  }
  return { leg: 'small', reason: 'default', scored: false };
}

function apply(rule: PolicyRule, job: Job, world: World): Choice | null {
  if (rule.kind === 'data_class') return holds(rule, job.classes) ? { leg: rule.keep, reason: 'data_class', scored: false } : null;
  if (rule.kind === 'budget') return world.budget.usedUp(rule) ? { leg: 'small', reason: 'budget', scored: false } : null;
  if (rule.kind === 'latency') return isSlow(rule.ttft_ms, world) ? { leg: 'large', reason: 'latency', scored: false } : null;
  const share = world.policy.large_share;
  if (share !== null) return { leg: world.random() < share ? 'large' : 'small', reason: 'share', scored: false };
  return { leg: 'small', reason: 'confidence', scored: true };
}

function holds(rule: PolicyRule & { readonly kind: 'data_class' }, classes: readonly string[] | null): boolean {
  return classes === null ? rule.unlabelled === 'keep' : classes.some((each) => rule.classes.includes(each));
}

function isSlow(ttftMs: number, { targets, pace }: World): boolean {
  const { gate } = targets.small;
  const expected = pace.expectedTtftMs(gate.busy + gate.queued, gate.places);
  return expected !== null && expected > ttftMs;
}

/** May this target answer where the one chosen can't, or escalate to? Data rules and used-up budgets hold wherever they stand. */
export function mayReach(leg: Leg, job: Job, world: World): boolean {
  return world.policy.rules.every((rule) => {
    if (rule.kind === 'data_class') return !holds(rule, job.classes) || rule.keep === leg;
    return rule.kind !== 'budget' || leg === 'small' || !world.budget.usedUp(rule);
  });
}

/** Requests through a policy, one after the other: who answers each and why, what it costs, how long it takes, how good it is. */

import { Budget, type BudgetPeriod } from './budget.ts';
import type { RouteRow } from './log.ts';
import type { Leg, PolicyRule, RoutePolicy } from './policy.ts';

export interface ReplayRequest extends RouteRow {
  /** Milliseconds since 1970; null: the log has no times. */
  readonly at_ms: number | null;
  /** Time to the first token without queueing, ms. */
  readonly small_ttft_ms: number | null;
  /** Null: not said. */
  readonly data_classes: readonly string[] | null;
}

/** Why a request was answered by whom. `default`: no rule decided. */
export type Reason = PolicyRule['kind'] | 'share' | 'default';

export interface ReplayStep {
  readonly id: string;
  readonly at_ms: number | null;
  readonly answered_by: Leg;
  readonly reason: Reason;
  /** The small model answered first, and the large one again. */
  readonly escalated: boolean;
  /** The policy would have sent it to the large model, and a budget or mode header_only kept it. */
  readonly held_back: boolean;
  /** US dollars; null: a model it used has no cost in the log. */
  readonly usd: number | null;
  readonly small_usd: number | null;
  readonly large_usd: number | null;
  readonly judge_usd: number;
  readonly quality: number | null;
  /** From arrival to the last token, queueing included; null: not known. */
  readonly ms: number | null;
  readonly wait_ms: number;
}

export interface Replay {
  readonly steps: readonly ReplayStep[];
  /** One list of periods for every budget rule, in the order of the rules. */
  readonly budgets: readonly (readonly BudgetPeriod[])[];
}

/** What a policy needs to know of every request; used to refuse a log rather than guess. */
export function needs(policy: RoutePolicy): { readonly times: boolean; readonly costs: boolean; readonly small_ms: boolean; readonly score: boolean } {
  const has = (kind: PolicyRule['kind']) => policy.rules.some((rule) => rule.kind === kind);
  return { times: has('budget') || has('latency'), costs: has('budget'), small_ms: has('latency'), score: has('confidence') && policy.large_share === null };
}

/**
 * Replays requests in the order of their times. The small model takes `max_concurrency` at a time, first come first served; the large one
 * is a cloud and never queues.
 *
 * @param random uniform in [0, 1), for `large_share` only
 */
export function replay(requests: readonly ReplayRequest[], policy: RoutePolicy, random: () => number): Replay {
  const ordered = [...requests].sort((a, b) => (a.at_ms ?? 0) - (b.at_ms ?? 0));
  const budgets = policy.rules.map((rule) => (rule.kind === 'budget' ? new Budget(rule) : null));
  const queue = new Queue(policy.small.max_concurrency);
  const steps = ordered.map((request) => {
    const decision = decide(request, { policy, budgets, queue, random });
    return serve(request, decision, { policy, budgets, queue, random });
  });
  return { steps, budgets: budgets.filter((budget) => budget !== null).map((budget) => budget.periods()) };
}

interface World {
  readonly policy: RoutePolicy;
  /** In the order of the rules; null where the rule is no budget. */
  readonly budgets: readonly (Budget | null)[];
  readonly queue: Queue;
  readonly random: () => number;
}

interface Decision {
  readonly leg: Leg;
  readonly reason: Reason;
  /** Judged by its score on the way. */
  readonly judged: boolean;
  readonly held_back: boolean;
}

/** The first rule that decides. What it would send to the large model, the budgets listed before it must be able to pay. */
function decide(request: ReplayRequest, world: World): Decision {
  const bound: Budget[] = [];
  for (const [i, rule] of world.policy.rules.entries()) {
    const budget = world.budgets[i] ?? null;
    if (budget !== null) bound.push(budget);
    const found = byRule(rule, request, world);
    // A data class kept at the large model isn't a matter of money.
    if (found !== null) return found.leg === 'large' && rule.kind !== 'data_class' ? payable(found, bound, request) : found;
  }
  return { leg: 'small', reason: 'default', judged: false, held_back: false };
}

function payable(found: Decision, bound: readonly Budget[], request: ReplayRequest): Decision {
  const at = request.at_ms ?? 0;
  const spent = bound.filter((budget) => !budget.allows(at, request.large_usd ?? 0));
  for (const budget of spent) budget.holdBack(at);
  return spent.length === 0 ? found : { ...found, leg: 'small', reason: 'budget', held_back: true };
}

function byRule(rule: PolicyRule, request: ReplayRequest, { policy, queue, random }: World): Decision | null {
  const unjudged = (leg: Leg, reason: Reason): Decision => ({ leg, reason, judged: false, held_back: false });
  switch (rule.kind) {
    case 'data_class': {
      const named = request.data_classes === null ? rule.unlabelled === 'keep' : request.data_classes.some((each) => rule.classes.includes(each));
      return named ? unjudged(rule.keep, 'data_class') : null;
    }
    case 'latency':
      return queue.wait(request.at_ms ?? 0) + (request.small_ttft_ms ?? 0) > rule.ttft_ms ? unjudged('large', 'latency') : null;
    case 'confidence':
      return policy.large_share === null ? byScore(request, policy) : unjudged(random() < policy.large_share ? 'large' : 'small', 'share');
    case 'budget':
      return null;
  }
}

function byScore({ score }: ReplayRequest, { confidence, mode }: RoutePolicy): Decision | null {
  if (confidence === null) return null;
  const up = score === null ? confidence.on_missing === 'escalate' : score < confidence.threshold;
  if (up && mode === 'header_only') return { leg: 'small', reason: 'confidence', judged: true, held_back: true };
  return { leg: up ? 'large' : 'small', reason: 'confidence', judged: true, held_back: false };
}

function serve(request: ReplayRequest, decision: Decision, { policy, budgets, queue }: World): ReplayStep {
  const at = request.at_ms ?? 0;
  const large = decision.leg === 'large';
  const escalated = large && decision.reason === 'confidence' && policy.mode === 'cascade';
  const usesSmall = !large || escalated;
  const wait = usesSmall ? queue.enter(at, request.small_ms) : 0;
  if (large) for (const budget of budgets) budget?.spend(at, request.large_usd ?? 0);
  const costs = {
    small_usd: usesSmall ? request.small_usd : 0,
    large_usd: large ? request.large_usd : 0,
    judge_usd: decision.judged ? (policy.confidence?.usd_per_request ?? 0) : 0,
  };
  return {
    id: request.id,
    at_ms: request.at_ms,
    answered_by: decision.leg,
    reason: decision.reason,
    escalated,
    held_back: decision.held_back,
    usd: sum(costs.small_usd, costs.large_usd, costs.judge_usd),
    ...costs,
    quality: large ? request.large_quality : request.small_quality,
    ms: sum(wait, usesSmall ? request.small_ms : 0, large ? request.large_ms : 0),
    wait_ms: wait,
  };
}

function sum(...parts: readonly (number | null)[]): number | null {
  return parts.reduce((all, part) => (all === null || part === null ? null : all + part), 0);
}

/** Places at the small model, each with the time it becomes free. */
class Queue {
  readonly #free: Float64Array | null;

  constructor(places: number | null) {
    this.#free = places === null ? null : new Float64Array(places).fill(Number.NEGATIVE_INFINITY);
  }

  /** Milliseconds a request arriving at `at` would wait. */
  wait(at: number): number {
    return this.#free === null ? 0 : Math.max(0, (this.#free[this.#next()] as number) - at);
  }

  /** Takes the place that is free first for `ms`; an unknown time takes none. Returns the wait. */
  enter(at: number, ms: number | null): number {
    const wait = this.wait(at);
    if (this.#free !== null) this.#free[this.#next()] = at + wait + (ms ?? 0);
    return wait;
  }

  #next(): number {
    const free = this.#free as Float64Array;
    let first = 0;
    for (let i = 1; i < free.length; i++) if ((free[i] as number) < (free[first] as number)) first = i;
    return first;
  }
}

/** What all requests share: the policy, its two targets and what is known about them. */

import type { Leg, PolicyTarget, RoutePolicy, TargetPrices } from '../../engine/hybrid/policy.ts';
import type { Secret } from '../../llm/secret.ts';
import { Breaker } from './breaker.ts';
import { Budget } from './budget.ts';
import { Gate } from './gate.ts';
import { Metrics } from './metrics.ts';
import { Pace } from './pace.ts';
import { Upstream } from './upstream.ts';

export interface Target {
  readonly leg: Leg;
  readonly spec: PolicyTarget;
  readonly upstream: Upstream;
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly prices: TargetPrices | null;
  readonly secret: Secret | null;
}

export interface World {
  readonly policy: RoutePolicy;
  readonly targets: Readonly<Record<Leg, Target>>;
  /** All requests together. */
  readonly gate: Gate;
  readonly budget: Budget;
  readonly pace: Pace;
  readonly metrics: Metrics;
  readonly scorerSecret: Secret | null;
  /** Keep the text of answers for the log. */
  readonly logText: boolean;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

export interface Secrets {
  readonly small: Secret | null;
  readonly large: Secret | null;
  readonly scorer: Secret | null;
}

export interface WorldOptions {
  readonly policy: RoutePolicy;
  readonly prices: Readonly<Record<Leg, TargetPrices | null>>;
  readonly secrets: Secrets;
  readonly logText: boolean;
}

export function createWorld({ policy, prices, secrets, logText }: WorldOptions): World {
  const target = (leg: Leg): Target => {
    const spec = policy[leg];
    const { failures, open_ms } = policy.fallback.breaker;
    return {
      leg,
      spec,
      upstream: new Upstream(spec, secrets[leg], policy.timeouts),
      breaker: new Breaker(failures, open_ms, () => performance.now()),
      gate: new Gate(spec.max_concurrency, Number.POSITIVE_INFINITY),
      prices: prices[leg],
      secret: secrets[leg],
    };
  };
  return {
    policy,
    targets: { small: target('small'), large: target('large') },
    gate: new Gate(policy.limits.max_in_flight, policy.limits.max_queued),
    budget: new Budget(() => new Date()),
    pace: new Pace(() => performance.now()),
    metrics: new Metrics(),
    scorerSecret: secrets.scorer,
    logText,
    random: Math.random,
  };
}

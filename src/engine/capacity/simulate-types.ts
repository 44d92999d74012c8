/** What is simulated: a fleet, the requests it gets, and what may befall it. */

import type { Requests } from './simulate-arrivals.ts';
import type { Service } from './simulate-service.ts';

type Balancer = 'round_robin' | 'least_loaded';

/** fixed: all replicas all the time. target: as many as keep the mean of unfinished requests a replica near `target`. */
type SimulatedScaling =
  | { readonly kind: 'fixed' }
  | {
      readonly kind: 'target';
      readonly least: number;
      readonly target: number;
      /** Seconds between two decisions. */
      readonly everyS: number;
      /** Seconds an idle replica is kept beyond need. */
      readonly keepAliveS: number;
    };

export interface Simulation {
  readonly requests: Requests;
  /** One entry a replica; a fleet may mix accelerators. */
  readonly replicas: readonly Service[];
  readonly balancer: Balancer;
  readonly scaling: SimulatedScaling;
  /** Seconds from the decision to start a replica until it serves. */
  readonly coldStartS: number;
  /** Interruptions of one replica a month (spot); it comes back after a cold start, and its requests go to others. */
  readonly interruptionsPerMonth: number;
  /** Replicas, from the last, that never come up: N+1 with one down. */
  readonly down: number;
  readonly slo: { readonly ttft_p95_ms: number | null; readonly tpot_p95_ms: number | null };
  /**
   * Requests, from the first, that load the fleet but are not told of: the start from empty. The result then ends with the last
   * arrival: it is that of a steady state. Absent or 0: everything, to the last token.
   */
  readonly skip?: number;
  /** Equal stretches of time the course over time is told in. */
  readonly buckets: number;
  readonly seed: number;
}

/** Integrals over simulated time, and the means between two moments of it. */

/** From the start until `time`; seconds times what their name says. */
export interface Totals {
  readonly time: number;
  readonly paid: number;
  readonly busy: number;
  readonly running: number;
  readonly waiting: number;
  readonly cacheTokens: number;
  /** Tokens the caches of the paid replicas have room for. */
  readonly cacheRoom: number;
  /** Generated so far; no integral. */
  readonly outputTokens: number;
}

export const NO_TOTALS: Totals = { time: 0, paid: 0, busy: 0, running: 0, waiting: 0, cacheTokens: 0, cacheRoom: 0, outputTokens: 0 };

/** Means over one stretch of time. */
export interface Sample {
  readonly time_s: number;
  readonly running: number;
  readonly waiting: number;
  readonly busy_replicas: number;
  readonly up_replicas: number;
  readonly cache_tokens: number;
  /** Share of the KV cache of the replicas up that is held. */
  readonly cache_share: number;
  readonly output_tokens_per_s: number;
}

/** @param to later than `from` */
export function meanSample(from: Totals, to: Totals): Sample {
  const span = to.time - from.time;
  const room = to.cacheRoom - from.cacheRoom;
  return {
    time_s: to.time,
    running: (to.running - from.running) / span,
    waiting: (to.waiting - from.waiting) / span,
    busy_replicas: (to.busy - from.busy) / span,
    up_replicas: (to.paid - from.paid) / span,
    cache_tokens: (to.cacheTokens - from.cacheTokens) / span,
    cache_share: room > 0 ? (to.cacheTokens - from.cacheTokens) / room : 0,
    output_tokens_per_s: (to.outputTokens - from.outputTokens) / span,
  };
}

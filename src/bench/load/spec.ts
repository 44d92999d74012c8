/** What load to put on an endpoint. */

export const ARRIVALS = ['constant', 'poisson', 'gamma'] as const;
export type Arrivals = (typeof ARRIVALS)[number];

/** One request of a trace: when, how large. */
export interface TraceRow {
  /** Milliseconds after the first request of the trace, the speed-up already applied. */
  readonly at_ms: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/**
 * closed: this many requests always in flight, a slot sends its next when its last ended.
 * open: sent at seeded times whatever the server does.
 * trace: sent at recorded times.
 */
export type Load =
  | { readonly kind: 'closed'; readonly concurrency: number }
  | {
      readonly kind: 'open';
      readonly rate: number;
      readonly arrivals: Arrivals /** Shape of gamma arrivals: 1 is Poisson, below 1 burstier. */;
      readonly burstiness: number;
    }
  | { readonly kind: 'trace'; readonly rows: readonly TraceRow[]; readonly speedup: number };

/** When a level ends; whichever comes first. At least one is set, except for a trace, which ends by itself. */
export interface Stop {
  readonly requests: number | null;
  readonly duration_s: number | null;
}

export function loadName(load: Load): string {
  if (load.kind === 'closed') return `concurrency ${load.concurrency}`;
  if (load.kind === 'trace') return `trace of ${load.rows.length} requests at ${load.speedup}x`;
  return `${load.rate}/s ${load.arrivals}`;
}

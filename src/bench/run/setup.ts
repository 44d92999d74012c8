/** Everything that decides a run, as plain values: it is written beside the records, so that a killed run can be resumed. */
import type { PromptSpec } from '../load/prompts.ts';
import type { Load, Stop } from '../load/spec.ts';
import type { SloMs } from '../measure/reduce.ts';
import type { TargetConfig } from '../target/config.ts';
import type { Timeouts } from '../target/wire.ts';

export interface LevelPlan {
  readonly load: Load;
  readonly stop: Stop;
}

export interface BenchSetup {
  readonly target: TargetConfig;
  readonly levels: readonly LevelPlan[];
  readonly seed: number;
  /** Makes the nonces of this run its own. */
  readonly run: string;
  readonly prompts: PromptSpec;
  /** Requests before each level; null: twice the concurrency. */
  readonly warmup: number | null;
  /** Time over which the slots of a closed loop start; null: a millisecond each. */
  readonly ramp_s: number | null;
  /** Worker threads; null: as many as the load needs. */
  readonly threads: number | null;
  /** autocannon: a second opinion, where it is to be trusted. */
  readonly client: 'own' | 'autocannon';
  /** Ask for exactly the planned output length, where the server can. */
  readonly exact_length: boolean;
  readonly timeouts: Timeouts;
  readonly slo: SloMs;
  readonly max_spend_usd: number | null;
}

/** Warm-up of a level: at least twice as many requests as will be in flight. */
export function warmupRequests(setup: BenchSetup, load: Load): number {
  if (setup.warmup !== null) return setup.warmup;
  return load.kind === 'closed' ? 2 * load.concurrency : OPEN_WARMUP;
}

/** An open loop's concurrency is not known before: a handful to load the model and tell its pace. */
const OPEN_WARMUP = 8;
const OPEN_WARMUP_CONCURRENCY = 4;

export function warmupConcurrency(load: Load): number {
  return load.kind === 'closed' ? load.concurrency : OPEN_WARMUP_CONCURRENCY;
}

export function loadKey(load: Load): { concurrency: number | null; rate: number | null; arrivals: string } {
  if (load.kind === 'closed') return { concurrency: load.concurrency, rate: null, arrivals: 'closed' };
  if (load.kind === 'open') return { concurrency: null, rate: load.rate, arrivals: load.arrivals };
  const span = (load.rows[load.rows.length - 1]?.at_ms ?? 0) / 1000;
  return { concurrency: null, rate: span > 0 ? load.rows.length / span : null, arrivals: 'trace' };
}

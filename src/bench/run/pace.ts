/** What the warm-up told about one request, and what follows from it for the level. */
import { availableParallelism } from 'node:os';
import type { Load } from '../load/spec.ts';
import { isLoopback } from '../target/config.ts';
import { type BenchSetup, loadKey } from './setup.ts';
import type { Outcome } from './stream.ts';
import { threadsFor } from './threads.ts';

export interface Pace {
  readonly e2e_ms: number;
  readonly chunks: number;
}

/** Null when no request succeeded. */
export function paceOf(outcomes: readonly Outcome[]): Pace | null {
  const good = outcomes.map((outcome) => outcome.record).filter((record) => record.error === null);
  if (good.length === 0) return null;
  const mean = (pick: (record: (typeof good)[number]) => number) => good.reduce((sum, record) => sum + pick(record), 0) / good.length;
  return { e2e_ms: mean((record) => record.t_end_ms - record.t_sched_ms), chunks: mean((record) => record.chunks) };
}

/** Slots start a millisecond apart, but within one request's time: in step they would measure each other's bursts. */
export function rampMs(setup: BenchSetup, load: Load, pace: Pace | null): number {
  if (load.kind !== 'closed') return 0;
  return setup.ramp_s === null ? Math.min(load.concurrency, pace?.e2e_ms ?? 1000) : setup.ramp_s * 1000;
}

/** As many threads as the load needs, but not more than there are cores for: threads that wait for each other measure themselves. */
export function threadsOf(setup: BenchSetup, load: Load, pace: Pace | null): number {
  return setup.threads ?? Math.min(neededThreads(load, pace), freeCores(setup));
}

/** A server on this machine wants a core of its own: two threads beside it on two cores cost twice the CPU of one, measured. */
function freeCores(setup: BenchSetup): number {
  return Math.max(1, availableParallelism() - (isLoopback(new URL(setup.target.url).origin) ? 1 : 0));
}

function neededThreads(load: Load, pace: Pace | null): number {
  if (load.kind === 'closed') return threadsFor(load.concurrency, pace === null ? 0 : (load.concurrency * pace.chunks * 1000) / Math.max(1, pace.e2e_ms));
  const rate = loadKey(load).rate ?? 0;
  return pace === null ? 1 : threadsFor((rate * pace.e2e_ms) / 1000, rate * pace.chunks);
}

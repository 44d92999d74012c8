/** The time over which a level is measured, also when it was cut off and resumed. Ms after the start of the run. */
import type { Request } from '../measure/point-data.ts';
import { spanOf, type Window } from '../measure/windows.ts';
import type { LevelEnd, LevelSpec } from './level.ts';

export class LevelWindows {
  readonly #before: readonly Window[];
  readonly #startMs: number;
  readonly #timed: Window | null;

  /**
   * A timed level counts for its duration, once all its slots are busy; any other from its first send to its last token.
   *
   * @param earlier requests measured before a resume, and `before` their windows
   */
  constructor(spec: LevelSpec, startMs: number, earlier: readonly Request[], before: readonly Window[]) {
    const { duration_s } = spec.stop;
    this.#startMs = startMs;
    const start = startMs + spec.ramp_ms;
    this.#timed = duration_s === null || spec.load.kind === 'trace' ? null : { start_ms: start, end_ms: start + duration_s * 1000 };
    this.#before = before.length > 0 ? before : [spanOf(earlier)].filter((window) => window !== null);
  }

  /** While the level runs. Empty: from its first send to its last token. */
  soFar(nowMs: number): Window[] {
    if (this.#timed === null) return this.#before.length === 0 ? [] : [...this.#before, { start_ms: this.#startMs, end_ms: nowMs }];
    if (nowMs <= this.#timed.start_ms) return [...this.#before];
    return [...this.#before, { start_ms: this.#timed.start_ms, end_ms: Math.min(nowMs, this.#timed.end_ms) }];
  }

  /** A limit on requests, the cap or Ctrl-C ends a timed level early: then its window ends with its last answer. */
  final(end: LevelEnd, limited: boolean, now: readonly Request[]): Window[] {
    if (this.#timed === null) return this.#before.length === 0 ? [] : [...this.#before, spanOf(now)].filter((window) => window !== null);
    const { start_ms, end_ms } = this.#timed;
    const whole = end.ended_by === 'done' && !limited;
    return [...this.#before, whole ? this.#timed : { start_ms, end_ms: Math.max(start_ms, Math.min(end_ms, end.ended_ms)) }];
  }
}

/** What a timed level that was cut off still lacks. */
export function restOf(duration_s: number | null, windows: readonly Window[]): number | null {
  if (duration_s === null) return null;
  const had = windows.reduce((sum, window) => sum + (window.end_ms - window.start_ms) / 1000, 0);
  return Math.max(0.001, duration_s - had);
}

/** The measured window of a level, and what falls into it. Times in ms after the start of the run. */
import type { Request } from './point-data.ts';

export interface Window {
  readonly start_ms: number;
  readonly end_ms: number;
}

export function seconds(windows: readonly Window[]): number {
  return windows.reduce((sum, window) => sum + Math.max(0, window.end_ms - window.start_ms), 0) / 1000;
}

export function inWindows(at: number, windows: readonly Window[]): boolean {
  return windows.some((window) => at >= window.start_ms && at <= window.end_ms);
}

/**
 * The part of a request's tokens that came inside the windows: a request that reaches over an edge counts in proportion to its time
 * inside, from its first to its last token.
 *
 * @example 100 tokens between 900 and 1100 ms, window from 1000 ms: 50
 */
export function tokensInside(request: Request, tokens: number, windows: readonly Window[]): number {
  const first = request.t_first_ms;
  const last = request.t_last_ms;
  if (first === null || last === null) return 0;
  if (last <= first) return inWindows(first, windows) ? tokens : 0;
  const inside = windows.reduce((sum, window) => sum + Math.max(0, Math.min(last, window.end_ms) - Math.max(first, window.start_ms)), 0);
  return (tokens * inside) / (last - first);
}

/** From the first send to the end of the last answer; null when nothing was sent. Requests we cut ourselves don't stretch it. */
export function spanOf(requests: readonly Request[]): Window | null {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const request of requests) {
    if (request.error === 'aborted') continue;
    start = Math.min(start, request.t_send_ms ?? request.t_sched_ms);
    end = Math.max(end, request.error === null ? (request.t_last_ms ?? request.t_end_ms) : request.t_end_ms);
  }
  return end > start ? { start_ms: start, end_ms: end } : null;
}

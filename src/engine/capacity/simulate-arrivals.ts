/** Requests to simulate: when they come, and how many tokens they read and write. */

import { SECONDS_PER_HOUR } from '../units.ts';
import { seededRandom } from './simulate-random.ts';

/** Columns, ascending by arrival; times in seconds from the start. */
export interface Requests {
  readonly count: number;
  readonly arrival: Float64Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  /** Input tokens found in the prefix cache. */
  readonly cached: Int32Array;
}

/** How long requests are: one length, or pairs drawn at random from a sample. */
type Lengths =
  | { readonly kind: 'fixed'; readonly input: number; readonly output: number }
  | { readonly kind: 'geometric'; readonly input: number; readonly meanOutput: number }
  | { readonly kind: 'sample'; readonly input: readonly number[]; readonly output: readonly number[] };

export interface ArrivalPlan {
  readonly requestsPerS: number;
  readonly count: number;
  /** Coefficient of variation of the gaps: 1 is Poisson, 0 a metronome, above 1 bursts (gamma). */
  readonly cv: number;
  /** Relative traffic of each hour of a week, any scale; null: the same all the time. */
  readonly hourOfWeek: readonly number[] | null;
  readonly lengths: Lengths;
  /** Share of the input in the prefix cache, 0..1. */
  readonly cachedShare: number;
  readonly seed: number;
}

export function generateRequests(plan: ArrivalPlan): Requests {
  const random = seededRandom(plan.seed);
  const requests = emptyRequests(plan.count);
  const clock = plan.hourOfWeek === null ? null : weekClock(plan.hourOfWeek);
  const shape = plan.cv > 0 ? 1 / plan.cv ** 2 : 0;
  let time = 0;
  for (let i = 0; i < plan.count; i++) {
    time += (shape === 0 ? 1 : random.gamma(shape)) / plan.requestsPerS;
    requests.arrival[i] = clock === null ? time : clock(time);
    drawLengths(plan.lengths, random.next(), requests, i);
    requests.cached[i] = Math.floor((requests.input[i] as number) * plan.cachedShare);
  }
  return requests;
}

function drawLengths(lengths: Lengths, u: number, requests: Requests, i: number): void {
  if (lengths.kind === 'sample') {
    const pick = Math.floor(u * lengths.input.length);
    requests.input[i] = lengths.input[pick] as number;
    requests.output[i] = Math.max(1, lengths.output[pick] as number);
    return;
  }
  requests.input[i] = lengths.input;
  requests.output[i] = lengths.kind === 'fixed' ? Math.max(1, lengths.output) : 1 + Math.floor(Math.log(1 - u) / Math.log(1 - 1 / lengths.meanOutput));
}

/** Requests of a log: arrival in seconds (any order), input and output tokens; absent cached tokens are none. */
export function traceRequests(trace: {
  readonly arrival: ArrayLike<number>;
  readonly input: ArrayLike<number>;
  readonly output: ArrayLike<number>;
  readonly cached?: ArrayLike<number>;
}): Requests {
  const order = Array.from({ length: trace.arrival.length }, (_, i) => i).sort((a, b) => (trace.arrival[a] as number) - (trace.arrival[b] as number));
  const requests = emptyRequests(order.length);
  const start = trace.arrival[order[0] ?? 0] ?? 0;
  order.forEach((from, i) => {
    requests.arrival[i] = (trace.arrival[from] as number) - start;
    requests.input[i] = trace.input[from] as number;
    requests.output[i] = Math.max(1, trace.output[from] as number);
    requests.cached[i] = trace.cached?.[from] ?? 0;
  });
  return requests;
}

function emptyRequests(count: number): Requests {
  return { count, arrival: new Float64Array(count), input: new Int32Array(count), output: new Int32Array(count), cached: new Int32Array(count) };
}

/** Turns time at the mean rate into time of a week whose hours differ, so that gaps keep their character. */
function weekClock(shape: readonly number[]): (seconds: number) => number {
  const mean = shape.reduce((sum, each) => sum + each, 0) / shape.length;
  const until = new Float64Array(shape.length + 1);
  shape.forEach((each, i) => {
    until[i + 1] = (until[i] as number) + (each / mean) * SECONDS_PER_HOUR;
  });
  const week = shape.length * SECONDS_PER_HOUR;
  return (seconds) => {
    const weeks = Math.floor(seconds / week);
    const rest = seconds - weeks * week;
    let low = 0;
    let high = shape.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((until[middle + 1] as number) > rest) high = middle;
      else low = middle + 1;
    }
    const from = until[low] as number;
    const span = (until[low + 1] as number) - from;
    return weeks * week + (low + (span === 0 ? 0 : (rest - from) / span)) * SECONDS_PER_HOUR;
  };
}

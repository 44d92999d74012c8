/** Requests drawn from a workload profile and a calibration: sizes and times from the one, scores and rights from the other, by a seed. */

import { seededRandom } from '../../engine/capacity/simulate-random.ts';
import type { RoutePolicy } from '../../engine/hybrid/policy.ts';
import type { ReplayRequest } from '../../engine/hybrid/replay.ts';
import type { Profile } from '../../engine/scenario.ts';
import { InputError } from '../../files/problem.ts';
import type { ScoreModel } from '../../schema/calibration-scores.ts';
import type { PriceOf } from './requests.ts';

export interface DrawOptions {
  readonly requestsPerMonth: number;
  readonly days: number;
  readonly startMs: number;
  readonly seed: number;
  readonly priceOf: PriceOf;
  /** Milliseconds to the first token and per further one, by leg; null: not known. */
  readonly speed: Readonly<Record<'small' | 'large', { readonly ttft_ms: number; readonly tpot_ms: number } | null>>;
}

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * 86_400_000;
/** More would only repeat what a month of this size shows already. */
const MOST_REQUESTS = 2_000_000;

/** @throws InputError when the profile has no sizes, or the month is too big to draw */
export function drawRequests(profile: Profile, scores: ScoreModel, policy: RoutePolicy, options: DrawOptions): ReplayRequest[] {
  const expected = (options.requestsPerMonth * options.days * 24) / 730;
  if (expected > MOST_REQUESTS)
    throw InputError.of('simulate.too-many', `${Math.round(expected).toLocaleString('en-US')} requests are more than a replay draws.`, 'Give fewer --days.');
  const random = seededRandom(options.seed);
  const size = sizes(profile, random.next);
  const score = scoreDrawer(scores, random.next);
  return arrivals(profile, options, random.exponential).map((at_ms, i) => {
    const tokens = size();
    const time = (leg: 'small' | 'large') => {
      const speed = options.speed[leg];
      return speed === null ? null : speed.ttft_ms + Math.max(0, tokens.output - 1) * speed.tpot_ms;
    };
    return {
      id: String(i + 1),
      at_ms,
      ...score(),
      small_usd: options.priceOf(policy.small, tokens),
      large_usd: options.priceOf(policy.large, tokens),
      small_ms: time('small'),
      large_ms: time('large'),
      small_ttft_ms: options.speed.small?.ttft_ms ?? null,
      data_classes: null,
    };
  });
}

/** Random arrivals whose rate follows the hours of the week, where the profile knows them. */
function arrivals(profile: Profile, { requestsPerMonth, days, startMs }: DrawOptions, exponential: () => number): number[] {
  const hours = profile.hour_of_week;
  const mean = hours === null ? 1 : hours.reduce((sum, each) => sum + each, 0) / WEEK_HOURS;
  const perMs = requestsPerMonth / (730 * HOUR_MS);
  const times: number[] = [];
  let due = exponential();
  for (let hour = 0; hour < days * 24; hour++) {
    const start = startMs + hour * HOUR_MS;
    const rate = perMs * (hours === null ? 1 : (hours[hourOfWeek(start)] ?? 0) / mean);
    let at = start;
    while (rate > 0 && at + due / rate < start + HOUR_MS) {
      at += due / rate;
      times.push(at);
      due = exponential();
    }
    due -= (start + HOUR_MS - at) * rate;
  }
  return times;
}

function hourOfWeek(ms: number): number {
  return Math.floor((ms - MONDAY_MS) / HOUR_MS) % WEEK_HOURS;
}

/** Pairs of input and output lengths as often as the profile counted them. */
function sizes({ joint_histogram, input_tokens, output_tokens }: Profile, next: () => number): () => { input: number; output: number } {
  if (joint_histogram === null) return () => ({ input: input_tokens.mean, output: output_tokens.mean });
  const { cells } = joint_histogram;
  const running: number[] = [];
  let all = 0;
  for (const { count } of cells) {
    all += count;
    running.push(all);
  }
  return () => {
    const at = next() * all;
    let [low, high] = [0, cells.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((running[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    const cell = cells[low];
    return { input: cell?.input_mean ?? input_tokens.mean, output: cell?.output_mean ?? output_tokens.mean };
  };
}

/** A score from the calibration's tenths, and how often an answer of that score was right there. */
function scoreDrawer({ scores, reliability, large_quality }: ScoreModel, next: () => number) {
  return (): Pick<ReplayRequest, 'score' | 'small_quality' | 'large_quality'> => {
    let at = next();
    let bin = 0;
    while (bin < scores.shares.length - 1 && at >= (scores.shares[bin] as number)) at -= scores.shares[bin++] as number;
    const low = bin === 0 ? Math.min(scores.low, scores.edges[0] ?? scores.low) : (scores.edges[bin - 1] as number);
    const high = scores.edges[bin] ?? scores.high;
    const score = low + (high - low) * next();
    const right = reliability.find((each) => score <= each.high)?.accuracy ?? null;
    return { score, small_quality: right, large_quality };
  };
}

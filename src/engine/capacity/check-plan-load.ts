/** What a week of the workload brings to a fleet: a few levels of traffic that stand for its hours, and requests of the right lengths. */

import { generatedTokens, type RequestMix } from '../cost/requests.ts';
import type { Profile } from '../scenario.ts';
import { type ArrivalPlan, generateRequests, type Requests } from './simulate-arrivals.ts';

export interface Levels {
  /** Traffic relative to the mean of the week, ascending; the last is the busiest hour. */
  readonly loads: readonly number[];
  /** Index into `loads` of each hour of the week. */
  readonly of_hour: readonly number[];
}

/** More would not be told apart in a chart, and each costs simulated requests. */
const MOST_LEVELS = 12;

/** @param hours 24 of every day or 168 of a week, relative to their mean */
export function levelsOf(hours: readonly number[]): Levels {
  const week = Array.from({ length: 168 }, (_, hour) => hours[hour % hours.length] as number);
  const order = week.map((_, hour) => hour).sort((a, b) => (week[a] as number) - (week[b] as number) || a - b);
  const distinct = new Set(week).size;
  const groups = distinct <= MOST_LEVELS ? byValue(order, week) : byRank(order, week);
  const of_hour = new Array<number>(168).fill(0);
  groups.forEach((group, level) => {
    for (const hour of group) of_hour[hour] = level;
  });
  return { loads: groups.map((group) => group.reduce((sum, hour) => sum + (week[hour] as number), 0) / group.length), of_hour };
}

function byValue(order: readonly number[], week: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  for (const hour of order) groups.set(week[hour] as number, [...(groups.get(week[hour] as number) ?? []), hour]);
  return [...groups.values()];
}

/** Neighbours in load share a level; the busiest hours, all alike, are a level of their own. */
function byRank(order: readonly number[], week: readonly number[]): number[][] {
  const top = week[order.at(-1) as number];
  const busiest = order.filter((hour) => week[hour] === top);
  const rest = order.filter((hour) => week[hour] !== top);
  const size = Math.ceil(rest.length / (MOST_LEVELS - 1));
  const groups: number[][] = [];
  for (let i = 0; i < rest.length; i += size) groups.push(rest.slice(i, i + size));
  return [...groups, busiest];
}

export interface Lengths {
  readonly of: ArrivalPlan['lengths'];
  readonly source: 'profile' | 'mean';
}

/** Draws that stand for a histogram: each as often as its cell is full. */
const DRAWS = 2048;

/** Lengths of the requests: as spread in the profile, scaled to the option's means; else all alike. */
export function lengthsOf(mix: RequestMix, profile: Profile | null): Lengths {
  const output = generatedTokens(mix);
  const cells = profile?.joint_histogram?.cells ?? [];
  const total = cells.reduce((sum, cell) => sum + cell.count, 0);
  if (profile === null || total === 0 || output === 0 || profile.input_tokens.mean <= 0 || profile.output_tokens.mean <= 0)
    return { of: { kind: 'fixed', input: Math.round(mix.input_tokens), output: Math.max(1, Math.round(output)) }, source: 'mean' };
  const [inputScale, outputScale] = [mix.input_tokens / profile.input_tokens.mean, output / profile.output_tokens.mean];
  const picked: { input: number[]; output: number[] } = { input: [], output: [] };
  let seen = 0;
  for (const cell of cells) {
    seen += cell.count;
    while (picked.input.length < Math.round((seen / total) * DRAWS)) {
      picked.input.push(Math.round(cell.input_mean * inputScale));
      picked.output.push(Math.max(1, Math.round(cell.output_mean * outputScale)));
    }
  }
  return { of: { kind: 'sample', ...picked }, source: 'profile' };
}

export interface Stream {
  readonly lengths: Lengths['of'];
  readonly cv: number;
  readonly cachedShare: number;
  readonly seed: number;
}

export function requestsAt(stream: Stream, requestsPerS: number, count: number): Requests {
  return generateRequests({
    requestsPerS,
    count,
    cv: stream.cv,
    hourOfWeek: null,
    lengths: stream.lengths,
    cachedShare: stream.cachedShare,
    seed: stream.seed,
  });
}

/** Plays one level of traffic on a number of replicas until it is steady, and searches for the fewest that keep up. */

import type { Slo } from '../scenario.ts';
import { requestsAt, type Stream } from './check-plan-load.ts';
import type { PlayedReplica } from './check-plan-service.ts';
import { type Simulation, simulateRequests } from './simulate.ts';
import type { Latencies, SimulationResult } from './simulate-result.ts';
import type { Service } from './simulate-service.ts';

export interface Stage {
  readonly replica: PlayedReplica;
  readonly stream: Stream;
  readonly slo: Slo;
  /** Mean tokens of a request: read and not cached, cached, written. */
  readonly mean: { readonly fresh: number; readonly cached: number; readonly output: number };
  readonly coldStartS: number;
  readonly interruptionsPerMonth: number;
  /** Null: all replicas are up all the time. */
  readonly scaleToZero: { readonly keepAliveS: number } | null;
}

export interface Played {
  readonly result: SimulationResult;
  readonly latencies: Latencies;
  /** Share of the fleet that was played, with its share of the traffic. */
  readonly share: number;
  /** Tokens generated / tokens asked for while it was watched. Below 1: a queue builds up. */
  readonly servedShare: number;
  readonly count: number;
}

/** Requests that arrive while one is served, times this, make a steady stretch. */
const LIFETIMES = 6;
/** A fleet that gets less of the work done than this while it is watched does not keep up; what is under way at the end blurs the rest. */
export const KEEPS_UP = 0.95;
/** Fleets that differ by a smaller share are the same: more a simulation of this length can't tell. */
export const SAME_FLEET = 0.06;

/** Share of saturation a fleet that starts and stops replicas aims at. */
const FULL_ENOUGH = 0.7;

/** @param count requests to play, those of the start included */
export function play(stage: Stage, replicas: number, requestsPerS: number, count: number): Played {
  const { replica, slo } = stage;
  const inFlight = Math.max(1, inFlightPerReplica(stage, requestsPerS / replicas));
  const cell = Math.max(1, Math.min(replicas, Math.floor(count / (LIFETIMES * inFlight))));
  const share = cell / replicas;
  // Bursts are spread over the fleet: a part of it sees them thinned.
  const cv = Math.sqrt(1 + share * (stage.stream.cv ** 2 - 1));
  const requests = requestsAt({ ...stage.stream, cv }, requestsPerS * share, count);
  const skip = Math.min(Math.floor(count / 3), Math.ceil(2 * inFlight * cell) + Math.floor(count / 20));
  const played = simulateRequests({
    requests,
    replicas: new Array<Service>(cell * replica.copies).fill(replica.service),
    balancer: 'least_loaded',
    scaling: scalingOf(stage),
    coldStartS: stage.coldStartS,
    interruptionsPerMonth: stage.interruptionsPerMonth,
    down: 0,
    slo: { ttft_p95_ms: slo.ttft_p95_ms, tpot_p95_ms: replica.tokens ? slo.tpot_p95_ms : null },
    buckets: 0,
    seed: stage.stream.seed,
    skip,
  });
  const asked = requests.output.subarray(skip).reduce((sum, each) => sum + each, 0);
  return { ...played, share, servedShare: asked === 0 ? 1 : played.result.generated_tokens / asked, count };
}

function scalingOf(stage: Stage): Simulation['scaling'] {
  const { scaleToZero, replica } = stage;
  if (scaleToZero === null) return { kind: 'fixed' };
  // Another replica is asked for before the ones that are up are full.
  const target = Math.max(1, inFlightPerReplica(stage, FULL_ENOUGH * replica.requestsPerS) / replica.copies);
  return { kind: 'target', least: 0, target, everyS: Math.max(15, scaleToZero.keepAliveS / 10), keepAliveS: scaleToZero.keepAliveS };
}

/** Requests that one replica works on at once when so many come a second: Little's law with the step time of that batch, up to a full one. */
function inFlightPerReplica({ replica, mean }: Stage, requestsPerS: number): number {
  const { service, copies } = replica;
  const arrivals = requestsPerS / copies;
  const most = Math.max(1, Math.min(service.maxBatch, service.cacheTokens / (mean.fresh + mean.cached + mean.output)));
  const prefill =
    service.prefillPerRequest + mean.fresh * service.prefillPerToken + service.prefillPerTokenSquared * mean.fresh * (mean.fresh + 2 * mean.cached);
  let batch = 1;
  for (let i = 0; i < 40; i++) {
    const step =
      (service.base[Math.min(service.base.length - 1, Math.ceil(batch))] ?? 0) + service.perContextToken * batch * (mean.fresh + mean.cached + mean.output / 2);
    const busy = Math.min(0.98, arrivals * prefill);
    batch = Math.min(most, (arrivals * (prefill + mean.output * step)) / (1 - busy));
  }
  return batch * copies;
}

/** Keeps up with the work, and both 95th percentiles are within the SLO. */
export function isEnough(played: Played): boolean {
  return played.servedShare >= KEEPS_UP && played.result.meets_slo;
}

/** More than this many times the plan's replicas, and the search is given up. */
const MOST_TIMES = 8;

export interface Needed {
  /** Serving replicas; null: not even many more are enough. */
  readonly replicas: number | null;
  readonly whyNone: string | null;
  /** How many requests the search played. */
  readonly requests: number;
}

/**
 * Fewest serving replicas that are enough: down from the plan's by bisection if those are, else up by doubling and then bisection.
 *
 * @param planned the plan's serving replicas, and what playing them gave
 */
export function fewestReplicas(stage: Stage, planned: { readonly replicas: number; readonly played: Played }, requestsPerS: number, count: number): Needed {
  let requests = 0;
  const enough = (replicas: number) => {
    const played = play(stage, replicas, requestsPerS, count);
    requests += played.count;
    return isEnough(played);
  };
  // Fewer than these can't do the work, however long they take.
  let low = Math.max(0, Math.ceil((requestsPerS / stage.replica.requestsPerS) * KEEPS_UP) - 1);
  let high = planned.replicas;
  if (!isEnough(planned.played)) {
    if (!couldMeet(stage)) return { replicas: null, whyNone: 'a request that has a replica to itself already misses it', requests };
    const most = MOST_TIMES * planned.replicas + 8;
    do {
      low = Math.max(low, high);
      if (high >= most) return { replicas: null, whyNone: `${most} were tried`, requests };
      high = Math.min(most, Math.max(2 * high, low + 1));
    } while (!enough(high));
  }
  low = Math.min(low, high - 1);
  while (high - low > Math.max(1, (SAME_FLEET / 3) * high)) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return { replicas: high, whyNone: null, requests };
}

/** Do requests that come one by one meet the SLO? Otherwise no number of replicas does. */
function couldMeet(stage: Stage): boolean {
  const alone = { ...stage, stream: { ...stage.stream, cv: 0 } };
  return play(alone, 1, 1e-4 * stage.replica.requestsPerS, 200).result.meets_slo;
}

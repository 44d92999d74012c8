/** The smallest fleet that meets an SLO, and the cheapest mix of kinds of replica, by simulation over the same arrivals. */

import { type Simulation, simulate } from './simulate.ts';
import type { SimulationResult } from './simulate-result.ts';
import type { Service } from './simulate-service.ts';

export interface FleetSearch extends Omit<Simulation, 'replicas'> {
  /** Largest number of replicas tried. */
  readonly most: number;
}

export interface FleetAnswer {
  readonly replicas: number;
  readonly result: SimulationResult;
}

/**
 * The smallest number of equal replicas whose simulation meets the SLO with everything served, by doubling and bisection.
 * Null: not even `most` do.
 */
export function smallestFleet(search: FleetSearch, service: Service): FleetAnswer | null {
  const run = (replicas: number) => simulate({ ...search, replicas: new Array<Service>(replicas).fill(service) });
  let high = 1 + search.down;
  let best = run(high);
  while (!best.meets_slo) {
    if (high >= search.most) return null;
    high = Math.min(search.most, high * 2);
    best = run(high);
  }
  let low = Math.max(search.down, Math.floor(high / 2));
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const result = run(middle);
    if (result.meets_slo) {
      high = middle;
      best = result;
    } else low = middle;
  }
  return { replicas: high, result: best };
}

/** A kind of replica and what one costs. */
export interface ReplicaKind {
  readonly id: string;
  readonly service: Service;
  readonly usdPerHour: number;
}

export interface MixAnswer {
  /** Replicas of each kind, in the order given. */
  readonly counts: readonly number[];
  readonly usdPerHour: number;
  readonly result: SimulationResult;
}

/**
 * The cheapest mix that meets the SLO. Every kind alone bounds the search; then, for every count of the first kinds that is still
 * cheaper, the fewest of the last one are found by bisection. Null: no kind alone meets it within `most`.
 */
export function cheapestMix(search: FleetSearch, kinds: readonly ReplicaKind[]): MixAnswer | null {
  const alone = kinds.map((kind) => smallestFleet(search, kind.service));
  let best: MixAnswer | null = null;
  alone.forEach((answer, i) => {
    if (answer === null) return;
    const usdPerHour = answer.replicas * (kinds[i] as ReplicaKind).usdPerHour;
    if (best === null || usdPerHour < best.usdPerHour)
      best = { counts: kinds.map((_, j) => (i === j ? answer.replicas : 0)), usdPerHour, result: answer.result };
  });
  if (best === null || kinds.length < 2) return best;
  const bounds = alone.map((answer) => answer?.replicas ?? search.most);
  return searchMix(search, kinds, bounds, best);
}

function searchMix(search: FleetSearch, kinds: readonly ReplicaKind[], bounds: readonly number[], start: MixAnswer): MixAnswer {
  let best = start;
  const last = kinds.length - 1;
  const visit = (counts: readonly number[], cost: number) => {
    if (cost >= best.usdPerHour) return;
    if (counts.length < last) {
      const kind = kinds[counts.length] as ReplicaKind;
      for (let n = 0; n <= (bounds[counts.length] as number); n++) visit([...counts, n], cost + n * kind.usdPerHour);
      return;
    }
    const found = fewestLast(search, kinds, counts, cost, Math.min(bounds[last] as number, affordable(best.usdPerHour - cost, kinds[last] as ReplicaKind)));
    if (found !== null && found.usdPerHour < best.usdPerHour) best = found;
  };
  visit([], 0);
  return best;
}

/** How many of a kind cost less than `usd` together. */
function affordable(usd: number, kind: ReplicaKind): number {
  return Math.max(0, Math.ceil(usd / kind.usdPerHour) - 1);
}

function fewestLast(search: FleetSearch, kinds: readonly ReplicaKind[], counts: readonly number[], cost: number, bound: number): MixAnswer | null {
  const kind = kinds[counts.length] as ReplicaKind;
  const run = (n: number) =>
    simulate({ ...search, replicas: [...counts, n].flatMap((count, i) => new Array<Service>(count).fill((kinds[i] as ReplicaKind).service)) });
  const answer = (n: number, result: SimulationResult): MixAnswer => ({ counts: [...counts, n], usdPerHour: cost + n * kind.usdPerHour, result });
  if (counts.every((count) => count === 0) && bound === 0) return null;
  let high = bound;
  const most = run(high);
  if (!most.meets_slo) return null;
  let best = answer(high, most);
  let low = -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const result = run(middle);
    if (result.meets_slo) {
      high = middle;
      best = answer(middle, result);
    } else low = middle;
  }
  return best;
}

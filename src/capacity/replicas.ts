/** How many replicas a load needs under an SLO, or how a given number of them fares: simulated on arrivals of the asked rate and burstiness. */

import { estimateReplica, estimateService, type NoEstimate, type ReplicaInput } from '../engine/capacity/estimate.ts';
import { cheapestMix, type FleetSearch, smallestFleet } from '../engine/capacity/fleet.ts';
import { type Simulation, simulate } from '../engine/capacity/simulate.ts';
import { generateRequests } from '../engine/capacity/simulate-arrivals.ts';
import type { SimulationResult } from '../engine/capacity/simulate-result.ts';
import type { Service } from '../engine/capacity/simulate-service.ts';

export interface LoadWords {
  readonly requestsPerS: number;
  /** Coefficient of variation of the gaps; 1 is Poisson. */
  readonly cv: number;
  readonly seed: number;
  /** Replicas to simulate; absent: as few as the SLO allows. */
  readonly replicas?: number;
  /** Replicas beside the others that are down: N+1 with one down. */
  readonly spares?: number;
  /** Replicas kept up however little comes, 0: scale to zero; absent: all are up all the time. */
  readonly least?: number;
  readonly coldStartS?: number;
  readonly keepAliveS?: number;
  /** Interruptions of a replica a month (spot). */
  readonly interruptions?: number;
}

/** Another kind of replica a fleet may mix in, and what an hour of one costs. */
export interface KindWords {
  readonly id: string;
  readonly input: ReplicaInput;
  readonly usdPerHour: number;
}

export interface ReplicasNeeded {
  readonly kind: 'ok';
  /** Spares included. */
  readonly replicas: number;
  readonly gpus: number;
  /** Do they meet the SLO? */
  readonly enough: boolean;
  readonly result: SimulationResult;
  /** Replicas of each kind of the cheapest mix; null: one kind. */
  readonly mix: readonly { readonly id: string; readonly replicas: number }[] | null;
  readonly usd_per_hour: number | null;
}

/** Ten minutes of arrivals, so that the start from empty hardly counts; enough for a steady 95th percentile, few enough for seconds. */
const SECONDS = 600;
const FEWEST = 20_000;
const MOST_ARRIVALS = 200_000;
const MOST = 4096;
/** A mix of more would take minutes to search, and each try plays fewer arrivals. */
const MOST_MIXED = 32;
const MIXED_ARRIVALS = 6_000;
const COLD_START_S = 180;
const KEEP_ALIVE_S = 300;
/** Share of what a replica holds within the SLO at which another one is started. */
const FULL_ENOUGH = 0.7;

export function replicasNeeded(input: ReplicaInput, load: LoadWords): ReplicasNeeded | NoEstimate {
  const service = estimateService(input);
  if (service.kind === 'none') return service;
  const search = searchOf(input, load);
  if (!simulate({ ...alone(search), replicas: [service.service] }).meets_slo)
    return { kind: 'none', reason: 'no number of replicas meets the SLO: a single request is too slow' };
  const { copies } = service;
  const spares = load.spares ?? 0;
  const scaling = scalingOf(input, load, copies);
  if (load.replicas !== undefined) {
    const serving = Math.max(1, load.replicas - spares) * copies;
    return answer(input, load.replicas, simulate({ ...search, scaling, replicas: new Array<Service>(serving).fill(service.service) }));
  }
  const found = smallestFleet({ ...search, most: MOST }, service.service);
  if (found === null) return { kind: 'none', reason: `not even ${MOST} replicas meet the SLO` };
  const serving = Math.ceil(found.replicas / copies);
  const result =
    scaling.kind === 'fixed' ? found.result : simulate({ ...search, scaling, replicas: new Array<Service>(serving * copies).fill(service.service) });
  return answer(input, serving + spares, result);
}

function answer(input: ReplicaInput, replicas: number, result: SimulationResult): ReplicasNeeded {
  return { kind: 'ok', replicas, gpus: replicas * input.gpus, enough: result.meets_slo, result, mix: null, usd_per_hour: null };
}

/** The cheapest fleet of one kind or a mix of kinds that meets the SLO. */
export function cheapestFleet(kinds: readonly KindWords[], load: LoadWords): ReplicasNeeded | NoEstimate {
  const [first] = kinds as readonly [KindWords, ...KindWords[]];
  const services = kinds.map(({ input }) => estimateService(input));
  const missing = services.find((service) => service.kind === 'none');
  if (missing?.kind === 'none') return missing;
  const known = kinds.flatMap(({ id, usdPerHour }, i) => {
    const service = services[i];
    return service?.kind === 'ok' ? [{ id, usdPerHour: usdPerHour / service.copies, service: service.service, copies: service.copies }] : [];
  });
  const mix = cheapestMix({ ...searchOf(first.input, load, MIXED_ARRIVALS), most: MOST_MIXED }, known);
  if (mix === null) return { kind: 'none', reason: `not even ${MOST_MIXED} replicas of one kind meet the SLO` };
  const counts = known.map(({ copies }, i) => Math.ceil((mix.counts[i] ?? 0) / copies));
  const total = (of: (kind: KindWords) => number) => kinds.reduce((sum, kind, i) => sum + (counts[i] ?? 0) * of(kind), 0);
  return {
    kind: 'ok',
    replicas: total(() => 1),
    gpus: total(({ input }) => input.gpus),
    enough: true,
    result: mix.result,
    mix: kinds.map(({ id }, i) => ({ id, replicas: counts[i] ?? 0 })),
    usd_per_hour: total(({ usdPerHour }) => usdPerHour),
  };
}

function searchOf(input: ReplicaInput, load: LoadWords, most = MOST_ARRIVALS): Omit<FleetSearch, 'most'> {
  const count = Math.round(Math.min(most, Math.max(FEWEST, load.requestsPerS * SECONDS)));
  return {
    requests: generateRequests({
      requestsPerS: load.requestsPerS,
      count,
      cv: load.cv,
      hourOfWeek: null,
      lengths: { kind: 'fixed', input: input.inputTokens, output: input.outputTokens },
      cachedShare: input.cachedShare,
      seed: load.seed,
    }),
    balancer: 'least_loaded',
    scaling: { kind: 'fixed' },
    coldStartS: load.coldStartS ?? COLD_START_S,
    interruptionsPerMonth: load.interruptions ?? 0,
    down: 0,
    slo: input.slo,
    buckets: 50,
    seed: load.seed,
  };
}

/** One request, and nothing that disturbs it. */
function alone(search: Omit<FleetSearch, 'most'>): Omit<Simulation, 'replicas'> {
  const { requests } = search;
  const first = { arrival: requests.arrival.subarray(0, 1), input: requests.input.subarray(0, 1), output: requests.output.subarray(0, 1) };
  return { ...search, interruptionsPerMonth: 0, requests: { count: 1, ...first, cached: requests.cached.subarray(0, 1) } };
}

function scalingOf(input: ReplicaInput, load: LoadWords, copies: number): Simulation['scaling'] {
  if (load.least === undefined) return { kind: 'fixed' };
  const within = estimateReplica({ ...input, concurrency: null });
  const target = Math.max(1, (FULL_ENOUGH * (within.kind === 'ok' ? within.concurrency : 1)) / copies);
  return { kind: 'target', least: load.least * copies, target, everyS: 15, keepAliveS: load.keepAliveS ?? KEEP_ALIVE_S };
}

export function showReplicas(load: LoadWords, needed: ReplicasNeeded): string {
  const { result, mix, usd_per_hour } = needed;
  const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const kinds =
    mix === null ? '' : ` (${mix.map(({ id, replicas }) => `${replicas} x ${id}`).join(', ')}; ${usd_per_hour?.toFixed(2)} USD an hour, the cheapest mix)`;
  const spares = load.spares ? `, ${load.spares} of them spare and down` : '';
  const up = result.over_time.map((sample) => sample.up_replicas);
  const scaled =
    load.least === undefined ? [] : [`Up: ${Math.min(...up).toFixed(1)} to ${Math.max(...up).toFixed(1)} copies, ${result.cold_starts} cold starts.`];
  const spot = load.interruptions ? [`Spot: ${result.interruptions} interruptions.`] : [];
  return [
    `For ${load.requestsPerS} requests/s${load.cv === 1 ? '' : ` (gaps vary by ${load.cv})`}: ${needed.replicas} replica${needed.replicas === 1 ? '' : 's'}, ${needed.gpus} GPUs${kinds}${spares}, ${percent(result.utilization)} utilized, something running ${percent(result.busy_share)} of the time, ${percent(result.cache_share)} of the KV cache held.`,
    `Simulated over ${result.requests.toLocaleString('en-US')} arrivals: TTFT p95 ${ms(result.ttft_ms.p95)}, TPOT p95 ${ms(result.tpot_ms.p95)}, ${(100 * result.goodput_share).toFixed(1)} % of requests within the SLO, ${result.waiting.toFixed(1)} waiting on average.`,
    ...(needed.enough ? [] : ['These replicas do not meet the SLO.']),
    ...scaled,
    ...spot,
    '',
  ].join('\n');
}

/** A week of one fleet, level of traffic by level of traffic, and the busiest hour with its spares down. */

import type { Fleet } from '../cost/fleet.ts';
import { generatedTokens, type RequestMix } from '../cost/requests.ts';
import type { WeekLoads } from '../cost/week-loads.ts';
import type { Capacity, SimulatedLevel, SimulatedOption } from '../result.ts';
import type { SelfHostOption, Workload } from '../scenario.ts';
import { SECONDS_PER_MONTH } from '../units.ts';
import { type Levels, lengthsOf, levelsOf } from './check-plan-load.ts';
import { fewestReplicas, isEnough, type Played, play, type Stage } from './check-plan-play.ts';
import type { PlayedReplica } from './check-plan-service.ts';
import { mixedTimes, timesOf } from './check-plan-times.ts';

/** Everything about one fleet and its traffic. */
export interface WeekOnStage {
  readonly fleet: Fleet;
  readonly host: SelfHostOption;
  readonly mix: RequestMix;
  readonly replica: PlayedReplica;
  /** What the plan says. */
  readonly capacity: Capacity;
  /** Requests a month this fleet sees. */
  readonly own: number;
  /** Replicas the plan counts on in the busiest hour, spares aside. */
  readonly serving: number;
  readonly loads: WeekLoads;
  readonly workload: Workload;
  readonly coldStartS: number;
  readonly keepAliveS: number;
  readonly interruptionsPerMonth: number;
  readonly seed: number;
}

/** Requests played for the busiest hour and each try of the search, and for every other level. */
const BUSIEST_REQUESTS = 5000;
const LEVEL_REQUESTS = 1000;
/** Where replicas start and stop, time costs as well: at most so many seconds a level, and no fewer than so many requests. */
const LONGEST_S = 1_000_000;
const FEWEST_REQUESTS = 300;
/** Gaps more uneven than this come from pauses in a log rather than from bursts, and would make bursts of them. */
const MOST_CV = 5;

export function playWeek(week: WeekOnStage): Omit<SimulatedOption, 'option_id' | 'leg'> {
  const levels = levelsOf(week.loads.hours);
  const lengths = lengthsOf(week.mix, week.workload.profile);
  const cv = Math.min(MOST_CV, week.workload.profile?.burstiness_cv ?? 1);
  const stage = stageOf(week, lengths.of, cv);
  const perS = week.own / SECONDS_PER_MONTH;
  const hours = levels.loads.map((load, level) => playLevel(week, stage, levels, level, load * perS));
  const peakPerS = (levels.loads.at(-1) as number) * perS;
  const alone = peakPerS > 0 ? play({ ...stage, scaleToZero: null }, week.serving, peakPerS, BUSIEST_REQUESTS) : null;
  const needed =
    alone === null
      ? { replicas: 1, whyNone: null, requests: 0 }
      : fewestReplicas({ ...stage, scaleToZero: null }, { replicas: week.serving, played: alone }, peakPerS, BUSIEST_REQUESTS);
  const all = alone === null ? [] : [...hours.flatMap(({ played }) => played ?? []), alone];
  return {
    step_times: { source: week.replica.source, reference: week.replica.reference },
    arrivals: { week: week.loads.source, burstiness_cv: cv, lengths: lengths.source },
    played: playedNote(all, needed.requests, levels),
    ...average(hours, levels, week),
    headroom: alone === null ? 1 : Math.max(0, 1 - usedOf(alone, stage, week.serving)),
    spare_replicas: week.capacity.replicas - week.serving,
    replicas_needed: needed.replicas === null ? null : withSpares(week.fleet, needed.replicas),
    no_fleet_because: needed.whyNone,
    meets_slo: alone === null || isEnough(alone),
    spares_down: {
      ttft_p95_ms: alone?.result.ttft_ms.p95 ?? null,
      tpot_p95_ms: alone === null || !week.replica.tokens ? null : alone.result.tpot_ms.p95,
      served_share: alone?.servedShare ?? 1,
    },
    closed_form: {
      replicas: week.capacity.replicas,
      utilization: week.capacity.utilization,
      busy_share: week.capacity.busy_share,
      headroom: week.capacity.headroom,
    },
    levels: hours.map(({ level }) => level),
    hour_levels: levels.of_hour,
  };
}

function stageOf(week: WeekOnStage, lengths: Stage['stream']['lengths'], cv: number): Stage {
  const { mix, replica, host, workload } = week;
  const { hosting, scaling } = host.self_host;
  return {
    replica,
    slo: workload.slo,
    stream: { lengths, cv: Math.max(0.01, cv), cachedShare: mix.cached_share, seed: week.seed },
    mean: { fresh: mix.input_tokens * (1 - mix.cached_share), cached: mix.input_tokens * mix.cached_share, output: Math.max(1, generatedTokens(mix)) },
    coldStartS: week.coldStartS,
    interruptionsPerMonth: week.interruptionsPerMonth,
    scaleToZero: hosting.kind === 'rented' && scaling === 'scale_to_zero' ? { keepAliveS: week.keepAliveS } : null,
  };
}

interface PlayedLevel {
  readonly level: SimulatedLevel;
  readonly played: Played | null;
}

function playLevel(week: WeekOnStage, stage: Stage, levels: Levels, index: number, requestsPerS: number): PlayedLevel {
  const load = levels.loads[index] as number;
  const replicas = replicasAt(week, levels, load);
  if (requestsPerS === 0) return { level: quiet(load, stage.scaleToZero === null ? replicas : 0), played: null };
  const played = play(stage, replicas, requestsPerS, countOf(stage, requestsPerS, index === levels.loads.length - 1));
  const { result } = played;
  const up = result.paid_replica_s / Math.max(1e-9, result.span_s) / stage.replica.copies / played.share;
  const utilization = usedOf(played, stage, up);
  return {
    played,
    level: {
      load,
      requests_per_s: requestsPerS,
      replicas: up,
      utilization,
      busy_share: Math.min(1, result.busy_share),
      headroom: 1 - utilization,
      ttft_ms: timesOf(played.latencies.ttft),
      tpot_ms: stage.replica.tokens ? timesOf(played.latencies.tpot) : null,
      e2e_ms: timesOf(played.latencies.e2e),
      goodput_share: result.goodput_share,
      goodput_per_s: requestsPerS * result.goodput_share,
      queue: result.waiting / played.share,
      kv_share: hasCache(stage.replica) ? result.cache_share : null,
    },
  };
}

/** Tokens generated / what so many replicas could generate saturated. */
function usedOf({ result, share }: Played, { replica, mean }: Stage, replicas: number): number {
  const ability = replicas * replica.requestsPerS * mean.output;
  return ability === 0 ? 0 : Math.min(1, result.output_tokens_per_s / share / ability);
}

function countOf({ scaleToZero }: Stage, requestsPerS: number, busiest: boolean): number {
  const count = busiest ? BUSIEST_REQUESTS : LEVEL_REQUESTS;
  return scaleToZero === null ? count : Math.max(FEWEST_REQUESTS, Math.min(count, Math.round(LONGEST_S * requestsPerS)));
}

function hasCache({ service }: PlayedReplica): boolean {
  return service.cacheTokens < Number.MAX_SAFE_INTEGER;
}

/** Replicas paid for in an hour of this load: all of them, or what a fleet that follows the traffic has then. */
function replicasAt({ fleet, host, own, loads, capacity }: WeekOnStage, levels: Levels, load: number): number {
  const { hosting, scaling, gpus_per_replica } = host.self_host;
  if (hosting.kind === 'owned') return Math.max(capacity.replicas, Math.floor(capacity.gpus / gpus_per_replica));
  const peak = levels.loads.at(-1) as number;
  return scaling === 'fixed' || loads.source === 'assumed' ? capacity.replicas : fleet.replicas((own * load) / peak);
}

function quiet(load: number, replicas: number): SimulatedLevel {
  const none = { ttft_ms: null, tpot_ms: null, e2e_ms: null };
  return { load, requests_per_s: 0, replicas, utilization: 0, busy_share: 0, headroom: 1, ...none, goodput_share: 1, goodput_per_s: 0, queue: 0, kv_share: 0 };
}

/** Replicas with the spares that so many serving ones have. */
function withSpares(fleet: Fleet, serving: number): number {
  return fleet.replicas(serving * fleet.requests_per_step);
}

/** The week as the mean of its hours; what a replica does weighed by the replicas, what a request meets by the requests. */
function average(hours: readonly PlayedLevel[], levels: Levels, week: WeekOnStage): Omit<SimulatedLevel, 'load' | 'headroom'> {
  const count = hours.map((_, level) => levels.of_hour.reduce((sum, each) => sum + (each === level ? 1 : 0), 0));
  const mean = (value: (level: SimulatedLevel) => number, weight: (level: SimulatedLevel) => number) => {
    const sum = (of: (level: SimulatedLevel) => number) => hours.reduce((total, { level }, i) => total + of(level) * (count[i] as number), 0);
    const weights = sum(weight);
    return weights === 0 ? 0 : sum((level) => value(level) * weight(level)) / weights;
  };
  const all = () => 1;
  const utilization = mean(
    ({ utilization: each }) => each,
    ({ replicas }) => replicas,
  );
  const mixed = (of: (played: Played) => Float64Array) =>
    mixedTimes(hours.flatMap(({ played, level }, i) => (played === null ? [] : [{ values: of(played), weight: level.requests_per_s * (count[i] as number) }])));
  return {
    requests_per_s: mean(({ requests_per_s }) => requests_per_s, all),
    replicas: mean(({ replicas }) => replicas, all),
    utilization,
    busy_share: mean(
      ({ busy_share }) => busy_share,
      ({ replicas }) => replicas,
    ),
    ttft_ms: mixed(({ latencies }) => latencies.ttft),
    tpot_ms: week.replica.tokens ? mixed(({ latencies }) => latencies.tpot) : null,
    e2e_ms: mixed(({ latencies }) => latencies.e2e),
    goodput_share:
      week.own === 0
        ? 1
        : mean(
            ({ goodput_share }) => goodput_share,
            ({ requests_per_s }) => requests_per_s,
          ),
    goodput_per_s: mean(({ goodput_per_s }) => goodput_per_s, all),
    queue: mean(({ queue }) => queue, all),
    kv_share: hasCache(week.replica)
      ? mean(
          ({ kv_share }) => kv_share ?? 0,
          ({ replicas }) => replicas,
        )
      : null,
  };
}

function playedNote(all: readonly Played[], searched: number, levels: Levels): SimulatedOption['played'] {
  const requests = all.reduce((sum, { count }) => sum + count, 0) + searched;
  const seconds = all.reduce((sum, { result }) => sum + result.span_s, 0);
  const share = all.reduce((least, each) => Math.min(least, each.share), 1);
  const part = share < 1 ? `, down to ${Number((100 * share).toPrecision(2))} % of the fleet with as much of the traffic` : '';
  return {
    requests,
    seconds,
    share_of_fleet: share,
    note: `${levels.loads.length} levels of traffic stand for the 168 hours, each played until it is steady${part}`,
  };
}

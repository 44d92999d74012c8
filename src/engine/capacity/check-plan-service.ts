/** The replica of a self-hosted option as the simulator sees it: measured steps, else estimated ones, at the speed the plan counts on. */

import type { PriceContext } from '../cost/context.ts';
import { replicaInput } from '../cost/estimated-rate.ts';
import type { ReplicaRate } from '../cost/rate.ts';
import { generatedTokens, type RequestMix } from '../cost/requests.ts';
import type { ThroughputSource } from '../result.ts';
import type { SelfHostOption } from '../scenario.ts';
import { likely } from '../units.ts';
import { estimateService, type NoEstimate } from './estimate.ts';
import { saturatedRate } from './simulate-result.ts';
import { type Service, serviceFromMeasurement } from './simulate-service.ts';

export interface PlayedReplica {
  readonly kind: 'ok';
  readonly service: Service;
  /** Copies of `service` that make up one replica of the plan. */
  readonly copies: number;
  /** Requests a second a full replica serves at this mix. */
  readonly requestsPerS: number;
  readonly source: ThroughputSource;
  readonly reference: string;
  /** False: one request after the other at the plan's rate, so that there is no time per token. */
  readonly tokens: boolean;
}

export function playedReplica(option: SelfHostOption, rate: ReplicaRate, mix: RequestMix, context: PriceContext): PlayedReplica | NoEstimate {
  if (generatedTokens(mix) === 0) return oneByOne(rate);
  const { throughput } = option;
  const measured = throughput?.kind === 'measurement' ? serviceFromMeasurement(throughput.measurement) : null;
  const factor = 1 / likely(option.throughput_factor);
  if (measured !== null) return played(slower(measured, factor), 1, mix, { source: 'measured', reference: rate.reference });
  const input = replicaInput(option, mix, context);
  const estimate =
    input === null ? { kind: 'none' as const, reason: `${option.self_host.model} on ${option.self_host.gpu} can't be estimated` } : estimateService(input);
  if (estimate.kind === 'none') return { kind: 'none', reason: `how long its steps take is not known: ${estimate.reason}` };
  const service = capped(estimate.service, option.self_host.concurrency_per_replica);
  if (throughput === null) return played(slower(service, factor), estimate.copies, mix, { source: rate.source, reference: rate.reference });
  // Only the throughput is known: the estimate's steps, all slower or faster by the factor that makes a full replica as fast.
  const full = saturated(service, mix) * estimate.copies;
  const times = Number((full / rate.requests_per_s).toPrecision(3));
  const reference = `${rate.reference}; steps as estimated, each ${times} times as long, so that a full replica is as fast`;
  return played(slower(service, full / rate.requests_per_s), estimate.copies, mix, { source: rate.source, reference });
}

function played(service: Service, copies: number, mix: RequestMix, from: Pick<PlayedReplica, 'source' | 'reference'>): PlayedReplica {
  return { kind: 'ok', service, copies, requestsPerS: saturated(service, mix) * copies, tokens: true, ...from };
}

function saturated(service: Service, mix: RequestMix): number {
  const output = generatedTokens(mix);
  return saturatedRate(service, mix.input_tokens, mix.input_tokens * mix.cached_share, output) / output;
}

function slower(service: Service, factor: number): Service {
  return {
    ...service,
    base: service.base.map((step) => step * factor),
    perContextToken: service.perContextToken * factor,
    prefillPerToken: service.prefillPerToken * factor,
    prefillPerRequest: service.prefillPerRequest * factor,
    prefillPerTokenSquared: service.prefillPerTokenSquared * factor,
    mixedStep: service.mixedStep * factor,
  };
}

function capped(service: Service, most: number | null): Service {
  return most === null ? service : { ...service, maxBatch: Math.max(1, Math.min(service.maxBatch, most)) };
}

/** Speech, images, embeddings: a replica works on one request at a time, each as long as the rate says. */
function oneByOne(rate: ReplicaRate): PlayedReplica {
  const service: Service = {
    base: new Float64Array(2),
    perContextToken: 0,
    prefillPerToken: 0,
    prefillPerRequest: 1 / rate.requests_per_s,
    prefillPerTokenSquared: 0,
    mixedStep: 0,
    cacheTokens: Number.MAX_SAFE_INTEGER,
    maxBatch: 1,
    chunkTokens: Number.MAX_SAFE_INTEGER,
  };
  return { kind: 'ok', service, copies: 1, requestsPerS: rate.requests_per_s, source: rate.source, reference: rate.reference, tokens: false };
}

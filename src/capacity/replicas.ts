/** How many replicas a load needs under an SLO: simulated on arrivals of the asked rate and burstiness. */

import { estimateService, type NoEstimate, type ReplicaInput } from '../engine/capacity/estimate.ts';
import { smallestFleet } from '../engine/capacity/fleet.ts';
import { generateRequests } from '../engine/capacity/simulate-arrivals.ts';
import type { SimulationResult } from '../engine/capacity/simulate-result.ts';

export interface LoadWords {
  readonly requestsPerS: number;
  readonly cv: number;
  readonly seed: number;
}

export interface ReplicasNeeded {
  readonly kind: 'ok';
  readonly replicas: number;
  readonly gpus: number;
  readonly result: SimulationResult;
}

/** Ten minutes of arrivals, so that the start from empty hardly counts; enough for a steady 95th percentile, few enough for seconds. */
const SECONDS = 600;
const FEWEST = 20_000;
const MOST_ARRIVALS = 200_000;
const MOST = 4096;

export function replicasNeeded(input: ReplicaInput, load: LoadWords): ReplicasNeeded | NoEstimate {
  const service = estimateService(input);
  if (service.kind === 'none') return service;
  const requests = generateRequests({
    requestsPerS: load.requestsPerS,
    count: Math.round(Math.min(MOST_ARRIVALS, Math.max(FEWEST, load.requestsPerS * SECONDS))),
    cv: load.cv,
    hourOfWeek: null,
    lengths: { kind: 'fixed', input: input.inputTokens, output: input.outputTokens },
    cachedShare: input.cachedShare,
    seed: load.seed,
  });
  const search = {
    requests,
    balancer: 'least_loaded',
    scaling: { kind: 'fixed' },
    coldStartS: 0,
    interruptionsPerMonth: 0,
    down: 0,
    slo: input.slo,
    buckets: 50,
  } as const;
  const answer = smallestFleet({ ...search, seed: load.seed, most: MOST }, service.service);
  if (answer === null) return { kind: 'none', reason: `not even ${MOST} replicas meet the SLO: a single request is too slow` };
  const copies = Math.ceil(answer.replicas / service.copies) * service.copies;
  return { kind: 'ok', replicas: Math.ceil(answer.replicas / service.copies), gpus: (copies / service.copies) * input.gpus, result: answer.result };
}

export function showReplicas(load: LoadWords, needed: ReplicasNeeded): string {
  const { result } = needed;
  const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  return [
    `For ${load.requestsPerS} requests/s${load.cv === 1 ? '' : ` (gaps vary by ${load.cv})`}: ${needed.replicas} replica${needed.replicas === 1 ? '' : 's'}, ${needed.gpus} GPUs, ${(100 * result.utilization).toFixed(0)} % utilized, something running ${(100 * result.busy_share).toFixed(0)} % of the time.`,
    `Simulated over ${result.requests.toLocaleString('en-US')} arrivals: TTFT p95 ${ms(result.ttft_ms.p95)}, TPOT p95 ${ms(result.tpot_ms.p95)}, ${(100 * result.goodput_share).toFixed(1)} % of requests within the SLO.`,
    '',
  ].join('\n');
}

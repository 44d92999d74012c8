/** What a simulation tells: latencies, goodput, utilization, and the course over time. */

import type { Requests } from './simulate-arrivals.ts';
import type { Outcomes } from './simulate-replica.ts';
import type { Service } from './simulate-service.ts';
import { meanSample, type Sample, type Totals } from './simulate-totals.ts';

interface Spread {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
}

export interface SimulationResult {
  /** Told of. */
  readonly requests: number;
  readonly completed: number;
  /** Longer than the cache of any replica. */
  readonly rejected: number;
  /** Came, but no replica ever served them. */
  readonly unserved: number;
  readonly input_tokens: number;
  /** Of completed requests. */
  readonly output_tokens: number;
  /** Generated on all replicas. */
  readonly generated_tokens: number;
  readonly prefilled_tokens: number;
  readonly preemptions: number;
  readonly interruptions: number;
  readonly cold_starts: number;
  /** From the first arrival's clock to the last token. */
  readonly span_s: number;
  readonly requests_per_s: number;
  readonly output_tokens_per_s: number;
  readonly ttft_ms: Spread;
  readonly tpot_ms: Spread;
  readonly e2e_ms: Spread;
  /** Share of requests that meet every bound of the SLO; 1 without one. */
  readonly goodput_share: number;
  readonly goodput_per_s: number;
  /** Both 95th percentiles within the SLO, and nothing turned away. */
  readonly meets_slo: boolean;
  readonly paid_replica_s: number;
  /** Share of paid time with anything running. */
  readonly busy_share: number;
  /** Served tokens / what the paid time could have served saturated. */
  readonly utilization: number;
  /** Means over the time told of: requests that run, requests that wait, share of the KV cache held. */
  readonly running: number;
  readonly waiting: number;
  readonly cache_share: number;
  readonly over_time: readonly Sample[];
}

interface Facts {
  readonly requests: Requests;
  /** Requests, from the first, that are not told of. */
  readonly skip: number;
  readonly outcomes: Outcomes;
  readonly slo: { readonly ttft_p95_ms: number | null; readonly tpot_p95_ms: number | null };
  readonly from: Totals;
  readonly to: Totals;
  readonly services: readonly Service[];
  readonly rejected: number;
  readonly interruptions: number;
  readonly coldStarts: number;
  readonly samples: readonly Sample[];
}

export function summarize(facts: Facts): { readonly result: SimulationResult; readonly latencies: Latencies } {
  const latencies = collect(facts);
  const { requests, outcomes, from, to, skip } = facts;
  const completed = latencies.ttft.length;
  const told = requests.count - skip;
  const span = to.time - from.time;
  const generated = to.outputTokens - from.outputTokens;
  const ttft = spread(latencies.ttft);
  const tpot = spread(latencies.tpot);
  const { ttft_p95_ms, tpot_p95_ms } = facts.slo;
  const within = (ttft_p95_ms === null || ttft.p95 <= ttft_p95_ms) && (tpot_p95_ms === null || tpot.p95 <= tpot_p95_ms);
  const paid = to.paid - from.paid;
  const means = span > 0 ? meanSample(from, to) : null;
  const result = {
    requests: told,
    completed,
    rejected: facts.rejected,
    unserved: told - completed - facts.rejected,
    input_tokens: requests.input.subarray(skip).reduce((sum, each) => sum + each, 0),
    output_tokens: latencies.outputTokens,
    generated_tokens: generated,
    prefilled_tokens: outcomes.prefilledTokens,
    preemptions: outcomes.preemptions,
    interruptions: facts.interruptions,
    cold_starts: facts.coldStarts,
    span_s: span,
    requests_per_s: ratio(completed, span),
    output_tokens_per_s: ratio(generated, span),
    ttft_ms: ttft,
    tpot_ms: tpot,
    e2e_ms: spread(latencies.e2e),
    goodput_share: ratio(latencies.good, told),
    goodput_per_s: ratio(latencies.good, span),
    meets_slo: within && completed === told,
    paid_replica_s: paid,
    busy_share: ratio(to.busy - from.busy, paid),
    utilization: utilization(facts, generated, paid),
    running: means?.running ?? 0,
    waiting: means?.waiting ?? 0,
    cache_share: means?.cache_share ?? 0,
    over_time: facts.samples,
  };
  return { result, latencies };
}

function ratio(a: number, b: number): number {
  return b > 0 ? a / b : 0;
}

/** Of the requests told of that ended, in ms. */
export interface Latencies {
  readonly ttft: Float64Array;
  readonly tpot: Float64Array;
  readonly e2e: Float64Array;
  readonly good: number;
  readonly outputTokens: number;
}

function collect({ requests, outcomes, slo, skip }: Facts): Latencies {
  const ttft = new Float64Array(requests.count);
  const tpot = new Float64Array(requests.count);
  const e2e = new Float64Array(requests.count);
  let done = 0;
  let paced = 0;
  let good = 0;
  let outputTokens = 0;
  for (let i = skip; i < requests.count; i++) {
    const end = outcomes.done[i] as number;
    if (end < 0) continue;
    const arrival = requests.arrival[i] as number;
    const first = outcomes.firstToken[i] as number;
    const output = requests.output[i] as number;
    ttft[done] = (first - arrival) * 1000;
    e2e[done] = (end - arrival) * 1000;
    const pace = output > 1 ? ((end - first) * 1000) / (output - 1) : 0;
    if (output > 1) tpot[paced++] = pace;
    if ((slo.ttft_p95_ms === null || (ttft[done] as number) <= slo.ttft_p95_ms) && (slo.tpot_p95_ms === null || pace <= slo.tpot_p95_ms)) good++;
    outputTokens += output;
    done++;
  }
  return { ttft: ttft.subarray(0, done), tpot: tpot.subarray(0, paced), e2e: e2e.subarray(0, done), good, outputTokens };
}

/** Percentiles by rank; all zero where there is nothing. */
function spread(values: Float64Array): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
  return {
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    mean: ratio(
      sorted.reduce((sum, each) => sum + each, 0),
      sorted.length,
    ),
  };
}

/** Against the rate each replica would reach with a full batch of the mean request. */
function utilization({ requests, services }: Facts, generated: number, paid: number): number {
  if (requests.count === 0 || services.length === 0) return 0;
  const input = requests.input.reduce((sum, each) => sum + each, 0) / requests.count;
  const cached = requests.cached.reduce((sum, each) => sum + each, 0) / requests.count;
  const output = requests.output.reduce((sum, each) => sum + each, 0) / requests.count;
  const rate = services.reduce((sum, service) => sum + saturatedRate(service, input, cached, output), 0) / services.length;
  return ratio(generated, rate * paid);
}

/** Output tokens per second of a replica whose batch is always full. */
export function saturatedRate(service: Service, input: number, cached: number, output: number): number {
  const held = input + output / 2;
  const batch = Math.max(1, Math.min(service.maxBatch, service.cacheTokens / (input + output)));
  const step = (service.base[Math.floor(batch)] ?? 0) + service.perContextToken * batch * held;
  const fresh = Math.max(0, input - cached);
  const prefill = service.prefillPerRequest + fresh * service.prefillPerToken + service.prefillPerTokenSquared * fresh * (fresh + 2 * cached);
  return (batch * output) / (output * (step + service.mixedStep * (1 - Math.exp(-batch / output))) + batch * prefill);
}

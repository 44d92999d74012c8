/** From requests to the figures of a load point. Pure: the same requests give the same point. */
import type { MeasurementPoint } from '../../engine/measurement.ts';
import type { FailureClass } from '../../llm/failure.ts';
import { MAX_ELU, MAX_LAG_MS, type ThreadHealth } from './health.ts';
import type { Histogram } from './histogram.ts';
import { type Cost, dollars } from './money.ts';
import type { Request } from './point-data.ts';
import { meanInterval, medianInterval, steadiness, throughputParts } from './steady.ts';
import { round, summarize, summarizeHistogram } from './summary.ts';
import { inWindows, seconds, spanOf, tokensInside, type Window } from './windows.ts';

/** Limits a request has to keep to be good; null: no limit. */
export interface SloMs {
  readonly ttft_ms: number | null;
  readonly tpot_ms: number | null;
  readonly e2e_ms: number | null;
}

export const NO_SLO: SloMs = { ttft_ms: null, tpot_ms: null, e2e_ms: null };

/** What was run, as it stands in the point. */
export interface LoadKey {
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly arrivals: string;
}

export interface PointInput {
  readonly load: LoadKey;
  readonly requests: readonly Request[];
  readonly gaps: Histogram;
  /** A message for each class of failure. */
  readonly examples: Readonly<Record<string, string>>;
  /** Fixed windows of a timed run; null: from the first send to the last token. */
  readonly windows: readonly Window[] | null;
  readonly slo: SloMs;
  readonly cost: Cost;
  readonly health: ThreadHealth | null;
  /** Requests that the spending cap kept from being sent. */
  readonly refused: number;
  /** Mean power of the GPUs behind the endpoint; null: not known. */
  readonly watts: number | null;
}

/** Per-request figures, in ms. */
interface Timings {
  readonly ttft: number;
  readonly ttftFromSend: number;
  readonly ttfo: number | null;
  readonly tpot: number | null;
  readonly e2e: number;
}

/**
 * Latency starts at the intended send in an open loop, so that waiting for a slow server is seen, and on the wire in a closed one.
 *
 * TTFT: to the first token. TPOT: (last - first token) / (output tokens - 1). ICL: gaps between token chunks, pooled.
 */
export function reducePoint(input: PointInput): MeasurementPoint & Extras {
  const { requests, load, slo } = input;
  const kept = requests.filter((request) => request.error !== 'aborted');
  const ok = kept.filter((request) => request.error === null);
  const windows = input.windows ?? [spanOf(requests)].filter((window) => window !== null);
  const windowS = seconds(windows);
  const open = load.arrivals !== 'closed';
  const latencies = latenciesOf(ok, open);
  const inside = ok.filter((request) => inWindows(request.t_last_ms ?? request.t_end_ms, windows));
  const good = hasLimit(slo) ? inside.filter((request) => isGood(timingsOf(request, open), slo)) : null;
  const perChunk = tokensPerChunk(ok);
  const tokensPerS = perSecond(windowTokens(requests, windows, perChunk), windowS);
  const everGood = good === null ? null : ok.filter((request) => isGood(timingsOf(request, open), slo));
  const volumes = {
    ok: ok.length,
    output_tokens_per_s: tokensPerS,
    output_tokens: sum(ok, (request) => request.output_tokens ?? 0),
    good_tokens_per_s: everGood === null ? null : perSecond(windowTokens(everGood, windows, perChunk), windowS),
    good_tokens: everGood === null ? null : sum(everGood, (request) => request.output_tokens ?? 0),
  };
  const lags = kept.filter((request) => request.t_send_ms !== null);
  const parts = throughputParts(ok, windows);
  return {
    ...load,
    requests: kept.length + input.refused,
    ok: ok.length,
    errors: countErrors(kept, input.refused),
    window_s: round(windowS, 6),
    requests_per_s: round(perSecond(inside.length, windowS), 6),
    output_tokens_per_s: round(tokensPerS),
    goodput_per_s: good === null ? null : round(perSecond(good.length, windowS), 6),
    ttft_ms: summarize(latencies.ttft),
    ttfo_ms: summarize(latencies.ttfo),
    tpot_ms: summarize(latencies.tpot),
    icl_ms: summarizeHistogram(input.gaps),
    e2e_ms: summarize(latencies.e2e),
    sched_lag_ms: summarize(lags.map(lagOf)),
    max_stall_ms: summarize(present(ok.map((request) => request.max_gap_ms))),
    tokens: tokenSums(ok),
    tokens_per_chunk: perChunk,
    client: clientHealth(input.health, lags),
    usd: dollars(input.cost, requests, windows, volumes),
    sent_per_s: round(perSecond(kept.filter((request) => inWindows(request.t_send_ms ?? request.t_sched_ms, windows)).length, windowS), 6),
    completed_output_tokens_per_s: round(
      perSecond(
        sum(inside, (request) => request.output_tokens ?? 0),
        windowS,
      ),
    ),
    input_tokens_per_s: round(
      perSecond(
        sum(inside, (request) => request.input_tokens ?? 0),
        windowS,
      ),
    ),
    ttft_from_send_ms: open ? summarize(latencies.ttftFromSend) : null,
    connects: kept.filter((request) => request.connect_ms !== null).length,
    error_examples: input.examples,
    finish_reasons: countBy(ok.map((request) => request.finish_reason ?? 'none')),
    asked_output_tokens: sum(ok, (request) => request.asked_output_tokens),
    intervals: { output_tokens_per_s: meanInterval(parts), ttft_p50_ms: medianInterval(latencies.ttft) },
    steadiness: steadiness(parts, latencies.at, latencies.ttft),
    slo: hasLimit(slo) ? slo : null,
    watts: input.watts,
    joules_per_output_token: input.watts === null || tokensPerS === 0 ? null : round(input.watts / tokensPerS, 6),
  };
}

/** Figures beside those the measurement file promises. */
export interface Extras {
  /** Requests sent in the window per second: the rate that was really offered. */
  readonly sent_per_s: number;
  /** Tokens of requests that ended in the window only. */
  readonly completed_output_tokens_per_s: number;
  readonly input_tokens_per_s: number;
  /** Open loop: TTFT counted from the wire instead of from the intended send. */
  readonly ttft_from_send_ms: MeasurementPoint['ttft_ms'];
  /** Requests that had to open a connection. */
  readonly connects: number;
  /** What the first failure of each class said. */
  readonly error_examples: Readonly<Record<string, string>>;
  readonly finish_reasons: Readonly<Record<string, number>>;
  readonly asked_output_tokens: number;
  readonly intervals: { readonly output_tokens_per_s: { low: number; high: number } | null; readonly ttft_p50_ms: { low: number; high: number } | null };
  readonly steadiness: ReturnType<typeof steadiness>;
  readonly slo: SloMs | null;
  /** Of all GPUs behind the endpoint, mean over the level; idle power is part of it. */
  readonly watts: number | null;
  readonly joules_per_output_token: number | null;
}

function timingsOf(request: Request, open: boolean): Timings {
  const sent = request.t_send_ms ?? request.t_sched_ms;
  const from = open ? request.t_sched_ms : sent;
  const first = request.t_first_ms ?? request.t_end_ms;
  const last = request.t_last_ms ?? request.t_end_ms;
  const tokens = request.output_tokens ?? 0;
  return {
    ttft: first - from,
    ttftFromSend: first - sent,
    ttfo: request.t_output_ms === null ? null : request.t_output_ms - from,
    tpot: tokens >= 2 ? (last - first) / (tokens - 1) : null,
    e2e: last - from,
  };
}

/** Columns of numbers rather than an object per request: there may be a million. */
function latenciesOf(ok: readonly Request[], open: boolean) {
  const columns = { at: [] as number[], ttft: [] as number[], ttftFromSend: [] as number[], ttfo: [] as number[], tpot: [] as number[], e2e: [] as number[] };
  for (const request of ok) {
    const timing = timingsOf(request, open);
    columns.at.push(request.t_sched_ms);
    columns.ttft.push(timing.ttft);
    columns.ttftFromSend.push(timing.ttftFromSend);
    columns.e2e.push(timing.e2e);
    if (timing.ttfo !== null) columns.ttfo.push(timing.ttfo);
    if (timing.tpot !== null) columns.tpot.push(timing.tpot);
  }
  return columns;
}

function isGood(timing: Timings, slo: SloMs): boolean {
  const within = (value: number | null, limit: number | null) => limit === null || value === null || value <= limit;
  return within(timing.ttft, slo.ttft_ms) && within(timing.tpot, slo.tpot_ms) && within(timing.e2e, slo.e2e_ms);
}

function hasLimit(slo: SloMs): boolean {
  return slo.ttft_ms !== null || slo.tpot_ms !== null || slo.e2e_ms !== null;
}

/** Tokens that came inside the windows: of good answers, and of those our own stop cut, by their chunks. */
function windowTokens(requests: readonly Request[], windows: readonly Window[], perChunk: number | null): number {
  return sum(requests, (request) => {
    if (request.error === null) return tokensInside(request, request.output_tokens ?? 0, windows);
    return request.error === 'aborted' ? tokensInside(request, request.chunks * (perChunk ?? 1), windows) : 0;
  });
}

function tokensPerChunk(ok: readonly Request[]): number | null {
  const chunks = sum(ok, (request) => request.chunks);
  return chunks === 0 ? null : round(sum(ok, (request) => request.output_tokens ?? 0) / chunks, 4);
}

function tokenSums(ok: readonly Request[]): MeasurementPoint['tokens'] {
  const sources = [...new Set(ok.map((request) => request.token_source))];
  const total = (pick: (request: Request) => number | null) => {
    const said = present(ok.map(pick));
    return said.length === 0 ? null : said.reduce((a, b) => a + b, 0);
  };
  return {
    input: total((request) => request.input_tokens) ?? 0,
    output: total((request) => request.output_tokens) ?? 0,
    cached: total((request) => request.cached_tokens),
    reasoning: total((request) => request.reasoning_tokens),
    source: sources.length === 1 ? String(sources[0]) : sources.length === 0 ? 'none' : 'mixed',
  };
}

/** Our own lateness leaves out the time a connection took to open: that is the network's. */
function clientHealth(health: ThreadHealth | null, sent: readonly Request[]): MeasurementPoint['client'] {
  const lag = summarize(sent.map((request) => Math.max(0, lagOf(request) - (request.connect_ms ?? 0))));
  const lagHigh = (lag?.p99 ?? lag?.p95 ?? 0) > MAX_LAG_MS;
  // After a kill nobody knows how busy we were: that is not the same as idle.
  if (health === null) return { elu: 0, loop_delay_p99_ms: 0, limited: true };
  return { ...health, limited: lagHigh || health.elu > MAX_ELU || health.loop_delay_p99_ms > MAX_LAG_MS };
}

function lagOf(request: Request): number {
  return Math.max(0, (request.t_send_ms ?? request.t_sched_ms) - request.t_sched_ms);
}

function countErrors(requests: readonly Request[], refused: number): Record<string, number> {
  const counts = countBy(requests.map((request) => request.error).filter((error): error is FailureClass => error !== null));
  return refused > 0 ? { ...counts, spend_cap: (counts.spend_cap ?? 0) + refused } : counts;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function perSecond(count: number, windowS: number): number {
  return windowS > 0 ? count / windowS : 0;
}

function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += pick(item);
  return total;
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}

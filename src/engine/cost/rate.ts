/** How fast one replica serves this workload: measured or given in the scenario, else estimated, always labelled. */
import type { Measurement, MeasurementPoint } from '../measurement.ts';
import type { ThroughputSource } from '../result.ts';
import type { SelfHostOption, Slo, Throughput } from '../scenario.ts';
import { likely } from '../units.ts';
import type { Blocker } from './context.ts';
import { note, type PriceContext } from './context.ts';
import { estimatedRate } from './estimated-rate.ts';
import { generatedTokens, type RequestMix, workPerRequest } from './requests.ts';

export interface ReplicaRate {
  /** Requests of this workload a second, saturated within the SLO. */
  readonly requests_per_s: number;
  /** 10th and 90th percentile of the source's own error, as factors; absent: not known, or stated as a range by the user. */
  readonly spread?: { readonly low: number; readonly high: number };
  readonly source: ThroughputSource;
  /** Where it comes from, for people. */
  readonly reference: string;
  readonly limited_by: string;
  readonly ttft_p95_ms: number | null;
  readonly tpot_p95_ms: number | null;
  /** Medians; absent: not known. */
  readonly ttft_p50_ms?: number | null;
  readonly tpot_p50_ms?: number | null;
}

export type RateResult = { readonly kind: 'ok'; readonly rate: ReplicaRate } | { readonly kind: 'none'; readonly blocker: Blocker };

/** The rate in force: where it comes from, times the option's throughput_factor. */
export function replicaRate(option: SelfHostOption, mix: RequestMix, context: PriceContext): RateResult {
  const found = sourcedRate(option, mix, context);
  if (found.kind === 'none') return found;
  const requestsPerS = found.rate.requests_per_s * likely(option.throughput_factor);
  // A rate of 0, or none at all, would size a fleet without end.
  if (!(requestsPerS > 0 && Number.isFinite(requestsPerS))) return none(`the ${found.rate.source} throughput of ${option.id} is not a number above 0`);
  return { kind: 'ok', rate: { ...found.rate, requests_per_s: requestsPerS } };
}

function sourcedRate(option: SelfHostOption, mix: RequestMix, context: PriceContext): RateResult {
  const throughput = option.throughput;
  if (throughput === null) return estimatedRate(option, mix, context);
  return throughput.kind === 'given' ? givenRate(option, throughput, mix, context) : measuredRate(option, throughput, mix, context);
}

function none(message: string): RateResult {
  return { kind: 'none', blocker: { rule: 'throughput', message } };
}

type Given = Extract<Throughput, { kind: 'given' }>;

function givenRate(option: SelfHostOption, given: Given, mix: RequestMix, context: PriceContext): RateResult {
  const work = givenWork(given, mix, context);
  if (work === null) return none(`options.${option.id}.throughput.given has no rate for this workload; give ${rateName(context)}`);
  const slower = otherMix({ input: given.input, output: given.output }, mix, option, context);
  return {
    kind: 'ok',
    rate: {
      requests_per_s: work / slower,
      source: 'given',
      reference: given.source ?? 'given in the scenario',
      limited_by: 'given throughput',
      ttft_p95_ms: given.ttft_p95_ms,
      tpot_p95_ms: given.tpot_p95_ms,
    },
  };
}

function rateName(context: PriceContext): string {
  const modality = context.scenario.workload.modality;
  if (modality === 'text') return 'output_tokens_per_s';
  return modality === 'embedding' ? 'input_tokens_per_s' : 'work_per_s';
}

/** Requests a second at the mix the rate was given for. */
function givenWork(given: Given, mix: RequestMix, context: PriceContext): number | null {
  const modality = context.scenario.workload.modality;
  if (modality === 'text') return perRequest(given.output_tokens_per_s, given.output ?? generatedTokens(mix));
  if (modality === 'embedding') return perRequest(given.input_tokens_per_s, given.input ?? mix.input_tokens);
  return perRequest(given.work_per_s, workPerRequest(context.scenario, mix));
}

function perRequest(rate: Given['work_per_s'], size: number): number | null {
  return rate === null || size <= 0 ? null : likely(rate) / size;
}

/**
 * How many times longer a request of this workload takes than one of the mix the rate holds for. With a cost linear in input
 * and output the true factor lies between the two ratios; the larger is taken, so that the plan errs towards too many GPUs.
 */
function otherMix(
  at: { readonly input: number | null; readonly output: number | null },
  mix: RequestMix,
  option: SelfHostOption,
  context: PriceContext,
): number {
  const ratios = [ratio(mix.input_tokens, at.input), ratio(generatedTokens(mix), at.output)].filter((value) => value !== null);
  if (ratios.length === 0) return 1;
  const factor = Math.max(...ratios);
  if (Math.max(...ratios) > 1.1 * Math.min(...ratios, 1) || factor < 0.9) {
    note(
      context,
      'warning',
      'throughput.other_mix',
      `The throughput of ${option.id} holds for ${at.input ?? '?'} + ${at.output ?? '?'} tokens, this workload has ${round(mix.input_tokens)} + ${round(generatedTokens(mix))}; a request is taken to last ${Number(factor.toPrecision(3))} times as long (the high side).`,
      `options.${option.id}.throughput`,
    );
  }
  return factor;
}

function ratio(now: number, then: number | null): number | null {
  return then === null || then <= 0 || now <= 0 ? null : now / then;
}

function round(tokens: number): number {
  return Math.round(tokens);
}

function measuredRate(option: SelfHostOption, throughput: Extract<Throughput, { kind: 'measurement' }>, mix: RequestMix, context: PriceContext): RateResult {
  const { measurement, path } = throughput;
  const point = bestPoint(measurement, context.scenario.workload.slo);
  if (!point) return none(`no load point of ${path} is usable: each missed the SLO, was limited by the client, or had over 1 % errors`);
  const perOk = (tokens: number) => tokens / point.ok;
  const slower = otherMix({ input: perOk(point.tokens.input), output: perOk(point.tokens.output) }, mix, option, context);
  return {
    kind: 'ok',
    rate: {
      requests_per_s: point.requests_per_s / slower,
      source: 'measured',
      reference: `${path}: ${measurement.target.model}, ${loadName(point)}, ${measurement.started_at.slice(0, 10)}`,
      limited_by: slo(context.scenario.workload.slo) ? 'SLO' : 'measured peak',
      ttft_p95_ms: point.ttft_ms?.p95 ?? null,
      tpot_p95_ms: point.tpot_ms?.p95 ?? null,
      ttft_p50_ms: point.ttft_ms?.p50 ?? null,
      tpot_p50_ms: point.tpot_ms?.p50 ?? null,
    },
  };
}

function slo(target: Slo): boolean {
  return target.ttft_p95_ms !== null || target.tpot_p95_ms !== null;
}

/** The fastest load point within the SLO that the client did not limit. */
function bestPoint(measurement: Measurement, target: Slo): MeasurementPoint | null {
  let best: MeasurementPoint | null = null;
  for (const point of measurement.points) {
    if (point.ok === 0 || point.client.limited || point.ok < 0.99 * point.requests) continue;
    if (!within(point.ttft_ms?.p95, target.ttft_p95_ms) || !within(point.tpot_ms?.p95, target.tpot_p95_ms)) continue;
    if (!best || point.requests_per_s > best.requests_per_s) best = point;
  }
  return best;
}

function within(value: number | undefined, limit: number | null): boolean {
  return limit === null || (value !== undefined && value <= limit);
}

function loadName(point: MeasurementPoint): string {
  return point.concurrency !== null ? `concurrency ${point.concurrency}` : `rate ${point.rate}/s`;
}

/** What a plan says of the GPUs of an option: how many, how much of them is used, how much is left in the busiest hour, and what that makes of their price. */

import { weightsSize } from '../capacity/memory.ts';
import type { Capacity } from '../result.ts';
import type { Scenario, SelfHostOption } from '../scenario.ts';
import { likely, MTOK, SECONDS_PER_MONTH } from '../units.ts';
import { indexOf, type PriceContext } from './context.ts';
import type { Fleet } from './fleet.ts';
import type { OptionModel } from './option.ts';
import type { ReplicaRate } from './rate.ts';
import { generatedTokens, type RequestMix, requestMix } from './requests.ts';
import { weekLoads } from './week-loads.ts';

/** Null: no GPUs of its own, or nothing is known of their speed. */
export function capacityOf(model: OptionModel, volume: number, context: PriceContext): Capacity | null {
  const { fleet, rate, host, mix } = model;
  if (fleet === null || rate === null || host === null) return null;
  const own = volume * model.fleet_share;
  const used = (own * fleet.gpu_hours_per_request) / fleet.paid_gpu_hours.quantity(own, own);
  const utilization = Math.min(1, used);
  const leg = legMix(model, context.scenario);
  return {
    replicas: fleet.replicas(own),
    gpus: fleet.gpus(own),
    requests_per_s: own / SECONDS_PER_MONTH,
    utilization,
    busy_share: Math.max(utilization, busyShare({ fleet, own, host, rate, mix: leg, context })),
    headroom: headroom(fleet, own, host),
    gpu_usd_per_work_unit: gpuUsd(model, leg, own > 0 ? used : null, context.scenario),
    limited_by: rate.limited_by,
    work_per_s_per_replica: rate.requests_per_s * workOf(mix),
    output_tokens_per_s_per_replica: generatedTokens(mix) > 0 ? rate.requests_per_s * generatedTokens(mix) : null,
    throughput_source: rate.source,
    reference: rate.reference,
  };
}

function workOf(mix: RequestMix): number {
  return generatedTokens(mix) || mix.audio_seconds || mix.images || mix.input_tokens;
}

/** A request as the fleet of the option (of its self-hosted leg) sees it. */
export function legMix({ option, host, mix }: OptionModel, scenario: Scenario): RequestMix {
  if (option.kind !== 'hybrid' || host === null) return mix;
  return requestMix(scenario.workload, host.tokens, host.id === option.hybrid.large ? likely(option.hybrid.escalated_tokens_ratio) : 1);
}

/** Replicas that serve in the busiest hour, spares aside. */
export function servingReplicas(fleet: Fleet, own: number): number {
  return Math.max(1, Math.ceil(own / fleet.requests_per_step - 1e-9));
}

/** Share of what the serving replicas (owned: all there are) can do that the busiest hour leaves free. */
function headroom(fleet: Fleet, own: number, host: SelfHostOption): number {
  const most =
    host.self_host.hosting.kind === 'owned' && Number.isFinite(fleet.max_volume) ? fleet.max_volume : servingReplicas(fleet, own) * fleet.requests_per_step;
  return most > 0 ? Math.max(0, 1 - own / most) : 0;
}

interface Busy {
  readonly fleet: Fleet;
  readonly own: number;
  readonly host: SelfHostOption;
  readonly rate: ReplicaRate;
  readonly mix: RequestMix;
  readonly context: PriceContext;
}

/**
 * Share of paid replica time with anything running, by M/G/infinity hour by hour: with requests coming at random at rate r, each
 * there for s seconds, something runs for the share 1 - exp(-r s). `s` is that of a request that is alone, so that near full load
 * the figure is a little low; the simulator plays it.
 */
function busyShare({ fleet, own, host, rate, mix, context }: Busy): number {
  const { scaling, hosting } = host.self_host;
  const { hours } = weekLoads(context.scenario.workload, hosting.kind === 'owned' ? 'fixed' : scaling);
  const paid = fleet.mean_replicas(own);
  const up = scaling === 'fixed' || hosting.kind === 'owned' ? Math.max(1, paid) : fleet.replicas(own);
  const follows = scaling !== 'fixed' && hosting.kind !== 'owned';
  const perHour = (own / SECONDS_PER_MONTH) * loneSeconds(host, rate, mix, context);
  const peak = Math.max(...hours);
  let busy = 0;
  for (const load of hours) {
    const replicas = follows ? fleet.replicas((own * load) / peak) : up;
    busy += replicas * (1 - Math.exp((-perHour * load) / replicas));
  }
  return paid > 0 ? Math.min(1, busy / hours.length / paid) : 0;
}

/** Shares of the peak memory bandwidth and of the dense arithmetic that a single sequence reaches. */
const ALONE = 0.75;
const ARITHMETIC = 0.5;

/** Seconds a request takes on a replica it has to itself: as measured, as given, else by reading the prompt once and the weights once a token. */
function loneSeconds(host: SelfHostOption, rate: ReplicaRate, mix: RequestMix, context: PriceContext): number {
  const full = 1 / rate.requests_per_s;
  const output = generatedTokens(mix);
  const { throughput, self_host } = host;
  if (throughput?.kind === 'measurement') return Math.max(full, measuredSeconds(throughput.measurement.points) ?? 0);
  if (output === 0) return full;
  if (throughput?.kind === 'given' && throughput.ttft_p95_ms !== null && throughput.tpot_p95_ms !== null)
    return Math.max(full, (throughput.ttft_p95_ms + throughput.tpot_p95_ms * (output - 1)) / 1000);
  const index = indexOf(context.catalog);
  const model = index.models.get(self_host.model);
  const gpu = index.hardware.get(self_host.gpu);
  const weights = model === undefined ? null : weightsSize(model, self_host.quantization);
  if (model === undefined || gpu === undefined || weights === null) return full;
  const read = (weights.gb * model.active_params_b) / model.total_params_b;
  const prompt = (2 * model.active_params_b * mix.input_tokens * (1 - mix.cached_share)) / (1000 * (gpu.dense_tflops.bf16 ?? 100) * ARITHMETIC);
  return Math.max(full, (prompt + (output * read) / (gpu.bandwidth_gb_per_s * ALONE)) / self_host.gpus_per_replica);
}

function measuredSeconds(points: readonly { readonly concurrency: number | null; readonly e2e_ms: { readonly mean: number } | null }[]): number | null {
  const closed = points.filter((point) => point.concurrency !== null && point.e2e_ms !== null);
  const least = closed.reduce<(typeof closed)[number] | null>((a, b) => (a !== null && (a.concurrency ?? 0) <= (b.concurrency ?? 0) ? a : b), null);
  return least?.e2e_ms == null ? null : least.e2e_ms.mean / 1000;
}

/** What the GPUs alone cost per unit of work: saturated, and as used now. Null: no price. */
function gpuUsd(model: OptionModel, mix: RequestMix, used: number | null, scenario: Scenario): Capacity['gpu_usd_per_work_unit'] {
  const units = unitsPerRequest(mix, scenario);
  const leg = model.kind === 'hybrid' ? (model.host?.id ?? null) : null;
  const hours = model.cost?.terms.find((term) => term.driver === 'gpu_price' && term.category === 'gpu' && term.leg === leg);
  if (hours === undefined || model.fleet === null || units <= 0) return null;
  const saturated = (model.fleet.gpu_hours_per_request * hours.unit_usd) / units;
  return used === null || used <= 0 ? { now: null, saturated, ratio: null } : { now: saturated / used, saturated, ratio: 1 / used };
}

function unitsPerRequest(mix: RequestMix, { workload }: Scenario): number {
  switch (workload.modality) {
    case 'text':
      return generatedTokens(mix) / MTOK;
    case 'embedding':
      return mix.input_tokens / MTOK;
    case 'speech_to_text':
      return mix.audio_seconds / 60;
    case 'image':
      return mix.images;
  }
}

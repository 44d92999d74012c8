/** The rate of a replica nobody measured: the capacity estimator for text, published figures for speech and images. */

import { estimateReplica, type ReplicaInput, type ReplicaResult } from '../capacity/estimate.ts';
import { type ThroughputModel, throughputModel } from '../capacity/estimate-model.ts';
import { publishedWork } from '../capacity/published-work.ts';
import type { Accelerator, Catalog, OpenModel } from '../catalog.ts';
import type { SelfHostOption } from '../scenario.ts';
import { indexOf, note, type PriceContext } from './context.ts';
import type { RateResult } from './rate.ts';
import { generatedTokens, type RequestMix } from './requests.ts';

const models = new WeakMap<NonNullable<Catalog['throughput']>, ThroughputModel>();

/** Built once for a catalog's data, when first asked for. Null: the catalog has no throughput data. */
function calibrated(catalog: Catalog): ThroughputModel | null {
  if (catalog.throughput === undefined) return null;
  const known = models.get(catalog.throughput);
  if (known !== undefined) return known;
  const built = throughputModel(catalog.throughput, catalog.models, catalog.hardware);
  models.set(catalog.throughput, built);
  return built;
}

const estimates = new WeakMap<ThroughputModel, Map<string, ReplicaResult>>();

/** Replicas estimated before are forgotten all at once beyond so many. */
const REMEMBERED = 512;

/** Plans ask about the same replica for every month, leg and draw; the answer only depends on these. */
function remembered(input: ReplicaInput): ReplicaResult {
  const { model, accelerator, calibration, ...rest } = input;
  let known = estimates.get(calibration);
  if (!known || known.size >= REMEMBERED) {
    known = new Map();
    estimates.set(calibration, known);
  }
  const key = JSON.stringify([model.id, accelerator.id, rest]);
  const found = known.get(key) ?? estimateReplica(input);
  known.set(key, found);
  return found;
}

/** What the estimator is asked about a replica of a text model. Null: the catalog lacks the model, the accelerator or throughput data, or nothing is generated. */
export function replicaInput({ self_host: host }: SelfHostOption, mix: RequestMix, { catalog, scenario }: PriceContext): ReplicaInput | null {
  const index = indexOf(catalog);
  const model = index.models.get(host.model);
  const accelerator = index.hardware.get(host.gpu);
  const calibration = calibrated(catalog);
  const outputTokens = generatedTokens(mix);
  if (!model || !accelerator || calibration === null || outputTokens <= 0) return null;
  return {
    model,
    accelerator,
    gpus: host.gpus_per_replica,
    precision: host.quantization,
    kvPrecision: host.kv_quantization,
    inputTokens: mix.input_tokens,
    outputTokens,
    cachedShare: mix.cached_share,
    engine: null,
    concurrency: host.concurrency_per_replica,
    slo: scenario.workload.slo,
    calibration,
  };
}

export function estimatedRate(option: SelfHostOption, mix: RequestMix, context: PriceContext): RateResult {
  const { self_host: host } = option;
  const index = indexOf(context.catalog);
  const model = index.models.get(host.model);
  const gpu = index.hardware.get(host.gpu);
  if (!model) return none(option, `${host.model} is not in the catalog`);
  if (!gpu) return none(option, `${host.gpu} is not in the catalog`);
  return model.modality === 'text' ? textRate(option, mix, context) : publishedRate(option, model, gpu, mix, context);
}

function none(option: SelfHostOption, why: string): RateResult {
  const message = `how fast a replica serves is not known: ${why}; give options.${option.id}.throughput (measure it with "llm-crossover bench")`;
  return { kind: 'none', blocker: { rule: 'throughput', message } };
}

function textRate(option: SelfHostOption, mix: RequestMix, context: PriceContext): RateResult {
  const outputTokens = generatedTokens(mix);
  if (outputTokens <= 0) return none(option, 'this workload has no output tokens');
  const input = replicaInput(option, mix, context);
  if (input === null) return none(option, 'the catalog has no throughput data');
  const estimate = remembered(input);
  if (estimate.kind === 'none') return none(option, estimate.reason);
  const { p10, p50, p90 } = estimate.output_tokens_per_s;
  const round = (value: number) => Math.round(value).toString();
  note(
    context,
    'info',
    `throughput.${estimate.source}`,
    `The throughput of ${option.id} is ${estimate.source}, not measured: ${round(p50)} output tokens/s a replica (80 % interval ${round(p10)} to ${round(p90)}).`,
    `options.${option.id}.throughput`,
  );
  return {
    kind: 'ok',
    rate: {
      requests_per_s: p50 / outputTokens,
      spread: { low: p10 / p50, high: p90 / p50 },
      source: estimate.source,
      reference: estimate.reference,
      limited_by: estimate.limited_by,
      ttft_p95_ms: estimate.ttft_p95_ms,
      tpot_p95_ms: estimate.tpot_p95_ms,
    },
  };
}

/**
 * Published work per second and GPU: of this GPU, else of the one nearest in dense 16-bit compute, scaled by it (speech and
 * image models are bound by compute). The interval of a scaled figure is a factor of 2 either way, of a direct one 1.3.
 */
function publishedRate(option: SelfHostOption, model: OpenModel, gpu: Accelerator, mix: RequestMix, context: PriceContext): RateResult {
  const work = mix.audio_seconds || mix.images;
  const published = publishedWork(model, gpu, indexOf(context.catalog).hardware);
  if (published === null || work <= 0) return none(option, `no throughput of ${model.label} is published`);
  const { row, factor } = published;
  const scaled = factor === 1 ? '' : `, scaled by dense compute x ${Number(factor.toPrecision(3))}`;
  const rate = published.workPerS * option.self_host.gpus_per_replica;
  note(
    context,
    'info',
    'throughput.published',
    `The throughput of ${option.id} is published, not measured: ${Number(rate.toPrecision(3))} a second and replica${scaled}.`,
    `options.${option.id}.throughput`,
  );
  return {
    kind: 'ok',
    rate: {
      requests_per_s: rate / work,
      spread: published.spread,
      source: 'published',
      reference: `${model.label} on ${row.gpu}: ${row.work_per_s} a second${scaled}; ${row.source}, checked ${row.checked}`,
      limited_by: 'compute',
      ttft_p95_ms: null,
      tpot_p95_ms: null,
    },
  };
}

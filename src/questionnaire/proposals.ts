/** What to compare when the user has no preference: found in the price data, so that it always has a price. */

import type { Accelerator, ApiModel, Catalog, OpenModel, RentalOffer } from '../engine/catalog.ts';
import type { Modality } from '../engine/scenario.ts';
import type { Choice } from './prompter.ts';

export interface Proposals {
  readonly cloud_api: string | null;
  readonly open_model: string | null;
  readonly gpu: string | null;
  readonly cloud_apis: readonly Choice[];
  readonly open_models: readonly Choice[];
  readonly gpus: readonly Choice[];
}

/** Shown first, in this order, where the data has them and they aren't retired; then the newest. */
const FIRST: Readonly<Record<Modality, { readonly api: readonly string[]; readonly open: readonly string[]; readonly gpu: readonly string[] }>> = {
  text: {
    api: [
      'openai/gpt-5.4',
      'openai/gpt-5.4-mini',
      'openai/gpt-6-sol',
      'anthropic/claude-sonnet-5-5',
      'anthropic/claude-haiku-5-5',
      'google/gemini-3.8-flash',
      'mistral/mistral-large-4',
      'deepseek/deepseek-v4-flash',
    ],
    open: ['llama-3.3-70b', 'qwen3-32b', 'gpt-oss-120b', 'gpt-oss-20b', 'mistral-small-3.2-24b', 'llama-3.1-8b', 'deepseek-v3.2'],
    gpu: ['h100-80gb', 'h200-141gb', 'a100-80gb', 'l40s-48gb', 'l4-24gb', 'mi300x-192gb', 'b200-180gb'],
  },
  speech_to_text: {
    api: ['openai/gpt-4o-transcribe', 'openai/gpt-transcribe', 'deepgram/nova-3', 'elevenlabs/scribe_v2'],
    open: ['whisper-large-v3-turbo', 'whisper-large-v3'],
    gpu: ['l4-24gb', 'l40s-48gb', 'a10-24gb', 'a100-80gb', 'h100-80gb'],
  },
  image: {
    api: ['google/imagen-4.0-generate-001', 'google/imagen-4.0-fast-generate-001', 'black_forest_labs/flux-1.1-pro', 'stability/stable-image-core'],
    open: ['sdxl-1.0', 'flux.1-schnell', 'sd-3.5-large', 'qwen-image'],
    gpu: ['l40s-48gb', 'a100-80gb', 'h100-80gb', 'l4-24gb'],
  },
  embedding: {
    api: ['openai/text-embedding-3-small', 'openai/text-embedding-3-large', 'google/gemini-embedding-2', 'cohere/embed-v4.0'],
    open: ['bge-m3', 'qwen3-embedding-0.6b', 'bge-large-en-v1.5'],
    gpu: ['l4-24gb', 'l40s-48gb', 'a10-24gb', 'a100-80gb'],
  },
};

const MENU = 12;

export function proposalsFor(catalog: Catalog, modality: Modality): Proposals {
  const first = FIRST[modality];
  const apis = ordered(
    catalog.api.filter((model) => model.modality === modality && model.open_model === null && model.retired === null && hasPrice(model)),
    first.api,
  );
  const served = new Set(catalog.api.map((model) => model.open_model));
  const open = ordered(
    catalog.models.filter((model) => model.modality === modality),
    first.open,
  );
  const hosted = [...open.filter((model) => served.has(model.id)), ...open.filter((model) => !served.has(model.id))];
  const rented = new Set(catalog.rental.filter((offer) => offer.billing === 'on_demand').map((offer) => offer.gpu));
  const gpus = ordered(
    catalog.hardware.filter((gpu) => rented.has(gpu.id)),
    first.gpu,
  );
  return {
    cloud_api: apis[0]?.id ?? null,
    open_model: hosted[0]?.id ?? null,
    gpu: gpus[0]?.id ?? null,
    cloud_apis: menu(apis, (model) => model.label),
    open_models: menu(hosted, (model) => model.label),
    gpus: menu(gpus, (gpu) => `${gpu.label} (${gpu.memory_gb} GB)`),
  };
}

/** The newest price, in the unit the modality is asked in; image tokens, say, can't be worked out from a number of images. */
function hasPrice({ modality, prices }: ApiModel): boolean {
  const entry = prices.at(-1);
  if (modality === 'image') return (entry?.images ?? []).some((price) => price.size === 'any' || price.size === '1024x1024');
  return (modality === 'speech_to_text' ? entry?.rates.audio_usd_per_minute : entry?.rates.input_usd_per_mtok) !== undefined;
}

/** Named ones first, then the newest. */
function ordered<T extends { readonly id: string; readonly released: string | null }>(items: readonly T[], first: readonly string[]): T[] {
  const rank = (item: T) => (first.includes(item.id) ? first.indexOf(item.id) : first.length);
  return [...items].sort((a, b) => rank(a) - rank(b) || (b.released ?? '').localeCompare(a.released ?? '') || a.id.localeCompare(b.id));
}

function menu<T extends { readonly id: string }>(items: readonly T[], label: (item: T) => string): Choice[] {
  return items.slice(0, MENU).map((item) => ({ value: item.id, name: `${label(item)} [${item.id}]` }));
}

/** The cheapest offer of an open model at today's base rates for a request of 3 input tokens to 1 of output; for other modalities the first. */
export function hostedOffer(catalog: Catalog, openModel: string): ApiModel | null {
  const offers = catalog.api.filter((model) => model.open_model === openModel && model.retired === null);
  const price = (model: ApiModel) => {
    const rates = model.prices.at(-1)?.rates;
    return 3 * (rates?.input_usd_per_mtok ?? 0) + (rates?.output_usd_per_mtok ?? 0) || Number.POSITIVE_INFINITY;
  };
  return [...offers].sort((a, b) => price(a) - price(b) || a.id.localeCompare(b.id))[0] ?? null;
}

/** Where to rent a GPU on demand: a whole node of it must not be larger than needed, then the lowest last price. */
export function rentalOffer(catalog: Catalog, gpu: string, gpus: number): RentalOffer | null {
  const offers = catalog.rental.filter((offer) => offer.gpu === gpu && offer.billing === 'on_demand' && LARGE_CLOUDS.includes(offer.cloud));
  const any = offers.length > 0 ? offers : catalog.rental.filter((offer) => offer.gpu === gpu && offer.billing === 'on_demand');
  const waste = (offer: RentalOffer) => Math.ceil(gpus / offer.node_gpus) * offer.node_gpus;
  const price = (offer: RentalOffer) => offer.prices.at(-1)?.usd_per_gpu_hour ?? Number.POSITIVE_INFINITY;
  return [...any].sort((a, b) => waste(a) * price(a) - waste(b) * price(b) || a.cloud.localeCompare(b.cloud))[0] ?? null;
}

/** Not marketplaces, whose prices are somebody's spare machine. */
const LARGE_CLOUDS = ['lambda', 'aws', 'gcp', 'azure', 'coreweave', 'nebius', 'ovhcloud', 'digitalocean', 'oracle', 'vultr', 'hyperstack', 'runpod'];

/** Precision to serve a model at: FP8 where the hardware computes it, else 16 bits; the model's own when it is smaller. */
export function precisionFor(model: OpenModel, gpu: Accelerator): string {
  if (['fp4', 'mxfp4', 'int4'].includes(model.native_precision)) return model.native_precision;
  if (model.modality !== 'text') return model.native_precision;
  return gpu.dense_tflops.fp8 !== undefined ? 'fp8' : model.native_precision;
}

const BYTES: Readonly<Record<string, number>> = { fp32: 4, bf16: 2, fp16: 2, fp8: 1, int8: 1, fp4: 0.55, mxfp4: 0.55, int4: 0.55 };

/** GPUs (1, 2, 4, 8 ...) whose memory holds the weights in 65 % of it: the rest is for the key/value cache. The memory gate checks the result. */
export function gpusFor(model: OpenModel, gpu: Accelerator, precision: string): number {
  const weights = model.weights_gb[precision] ?? model.total_params_b * (BYTES[precision] ?? 2);
  return 2 ** Math.max(0, Math.ceil(Math.log2(weights / (gpu.memory_gb * 0.65))));
}

/** The catalog: dated prices, hardware, models, rules, providers and quality figures, compiled from `pricing/`. All money in US dollars. */

import type { ThroughputData } from './capacity/calibration.ts';
import type { Modality } from './scenario.ts';
import type { IsoDate, Judged } from './units.ts';

/** Where a figure was read and when. */
export interface Sourced {
  readonly source: string;
  readonly checked: IsoDate;
  readonly note?: string;
}

/** US dollars; absent means "no such SKU or unknown", never 0. */
export interface Rates {
  readonly input_usd_per_mtok?: number;
  readonly cached_input_usd_per_mtok?: number;
  /** Writing to a short-lived (about 5 min) cache; absent: writes cost plain input. */
  readonly cache_write_usd_per_mtok?: number;
  readonly cache_write_1h_usd_per_mtok?: number;
  readonly output_usd_per_mtok?: number;
  /** Only where reasoning is billed at a rate of its own. */
  readonly reasoning_usd_per_mtok?: number;
  readonly audio_input_usd_per_mtok?: number;
  readonly cached_audio_input_usd_per_mtok?: number;
  readonly audio_output_usd_per_mtok?: number;
  readonly audio_usd_per_minute?: number;
  readonly image_input_usd_per_mtok?: number;
  readonly image_output_usd_per_mtok?: number;
  readonly usd_per_request?: number;
  /** Documents read page by page (OCR). */
  readonly usd_per_page?: number;
}

/** Price of one image. `size` like 1024x1024, or "any"; `quality` like standard, high, or "any". */
export interface ImagePrice {
  readonly size: string;
  readonly quality: string;
  readonly usd_per_image: number;
}

/** Whole-prompt tier: when input tokens exceed the bound, all tokens of the request cost these rates; a rate left out keeps its base value. */
export interface ContextTier {
  readonly above_input_tokens: number;
  readonly rates: Rates;
  /** The same SKUs above the bound; absent: that SKU isn't sold there. */
  readonly batch?: Rates;
  readonly flex?: Rates;
  readonly priority?: Rates;
}

/** Daily UTC window with rates of its own, `from_utc` inclusive, `to_utc` exclusive, HH:MM; may wrap midnight. */
export interface TimeOfDay {
  readonly from_utc: string;
  readonly to_utc: string;
  readonly rates: Rates;
}

export interface PriceEntry extends Sourced {
  /** First day of validity; null: since the model existed. Valid until the next entry's `from`. */
  readonly from: IsoDate | null;
  readonly rates: Rates;
  readonly images?: readonly ImagePrice[];
  readonly tiers?: readonly ContextTier[];
  readonly time_of_day?: readonly TimeOfDay[];
  /** Present only where the SKU exists. */
  readonly batch?: Rates;
  readonly flex?: Rates;
  readonly priority?: Rates;
  /** Audio of one request is billed as at least this many seconds. */
  readonly min_audio_seconds?: number;
  /** Region -> factor on every rate, applied last: { us: 1.1 }. */
  readonly region_factor?: Readonly<Record<string, number>>;
  /** Range of what is really paid, as factors on list. */
  readonly spread?: { readonly low: number; readonly high: number };
}

export interface ApiModel {
  /** `provider/model`. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly label: string;
  /** Other names, without provider: dated snapshots, names other price lists use. */
  readonly aliases: readonly string[];
  readonly modality: Modality;
  /** Id in `models` when the weights are open (hosted_open), else null (cloud_api). */
  readonly open_model: string | null;
  readonly released: IsoDate | null;
  readonly retired: IsoDate | null;
  readonly context_tokens: number | null;
  readonly max_output_tokens: number | null;
  /** Shortest prompt the provider caches; null is unknown or no caching. */
  readonly min_cacheable_tokens: number | null;
  /** Do the provider's usage figures count cached tokens inside input tokens? OpenAI true, Anthropic false. */
  readonly input_includes_cached: boolean;
  /** Regions one can ask for; [] is unknown. */
  readonly regions: readonly string[];
  /** Ascending by `from`. */
  readonly prices: readonly PriceEntry[];
}

export type RentalBilling = 'on_demand' | 'spot' | 'reserved' | 'serverless' | 'dedicated';

export interface RentalPrice extends Sourced {
  readonly from: IsoDate | null;
  readonly usd_per_gpu_hour: number;
  readonly range?: { readonly low: number; readonly high: number };
}

export interface RentalOffer {
  readonly cloud: string;
  readonly gpu: string;
  readonly billing: RentalBilling;
  /** Reserved terms; 0 otherwise. */
  readonly term_months: number;
  /** GPUs one has to rent at once. */
  readonly node_gpus: number;
  readonly region: string | null;
  /** Interruptions of one instance a month, spot; null is unknown. */
  readonly interruptions_per_month: Judged | null;
  readonly prices: readonly RentalPrice[];
}

export interface Accelerator {
  readonly id: string;
  readonly label: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  readonly memory_gb: number;
  readonly bandwidth_gb_per_s: number;
  /** Dense TFLOP/s by precision: fp32, tf32, bf16, fp8, int8, fp4; absent: not supported or unknown. */
  readonly dense_tflops: Readonly<Record<string, number>>;
  /** GPU-to-GPU bandwidth, one direction, GB/s; null unknown. */
  readonly interconnect_gb_per_s: number | null;
  readonly interconnect: string | null;
  readonly tdp_watts: number | null;
  readonly idle_watts: number | null;
  readonly purchase_usd: (Judged & object) | null;
  readonly released: IsoDate | null;
  readonly sources: readonly Sourced[];
}

export interface LicenceTerms extends Sourced {
  readonly name: string;
  readonly spdx: string | null;
  /** yes; conditional (see the other fields); no: forbidden without a separate licence. */
  readonly commercial: 'yes' | 'conditional' | 'no';
  /** Above this many monthly active users another licence is needed. */
  readonly max_monthly_active_users: number | null;
  readonly max_monthly_revenue_usd: number | null;
  /** Domiciles to which no rights are granted, e.g. [eu]. */
  readonly excluded_domiciles: readonly string[];
  readonly attribution: string | null;
}

export interface OpenModel {
  readonly id: string;
  readonly label: string;
  readonly family: string;
  readonly aliases: readonly string[];
  readonly modality: Modality;
  readonly released: IsoDate | null;
  /** Billions of parameters held in memory / used per token. */
  readonly total_params_b: number;
  readonly active_params_b: number;
  readonly architecture: {
    readonly layers: number;
    readonly hidden: number;
    readonly heads: number;
    readonly kv_heads: number;
    readonly head_dim: number;
    /** Multi-head latent attention: values cached per token and layer (rank + rope part); null otherwise. */
    readonly mla_kv_dim: number | null;
    readonly sliding_window: number | null;
    /** Layers that use the sliding window; null: all, where a window is set. */
    readonly sliding_layers: number | null;
    /** Layers that keep a key/value cache; absent: all. 0 for encoders and diffusion. */
    readonly kv_layers?: number;
    /** One matrix serves as input embedding and output head; absent: two. */
    readonly tied_embeddings?: boolean;
    readonly vocab: number;
    readonly experts: number | null;
    readonly experts_per_token: number | null;
    readonly shared_experts: number | null;
    /** Feed-forward width (of one expert, where there are experts). */
    readonly ffn: number | null;
    readonly dense_layers: number | null;
  } | null;
  readonly context_tokens: number | null;
  readonly native_precision: string;
  /** Published size of the weights in GB (1e9 bytes) by precision, where a vendor or named quantizer publishes it. */
  readonly weights_gb: Readonly<Record<string, number>>;
  /** Capacity unit of speech and image models; text and embedding: null. */
  readonly work_unit: 'audio_second' | 'image' | null;
  /** Published throughput of speech and image models by accelerator, work units per second and GPU. */
  readonly published_work_per_s: readonly ({ readonly gpu: string; readonly precision: string; readonly work_per_s: number } & Sourced)[];
  readonly licence: LicenceTerms;
  readonly sources: readonly Sourced[];
}

/** Who touches the data: the three columns of a rule. */
export type Hosting = 'third_party_api' | 'rented_gpu' | 'owned_gpu';

export interface RuleCell {
  readonly verdict: 'none' | 'conditional' | 'forbid';
  /** Conditions of the vocabulary; empty for none and forbid. */
  readonly needs: readonly string[];
  /** Only outside / inside a place: { outside: in } applies when processing is outside India. */
  readonly where?: { readonly outside?: string; readonly inside?: string };
}

export interface Rule {
  /** `regime.data_class` or `regime.use`, e.g. gdpr.personal. */
  readonly id: string;
  readonly regime: string;
  /** Exactly one of the two is set; `any` matches every class. */
  readonly data_class: string | null;
  readonly use: string | null;
  readonly from_date: IsoDate | null;
  readonly third_party_api: RuleCell;
  readonly rented_gpu: RuleCell;
  readonly owned_gpu: RuleCell;
  readonly note: string | null;
  readonly sources: readonly Sourced[];
}

/** A need of the vocabulary: who can meet it and how it can be met. */
export interface Need {
  readonly id: string;
  readonly meaning: string;
  /** provider: a contract or property of the provider; organisation: something we do ourselves. */
  readonly met_by: 'provider' | 'organisation';
  /** Met when any of these is met, e.g. transfer_ok <- eu_processing, adequacy, dpf_certified, sccs_tia. */
  readonly any_of: readonly string[];
  /** This need is the scope of another one: met when that contract is in force and what we know of its scope covers endpoint, model and modality. baa_scope <- baa */
  readonly scope_of?: string;
  /** Met by keeping the processing in this place: eu_processing <- eea. */
  readonly residency?: string;
  /** Can't be met where the option says it runs outside this place: us_persons_boundary <- us. */
  readonly inside?: string;
  /** fail: nothing but a statement in the scenario proves it, silence fails (ITAR). Absent: silence is unknown. */
  readonly silence?: 'fail';
}

/** offered: can be signed, the user must say so; automatic: in force without asking; unavailable: the provider can't; unknown: not verified. */
export type OfferStatus = 'automatic' | 'offered' | 'unavailable' | 'unknown';

export interface ProviderFact extends Sourced {
  readonly need: string;
  readonly status: OfferStatus;
  /** Limits of what is covered; absent or empty: no limit known. Lists name what is inside. */
  readonly scope?: {
    readonly modalities?: readonly Modality[];
    readonly models?: readonly string[];
    readonly excluded_models?: readonly string[];
    readonly regions?: readonly string[];
    /** chat, transcription, images, embeddings, batch; gpu for a rented machine. */
    readonly endpoints?: readonly string[];
    readonly excluded_endpoints?: readonly string[];
  };
}

export interface Provider {
  readonly id: string;
  readonly label: string;
  /** api: sells tokens; gpu_cloud: rents GPUs. */
  readonly kinds: readonly ('api' | 'gpu_cloud')[];
  /** Other ids in `have:` and price files that mean this provider. */
  readonly aliases: readonly string[];
  readonly facts: readonly ProviderFact[];
  /** Region -> can processing be kept there? `default`: it stays there without asking for a region. */
  readonly residency: readonly ({ readonly region: string; readonly status: OfferStatus; readonly how: string | null; readonly default?: true } & Sourced)[];
  readonly doubt: string | null;
}

export interface QualityMetric {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly licence: string;
  readonly as_of: IsoDate;
  /** Model id (open model or provider/model) -> figure. */
  readonly figures: readonly ({ readonly model: string; readonly value: number } & Sourced)[];
}

/** A default the engine uses when the scenario is silent, with its range and source. */
export interface Assumption extends Sourced {
  readonly id: string;
  readonly value: Judged;
  readonly unit: string;
}

export interface FxRate extends Sourced {
  readonly code: string;
  readonly date: IsoDate;
  readonly per_usd: number;
}

export interface Catalog {
  readonly schema_version: 1;
  /** SHA-256 of the compiled content. */
  readonly hash: string;
  readonly newest_checked: IsoDate;
  readonly api: readonly ApiModel[];
  readonly rental: readonly RentalOffer[];
  readonly hardware: readonly Accelerator[];
  readonly models: readonly OpenModel[];
  readonly rules: readonly Rule[];
  readonly needs: readonly Need[];
  readonly providers: readonly Provider[];
  readonly quality: readonly QualityMetric[];
  readonly assumptions: readonly Assumption[];
  readonly fx: readonly FxRate[];
  /** Calibration of the throughput model and the published measurements behind it; absent: nothing is estimated. */
  readonly throughput?: ThroughputData;
}

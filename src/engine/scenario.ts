/** The scenario: what a user asks, as plain values. `schema/scenario.ts` turns YAML into it; keys are those of the file. */

import type { Measurement } from './measurement.ts';
import type { IsoDate, Judged } from './units.ts';

export type Modality = 'text' | 'speech_to_text' | 'image' | 'embedding';
export type OptionKind = 'cloud_api' | 'hosted_open' | 'self_host' | 'hybrid';

/** Tokens of one request. `reasoning` is hidden output billed as output and held in KV; `output` excludes it. */
export interface Tokens {
  readonly input: Judged;
  readonly output: Judged;
  readonly reasoning: Judged;
  /** Share of `input` served from a prompt cache, 0..1. */
  readonly cached_input: Judged;
  /** Share of `input` written to a cache, 0..1 (providers that bill cache writes). */
  readonly cache_write: Judged;
}

/** Per-option change of the token counts: tokenizers and reasoning differ between models. */
export interface TokenOverride {
  readonly input_ratio: Judged | null;
  readonly output_ratio: Judged | null;
  readonly input: Judged | null;
  readonly output: Judged | null;
  readonly reasoning: Judged | null;
  readonly cached_input: Judged | null;
  readonly cache_write: Judged | null;
}

/** A distribution of request sizes computed from a log; never request volumes. */
export interface Profile {
  readonly name: string;
  /** Attribution and licence of the log it was made from. */
  readonly source: string;
  readonly requests: number;
  readonly span_s: number;
  readonly input_tokens: Distribution;
  readonly output_tokens: Distribution;
  readonly cached_share: number | null;
  readonly peak_to_average: { readonly minute: number | null; readonly hour: number | null };
  readonly burstiness_cv: number | null;
  readonly hour_of_week: readonly number[] | null;
  readonly joint_histogram: JointHistogram | null;
}

export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly total: number;
}

/** counts[i * output_edges.length + j]: requests with input in bucket i and output in bucket j; an edge is a bucket's inclusive upper bound. Means are per bucket, so that totals survive. */
export interface JointHistogram {
  readonly input_edges: readonly number[];
  readonly output_edges: readonly number[];
  readonly cells: readonly { readonly i: number; readonly j: number; readonly count: number; readonly input_mean: number; readonly output_mean: number }[];
}

/** How traffic spreads over a month. Null parts are unknown. */
export interface Shape {
  /** Busiest hour / mean hour, >= 1. */
  readonly peak_to_average: Judged | null;
  /** Relative traffic of each hour of a week (Monday 00:00 first), any scale. */
  readonly hour_of_week: readonly number[] | null;
}

export interface Slo {
  readonly ttft_p95_ms: number | null;
  readonly tpot_p95_ms: number | null;
  /** Share of time up, 0..1. */
  readonly availability: number | null;
}

export interface Workload {
  readonly modality: Modality;
  readonly requests_per_month: Judged;
  /** Growth per month as a fraction, > -1. */
  readonly growth_per_month: Judged;
  /** Text and embedding; null for other modalities. */
  readonly tokens: Tokens | null;
  /** Speech to text. */
  readonly audio: { readonly seconds_per_request: Judged } | null;
  /** Image generation. */
  readonly images: { readonly per_request: Judged; readonly size: string; readonly quality: string } | null;
  readonly profile: Profile | null;
  /** Null when the file says nothing: {2, 4, 8} is assumed with a finding. */
  readonly shape: Shape | null;
  /** Share of requests that may wait 24 h, 0..1. */
  readonly batchable: Judged;
  readonly slo: Slo;
}

/** Facts about who runs the model, for licences. Null is unknown. */
export interface Licensee {
  /** Lower-case country or bloc: eu, us, uk, de ... */
  readonly domicile: string | null;
  readonly monthly_active_users: number | null;
  readonly monthly_revenue_usd: number | null;
  readonly commercial: boolean;
}

export interface Requirements {
  /** Data classes, e.g. personal, phi. */
  readonly data: readonly string[];
  readonly regimes: readonly string[];
  /** Uses the EU AI Act names: chatbot, high_risk_annex_iii, prohibited, minimal ... */
  readonly use: readonly string[];
  readonly residency: string | null;
  readonly data_sovereignty: boolean | null;
  readonly frontier_reasoning: boolean | null;
  /** A bar on a quality metric of `pricing/quality`; exactly one of the two limits is set. */
  readonly quality: { readonly metric: string; readonly at_least: number | null; readonly at_most: number | null } | null;
  readonly control: readonly string[];
  /** Contracts signed, provider id -> needs. */
  readonly have: Readonly<Record<string, readonly string[]>>;
  readonly lack: Readonly<Record<string, readonly string[]>>;
  /** Needs the organisation meets itself, e.g. dpia. */
  readonly organisation: readonly string[];
  /** `option/rule.need` names whose unknown is accepted, e.g. gpt/gdpr.transfer_ok. */
  readonly accept_unknown: readonly string[];
  /** Gates where unknown must block: latency, availability, quality. */
  readonly strict: readonly string[];
  readonly licensee: Licensee;
}

export interface Team {
  readonly engineers: number | null;
  readonly loaded_cost_usd_per_year: Judged | null;
  readonly self_host_fte: Judged | null;
  readonly api_fte: Judged | null;
}

export interface LatencyClaim {
  readonly ttft_p95_ms: number | null;
  readonly tpot_p95_ms: number | null;
  /** Medians: with them a hybrid's percentiles can be told. */
  readonly ttft_p50_ms?: number | null | undefined;
  readonly tpot_p50_ms?: number | null | undefined;
  readonly source: string;
}

interface OptionBase {
  readonly id: string;
  readonly label: string | null;
  readonly tokens: TokenOverride | null;
  readonly one_off_usd: Judged;
  readonly latency: LatencyClaim | null;
  /** Promised availability, 0..1; null is unknown. */
  readonly availability: number | null;
}

/** Fixed capacity bought from an API provider. `work_per_s` is per unit, in the workload's capacity unit: output tokens, audio seconds, images or input tokens a second. */
export interface Provisioned {
  readonly units: number;
  readonly usd_per_unit_hour: number;
  readonly work_per_s: number;
  readonly term_months: number;
}

/** Whole GPUs rented from an API provider behind its endpoint. `usd_per_gpu_hour` null: looked up in the provider's rental offers. */
export interface Dedicated {
  readonly gpu: string;
  readonly count: number;
  readonly usd_per_gpu_hour: Judged | null;
  readonly work_per_s: number | null;
}

export type Billing =
  | { readonly kind: 'tokens' }
  | { readonly kind: 'provisioned'; readonly provisioned: Provisioned }
  | { readonly kind: 'dedicated'; readonly dedicated: Dedicated };

/** At least `usd_per_month` is paid for `term_months`; usage is `discount` cheaper. */
export interface Commit {
  readonly usd_per_month: number;
  readonly discount: number;
  readonly term_months: number;
}

/** Prices typed into the scenario, for an offer that isn't in the catalog. US dollars. */
export interface ApiOption extends OptionBase {
  readonly kind: 'cloud_api' | 'hosted_open';
  /** `provider/model`, as in `pricing/api`. */
  readonly offer: string;
  /** Fraction off list, 0..1, after batch, cache and tier. */
  readonly discount: Judged;
  /** Factor on every token price, default 1: "what if prices halve". YAML `price_factor`. */
  readonly price_factor: Judged;
  readonly region: string | null;
  /** standard | flex | priority */
  readonly service_tier: 'standard' | 'flex' | 'priority';
  readonly rate_limit: { readonly rpm: number | null; readonly tpm: number | null } | null;
  readonly billing: Billing;
  readonly commit: Commit | null;
}

export type Redundancy = 'none' | 'n+1' | 'n+2' | '2n';
export type Scaling = 'fixed' | 'hour_of_week' | 'scale_to_zero';

/** Rental by catalog offer, or typed in. */
export type Rental =
  | {
      readonly kind: 'offer';
      readonly cloud: string;
      readonly billing: string;
      readonly region: string | null;
      readonly node_gpus: number | null;
      readonly usd_per_gpu_hour: Judged | null;
    }
  | {
      readonly kind: 'custom';
      readonly provider: string | null;
      readonly usd_per_gpu_hour: Judged;
      readonly node_gpus: number;
      readonly term_months: number;
      readonly interruptions_per_month: number;
    };

/** Owned hardware; nulls are looked up in `pricing/hardware`. */
export interface Owned {
  /** Purchase price of one GPU with its share of the server. */
  readonly usd_per_gpu: Judged | null;
  readonly node_gpus: number;
  readonly life_months: Judged | null;
  /** Share of the price left at the end, 0..1. */
  readonly residual: Judged;
  readonly watts_per_gpu: Judged | null;
  readonly idle_watts_per_gpu: Judged | null;
  readonly usd_per_kwh: Judged | null;
  readonly pue: Judged | null;
  readonly colo_usd_per_kw_month: Judged | null;
  /** GPUs already owned: bought once for the horizon, none added; null means bought as needed. */
  readonly gpus: number | null;
}

/** Where a replica's speed comes from. Rates are per replica, saturated within the SLO, at the stated mix. */
export type Throughput =
  | {
      readonly kind: 'given';
      readonly output_tokens_per_s: Judged | null;
      readonly input_tokens_per_s: Judged | null;
      readonly work_per_s: Judged | null;
      readonly input: number | null;
      readonly output: number | null;
      readonly concurrency: number | null;
      readonly ttft_p95_ms: number | null;
      readonly tpot_p95_ms: number | null;
      readonly source: string | null;
    }
  | { readonly kind: 'measurement'; readonly path: string; readonly measurement: Measurement };

export interface SelfHost {
  readonly model: string;
  readonly quantization: string;
  readonly gpu: string;
  readonly gpus_per_replica: number;
  readonly hosting: { readonly kind: 'rented'; readonly rental: Rental } | { readonly kind: 'owned'; readonly owned: Owned };
  readonly redundancy: Redundancy;
  readonly scaling: Scaling;
  /** Context length to hold in memory; null: input + output of the workload. */
  readonly context_tokens: number | null;
  readonly concurrency_per_replica: number | null;
  readonly kv_quantization: string | null;
  /** Where the GPUs stand: region or country; null is unknown. */
  readonly region: string | null;
  /** Seconds to bring up a replica (scale to zero, hour of week). */
  readonly cold_start_s: Judged | null;
  /** Seconds an idle replica stays up before it is released. */
  readonly keep_alive_s: number | null;
  readonly storage_gb: number | null;
  readonly egress_gb_per_month: number | null;
  readonly model_refresh_usd_per_month: Judged;
  readonly max_replicas: number | null;
}

export interface SelfHostOption extends OptionBase {
  readonly kind: 'self_host';
  readonly self_host: SelfHost;
  /** Null: published, else estimated (issue "Capacity"); unknown until then. */
  readonly throughput: Throughput | null;
  /** Factor on the replica's speed, default 1: "what if it were 20 % slower". YAML `throughput_factor`. */
  readonly throughput_factor: Judged;
}

export interface Hybrid {
  readonly small: string;
  readonly large: string;
  /** Share of requests that reach `large`, 0..1. */
  readonly escalate: Judged;
  readonly mode: 'cascade' | 'router';
  readonly judge: { readonly usd_per_request: Judged };
  /** Tokens of an escalated request / those of a plain one. */
  readonly escalated_tokens_ratio: Judged;
  /** Data classes that never reach `large` (or `small`). */
  readonly keep: { readonly small: readonly string[]; readonly large: readonly string[] };
  readonly calibration: Calibration | null;
  /** The other leg answers what a leg fails to; absent: what fails is lost, and not costed. */
  readonly fallback?: Fallback | undefined;
  /** Least mean quality on the calibration's log, 0..1, of the optimum for a quality bar. */
  readonly quality_at_least?: number | undefined;
}

/** Share of the requests to a leg that it doesn't answer, down or rate-limited, 0..1. Null: 1 - the leg's `availability`. */
export interface Fallback {
  readonly small_fails: Judged | null;
  readonly large_fails: Judged | null;
}

/** The part of a calibration file (`route calibrate --out`) a plan uses. */
export interface Calibration {
  readonly path: string;
  readonly escalation: number;
  readonly threshold: number | null;
  readonly quality: number | null;
  readonly small_quality: number | null;
  readonly large_quality: number | null;
  readonly frontier: readonly {
    readonly threshold: number | null;
    readonly escalation: number;
    readonly quality: number | null;
    readonly usd: number | null;
  }[];
}

export interface HybridOption extends OptionBase {
  readonly kind: 'hybrid';
  readonly hybrid: Hybrid;
}

/** An all-in offer: nothing is added to it. Exactly one of the two price forms. */
export interface QuotedOption extends OptionBase {
  readonly kind: 'quoted';
  readonly quoted: {
    readonly as: 'cloud_api' | 'hosted_open' | 'self_host';
    readonly usd_per_request: Judged | null;
    /** Points (requests per month, US dollars per month), ascending; linear between, end segments continue, floored at 0. */
    readonly monthly_usd: readonly { readonly requests: number; readonly usd: Judged }[] | null;
    readonly provider: string | null;
    readonly source: string | null;
  };
}

export type ScenarioOption = ApiOption | SelfHostOption | HybridOption | QuotedOption;

export interface Policies {
  readonly [name: string]: unknown;
}

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly pricing: { readonly as_of: IsoDate | null };
  readonly horizon_months: number;
  readonly baseline: string | null;
  readonly workload: Workload;
  readonly requirements: Requirements;
  readonly team: Team;
  readonly options: readonly ScenarioOption[];
  readonly decision_rule: { readonly margin: number };
  readonly price_trend_per_year: Judged;
  readonly currency: { readonly code: string; readonly per_usd: number } | null;
  /** Dotted path -> values; several paths make a grid. */
  readonly what_if: Readonly<Record<string, readonly number[]>>;
  readonly policies: Policies;
}

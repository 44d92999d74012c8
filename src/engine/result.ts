/** The plan, as other programs read it (design.md, section 6). Keys are those of the JSON; every key is always present, null where not computed. */
import type { Finding } from './findings.ts';
import type { LatencyClaim, OptionKind, Scenario } from './scenario.ts';
import type { IsoDate, Percentiles } from './units.ts';

export type QuestionId = 'data_sovereignty' | 'above_100k_requests' | 'sub_100ms_latency' | 'fewer_than_3_engineers' | 'frontier_reasoning';

export interface ChecklistQuestion {
  readonly id: QuestionId;
  /** Null: not answered, no vote. */
  readonly answer: boolean | null;
  /** What a yes votes for; null when the answer casts no vote. */
  readonly points_to: 'self_host' | 'cloud_api' | null;
  readonly basis: string;
}

export interface Checklist {
  readonly questions: readonly ChecklistQuestion[];
  readonly self_host_votes: number;
  readonly cloud_votes: number;
  readonly verdict: 'self_host' | 'cloud_api';
}

export type GateVerdict = 'pass' | 'fail' | 'unknown' | 'unverified';

export interface Gate {
  readonly option_id: string;
  /** Option id of the leg of a hybrid, else null. */
  readonly leg: string | null;
  /** Rule id (`gdpr.personal`) or residency, licence, memory_fit, context_length, rate_limit, latency, availability, quality. */
  readonly rule: string;
  readonly verdict: GateVerdict;
  /** Needs not met, or what is missing. */
  readonly missing: readonly string[];
  readonly source: string | null;
  readonly checked: IsoDate | null;
  /** One sentence for people. */
  readonly message: string;
  /** True when this gate, as it stands, removes the option. */
  readonly blocks: boolean;
}

export type CostCategory = 'usage' | 'gpu' | 'idle' | 'redundancy' | 'staff' | 'network' | 'storage' | 'commitment' | 'one_off';

export interface CostComponent {
  readonly name: string;
  readonly category: CostCategory;
  readonly behaviour: 'fixed' | 'step' | 'variable';
  readonly leg: string | null;
  readonly quantity: number;
  readonly unit: string;
  readonly unit_usd: number;
  /** quantity x unit_usd. */
  readonly monthly_usd: number;
  readonly source: string;
}

export interface HorizonCost {
  readonly months: number;
  readonly total_usd: number;
  readonly one_off_usd: number;
  readonly by_month: readonly number[];
}

export type ThroughputSource = 'measured' | 'published' | 'estimated' | 'given';

export interface Capacity {
  readonly replicas: number;
  readonly gpus: number;
  /** Requests a second, on average, that reach these GPUs. */
  readonly requests_per_s: number;
  /** Served work / what all paid replicas could serve saturated at this mix, 0..1. */
  readonly utilization: number;
  /** Share of paid replica time with anything running, 0..1. */
  readonly busy_share: number | null;
  /** Share of what the serving replicas can do (spares aside) that the busiest hour leaves free, 0..1. */
  readonly headroom: number;
  /** US dollars of GPUs alone per work unit: as used now, by a saturated replica, and how many times more the first is; null: no price. */
  readonly gpu_usd_per_work_unit: { readonly now: number | null; readonly saturated: number; readonly ratio: number | null } | null;
  readonly limited_by: string;
  readonly work_per_s_per_replica: number;
  readonly output_tokens_per_s_per_replica: number | null;
  readonly throughput_source: ThroughputSource;
  readonly reference: string;
}

/** One split of a hybrid, priced by the plan. */
export interface HybridPoint {
  readonly threshold: number | null;
  readonly escalation: number;
  readonly monthly_usd: number | null;
  /** Mean quality on the calibration's log, 0..1; null: not known. */
  readonly quality: number | null;
  /** 95th percentile of the time to the first token; null: a leg's times aren't known. */
  readonly ttft_p95_ms: number | null;
}

/** The best split within a limit; no point: none reaches it, or what it asks about isn't known. */
export interface HybridOptimum {
  readonly limit: number;
  readonly point: HybridPoint | null;
}

/** What one leg takes over from the other, in shares of all requests; null: how often a leg fails isn't known. */
export interface HybridFallback {
  readonly small_fails: number | null;
  readonly large_fails: number | null;
  readonly to_large: number | null;
  readonly to_small: number | null;
  /** Nobody answers. */
  readonly lost: number | null;
  /** What it adds to the month, as far as known. */
  readonly monthly_usd: number | null;
}

export interface HybridFigures {
  readonly mode: 'cascade' | 'router';
  /** Share of requests that reach the large model. */
  readonly escalation: number;
  readonly escalation_source: 'calibration' | 'scenario';
  readonly threshold: number | null;
  /** As the calibration measured them. */
  readonly quality: number | null;
  readonly small_quality: number | null;
  readonly large_quality: number | null;
  /** A month of the large model alone. */
  readonly large_alone_usd: number | null;
  /** Share at which the hybrid's month costs as much as the large model's alone; 0: it never costs less, 1: it always does. */
  readonly break_even_escalation: number | null;
  /** Today's split is one of the points. */
  readonly frontier: readonly HybridPoint[];
  /** Best quality for no more than the large model alone costs. */
  readonly optimum: HybridPoint | null;
  /** Under policies.max_monthly_usd, hybrid.quality_at_least and workload.slo.ttft_p95_ms; null: no such limit is set. */
  readonly optima: { readonly cost_cap: HybridOptimum | null; readonly quality_bar: HybridOptimum | null; readonly latency_slo: HybridOptimum | null };
  /** Null: neither leg stands in for the other. */
  readonly fallback: HybridFallback | null;
}

export interface PlanOption {
  readonly id: string;
  readonly kind: OptionKind;
  readonly quoted: boolean;
  readonly label: string;
  readonly feasible: boolean;
  /** Rules of the gates that block, and findings that make a price impossible. */
  readonly blocked_by: readonly string[];
  readonly monthly_usd: number | null;
  readonly monthly_usd_range: Percentiles | null;
  readonly horizon: HorizonCost | null;
  readonly usd_per_request: number | null;
  readonly work_unit: 'output_mtok' | 'audio_minute' | 'image' | 'input_mtok';
  readonly usd_per_work_unit: number | null;
  readonly usd_per_mtok_output: number | null;
  readonly components: readonly CostComponent[];
  readonly capacity: Capacity | null;
  readonly latency: LatencyClaim | null;
  /** Null unless the option is a hybrid. */
  readonly hybrid: HybridFigures | null;
}

export interface WhatIf {
  readonly set: Readonly<Record<string, number>>;
  readonly monthly_usd: Readonly<Record<string, number | null>>;
  readonly winner: string | null;
  readonly savings_vs_baseline: number | null;
}

/** Integers, inclusive; the last `to_requests` is null (no end). */
export interface WinnerInterval {
  readonly from_requests: number;
  readonly to_requests: number | null;
  readonly option_id: string | null;
}

export interface Crossover {
  /** Real number of requests a month at which the two cost the same (or one ceases to be feasible). */
  readonly requests_per_month: number;
  readonly from_option: string | null;
  readonly to_option: string | null;
}

export interface CrossoverSummary {
  readonly api_option: string;
  readonly self_host_option: string;
  readonly first: number | null;
  readonly settled: number | null;
  /** First month (1-based) of the horizon in which self-host is cheaper, under growth; null: none. */
  readonly month: number | null;
  /** Months until one-off costs are paid back by the monthly difference; null: never within the horizon. */
  readonly payback_months: number | null;
}

export interface Flip {
  readonly variable: string;
  /** Value at which the verdict changes; a boolean for toggles. */
  readonly value: number | boolean;
  /** Value now. */
  readonly now: number | boolean | null;
  readonly unit: string;
  /** Option id the decision becomes, or null for "no feasible option". */
  readonly becomes: string | null;
}

export interface Because {
  readonly code: string;
  readonly message: string;
}

export interface Decision {
  readonly option_id: string | null;
  readonly kind: OptionKind | null;
  readonly deciding: 'gate' | 'cost' | 'margin' | 'only_option' | 'none';
  readonly because: readonly Because[];
  readonly flips: readonly Flip[];
  readonly agrees_with_checklist: boolean | null;
}

/** What the draws over all ranges say. "Cheapest" is over the whole horizon, among options that pass their gates. */
export interface Uncertainty {
  readonly seed: number;
  readonly draws: number;
  /** Share of draws in which the option has the lowest horizon total; 0 for those a gate removes. */
  readonly probability_cheapest: Readonly<Record<string, number>>;
  /** Share of draws in which the option costs least in a month, at other volumes. */
  readonly probability_by_volume: readonly { readonly requests_per_month: number; readonly probability: Readonly<Record<string, number>> }[];
  /** Volume above which self-hosting stays cheaper (crossover_summary), over the draws in which there is one. */
  readonly settled_requests: Percentiles | null;
  /** Share of draws in which self-hosting does not stay cheaper at any volume; 0 without a pair to compare. */
  readonly share_never: number;
  readonly sensitivity: readonly Sensitivity[];
  /** Horizon total of the decided option; null without a decision. */
  readonly decided_horizon_usd: Percentiles | null;
  /** Mean of what the decision costs more than the cheapest option of each draw; null without a decision. */
  readonly expected_regret_usd: number | null;
  /** Dollars of the horizon that knowing an input before deciding saves on average; the most worthwhile first. */
  readonly value_of_information: readonly { readonly variable: string; readonly usd: number }[];
  /** Standard errors of these estimates, from ten batches of draws. */
  readonly error: UncertaintyError;
}

/** One input at its 10th and 90th percentile, the others at their likely values: what the decided option then costs over the horizon. */
export interface Sensitivity {
  readonly variable: string;
  readonly low_usd: number;
  readonly high_usd: number;
  /** Share of the variance of that cost which this input explains alone, 0..1; null when it doesn't vary. */
  readonly share: number | null;
  /** The input's own 10th and 90th percentile. */
  readonly p10: number;
  readonly p90: number;
  /** What the cheapest other option costs more over the horizon, at either; null: no other can serve. */
  readonly low_lead_usd: number | null;
  readonly high_lead_usd: number | null;
}

export interface UncertaintyError {
  readonly probability_cheapest: Readonly<Record<string, number>>;
  readonly monthly_usd: Readonly<Record<string, Percentiles | null>>;
  readonly settled_requests: Percentiles | null;
  readonly share_never: number;
}

/** One stretch of the week as simulated; times in ms, null where nothing came. */
export interface SimulatedLevel {
  /** Traffic relative to the mean of the week. */
  readonly load: number;
  readonly requests_per_s: number;
  /** Replicas up, spares included; a mean where they start and stop. */
  readonly replicas: number;
  /** Served work / what the replicas up could serve saturated. */
  readonly utilization: number;
  readonly busy_share: number;
  /** Share of saturation the replicas up leave free. */
  readonly headroom: number;
  readonly ttft_ms: SimulatedTimes | null;
  readonly tpot_ms: SimulatedTimes | null;
  readonly e2e_ms: SimulatedTimes | null;
  /** Share of requests that meet every bound of the SLO; 1 without one. */
  readonly goodput_share: number;
  readonly goodput_per_s: number;
  /** Mean number of requests that wait. */
  readonly queue: number;
  /** Mean share of the KV cache that is held; null: its size is not known. */
  readonly kv_share: number | null;
}

export interface SimulatedTimes {
  readonly p50: number;
  readonly p95: number;
}

/** A self-hosted option, or the self-hosted leg of a hybrid, played request by request. */
export interface SimulatedOption extends Omit<SimulatedLevel, 'load'> {
  readonly option_id: string;
  readonly leg: string | null;
  readonly step_times: { readonly source: ThroughputSource; readonly reference: string };
  readonly arrivals: {
    /** given: the week is the scenario's; assumed: made up from the peak alone. */
    readonly week: 'given' | 'assumed';
    /** Coefficient of variation of the gaps; 1 is Poisson. */
    readonly burstiness_cv: number;
    /** Lengths drawn from the profile, or all of the mean length. */
    readonly lengths: 'profile' | 'mean';
  };
  /** What was played, and the sentence that says it. */
  readonly played: { readonly requests: number; readonly seconds: number; readonly share_of_fleet: number; readonly note: string };
  /** Spares of the plan's fleet; they serve as long as nothing fails. */
  readonly spare_replicas: number;
  /** Fewest replicas, spares included, that keep up in the busiest hour within the SLO with the spares down; null: no number does. */
  readonly replicas_needed: number | null;
  readonly no_fleet_because: string | null;
  /** Does the plan's fleet, spares down, keep up in the busiest hour and meet the SLO? */
  readonly meets_slo: boolean;
  /** The busiest hour with the spares down. */
  readonly spares_down: { readonly ttft_p95_ms: number | null; readonly tpot_p95_ms: number | null; readonly served_share: number };
  /** What the plan says of the same. */
  readonly closed_form: { readonly replicas: number; readonly utilization: number; readonly busy_share: number | null; readonly headroom: number };
  readonly levels: readonly SimulatedLevel[];
  /** Index into `levels` of each hour of the week, Monday 00:00 first. */
  readonly hour_levels: readonly number[];
}

/** The plan's self-hosted options played request by request (`--simulate`). It changes nothing of the plan but its findings. */
export interface PlanSimulation {
  readonly seed: number;
  /** The decided option first. */
  readonly options: readonly SimulatedOption[];
  readonly not_simulated: readonly { readonly option_id: string; readonly reason: string }[];
}

export interface Plan {
  readonly scenario: Scenario;
  readonly pricing: { readonly as_of: IsoDate; readonly today: IsoDate; readonly newest_checked: IsoDate; readonly stale_count: number };
  readonly baseline: string | null;
  readonly checklist: Checklist;
  readonly gates: readonly Gate[];
  readonly options: readonly PlanOption[];
  readonly what_if: readonly WhatIf[];
  readonly winners: readonly WinnerInterval[];
  readonly crossovers: readonly Crossover[];
  readonly crossover_summary: CrossoverSummary | null;
  readonly decision: Decision;
  readonly uncertainty: Uncertainty | null;
  /** Null unless asked for. */
  readonly simulation: PlanSimulation | null;
  readonly findings: readonly Finding[];
}

/** What `plan --format json` prints. */
export interface PlanDocument {
  readonly schema_version: 1;
  readonly tool_version: string;
  readonly plans: readonly Plan[];
}

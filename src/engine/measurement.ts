/** A measurement file as `bench` writes it (design.md, section 7), the part of it the engine reads. Times in ms, rates per second. */

export interface LatencySummary {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  /** Null below 100 samples. */
  readonly p99: number | null;
  readonly mean: number;
  readonly n: number;
}

export interface MeasurementPoint {
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly arrivals: string | null;
  readonly requests: number;
  readonly ok: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly window_s: number;
  readonly requests_per_s: number;
  readonly output_tokens_per_s: number;
  readonly goodput_per_s: number | null;
  readonly ttft_ms: LatencySummary | null;
  readonly ttfo_ms: LatencySummary | null;
  readonly tpot_ms: LatencySummary | null;
  readonly icl_ms: LatencySummary | null;
  readonly e2e_ms: LatencySummary | null;
  readonly sched_lag_ms: LatencySummary | null;
  readonly max_stall_ms: LatencySummary | null;
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cached: number | null;
    readonly reasoning: number | null;
    readonly source: string;
  };
  readonly tokens_per_chunk: number | null;
  readonly client: { readonly elu: number; readonly loop_delay_p99_ms: number; readonly limited: boolean };
  readonly usd: {
    readonly total: number;
    readonly per_request: number | null;
    readonly per_mtok_output: number | null;
    readonly per_mtok_good: number | null;
  } | null;
}

export interface Measurement {
  readonly schema_version: 1;
  readonly started_at: string;
  readonly target: {
    readonly url: string;
    readonly model: string;
    readonly api: string;
    readonly server: { readonly name: string; readonly version: string | null } | null;
    readonly usd_per_hour: number | null;
    readonly price_card: string | null;
  };
  readonly environment: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly points: readonly MeasurementPoint[];
  readonly excluded: { readonly warmup: number; readonly aborted: number };
  readonly telemetry: Readonly<Record<string, unknown>> | null;
}

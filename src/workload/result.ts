import type { Finding } from '../engine/findings.ts';
import type { JointHistogram } from '../engine/scenario.ts';
import type { CachedRule } from './formats.ts';
import type { Split } from './measure/splits.ts';
import type { Reason } from './row.ts';

/** Token counts of one side. Percentiles are null where the source only has totals; the mean too where it doesn't count requests. */
export interface TokenSummary {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly total: number;
}

/** What `workload import --format json` prints. The first thirteen keys are fixed; more may follow. */
export interface ImportResult {
  readonly schema_version: 1;
  /** What the log is and where it came from. */
  readonly source: string;
  /** Null when the source doesn't count them. */
  readonly requests: number | null;
  readonly dropped: { readonly [R in Reason]?: number };
  /** Seconds from the first request to the last (to the end of the last bucket when aggregated). */
  readonly span_s: number;
  readonly requests_per_s: number | null;
  readonly input_tokens: TokenSummary;
  readonly output_tokens: TokenSummary;
  readonly cached_share: number | null;
  readonly peak_to_average: { readonly minute: number | null; readonly hour: number | null };
  readonly burstiness_cv: number | null;
  readonly hour_of_week: readonly number[] | null;
  readonly joint_histogram: JointHistogram | null;

  readonly name: string;
  readonly file: string;
  readonly format: string;
  /** `stream` or `duckdb`; they give the same figures. */
  readonly engine: 'stream' | 'duckdb';
  readonly rows_read: number;
  readonly rows_filtered: number;
  /** Field -> columns. */
  readonly columns: Readonly<Record<string, string>>;
  readonly cached_rule: { readonly rule: CachedRule; readonly basis: string };
  /** ISO times, null on a relative clock. */
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly aggregated: boolean;
  readonly by_model: readonly Split[];
  readonly by_team: readonly Split[];
  /** Requests in equal parts of the span, for a chart. */
  readonly timeline: readonly number[];
  readonly notes: readonly Finding[];
}

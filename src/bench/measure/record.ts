/** One request as it went: a line of a records file. Times in ms after the start of the run. */
import type { FailureClass } from '../../llm/failure.ts';

type TokenSource = 'usage' | 'tokenize' | 'estimate';

export interface RequestRecord {
  /** Running number within the run; warm-up requests count down from -1. */
  readonly id: number;
  /** Which level of the run, from 0. */
  readonly point: number;
  /** Number of the request within its level: what decides its prompt. */
  readonly index: number;
  readonly warmup: boolean;
  /** Intended send. In a closed loop: when its slot was free. */
  readonly t_sched_ms: number;
  /** On the wire; null when it never got there. */
  readonly t_send_ms: number | null;
  /** Opening the connection it went over, inside t_send - t_sched; null on a connection that was already open. */
  readonly connect_ms: number | null;
  /** First token chunk, reasoning and tool-call arguments included. */
  readonly t_first_ms: number | null;
  /** First token chunk that isn't reasoning. */
  readonly t_output_ms: number | null;
  readonly t_last_ms: number | null;
  /** The response or the failure was complete. */
  readonly t_end_ms: number;
  readonly chunks: number;
  /** Gaps between consecutive token chunks, ms to two decimals. */
  readonly gaps_ms: readonly number[];
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly token_source: TokenSource;
  readonly asked_output_tokens: number;
  readonly finish_reason: string | null;
  readonly error: FailureClass | null;
  readonly message: string | null;
}

const NUMBER = 'number';

/** The record in a line of JSON; null when the line is cut off or is none. */
export function parseRecord(line: string): RequestRecord | null {
  try {
    const value = JSON.parse(line) as Partial<RequestRecord> | null;
    if (value === null || typeof value !== 'object') return null;
    const whole = typeof value.id === NUMBER && typeof value.t_sched_ms === NUMBER && typeof value.chunks === NUMBER && value.error !== undefined;
    if (!whole) return null;
    const record = { ...DEFAULTS, ...value } as RequestRecord;
    return { ...record, t_end_ms: value.t_end_ms ?? record.t_last_ms ?? record.t_send_ms ?? record.t_sched_ms };
  } catch {
    return null;
  }
}

/** For lines of other programs that carry only the documented keys. */
const DEFAULTS = {
  point: 0,
  index: 0,
  warmup: false,
  connect_ms: null,
  t_output_ms: null,
  gaps_ms: [],
  cached_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  token_source: 'usage' as const,
  asked_output_tokens: 0,
  message: null,
};

/** A record's line, without the newline. Keys that say nothing are left out. */
export function recordLine(record: RequestRecord): string {
  return JSON.stringify({
    id: record.id,
    point: record.point,
    index: record.index,
    warmup: record.warmup || undefined,
    t_sched_ms: record.t_sched_ms,
    t_send_ms: record.t_send_ms,
    connect_ms: record.connect_ms ?? undefined,
    t_first_ms: record.t_first_ms,
    t_output_ms: record.t_output_ms,
    t_last_ms: record.t_last_ms,
    t_end_ms: record.t_end_ms,
    chunks: record.chunks,
    gaps_ms: record.gaps_ms,
    input_tokens: record.input_tokens,
    output_tokens: record.output_tokens,
    cached_tokens: record.cached_tokens ?? undefined,
    cache_write_tokens: record.cache_write_tokens ?? undefined,
    reasoning_tokens: record.reasoning_tokens ?? undefined,
    token_source: record.token_source,
    asked_output_tokens: record.asked_output_tokens,
    finish_reason: record.finish_reason,
    error: record.error,
    message: record.message ?? undefined,
  });
}

/** One request on its way through the router, and what is noted about it. */

import type { Leg } from '../../engine/hybrid/policy.ts';
import type { Usage } from '../../llm/api/signal.ts';
import type { Delivery } from './delivery.ts';
import type { Wanted } from './reader.ts';

/** Why a request went where it went. */
export type Reason = 'data_class' | 'budget' | 'latency' | 'confidence' | 'share' | 'default';

/** What one target did for a request, retries and judging together. Null: it didn't say. */
export interface LegUse {
  calls: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cached_input_tokens: number | null;
  ttft_ms: number | null;
  latency_ms: number;
  usd: number | null;
}

export interface RequestRecord {
  reason: Reason | null;
  /** Whose answer the client got. */
  target: Leg | null;
  score: number | null;
  escalated: boolean;
  /** The other target answered because the one chosen failed. */
  fallback: boolean;
  /** Held-back answer let go before its score was known: the buffer was full, or it took too long. */
  released: 'bytes' | 'time' | null;
  error: string | null;
  queueMs: number;
  answer: string;
  readonly legs: { small: LegUse | null; large: LegUse | null };
}

export interface Job {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly streamed: boolean;
  readonly wanted: Wanted;
  /** Data classes the client named; null: it said nothing. */
  readonly classes: readonly string[] | null;
  readonly delivery: Delivery;
  readonly startedMs: number;
  readonly record: RequestRecord;
}

export function emptyRecord(): RequestRecord {
  return {
    reason: null,
    target: null,
    score: null,
    escalated: false,
    fallback: false,
    released: null,
    error: null,
    queueMs: 0,
    answer: '',
    legs: { small: null, large: null },
  };
}

/** Adds one call to what a leg did. */
export function noteUse(record: RequestRecord, leg: Leg, usage: Usage | null, usd: number | null, ttftMs: number | null, latencyMs: number): void {
  const before = record.legs[leg];
  record.legs[leg] = {
    calls: (before?.calls ?? 0) + 1,
    input_tokens: sum(before?.input_tokens, usage?.input),
    output_tokens: sum(before?.output_tokens, usage?.output),
    cached_input_tokens: sum(before?.cached_input_tokens, usage?.cached),
    ttft_ms: before?.ttft_ms ?? ttftMs,
    latency_ms: (before?.latency_ms ?? 0) + latencyMs,
    usd: sum(before?.usd, usd),
  };
}

function sum(a: number | null | undefined, b: number | null | undefined): number | null {
  return a == null && b == null ? null : (a ?? 0) + (b ?? 0);
}

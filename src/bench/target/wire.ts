/** Everything one thread needs to send requests to a target; plain values, so that it can be handed to a worker. */
import type { ApiKind } from '../../llm/api/kinds.ts';

export interface WireTarget {
  readonly origin: string;
  /** Path of the endpoint, with what the base URL adds. */
  readonly path: string;
  readonly api: ApiKind;
  readonly model: string;
  /** The key rides in here: never printed, never written. */
  readonly headers: Readonly<Record<string, string>>;
  readonly has_key: boolean;
  readonly ca: string | null;
  readonly include_usage: boolean;
  readonly exact_length: boolean;
  readonly max_completion_tokens: boolean;
  /** Transcriptions: seconds of sound per request. */
  readonly audio_seconds: number;
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface Timeouts {
  readonly connect_ms: number;
  /** Longest silence: no byte for this long ends the request. */
  readonly idle_ms: number;
  /** Longest a whole request may take. */
  readonly total_ms: number;
}

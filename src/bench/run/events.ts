/** What a run tells whoever watches it. */
import type { FailureClass } from '../../llm/failure.ts';

export interface Snapshot {
  readonly level: string;
  readonly level_number: number;
  readonly levels: number;
  readonly phase: 'warmup' | 'measure' | 'drain';
  readonly elapsed_s: number;
  readonly sent: number;
  readonly ok: number;
  readonly in_flight: number;
  readonly requests_per_s: number;
  readonly errors: Readonly<Partial<Record<FailureClass, number>>>;
  /** Of the last thousand requests, ms. */
  readonly ttft_ms: { readonly p50: number; readonly p95: number } | null;
  readonly tpot_ms: { readonly p50: number; readonly p95: number } | null;
  readonly spent_usd: number | null;
  readonly elu: number;
}

export interface BenchEvents {
  /** A sentence for people. */
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
  /** About twice a second. */
  readonly progress: (snapshot: Snapshot) => void;
}

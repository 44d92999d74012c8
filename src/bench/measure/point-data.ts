import { Histogram } from './histogram.ts';
import type { RequestRecord } from './record.ts';

/** A record without its gaps, which go into the level's histogram, and without its message: memory must not grow with the number of tokens. */
export type Request = Omit<RequestRecord, 'gaps_ms'> & { readonly max_gap_ms: number | null };

/** Everything measured at one level of load. */
export class PointData {
  readonly requests: Request[] = [];
  readonly gaps = new Histogram();
  /** The first message of each class of failure. */
  readonly examples: Record<string, string> = {};
  warmups = 0;

  add(record: RequestRecord): void {
    if (record.warmup) {
      this.warmups++;
      return;
    }
    this.requests.push(requestOf(record));
    // Gaps of a failed stream say little about the server's pace: it may have been dying.
    if (record.error === null) this.gaps.addAll(record.gaps_ms);
    else if (record.message !== null) this.examples[record.error] ??= record.message;
  }

  /** Puts in token counts that came later, by request id. */
  correct(counts: ReadonlyMap<number, TokenCounts>): void {
    this.requests.forEach((request, at) => {
      const better = counts.get(request.id);
      if (better !== undefined) this.requests[at] = { ...request, ...better };
    });
  }
}

export type TokenCounts = Pick<RequestRecord, 'input_tokens' | 'output_tokens' | 'token_source'>;

/** Written out key by key: a spread makes objects three times as large, and there may be a million of them. */
export function requestOf(record: RequestRecord): Request {
  return {
    id: record.id,
    point: record.point,
    index: record.index,
    warmup: record.warmup,
    t_sched_ms: record.t_sched_ms,
    t_send_ms: record.t_send_ms,
    connect_ms: record.connect_ms,
    t_first_ms: record.t_first_ms,
    t_output_ms: record.t_output_ms,
    t_last_ms: record.t_last_ms,
    t_end_ms: record.t_end_ms,
    chunks: record.chunks,
    input_tokens: record.input_tokens,
    output_tokens: record.output_tokens,
    cached_tokens: record.cached_tokens,
    cache_write_tokens: record.cache_write_tokens,
    reasoning_tokens: record.reasoning_tokens,
    token_source: record.token_source,
    asked_output_tokens: record.asked_output_tokens,
    finish_reason: record.finish_reason,
    error: record.error,
    message: null,
    max_gap_ms: longest(record.gaps_ms),
  };
}

function longest(gaps: readonly number[]): number | null {
  let max: number | null = null;
  for (const gap of gaps) if (max === null || gap > max) max = gap;
  return max;
}

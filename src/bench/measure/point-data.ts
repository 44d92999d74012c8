import { Histogram } from './histogram.ts';
import type { RequestRecord } from './record.ts';

/** A record without its gaps: those go into the level's histogram, so that memory does not grow with the number of tokens. */
export type Request = Omit<RequestRecord, 'gaps_ms'> & { readonly max_gap_ms: number | null };

/** Everything measured at one level of load. */
export class PointData {
  readonly requests: Request[] = [];
  readonly gaps = new Histogram();
  warmups = 0;

  add(record: RequestRecord): void {
    if (record.warmup) {
      this.warmups++;
      return;
    }
    const { gaps_ms, ...rest } = record;
    let longest: number | null = null;
    for (const gap of gaps_ms) if (longest === null || gap > longest) longest = gap;
    this.requests.push({ ...rest, max_gap_ms: longest });
    // Gaps of a failed stream say little about the server's pace: it may have been dying.
    if (record.error === null) this.gaps.addAll(gaps_ms);
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

export function requestOf(record: RequestRecord): Request {
  const data = new PointData();
  data.add({ ...record, warmup: false });
  return data.requests[0] as Request;
}

/** Counts for the live view: cheap, of the last thousand requests. */
import type { FailureClass } from '../../llm/failure.ts';
import type { RequestRecord } from '../measure/record.ts';
import { summarize } from '../measure/summary.ts';

const KEPT = 1000;

export class Meter {
  ok = 0;
  ended = 0;
  readonly errors: Partial<Record<FailureClass, number>> = {};
  readonly #ttfts: number[] = [];
  readonly #tpots: number[] = [];
  readonly #open: boolean;

  constructor(open: boolean) {
    this.#open = open;
  }

  add(record: RequestRecord): void {
    this.ended++;
    if (record.error !== null) {
      this.errors[record.error] = (this.errors[record.error] ?? 0) + 1;
      return;
    }
    this.ok++;
    const { t_first_ms: first, t_last_ms: last, output_tokens: tokens } = record;
    if (first === null || last === null) return;
    push(this.#ttfts, first - (this.#open ? record.t_sched_ms : (record.t_send_ms ?? record.t_sched_ms)), this.ok);
    if (tokens !== null && tokens >= 2) push(this.#tpots, (last - first) / (tokens - 1), this.ok);
  }

  ttft(): { p50: number; p95: number } | null {
    return summarize(this.#ttfts);
  }

  tpot(): { p50: number; p95: number } | null {
    return summarize(this.#tpots);
  }
}

/** A ring of the newest values. */
function push(values: number[], value: number, count: number): void {
  if (values.length < KEPT) values.push(value);
  else values[count % KEPT] = value;
}

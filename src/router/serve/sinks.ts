/** The two ways of an answer: straight to the client, or held back until its score is known. */

import type { Confidence, Leg, RoutePolicy } from '../../engine/hybrid/policy.ts';
import type { Sink } from './exchange.ts';
import type { Job } from './job.ts';
import type { AnswerReader } from './reader.ts';

export function headOf(job: Job, leg: Leg, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { reason, escalated, fallback, score } = job.record;
  return {
    'content-type': job.streamed ? 'text/event-stream; charset=utf-8' : 'application/json',
    ...(job.streamed ? { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } : {}),
    'x-request-id': job.id,
    'x-llm-crossover-target': leg,
    'x-llm-crossover-reason': fallback ? 'fallback' : (reason ?? 'default'),
    'x-llm-crossover-escalated': String(escalated),
    ...(score === null ? {} : { 'x-llm-crossover-score': String(Number(score.toPrecision(6))) }),
    ...extra,
  };
}

/** The head goes out with the first byte, so that an attempt that fails before it leaves no trace. */
export class PassSink implements Sink {
  readonly #job: Job;
  readonly #leg: Leg;
  begun = false;

  constructor(job: Job, leg: Leg) {
    this.#job = job;
    this.#leg = leg;
  }

  take(bytes: Buffer): null {
    if (bytes.length === 0) return null;
    if (!this.begun) {
      this.begun = true;
      this.#job.delivery.begin(200, headOf(this.#job, this.#leg));
    }
    this.#job.delivery.write(bytes);
    return null;
  }
}

/** Keeps the bytes of an answer; a full buffer or a long wait lets them go, and what follows with them. */
export class HoldSink implements Sink {
  readonly #job: Job;
  readonly #confidence: Confidence;
  readonly #pass: PassSink;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  #held: Buffer[] = [];
  #bytes = 0;
  #decided = false;

  constructor(job: Job, confidence: Confidence, buffer: RoutePolicy['buffer']) {
    this.#job = job;
    this.#confidence = confidence;
    this.#pass = new PassSink(job, 'small');
    this.#maxBytes = buffer.max_bytes;
    this.#timer = setTimeout(() => this.#letGo('time'), buffer.max_wait_ms);
  }

  get begun(): boolean {
    return this.#pass.begun;
  }

  take(bytes: Buffer, reader: AnswerReader): number | null {
    if (this.#decided) return this.#pass.take(bytes);
    this.#held.push(bytes);
    this.#bytes += bytes.length;
    const early = reader.confidence.early(this.#confidence.method, this.#confidence.threshold);
    if (early !== null) return this.#early(early);
    if (this.#bytes > this.#maxBytes) this.#letGo('bytes');
    return null;
  }

  /** A score known early ends the call, or the waiting. */
  #early(score: number): number | null {
    this.#job.record.score = score;
    if (score < this.#confidence.threshold) return score;
    this.release();
    return null;
  }

  #letGo(why: 'bytes' | 'time'): void {
    if (this.#decided) return;
    this.#job.record.released = why;
    this.release();
  }

  /** Everything held goes to the client. */
  release(): void {
    this.stop();
    this.#decided = true;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#pass.take(held);
  }

  /** No more waiting: the call is over, or another attempt begins. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

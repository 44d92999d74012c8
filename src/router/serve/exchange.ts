/** One call to a target: its answer through a reader into a sink, and how it ended. */

import type { Failure } from '../../llm/failure.ts';
import { statusFailure } from '../../llm/failure.ts';
import { printable } from '../../llm/secret.ts';
import type { Job } from './job.ts';
import { AnswerReader } from './reader.ts';
import type { Flight, Headers_ } from './upstream.ts';
import type { Target } from './world.ts';

/** Where an answer goes: to the client, or held back. */
export interface Sink {
  /** The answer's bytes for the client, as they come. A number: the score is known and the rest isn't needed. */
  take(bytes: Buffer, reader: AnswerReader, flight: Flight): number | null;
  /** Has anything reached the client? */
  readonly begun: boolean;
}

export type Outcome =
  | { readonly kind: 'done'; readonly reader: AnswerReader; readonly latencyMs: number }
  /** Cut by us: its score was known early. */
  | { readonly kind: 'cut'; readonly reader: AnswerReader; readonly score: number; readonly latencyMs: number }
  /** The request itself is at fault: the client gets the target's answer. */
  | { readonly kind: 'refused'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly begun: boolean; readonly retryAfter: string | null; readonly latencyMs: number }
  | { readonly kind: 'gone' };

export interface Ask {
  readonly body: string;
  readonly scored: boolean;
  readonly keepText: boolean;
}

/** Statuses that blame the request; 401, 403 and 404 blame our configuration of the target. */
const REFUSALS = new Set([400, 413, 422]);
const LONGEST_ERROR = 65_536;

export function exchange(target: Target, job: Job, ask: Ask, sink: Sink): Promise<Outcome> {
  const startedMs = performance.now();
  const reader = new AnswerReader({ streamed: job.streamed, wanted: job.wanted, scored: ask.scored, keepText: ask.keepText, startedMs });
  return new Promise((resolve) => {
    let status = 0;
    let headers: Headers_ = {};
    let error: Buffer[] = [];
    let score: number | null = null;
    const latency = () => performance.now() - startedMs;
    const settle = (outcome: Outcome) => {
      job.delivery.attach(null, null);
      resolve(outcome);
    };
    const fail = (failure: Failure) =>
      settle({ kind: 'failed', failure, begun: sink.begun, retryAfter: textHeader(headers['retry-after']), latencyMs: latency() });
    /** An error event before anything went out is as good as an error status. */
    const feed = (bytes: Buffer) => {
      if (reader.failure !== null && !sink.begun) return flight.abort({ kind: 'stream_error', message: cleaned(reader.failure, target) });
      score ??= sink.take(bytes, reader, flight);
      if (score !== null) flight.abort({ kind: 'aborted', message: 'the score is known' });
    };
    const finishError = () => {
      const body = Buffer.concat(error);
      if (REFUSALS.has(status)) settle({ kind: 'refused', status, body });
      else fail(statusFailure(status, cleaned(errorText(body, status), target)));
    };
    const flight = target.upstream.send(ask.body, job.streamed, job.id, {
      onHead: (got, gotHeaders) => {
        status = got;
        headers = gotHeaders;
      },
      onData: (chunk) => {
        if (status < 300) feed(reader.push(chunk));
        else if (error.reduce((sum, each) => sum + each.length, 0) < LONGEST_ERROR) error = [...error, chunk];
      },
      onEnd: () => {
        if (status >= 300) return finishError();
        const rest = reader.end();
        if (reader.failure !== null && !sink.begun) return fail({ kind: 'stream_error', message: cleaned(reader.failure, target) });
        sink.take(rest, reader, flight);
        if (!reader.complete) return fail({ kind: 'stream_error', message: 'the answer ended before it was complete' });
        settle({ kind: 'done', reader, latencyMs: latency() });
      },
      onFailure: (failure) => {
        if (job.delivery.gone) settle({ kind: 'gone' });
        else if (score !== null) settle({ kind: 'cut', reader, score, latencyMs: latency() });
        else fail({ ...failure, message: cleaned(failure.message, target) });
      },
    });
    job.delivery.attach(flight, () => flight.abort({ kind: 'aborted', message: 'the client left' }));
  });
}

function textHeader(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && /^[\w ,:.+-]{1,64}$/.test(value) ? value : null;
}

/** The target's own words, safe to show: no key, no control characters. */
function cleaned(text: string, { secret }: Target): string {
  return printable(text, secret, 200);
}

function errorText(body: Buffer, status: number): string {
  try {
    const { error, message } = JSON.parse(body.toString('utf8')) as { error?: { message?: unknown } | string; message?: unknown };
    const text = typeof error === 'string' ? error : (error?.message ?? message);
    return typeof text === 'string' && text !== '' ? `status ${status}: ${text}` : `status ${status}`;
  } catch {
    return `status ${status}`;
  }
}

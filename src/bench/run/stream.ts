/** One streaming request being measured: takes bytes with their times, ends as a record. */
import { type ApiKind, isStreamApi, streamReader, streamSplitter } from '../../llm/api/kinds.ts';
import { asObject, emptySignal, errorMessage, type Json, type ReadEvent, type Signal, type Usage } from '../../llm/api/signal.ts';
import type { Exchange, ResponseHead } from '../../llm/client.ts';
import { type Failure, statusFailure } from '../../llm/failure.ts';
import type { Splitter } from '../../llm/sse.ts';
import type { RequestRecord } from '../measure/record.ts';

/** What is known of a request before it is sent. */
export interface Job {
  readonly id: number;
  readonly point: number;
  readonly index: number;
  readonly warmup: boolean;
  readonly askedOutputTokens: number;
  readonly askedInputTokens: number;
}

export interface StreamOptions {
  readonly api: ApiKind;
  /** Intended send, `performance.now()` of this thread. */
  readonly scheduledMs: number;
  /** Added to this thread's clock to get ms after the start of the run. */
  readonly clockOffsetMs: number;
  /** Keep the text of answers whose tokens the server does not count. */
  readonly keepText: boolean;
  /** Takes the key out of what a server said. */
  readonly clean: (text: string) => string;
}

/** How a request ended, for whoever sends the next one. */
export interface Outcome {
  readonly record: RequestRecord;
  /** The server asked to wait this long; null: it didn't. */
  readonly retryAfterMs: number | null;
  /** The text it wrote, kept only while nobody has counted its tokens. */
  readonly text: string | null;
}

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_WHOLE_BYTES = 32 * 1024 * 1024;
const MAX_TEXT = 1_000_000;
/** Rough size of a token of English, where nobody counts them. */
const CHARS_PER_TOKEN = 4;

export class StreamRun implements Exchange {
  readonly job: Job;
  /** `performance.now()` of the last sign of life. */
  lastHeardMs: number;
  readonly startedMs: number;
  readonly #options: StreamOptions;
  readonly #finish: (outcome: Outcome) => void;
  readonly #read: ReadEvent;
  readonly #signal: Signal = emptySignal();
  #splitter: Splitter | null = null;
  #whole: Buffer[] | null = null;
  #wholeBytes = 0;
  #status = 0;
  #framed = true;
  #retryAfterMs: number | null = null;
  #nowMs = 0;
  #sentMs: number | null = null;
  #connectMs: number | null = null;
  #firstMs: number | null = null;
  #outputMs: number | null = null;
  #lastMs: number | null = null;
  #chunks = 0;
  #chars = 0;
  #text = '';
  #gaps: number[] = [];
  #usage: Usage | null = null;
  #finishReason: string | null = null;
  #complete = false;
  #failure: Failure | null = null;

  constructor(job: Job, options: StreamOptions, finish: (outcome: Outcome) => void) {
    this.job = job;
    this.#options = options;
    this.#finish = finish;
    this.#read = streamReader(options.api);
    this.startedMs = performance.now();
    this.lastHeardMs = this.startedMs;
  }

  onSend(atMs: number, connectMs: number | null): void {
    // The first send counts: a redirect or a second connection is part of the wait.
    this.#sentMs ??= atMs;
    this.#connectMs ??= connectMs;
    this.lastHeardMs = atMs;
  }

  onHead(head: ResponseHead, atMs: number): void {
    this.lastHeardMs = atMs;
    this.#status = head.status;
    this.#framed = head.headers['transfer-encoding'] !== undefined || head.headers['content-length'] !== undefined;
    if (head.status < 200 || head.status > 299) {
      this.#retryAfterMs = retryAfterMs(head.headers);
      this.#whole = [];
    } else if (this.#isWhole(head)) this.#whole = [];
    else this.#splitter = streamSplitter(this.#options.api, (data, event) => this.#event(data, event));
  }

  /** One piece of JSON: an API that does not stream, or a server that was asked to and did not. */
  #isWhole(head: ResponseHead): boolean {
    const { api } = this.#options;
    return !isStreamApi(api) || (api !== 'ollama' && isJson(head.headers['content-type']));
  }

  onData(chunk: Buffer, atMs: number): void {
    this.lastHeardMs = atMs;
    this.#nowMs = atMs;
    if (this.#splitter !== null) this.#splitter.push(chunk);
    else this.#keep(chunk);
  }

  onEnd(atMs: number): void {
    this.#nowMs = atMs;
    if (this.#status < 200 || this.#status > 299) this.#failure = statusFailure(this.#status, this.#errorText());
    else if (this.#whole !== null) this.#event(Buffer.concat(this.#whole).toString('utf8'), null);
    else this.#splitter?.end();
    this.#failure ??= this.#verdict();
    this.#done(atMs);
  }

  onFailure(failure: Failure, atMs: number): void {
    // What the stream itself said first is nearer to the cause than the connection that broke after it.
    this.#failure ??= failure;
    this.#done(atMs);
  }

  #event(data: string, event: string | null): void {
    const signal = this.#signal;
    this.#read(data, event, signal);
    if (signal.failure !== null) this.#failure ??= signal.failure;
    if (signal.usage !== null) this.#usage = mergeUsage(this.#usage, signal.usage);
    if (signal.finish !== null) this.#finishReason = signal.finish;
    if (signal.done) this.#complete = true;
    if (signal.content !== '' || signal.reasoning !== '' || signal.tool !== '') this.#token(signal);
  }

  #token(signal: Signal): void {
    const now = this.#nowMs;
    if (this.#lastMs === null) this.#firstMs = now;
    else this.#gaps.push(Math.round((now - this.#lastMs) * 1000) / 1000);
    this.#lastMs = now;
    this.#chunks++;
    if (this.#outputMs === null && (signal.content !== '' || signal.tool !== '')) this.#outputMs = now;
    this.#chars += signal.content.length + signal.reasoning.length + signal.tool.length;
    if (this.#options.keepText && this.#text.length < MAX_TEXT) this.#text += signal.reasoning + signal.content + signal.tool;
  }

  /** The response came to its end: was it one? */
  #verdict(): Failure | null {
    const ended = this.#complete || this.#finishReason !== null || this.#usage !== null;
    if (this.#chunks === 0) return { kind: 'empty', message: `no token came${this.#finishReason === null ? '' : ` (finish_reason ${this.#finishReason})`}` };
    if (!ended && !this.#framed) return { kind: 'stream_error', message: 'the connection closed before the stream said it was complete' };
    return null;
  }

  #keep(chunk: Buffer): void {
    const limit = this.#status === 200 ? MAX_WHOLE_BYTES : MAX_ERROR_BYTES;
    this.#wholeBytes += chunk.length;
    if (this.#wholeBytes <= limit) this.#whole?.push(Buffer.from(chunk));
  }

  #errorText(): string {
    const text = Buffer.concat(this.#whole ?? []).toString('utf8');
    try {
      const body: unknown = JSON.parse(text);
      const fields = asObject(body) as Json | null;
      const message = fields === null ? null : (errorMessage(fields) ?? (typeof fields.message === 'string' ? fields.message : null));
      return `HTTP ${this.#status}: ${message ?? text}`;
    } catch {
      return `HTTP ${this.#status}${text === '' ? '' : `: ${text}`}`;
    }
  }

  #done(atMs: number): void {
    const counted = this.#usage?.output != null;
    this.#finish({
      record: this.#record(atMs, counted),
      retryAfterMs: this.#retryAfterMs,
      text: counted || this.#text === '' ? null : this.#text,
    });
  }

  #record(atMs: number, counted: boolean): RequestRecord {
    const usage = this.#usage;
    const offset = this.#options.clockOffsetMs;
    const { id, point, index, warmup, askedOutputTokens, askedInputTokens } = this.job;
    return {
      id,
      point,
      index,
      warmup,
      t_sched_ms: micros(this.#options.scheduledMs + offset),
      t_send_ms: shift(this.#sentMs, offset),
      connect_ms: shift(this.#connectMs, 0),
      t_first_ms: shift(this.#firstMs, offset),
      t_output_ms: shift(this.#outputMs, offset),
      t_last_ms: shift(this.#lastMs, offset),
      t_end_ms: micros(atMs + offset),
      chunks: this.#chunks,
      gaps_ms: this.#gaps,
      input_tokens: usage?.input ?? (this.#sentMs === null ? null : askedInputTokens),
      output_tokens: usage?.output ?? (this.#chunks === 0 ? null : estimate(this.#chunks, this.#chars)),
      cached_tokens: usage?.cached ?? null,
      cache_write_tokens: usage?.cache_write ?? null,
      reasoning_tokens: usage?.reasoning ?? null,
      token_source: counted ? 'usage' : 'estimate',
      asked_output_tokens: askedOutputTokens,
      finish_reason: this.#finishReason,
      error: this.#failure?.kind ?? null,
      message: this.#failure === null ? null : this.#options.clean(this.#failure.message),
    };
  }
}

function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function shift(ms: number | null, offsetMs: number): number | null {
  return ms === null ? null : micros(ms + offsetMs);
}

/** Later figures win, but a later event that leaves a figure out does not erase it. */
function mergeUsage(before: Usage | null, now: Usage): Usage {
  if (before === null) return now;
  return {
    input: now.input ?? before.input,
    output: now.output ?? before.output,
    cached: now.cached ?? before.cached,
    cache_write: now.cache_write ?? before.cache_write,
    reasoning: now.reasoning ?? before.reasoning,
  };
}

/** At least one token a chunk. */
function estimate(chunks: number, chars: number): number {
  return Math.max(chunks, Math.round(chars / CHARS_PER_TOKEN));
}

function isJson(type: string | string[] | undefined): boolean {
  return typeof type === 'string' && /^application\/json\b/i.test(type);
}

/** Retry-After in ms: seconds, an HTTP date, or OpenAI's `retry-after-ms`. */
export function retryAfterMs(headers: ResponseHead['headers'], nowMs = Date.now()): number | null {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (exact >= 0) return exact;
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value.trim() === '') return null;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

/**
 * Sends one HTTP request and tells what happens as it happens, with the time of every event taken first thing: this is
 * where latency is measured, so nothing here waits, buffers or allocates per event more than it must.
 */
import { type BrotliDecompress, constants, createBrotliDecompress, createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { type Dispatcher, util } from 'undici';
import { type Connection, type ConnectionOptions, Connections } from './connections.ts';
import { errorCode, type Failure, statusFailure, transportFailure } from './failure.ts';

export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a caller hears about its request; times are `performance.now()` of this thread. Exactly one of `onEnd` and `onFailure` comes last. */
export interface Exchange {
  /** The request goes onto the wire now. Comes again when it had to be sent on a second connection. `connectMs` is what opening it took, null on an open one. */
  onSend(atMs: number, connectMs: number | null): void;
  onHead(head: ResponseHead, atMs: number): void;
  /** Body bytes, decompressed. They are only good until this returns: whoever keeps them copies them. */
  onData(chunk: Buffer, atMs: number): void;
  onEnd(atMs: number): void;
  onFailure(failure: Failure, atMs: number): void;
}

export interface ClientOptions extends ConnectionOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** A key rides in the headers: they must never reach another host. */
  readonly hasKey: boolean;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | Buffer | null;
  /** Over the client's own headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request in flight. */
export interface Flight {
  /** Cuts the connection; `onFailure` comes with this failure. */
  abort(failure: Failure): void;
}

const MAX_REDIRECTS = 5;
const REPEATABLE = new Set([301, 302, 307, 308]);
/** The socket was gone before the server saw anything: safe to send again, once, as curl does. */
const STALE_SOCKET = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export class LlmClient {
  readonly #options: ClientOptions;
  readonly #connections: Connections;
  readonly #elsewhere = new Map<string, Connections>();
  readonly #headers: string[];

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#connections = new Connections(options);
    this.#headers = Object.entries(options.headers).flat();
  }

  send(outgoing: Outgoing, exchange: Exchange): Flight {
    const headers = outgoing.headers === undefined ? this.#headers : Object.entries({ ...this.#options.headers, ...outgoing.headers }).flat();
    const attempt = new Attempt(this, { ...outgoing, origin: this.#options.origin, flat: headers, redirects: 0, resent: false }, exchange);
    attempt.dispatch();
    return attempt;
  }

  /** Connections to an origin: our own, or, where no key can leak, one we were redirected to. */
  connectionsTo(origin: string): Connections {
    if (origin === this.#options.origin) return this.#connections;
    const known = this.#elsewhere.get(origin);
    if (known !== undefined) return known;
    const made = new Connections({ ...this.#options, origin });
    this.#elsewhere.set(origin, made);
    return made;
  }

  mayFollow(from: URL, to: URL): boolean {
    if (from.origin === to.origin) return true;
    const upgraded = from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:';
    return (!this.#options.hasKey || upgraded) && !(from.protocol === 'https:' && to.protocol === 'http:');
  }

  async close(): Promise<void> {
    await Promise.all([this.#connections, ...this.#elsewhere.values()].map((connections) => connections.destroy()));
  }
}

interface Job extends Outgoing {
  readonly origin: string;
  readonly flat: readonly string[];
  readonly redirects: number;
  readonly resent: boolean;
}

type Inflater = Gunzip | Inflate | BrotliDecompress;

/**
 * One trip of one request over one connection. undici's older handler interface: the newer one does not say when a request was
 * written, and wraps every read once more.
 */
class Attempt implements Flight, Dispatcher.DispatchHandler {
  readonly #owner: LlmClient;
  #job: Job;
  readonly #exchange: Exchange;
  #connections: Connections;
  #connection: Connection | null = null;
  #abort: ((error?: Error) => void) | null = null;
  #connectMs: number | null = null;
  #queuedAt = 0;
  #socketsBefore = 0;
  #wasOpen = false;
  #sent = false;
  #heard = false;
  #over = false;
  #abortedBy: Failure | null = null;
  #redirectTo: string | null = null;
  #inflater: Inflater | null = null;

  constructor(owner: LlmClient, job: Job, exchange: Exchange) {
    this.#owner = owner;
    this.#job = job;
    this.#exchange = exchange;
    this.#connections = owner.connectionsTo(job.origin);
  }

  dispatch(): void {
    const { method, path, body, flat, origin } = this.#job;
    this.#connections = this.#owner.connectionsTo(origin);
    const connection = this.#connections.acquire();
    this.#connection = connection;
    this.#socketsBefore = connection.sockets;
    this.#wasOpen = connection.open;
    this.#sent = false;
    this.#queuedAt = performance.now();
    connection.client.dispatch({ method, path, body, headers: flat as string[] }, this);
  }

  abort(failure: Failure): void {
    if (this.#over || this.#abortedBy !== null) return;
    this.#abortedBy = failure;
    if (this.#abort !== null) this.#abort(new Error(failure.message));
    else this.#fail(failure, performance.now());
  }

  /** The connection is there; undici writes the request right after this. */
  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#over || this.#abortedBy !== null) {
      abort(new Error('aborted before it was sent'));
      return;
    }
    const fresh = !this.#wasOpen || this.#connection?.sockets !== this.#socketsBefore;
    this.#connectMs = fresh ? performance.now() - this.#queuedAt : null;
    if (this.#job.body === null) this.onBodySent();
  }

  /** The kernel has the request: making and handing over its text is our time, not the server's. */
  onBodySent(): void {
    const now = performance.now();
    this.#sent = true;
    this.#exchange.onSend(now, this.#connectMs);
  }

  onHeaders(status: number, raw: Buffer[]): boolean {
    const now = performance.now();
    if (status < 200) return true;
    this.#heard = true;
    const headers = util.parseHeaders(raw) as ResponseHead['headers'];
    const { location } = headers;
    if (REPEATABLE.has(status) && typeof location === 'string') {
      this.#redirectTo = location;
      return true;
    }
    this.#inflater = inflaterFor(headers['content-encoding']);
    if (this.#inflater !== null) this.#pipe(this.#inflater);
    this.#exchange.onHead({ status, headers }, now);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#redirectTo !== null || this.#over) return true;
    // The inflater works on another thread, later.
    if (this.#inflater !== null) this.#inflater.write(Buffer.from(chunk));
    else this.#exchange.onData(chunk, performance.now());
    return true;
  }

  onComplete(): void {
    const now = performance.now();
    this.#giveBack();
    if (this.#over) return;
    if (this.#redirectTo !== null) this.#follow(this.#redirectTo, now);
    else if (this.#inflater !== null) this.#inflater.end();
    else this.#end(now);
  }

  onError(error: Error): void {
    const now = performance.now();
    this.#giveBack();
    if (this.#over) return;
    if (this.#abortedBy !== null) this.#fail(this.#abortedBy, now);
    else if (this.#isStale(error)) this.#resend();
    else this.#fail(transportFailure(error, this.#sent), now);
  }

  #isStale(error: Error): boolean {
    const reused = this.#wasOpen && this.#connection?.sockets === this.#socketsBefore;
    return reused && !this.#heard && !this.#job.resent && STALE_SOCKET.has(errorCode(error));
  }

  #resend(): void {
    this.#job = { ...this.#job, resent: true };
    this.dispatch();
  }

  #follow(location: string, now: number): void {
    const from = new URL(this.#job.path, this.#job.origin);
    const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
    this.#redirectTo = null;
    const refusal = this.#refusal(from, to);
    if (refusal !== null || to === null) {
      this.#fail(statusFailure(400, refusal ?? 'redirected nowhere'), now);
      return;
    }
    this.#heard = false;
    this.#job = { ...this.#job, origin: to.origin, path: to.pathname + to.search, redirects: this.#job.redirects + 1 };
    this.dispatch();
  }

  #refusal(from: URL, to: URL | null): string | null {
    if (to === null) return 'the server redirected to an address that is not a URL';
    if (this.#job.redirects >= MAX_REDIRECTS) return `more than ${MAX_REDIRECTS} redirects`;
    if (this.#owner.mayFollow(from, to)) return null;
    return `refused to follow a redirect from ${from.origin} to ${to.origin}: the API key must not go to another host`;
  }

  #pipe(inflater: Inflater): void {
    inflater.on('data', (chunk: Buffer) => {
      if (!this.#over) this.#exchange.onData(chunk, performance.now());
    });
    inflater.on('end', () => this.#end(performance.now()));
    inflater.on('error', (error) => this.#fail({ kind: 'stream_error', message: `the compressed body is damaged: ${error.message}` }, performance.now()));
  }

  #giveBack(): void {
    if (this.#connection !== null) this.#connections.release(this.#connection);
    this.#abort = null;
  }

  #end(now: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#exchange.onEnd(now);
  }

  #fail(failure: Failure, now: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#exchange.onFailure(failure, now);
  }
}

/** Flushes what it has at every write, so that tokens are not held back. */
function inflaterFor(encoding: string | string[] | undefined): Inflater | null {
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip(flush);
  if (encoding === 'deflate') return createInflate(flush);
  if (encoding === 'br') return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
  return null;
}

/** Calls a target: one pool of connections, three timeouts, and a flight that can be held back or cut. */

import { type Dispatcher, Pool } from 'undici';
import type { PolicyTarget, RoutePolicy } from '../../engine/hybrid/policy.ts';
import { type Failure, transportFailure } from '../../llm/failure.ts';
import type { Secret } from '../../llm/secret.ts';

/** Exactly one of `onEnd` and `onFailure` comes last. */
export interface Listener {
  onHead(status: number, headers: Headers_): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(failure: Failure): void;
}

export type Headers_ = Readonly<Record<string, string | string[] | undefined>>;

export interface Flight {
  pause(): void;
  resume(): void;
  abort(failure: Failure): void;
}

export class Upstream {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Record<string, string>;
  readonly #timeouts: RoutePolicy['timeouts'];

  constructor(target: PolicyTarget, secret: Secret | null, timeouts: RoutePolicy['timeouts']) {
    const base = new URL(target.base_url.replace(/\/+$/, ''));
    // Our own timers watch over the answer: undici's would cut long streams.
    this.#pool = new Pool(base.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 10_000,
      connect: { timeout: timeouts.connect_ms },
    });
    this.#path = `${base.pathname.replace(/\/+$/, '') || '/v1'}/chat/completions`;
    this.#headers = {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      ...(secret === null ? {} : { authorization: `Bearer ${secret.reveal()}` }),
    };
    this.#timeouts = timeouts;
  }

  /** @param streamed an answer in one piece has no first token to wait for: only the total time counts */
  send(body: string, streamed: boolean, id: string, listener: Listener): Flight {
    const call = new Call(listener, this.#timeouts, streamed);
    this.#pool.dispatch({ method: 'POST', path: this.#path, body, headers: { ...this.#headers, 'x-request-id': id } }, call);
    return call;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

class Call implements Flight, Dispatcher.DispatchHandler {
  readonly #listener: Listener;
  readonly #idleMs: number;
  readonly #streamed: boolean;
  readonly #total: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | null;
  #begun = false;
  #controller: Dispatcher.DispatchController | null = null;
  #sent = false;
  #over = false;
  #cutBy: Failure | null = null;

  constructor(listener: Listener, timeouts: RoutePolicy['timeouts'], streamed: boolean) {
    this.#listener = listener;
    this.#streamed = streamed;
    this.#idleMs = timeouts.idle_ms;
    this.#total = setTimeout(() => this.abort({ kind: 'timeout', message: `no complete answer within ${timeouts.total_ms} ms` }), timeouts.total_ms);
    this.#quiet = streamed
      ? setTimeout(() => this.abort({ kind: 'timeout', message: `no first token within ${timeouts.first_token_ms} ms` }), timeouts.first_token_ms)
      : null;
  }

  /** While the client doesn't read, silence isn't the target's fault. */
  pause(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#controller?.pause();
  }

  resume(): void {
    if (this.#over) return;
    this.#quiet?.refresh();
    this.#controller?.resume();
  }

  abort(failure: Failure): void {
    if (this.#over || this.#cutBy !== null) return;
    this.#cutBy = failure;
    if (this.#controller === null) this.#fail(failure);
    else this.#controller.abort(new Error(failure.message));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cutBy !== null) controller.abort(new Error('cut before it was sent'));
    this.#sent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers_): void {
    if (status >= 200 && !this.#over) this.#listener.onHead(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    if (this.#begun) this.#quiet?.refresh();
    else this.#begin();
    this.#listener.onData(chunk);
  }

  #begin(): void {
    this.#begun = true;
    if (!this.#streamed || this.#quiet === null) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.abort({ kind: 'timeout', message: `no further token within ${this.#idleMs} ms` }), this.#idleMs);
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#listener.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#cutBy ?? transportFailure(error, this.#sent));
  }

  #fail(failure: Failure): void {
    if (this.#over) return;
    this.#finish();
    this.#listener.onFailure(failure);
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#total);
    if (this.#quiet !== null) clearTimeout(this.#quiet);
  }
}

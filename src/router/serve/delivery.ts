/** The way back to the client: one head, the body as it comes, slowed down to the client's pace, and one end. */

import type { ServerResponse } from 'node:http';
import type { Flight } from './upstream.ts';

export type HeaderValues = Readonly<Record<string, string>>;

export class Delivery {
  readonly #response: ServerResponse;
  #flight: Flight | null = null;
  #onGone: (() => void) | null = null;
  status: number | null = null;
  bytes = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#flight?.resume());
    response.on('close', () => {
      if (!response.writableFinished) this.#onGone?.();
    });
    response.on('error', () => undefined);
  }

  /** The client left before it had everything. */
  get gone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  /** What to hold back when the client reads slowly, and what to cut when it leaves. */
  attach(flight: Flight | null, onGone: (() => void) | null): void {
    this.#flight = flight;
    this.#onGone = onGone;
    if (this.gone) onGone?.();
  }

  begin(status: number, headers: HeaderValues): void {
    if (this.begun || this.gone) return;
    this.status = status;
    this.#response.writeHead(status, headers);
  }

  write(bytes: Buffer | string): void {
    if (bytes.length === 0 || this.gone) return;
    this.bytes += bytes.length;
    if (!this.#response.write(bytes)) this.#flight?.pause();
  }

  end(bytes?: Buffer | string): void {
    this.attach(null, null);
    if (this.gone || this.#response.writableEnded) return;
    if (bytes === undefined || bytes.length === 0) this.#response.end();
    else this.#response.end(bytes);
  }
}

export interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

/** An error as OpenAI's clients read it. */
export function deliverError(delivery: Delivery, status: number, error: ErrorBody, headers: HeaderValues = {}): void {
  const body = JSON.stringify({ error: { ...error, param: null } });
  delivery.begin(status, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers });
  delivery.end(body);
}

/** The same inside a stream that has begun: clients raise it as an error. */
export function deliverStreamError(delivery: Delivery, error: ErrorBody): void {
  delivery.end(`data: ${JSON.stringify({ error: { ...error, param: null } })}\n\n`);
}

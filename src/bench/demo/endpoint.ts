/** A model endpoint that only pretends: an HTTP server whose answers are scripts of bytes and pauses. `bench demo` and the tests run against it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  /** 0 for the first request the server got. */
  readonly serial: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly arrivedMs: number;
  /** Requests being answered now, this one included. */
  readonly inFlight: number;
}

export interface Part {
  /** Ms after the request arrived. */
  readonly at_ms: number;
  readonly bytes: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: readonly Part[];
  /** end: as HTTP wants it; reset: the connection breaks; close: it is closed without a word; hang: nothing more comes. */
  readonly finish: 'end' | 'reset' | 'close' | 'hang';
  readonly finish_ms?: number;
}

/** When the server really wrote what: the truth a measurement is held against. */
interface Truth {
  readonly serial: number;
  readonly arrivedMs: number;
  readonly writtenMs: number[];
}

export interface FakeEndpoint {
  readonly url: string;
  readonly port: number;
  readonly requests: FakeRequest[];
  readonly truths: Truth[];
  /** Answers sent to their end. */
  finished(): number;
  close(): Promise<void>;
}

export type Answer = (request: FakeRequest) => Reply;

export interface FakeOptions {
  readonly port?: number;
  /** Keep the requests and write times; off for long loads. */
  readonly remember?: boolean;
  /** For TLS: a function like `https.createServer` with its options bound. */
  readonly createServer?: (listener: (request: IncomingMessage, response: ServerResponse) => void) => Server;
}

/** Listens on the loopback interface only. */
export async function startFakeEndpoint(answer: Answer, options: FakeOptions = {}): Promise<FakeEndpoint> {
  const { remember = true } = options;
  const requests: FakeRequest[] = [];
  const truths: Truth[] = [];
  let serial = 0;
  let inFlight = 0;
  let finished = 0;
  const server = (options.createServer ?? createServer)((incoming, response) => {
    const arrivedMs = performance.now();
    inFlight++;
    response.once('close', () => {
      inFlight--;
      if (response.writableFinished) finished++;
    });
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { serial: serial++, method, path: url, headers, body: Buffer.concat(chunks).toString('utf8'), arrivedMs, inFlight };
      const truth: Truth = { serial: request.serial, arrivedMs, writtenMs: [] };
      if (remember) requests.push(request);
      if (remember) truths.push(truth);
      play(answer(request), response, truth);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = options.createServer === undefined ? 'http' : 'https';
  return { url: `${scheme}://127.0.0.1:${port}`, port, requests, truths, finished: () => finished, close: () => closeServer(server) };
}

function play(reply: Reply, response: ServerResponse, truth: Truth): void {
  const parts = reply.parts;
  let next = 0;
  const step = () => {
    if (response.destroyed) return;
    while (next < parts.length && dueIn(parts[next] as Part, truth) <= 0) {
      const part = parts[next++] as Part;
      if (!response.headersSent) response.writeHead(reply.status, reply.headers);
      truth.writtenMs.push(performance.now());
      response.write(part.bytes);
    }
    if (next < parts.length) setTimeout(step, dueIn(parts[next] as Part, truth));
    else finishAt(reply, response, truth);
  };
  step();
}

function finishAt(reply: Reply, response: ServerResponse, truth: Truth): void {
  const wait = truth.arrivedMs + (reply.finish_ms ?? 0) - performance.now();
  if (wait > 0) setTimeout(() => finish(reply, response), wait);
  else finish(reply, response);
}

function dueIn(part: Part, truth: Truth): number {
  return truth.arrivedMs + part.at_ms - performance.now();
}

function finish(reply: Reply, response: ServerResponse): void {
  if (reply.finish === 'hang') return;
  if (reply.finish === 'reset') response.socket?.resetAndDestroy();
  else if (reply.finish === 'close') response.socket?.destroy();
  else {
    if (!response.headersSent) response.writeHead(reply.status, reply.headers);
    response.end();
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A model endpoint with scripted answers and faults, and one bench run against it. */
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { type FakeEndpoint, type FakeRequest, type Reply, startFakeEndpoint } from '../../src/bench/demo/endpoint.ts';
import { jsonReply, SSE_HEADERS } from '../../src/bench/demo/replies.ts';
import { NO_SLO } from '../../src/bench/measure/reduce.ts';
import { BenchSession, type SessionParts, type SessionResult } from '../../src/bench/run/session.ts';
import type { BenchSetup } from '../../src/bench/run/setup.ts';
import type { TargetConfig } from '../../src/bench/target/config.ts';

export { type FakeEndpoint, type FakeRequest, jsonReply, type Reply, SSE_HEADERS, startFakeEndpoint };

/** A stream of the given texts, all at once, or each at its time. */
export function sse(...parts: readonly (string | Buffer | readonly [atMs: number, bytes: string | Buffer])[]): Reply {
  const scripted = parts.map((part) => (typeof part === 'string' || Buffer.isBuffer(part) ? { at_ms: 0, bytes: part } : { at_ms: part[0], bytes: part[1] }));
  return { status: 200, headers: SSE_HEADERS, parts: scripted, finish: 'end' };
}

/** A chat chunk with this delta. */
export function delta(fields: Record<string, unknown>, finish: string | null = null, more: Record<string, unknown> = {}): string {
  return event({ object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: fields, finish_reason: finish }], ...more });
}

export function usageChunk(input: number, output: number, details: Record<string, unknown> = {}): string {
  return event({ object: 'chat.completion.chunk', model: 'm', choices: [], usage: { prompt_tokens: input, completion_tokens: output, ...details } });
}

export const DONE = 'data: [DONE]\n\n';
export const ROLE = delta({ role: 'assistant', content: '' });

export function event(value: unknown, name: string | null = null): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;
}

/** Answers posts with `answer`, and everything else like a server that knows only its model list. */
export function modelServer(answer: (request: FakeRequest) => Reply, models: readonly string[] = ['m']): (request: FakeRequest) => Reply {
  return (request) => {
    if (request.method === 'POST') return answer(request);
    if (request.path === '/v1/models') return jsonReply(200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
    return jsonReply(404, { error: { message: 'not found' } });
  };
}

/** Starts an endpoint, runs `use` and closes it again. */
export async function withEndpoint<T>(answer: (request: FakeRequest) => Reply, use: (endpoint: FakeEndpoint) => Promise<T>): Promise<T> {
  const endpoint = await startFakeEndpoint(modelServer(answer));
  try {
    return await use(endpoint);
  } finally {
    await endpoint.close();
  }
}

/** The same over TLS with the given certificate. */
export function startTlsEndpoint(answer: (request: FakeRequest) => Reply, certificate: { readonly key: string; readonly cert: string }): Promise<FakeEndpoint> {
  return startFakeEndpoint(modelServer(answer), { createServer: (listener) => createHttpsServer({ ...certificate }, listener) as never });
}

/** A server that speaks bytes: every post gets `respond`, everything else 404. For what an HTTP library would not let one write. */
export async function startRawServer(
  respond: (socket: Socket, request: string) => void,
): Promise<{ url: string; connections: () => number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let request = wholeRequest(text); request !== null; request = wholeRequest(text)) {
        text = text.slice(request.length);
        if (request.startsWith('POST')) respond(socket, request);
        else socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function wholeRequest(text: string): string | null {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return null;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length < end ? null : text.slice(0, end);
}

export const TARGET: TargetConfig = {
  url: 'http://127.0.0.1:1',
  model: 'm',
  api: 'chat',
  api_key_env: null,
  usd_per_hour: null,
  price_card: null,
  prices: null,
  gpu: null,
  gpus: 1,
  ca: null,
  audio_seconds: 1,
  extra_body: {},
};

export type SetupChanges = Omit<Partial<BenchSetup>, 'target'> & { readonly target?: Partial<TargetConfig> };

export function setupFor(url: string, changes: SetupChanges = {}): BenchSetup {
  const { target, ...rest } = changes;
  return {
    levels: [{ load: { kind: 'closed', concurrency: 1 }, stop: { requests: 3, duration_s: null } }],
    seed: 1,
    run: 'test',
    prompts: { sizes: [{ input_tokens: 20, output_tokens: 5, weight: 1 }], shared_prefix: 0, file: null, nonce: true },
    warmup: 0,
    ramp_s: null,
    threads: 1,
    client: 'own',
    exact_length: true,
    timeouts: { connect_ms: 2_000, idle_ms: 5_000, total_ms: 20_000 },
    slo: NO_SLO,
    max_spend_usd: null,
    ...rest,
    target: { ...TARGET, url, ...target },
  };
}

export interface Heard {
  readonly notes: string[];
  readonly warnings: string[];
}

/** Runs a session without disk or terminal. */
export async function bench(url: string, changes: SetupChanges = {}, parts: Partial<SessionParts> = {}): Promise<SessionResult & { heard: Heard }> {
  const heard: Heard = { notes: [], warnings: [] };
  const events = { note: (text: string) => void heard.notes.push(text), warn: (text: string) => void heard.warnings.push(text), progress: () => undefined };
  const session = new BenchSession(setupFor(url, changes), { key: null, price: null, recordsPath: null, toolVersion: 'test', events, ...parts });
  return { ...(await session.run()), heard };
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../src/bench/run/stream.ts';
import {
  bench,
  DONE,
  delta,
  event,
  type FakeRequest,
  jsonReply,
  type Reply,
  ROLE,
  type SetupChanges,
  sse,
  startRawServer,
  startTlsEndpoint,
  usageChunk,
  withEndpoint,
} from '../helpers/fake-endpoint.ts';

const GOOD = sse(ROLE, delta({ content: 'a' }), delta({}, 'stop'), usageChunk(2, 1), DONE);

/** What three requests against this endpoint came to. */
async function outcome(answer: (request: FakeRequest) => Reply, changes: SetupChanges = {}) {
  return withEndpoint(answer, async (endpoint) => {
    const { measurement, left } = await bench(endpoint.url, changes);
    return { point: measurement.points[0], requests: left.points[0]?.requests ?? [], seen: endpoint.requests.filter((request) => request.method === 'POST') };
  });
}

describe('failures that are counted by class and never as success', () => {
  test('reset mid-stream', async () => {
    const { point } = await outcome(() => ({ ...sse(delta({ content: 'a' }), [20, delta({ content: 'b' })]), finish: 'reset', finish_ms: 40 }));
    expect(point).toMatchObject({ requests: 3, ok: 0, errors: { reset: 3 }, tokens: { output: 0 } });
  });

  test('closed mid-stream, inside a chunked body', async () => {
    const { point } = await outcome(() => ({ ...sse(delta({ content: 'a' })), finish: 'close', finish_ms: 30 }));
    expect(point).toMatchObject({ ok: 0, errors: { reset: 3 } });
  });

  test('closed mid-stream without framing', async () => {
    const server = await startRawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${delta({ content: 'a' })}`));
    const { measurement } = await bench(server.url);
    await server.close();
    expect(measurement.points[0]).toMatchObject({ ok: 0, errors: { stream_error: 3 } });
  });

  test('429 without Retry-After', async () => {
    const { point } = await outcome(() => jsonReply(429, { error: { message: 'slow down' } }));
    expect(point).toMatchObject({ ok: 0, errors: { http_429: 3 } });
  });

  test('429 with Retry-After delays the next send of that slot and is not retried', async () => {
    let posts = 0;
    const { point, requests, seen } = await outcome(() => (posts++ === 0 ? jsonReply(429, { error: { message: 'slow down' } }, { 'retry-after': '1' }) : GOOD));
    expect(point).toMatchObject({ requests: 3, ok: 2, errors: { http_429: 1 } });
    expect(seen).toHaveLength(3);
    expect((requests[1]?.t_send_ms ?? 0) - (requests[0]?.t_end_ms ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('500', async () => {
    const { point } = await outcome(() => jsonReply(500, { error: { message: 'out of memory' } }));
    expect(point).toMatchObject({ ok: 0, errors: { http_5xx: 3 } });
    expect(point?.error_examples).toEqual({ http_5xx: 'HTTP 500: out of memory' });
  });

  test('200 with an error event', async () => {
    const { point } = await outcome(() => sse(delta({ content: 'a' }), event({ error: { message: 'engine died', code: 500 } }), DONE));
    expect(point).toMatchObject({ ok: 0, errors: { stream_error: 3 } });
  });

  test('200 with an error event named so', async () => {
    const { point } = await outcome(() => sse(delta({ content: 'a' }), event({ message: 'overloaded' }, 'error'), DONE));
    expect(point).toMatchObject({ ok: 0, errors: { stream_error: 3 } });
  });

  test('200 with an error body', async () => {
    const { point } = await outcome(() => jsonReply(200, { error: { message: 'no such adapter' } }));
    expect(point).toMatchObject({ ok: 0, errors: { stream_error: 3 } });
  });

  test('invalid JSON in one event', async () => {
    const { point } = await outcome(() =>
      sse(delta({ content: 'a' }), delta({ content: 'b' }), 'data: {"choices":[{"delta":{"content":"c"\n\n', delta({}, 'stop'), usageChunk(1, 3), DONE),
    );
    expect(point).toMatchObject({ ok: 0, errors: { invalid_json: 3 } });
  });

  test('silence until the timeout', async () => {
    const { point } = await outcome(() => ({ ...sse(delta({ content: 'a' })), finish: 'hang' }), {
      timeouts: { connect_ms: 1000, idle_ms: 150, total_ms: 5000 },
    });
    expect(point).toMatchObject({ ok: 0, errors: { timeout: 3 } });
  });

  test('silence before the headers', async () => {
    const { point } = await outcome(() => ({ status: 200, headers: {}, parts: [], finish: 'hang' }), {
      timeouts: { connect_ms: 1000, idle_ms: 150, total_ms: 5000 },
    });
    expect(point).toMatchObject({ ok: 0, errors: { timeout: 3 } });
  });

  test('keep-alives without end', async () => {
    const pings = Array.from({ length: 100 }, (_, index) => [index * 20, ': ping\n\n'] as const);
    const { point } = await outcome(() => sse(...pings), { timeouts: { connect_ms: 1000, idle_ms: 1000, total_ms: 300 } });
    expect(point).toMatchObject({ ok: 0, errors: { timeout: 3 } });
  });

  test('finish_reason length with zero tokens', async () => {
    const { point } = await outcome(() => sse(ROLE, delta({ content: '' }, 'length'), usageChunk(5, 0), DONE));
    expect(point).toMatchObject({ ok: 0, errors: { empty: 3 } });
  });

  test('an empty body', async () => {
    const { point } = await outcome(() => sse());
    expect(point).toMatchObject({ ok: 0, errors: { empty: 3 } });
  });

  test('wrong model', async () => {
    await withEndpoint(
      () => jsonReply(404, { error: { message: 'The model `nope` does not exist.' } }),
      async (endpoint) => {
        const { measurement, heard } = await bench(endpoint.url, { target: { model: 'nope' } });
        expect(measurement.points[0]).toMatchObject({ ok: 0, errors: { http_4xx: 3 } });
        expect(heard.warnings[0]).toMatch(/does not list the model nope; it lists m/);
      },
    );
  });

  test('nobody listens', async () => {
    const { measurement } = await bench('http://127.0.0.1:9');
    expect(measurement.points[0]).toMatchObject({ requests: 3, ok: 0, errors: { connect: 3 }, ttft_ms: null });
  });

  test('a failing warm-up does not abort', async () => {
    let posts = 0;
    const { point, seen } = await outcome(() => (posts++ < 2 ? jsonReply(500, { error: 'cold' }) : GOOD), { warmup: 2 });
    expect(point).toMatchObject({ requests: 3, ok: 3 });
    expect(seen).toHaveLength(5);
  });

  test('a server that refuses stream_options is asked without it', async () => {
    const refuse = (request: FakeRequest) =>
      request.body.includes('stream_options') ? jsonReply(400, { error: { message: 'Unrecognized request argument: stream_options' } }) : GOOD;
    const { point } = await outcome(refuse, { warmup: 2 });
    expect(point).toMatchObject({ requests: 3, ok: 3 });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');

  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that is past', { 'retry-after': 'Tue, 24 Nov 2026 11:00:00 GMT' }, 0],
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
    ['nothing', {}, null],
    ['nonsense', { 'retry-after': 'soon' }, null],
  ])('%s', (_kind, headers, ms) => {
    expect(retryAfterMs(headers, now)).toBe(ms);
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tls-'));
  let certificate = { key: '', cert: '' };

  beforeAll(() => {
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    ];
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    certificate = { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8') };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a self-signed certificate is refused', async () => {
    const endpoint = await startTlsEndpoint(() => GOOD, certificate);
    const { measurement } = await bench(endpoint.url);
    await endpoint.close();
    expect(measurement.points[0]).toMatchObject({ requests: 3, ok: 0, errors: { tls: 3 } });
    expect(endpoint.requests).toHaveLength(0);
  });

  test('and accepted with --ca', async () => {
    const endpoint = await startTlsEndpoint(() => GOOD, certificate);
    const { measurement } = await bench(endpoint.url, { target: { ca: certificate.cert } });
    await endpoint.close();
    expect(measurement.points[0]).toMatchObject({ requests: 3, ok: 3, errors: {} });
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const endpoint = await startTlsEndpoint(() => GOOD, certificate);
    const { measurement } = await bench(endpoint.url);
    await endpoint.close();
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    expect(measurement.points[0]).toMatchObject({ ok: 0, errors: { tls: 3 } });
  });
});

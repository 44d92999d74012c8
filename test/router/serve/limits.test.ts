import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../../src/llm/secret.ts';
import { ask, type Bench, type BenchOptions, reply, startBench } from './endpoints.ts';

let bench: Bench;
const start = async (options: BenchOptions = {}) => {
  bench = await startBench(options);
};
afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
});

/** Opens a connection, writes the bytes, resolves with everything that comes until it is closed or `ms` have passed. */
function raw(bytes: string, ms = 3000): Promise<{ readonly text: string; readonly closed: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(bench.router.url).port), '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => done(false), ms);
    const done = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('close', () => done(true));
    socket.on('error', () => done(true));
    socket.write(bytes);
  });
}

const stillServing = async () => expect((await ask(bench, 'score=0.9')).status).toBe(200);

test('bodies over the limit are refused, announced or not', async () => {
  await start({ policy: { limits: { max_body_bytes: 2000, max_in_flight: 4, max_queued: 4 } } });
  expect((await ask(bench, 'x'.repeat(3000))).status).toBe(413);
  const chunk = `400\r\n${'x'.repeat(0x400)}\r\n`;
  const { text } = await raw(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`,
  );
  expect(text).toContain('413');
  expect(bench.small.requests).toHaveLength(0);
  await stillServing();
});

test('slow clients and idle connections are let go', { timeout: 20_000 }, async () => {
  await start({ router: { clientTimeouts: { headersMs: 800, requestMs: 1500 } } });
  const slow = [
    raw('POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', 6000),
    raw('POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{', 6000),
    raw('', 6000),
  ];
  await stillServing();
  for (const { closed } of await Promise.all(slow)) expect(closed).toBe(true);
  expect(bench.small.requests).toHaveLength(1);
});

test('1,000 idle connections: bounded, and still serving', { timeout: 40_000 }, async () => {
  await start({
    policy: { limits: { max_body_bytes: 10_000, max_in_flight: 8, max_queued: 8 } },
    router: { clientTimeouts: { headersMs: 6000, requestMs: 7000 } },
  });
  const port = Number(new URL(bench.router.url).port);
  let open = 0;
  const sockets = await Promise.all(
    Array.from(
      { length: 1000 },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => resolve(socket)).resume();
          socket.on('error', () => resolve(socket));
          socket.on('close', () => open--);
          open++;
        }),
    ),
  );
  await expect.poll(() => open, { timeout: 5000 }).toBeLessThanOrEqual(8 + 8 + 256);
  await expect.poll(() => open, { timeout: 20_000 }).toBe(0);
  await stillServing();
  for (const socket of sockets) socket.destroy();
});

test('what a smuggled request needs is refused', async () => {
  await start();
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const attempts = [
    `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    `${head}Content-Length : 5\r\n\r\nhello`,
    `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `${head}X-A: b\nX-C: d\r\n\r\n`,
    'GET /metrics HTTP/1.1\r\n\r\n',
    'GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n',
    'GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
    `${head}X-A: b\r\n folded\r\nContent-Length: 5\r\n\r\nhello`,
    `${head}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nhello`,
  ];
  for (const attempt of attempts) {
    const { text } = await raw(attempt);
    expect(text).toMatch(/^HTTP\/1\.1 (400|411|415|501)/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  }
  expect(bench.small.requests).toHaveLength(0);
  await stillServing();
});

test('headers of the client never reach a target, ids with odd characters are replaced', async () => {
  await start();
  const response = await ask(
    bench,
    'score=0.9',
    {},
    { authorization: 'Bearer client-canary', 'x-forwarded-for': '1.2.3.4', cookie: 'a=canary', 'x-request-id': 'spaces are odd' },
  );
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  const { headers } = bench.small.requests[0] as never as { headers: Record<string, string> };
  expect(headers.authorization).toBe('Bearer small-key-canary');
  expect(Object.keys(headers).sort()).toEqual(['accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'x-request-id']);
});

test('a key is asked for where one is set; without one, web pages are kept out', async () => {
  await start({ router: { key: new Secret('router-key') } });
  expect((await ask(bench, 'x')).status).toBe(401);
  expect((await fetch(`${bench.router.url}/metrics`)).status).toBe(401);
  expect((await fetch(`${bench.router.url}/health`)).status).toBe(200);
  expect((await ask(bench, 'x', {}, { authorization: 'Bearer router-key' })).status).toBe(200);
  await bench.close();
  await start();
  expect((await ask(bench, 'x', {}, { 'content-type': 'text/plain' })).status).toBe(415);
  const { text } = await raw('GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
  expect(text).toContain('403');
});

test('more than it may hold is refused with 429, and what waits is served', async () => {
  await start({ policy: { limits: { max_body_bytes: 10_000, max_in_flight: 2, max_queued: 2 } } });
  const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await ask(bench, 'score=0.9 words=3 gap=100')).status));
  expect(statuses.sort()).toEqual([200, 200, 200, 200, 429, 429]);
  await stillServing();
});

test('a slow reader holds the target back instead of filling memory', { timeout: 30_000 }, async () => {
  const big = (request: Parameters<typeof reply>[0]) => {
    const event = `data: {"choices":[{"index":0,"delta":{"content":"${'y'.repeat(60_000)}"},"finish_reason":null}]}\n\n`;
    return { ...reply(request), parts: Array.from({ length: 600 }, () => ({ at_ms: 0, bytes: event })) };
  };
  await start({ small: big, policy: { mode: 'router', confidence: null, large_share: 0 }, remember: false });
  const body = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'x' }] });
  const socket = connect(Number(new URL(bench.router.url).port), '127.0.0.1');
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(bench.small.finished()).toBe(0);
  socket.destroy();
  await stillServingSmall();
});

async function stillServingSmall() {
  await expect.poll(async () => (await (await fetch(`${bench.router.url}/metrics`)).text()).includes('cancelled_total 1'), { timeout: 3000 }).toBe(true);
}

test('shutting down: what is in flight ends well, nothing new is taken', async () => {
  await start();
  const flying = ask(bench, 'score=0.9 words=5 gap=60', { stream: true });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = bench.router.close(5000);
  expect(await (await flying).text()).toContain('[DONE]');
  await closed;
  await expect(ask(bench, 'x')).rejects.toThrow();
});

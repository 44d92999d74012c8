import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Request } from '../../src/bench/measure/point-data.ts';
import {
  bench,
  DONE,
  delta,
  event,
  type FakeRequest,
  type Reply,
  ROLE,
  type SetupChanges,
  SSE_HEADERS,
  sse,
  startRawServer,
  usageChunk,
  withEndpoint,
} from '../helpers/fake-endpoint.ts';

/** Timers on a busy machine are late, never early. */
const SLACK_MS = 60;

/** The only request of a run against an endpoint that answers with `reply`. */
async function measured(answer: Reply | ((request: FakeRequest) => Reply), changes: SetupChanges = {}): Promise<Request> {
  const respond = typeof answer === 'function' ? answer : () => answer;
  const requests = await withEndpoint(respond, async (endpoint) => {
    const levels = [{ load: { kind: 'closed' as const, concurrency: 1 }, stop: { requests: 1, duration_s: null } }];
    return (await bench(endpoint.url, { levels, ...changes })).left.points[0]?.requests ?? [];
  });
  expect(requests).toHaveLength(1);
  return requests[0] as Request;
}

const ttft = (request: Request) => (request.t_first_ms ?? 0) - (request.t_send_ms ?? 0);
const ttfo = (request: Request) => (request.t_output_ms ?? 0) - (request.t_send_ms ?? 0);
const within = (value: number, from: number) => {
  expect(value).toBeGreaterThanOrEqual(from - 1.5);
  expect(value).toBeLessThan(from + SLACK_MS);
};

describe('streams that are measured right', () => {
  test('a role-only first chunk is no token', async () => {
    const request = await measured(sse(ROLE, [80, delta({ content: 'a' })], [120, delta({ content: 'b' }, 'stop')], [120, usageChunk(7, 2)], [120, DONE]));
    expect(request).toMatchObject({ error: null, chunks: 2, input_tokens: 7, output_tokens: 2, token_source: 'usage', finish_reason: 'stop' });
    within(ttft(request), 80);
  });

  test('empty content chunks are no tokens', async () => {
    const request = await measured(
      sse(
        delta({ content: '' }),
        [60, delta({ content: '' })],
        [90, delta({ content: 'a' })],
        [130, delta({ content: '' })],
        [130, delta({}, 'stop')],
        [130, DONE],
      ),
    );
    expect(request).toMatchObject({ error: null, chunks: 1 });
    within(ttft(request), 90);
    expect(request.t_last_ms).toBe(request.t_first_ms);
  });

  test.each(['reasoning_content', 'reasoning'])('%s before content: TTFT is its first token, TTFO the first of the content', async (key) => {
    const request = await measured(
      sse(
        ROLE,
        [50, delta({ [key]: 'hm' })],
        [80, delta({ [key]: 'so' })],
        [150, delta({ content: 'a' }, 'stop')],
        [150, usageChunk(5, 3, { completion_tokens_details: { reasoning_tokens: 2 } })],
        [150, DONE],
      ),
    );
    expect(request).toMatchObject({ error: null, chunks: 3, output_tokens: 3, reasoning_tokens: 2 });
    within(ttft(request), 50);
    within(ttfo(request), 150);
  });

  test('tool-call arguments are tokens; the call that only carries a name is none', async () => {
    const call = (fields: Record<string, unknown>) => delta({ tool_calls: [{ index: 0, function: fields }] });
    const request = await measured(
      sse(
        ROLE,
        call({ name: 'f', arguments: '' }),
        [70, call({ arguments: '{"a"' })],
        [90, call({ arguments: ':1}' })],
        [90, delta({}, 'tool_calls')],
        [90, DONE],
      ),
    );
    expect(request).toMatchObject({ error: null, chunks: 2, finish_reason: 'tool_calls' });
    within(ttft(request), 70);
    within(ttfo(request), 70);
  });

  test('several tokens per chunk: counts come from usage, the ratio is reported', async () => {
    const reply = sse(ROLE, [10, delta({ content: 'one two three' })], [20, delta({ content: ' four five six' }, 'stop')], [20, usageChunk(4, 6)], [20, DONE]);
    const { measurement } = await withEndpoint(
      () => reply,
      (endpoint) => bench(endpoint.url),
    );
    expect(measurement.points[0]).toMatchObject({ ok: 3, tokens_per_chunk: 3, tokens: { input: 12, output: 18, source: 'usage' } });
  });

  test('several choices: one finish reason, every piece of text a token chunk', async () => {
    const choice = (index: number, content: string, finish: string | null = null) =>
      event({ model: 'm', choices: [{ index, delta: { content }, finish_reason: finish }] });
    const both = event({
      model: 'm',
      choices: [
        { index: 0, delta: { content: 'x' } },
        { index: 1, delta: { content: 'y' } },
      ],
    });
    const request = await measured(
      sse(choice(0, 'a'), [10, choice(1, 'b')], [20, both], [30, choice(0, '', 'stop')], [30, choice(1, '', 'length')], [30, usageChunk(3, 4)], [30, DONE]),
    );
    expect(request).toMatchObject({ error: null, chunks: 3, output_tokens: 4, finish_reason: 'length' });
  });

  test('CRLF line ends, also split between CR and LF', async () => {
    const text = `${delta({ content: 'a' })}${delta({ content: 'b' }, 'stop')}${usageChunk(2, 2)}${DONE}`.replaceAll('\n', '\r\n');
    const middle = text.indexOf('\r\n') + 1;
    const request = await measured(sse([0, text.slice(0, middle)], [30, text.slice(middle)]));
    expect(request).toMatchObject({ error: null, chunks: 2, output_tokens: 2 });
  });

  test('comments and keep-alives are no tokens', async () => {
    const request = await measured(
      sse(': ping\n\n', [30, ':\n\n'], [60, ': OPENROUTER PROCESSING\n\n'], [100, delta({ content: 'a' }, 'stop')], [100, ': bye\n\n'], [100, DONE]),
    );
    expect(request).toMatchObject({ error: null, chunks: 1 });
    within(ttft(request), 100);
  });

  test('multi-line data is one event', async () => {
    const pretty = JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }] }, null, 2);
    const lines = pretty.split('\n').map((line) => `data: ${line}\n`);
    const request = await measured(sse(`${lines.join('')}\n`, DONE));
    expect(request).toMatchObject({ error: null, chunks: 1, finish_reason: 'stop' });
  });

  test('UTF-8 split inside a character', async () => {
    const bytes = Buffer.from(`${delta({ content: 'grüße 🚀' })}${delta({ content: '日本' }, 'stop')}${DONE}`);
    const parts = [...bytes].map((byte, index) => [index < 200 ? 0 : 10, Buffer.from([byte])] as const);
    const request = await measured(sse(...parts));
    expect(request).toMatchObject({ error: null, chunks: 2, finish_reason: 'stop' });
  });

  test('usage in every chunk: the last one counts', async () => {
    const chunk = (content: string, output: number, finish: string | null = null) =>
      delta({ content }, finish, { usage: { prompt_tokens: 9, completion_tokens: output } });
    const request = await measured(sse(chunk('a', 1), [10, chunk('b', 2)], [20, chunk('c', 3, 'stop')], [20, DONE]));
    expect(request).toMatchObject({ error: null, chunks: 3, input_tokens: 9, output_tokens: 3, token_source: 'usage' });
  });

  test('usage never: tokens are estimated and say so', async () => {
    const request = await measured(sse(ROLE, delta({ content: 'aa' }), [10, delta({ content: 'bb' })], [20, delta({}, 'stop')], [20, DONE]));
    expect(request).toMatchObject({ error: null, output_tokens: 2, token_source: 'estimate' });
  });

  test('no [DONE], also no last blank line', async () => {
    const request = await measured(sse(delta({ content: 'a' }), [10, delta({ content: 'b' }, 'stop')], [10, usageChunk(2, 2).trimEnd()]));
    expect(request).toMatchObject({ error: null, chunks: 2, output_tokens: 2 });
  });

  test('gzip, flushed token by token', async () => {
    const members = [delta({ content: 'a' }), delta({ content: 'b' }, 'stop'), usageChunk(2, 2) + DONE].map((text) => gzipSync(text));
    const reply: Reply = {
      ...sse([30, members[0] as Buffer], [90, members[1] as Buffer], [90, members[2] as Buffer]),
      headers: { ...SSE_HEADERS, 'content-encoding': 'gzip' },
    };
    const request = await measured(reply);
    expect(request).toMatchObject({ error: null, chunks: 2, output_tokens: 2 });
    within(ttft(request), 30);
    within((request.t_last_ms ?? 0) - (request.t_send_ms ?? 0), 90);
  });

  test('HTTP keep-alive closed early: every request succeeds on a connection of its own', async () => {
    const body = `${delta({ content: 'a' }, 'stop')}${DONE}`;
    const server = await startRawServer((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    const levels = [{ load: { kind: 'closed' as const, concurrency: 4 }, stop: { requests: 40, duration_s: null } }];
    const { measurement } = await bench(server.url, { levels });
    await server.close();
    expect(measurement.points[0]).toMatchObject({ requests: 40, ok: 40, errors: {} });
  });

  test('a stream that ends with its connection and without framing', async () => {
    const server = await startRawServer((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${delta({ content: 'a' }, 'stop')}${DONE}`);
    });
    const { measurement } = await bench(server.url);
    await server.close();
    expect(measurement.points[0]).toMatchObject({ requests: 3, ok: 3 });
  });

  test.each([301, 302, 307, 308])('a %i redirect on the same host is followed, its time counts', async (status) => {
    const answer = (request: FakeRequest): Reply =>
      request.path === '/moved'
        ? sse([40, delta({ content: 'a' }, 'stop')], [40, DONE])
        : { status, headers: { location: '/moved' }, parts: [], finish: 'end', finish_ms: 30 };
    const request = await measured(answer);
    expect(request).toMatchObject({ error: null, chunks: 1 });
    within(ttft(request), 70);
  });

  test('a server that does not stream although asked: one chunk, its usage counts', async () => {
    const body = {
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hello there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    };
    const request = await measured({
      status: 200,
      headers: { 'content-type': 'application/json' },
      parts: [{ at_ms: 50, bytes: JSON.stringify(body) }],
      finish: 'end',
    });
    expect(request).toMatchObject({ error: null, chunks: 1, output_tokens: 2, finish_reason: 'stop' });
  });
});

describe('other APIs', () => {
  test('completions', async () => {
    const chunk = (text: string, finish: string | null = null) => event({ object: 'text_completion', choices: [{ index: 0, text, finish_reason: finish }] });
    const request = await measured(
      sse([20, chunk('a')], [40, chunk('b', 'length')], [40, event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } })], [40, DONE]),
      { target: { api: 'completions' } },
    );
    expect(request).toMatchObject({ error: null, chunks: 2, output_tokens: 2, finish_reason: 'length' });
  });

  test('responses: reasoning, text, cached tokens', async () => {
    const usage = { input_tokens: 100, input_tokens_details: { cached_tokens: 64 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 2 } };
    const reply = sse(
      event({ type: 'response.created', response: { status: 'in_progress' } }, 'response.created'),
      [20, event({ type: 'response.reasoning_summary_text.delta', delta: 'hm' }, 'response.reasoning_summary_text.delta')],
      [50, event({ type: 'response.output_text.delta', delta: 'Hi' }, 'response.output_text.delta')],
      [70, event({ type: 'response.completed', response: { status: 'completed', model: 'm', usage } }, 'response.completed')],
    );
    const request = await measured(reply, { target: { api: 'responses' } });
    expect(request).toMatchObject({
      error: null,
      chunks: 2,
      input_tokens: 100,
      cached_tokens: 64,
      output_tokens: 5,
      reasoning_tokens: 2,
      finish_reason: 'completed',
    });
    within(ttfo(request), 50);
  });

  test('anthropic messages: input includes cached tokens', async () => {
    const reply = sse(
      event(
        {
          type: 'message_start',
          message: { model: 'm', usage: { input_tokens: 10, cache_read_input_tokens: 30, cache_creation_input_tokens: 5, output_tokens: 1 } },
        },
        'message_start',
      ),
      event({ type: 'ping' }, 'ping'),
      [20, event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }, 'content_block_delta')],
      [50, event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } }, 'content_block_delta')],
      [60, event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: ' you' } }, 'content_block_delta')],
      [70, event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } }, 'message_delta')],
      [70, event({ type: 'message_stop' }, 'message_stop')],
    );
    const request = await measured(reply, { target: { api: 'anthropic' } });
    expect(request).toMatchObject({
      error: null,
      chunks: 3,
      input_tokens: 45,
      cached_tokens: 30,
      cache_write_tokens: 5,
      output_tokens: 12,
      finish_reason: 'end_turn',
    });
    within(ttft(request), 20);
    within(ttfo(request), 50);
  });

  test('ollama: newline-delimited JSON', async () => {
    const line = (value: unknown) => `${JSON.stringify(value)}\n`;
    const parts = [
      { at_ms: 20, bytes: line({ model: 'm', message: { role: 'assistant', content: 'a' }, done: false }) },
      { at_ms: 40, bytes: line({ model: 'm', message: { role: 'assistant', content: 'b' }, done: false }) },
      {
        at_ms: 40,
        bytes: line({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 2 }),
      },
    ];
    const request = await measured({ status: 200, headers: { 'content-type': 'application/x-ndjson' }, parts, finish: 'end' }, { target: { api: 'ollama' } });
    expect(request).toMatchObject({ error: null, chunks: 2, input_tokens: 11, output_tokens: 2, finish_reason: 'stop' });
  });

  test.each([
    ['embeddings', { data: [{ embedding: [0.1, 0.2] }], usage: { prompt_tokens: 8, total_tokens: 8 } }, 8],
    ['images', { data: [{ b64_json: 'AAAA' }] }, 20],
    ['transcriptions', { text: 'hello' }, 20],
  ] as const)('%s: one answer', async (api, body, input) => {
    const seen: FakeRequest[] = [];
    const request = await measured(
      (asked) => {
        seen.push(asked);
        return { status: 200, headers: { 'content-type': 'application/json' }, parts: [{ at_ms: 30, bytes: JSON.stringify(body) }], finish: 'end' };
      },
      { target: { api } },
    );
    expect(request).toMatchObject({ error: null, chunks: 1, input_tokens: input, output_tokens: 0 });
    within(ttft(request), 30);
    expect(seen[0]?.path).toMatch(/^\/v1\/(embeddings|images\/generations|audio\/transcriptions)$/);
  });
});

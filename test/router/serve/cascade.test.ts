import { afterEach, expect, test } from 'vitest';
import { ask, asked, type Bench, type BenchOptions, errorReply, reply, startBench } from './endpoints.ts';

let bench: Bench;
const start = async (options: BenchOptions = {}) => {
  bench = await startBench(options);
};
afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
});

interface Completion {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string }; readonly logprobs?: unknown }[];
}
const completion = async (response: Response) => (await response.json()) as Completion;

test('a sure small answer goes out, without the log-probabilities only the router asked for', async () => {
  await start();
  const response = await ask(bench, 'score=0.8');
  expect(response.headers.get('x-llm-crossover-target')).toBe('small');
  expect(response.headers.get('x-llm-crossover-escalated')).toBe('false');
  expect(Number(response.headers.get('x-llm-crossover-score'))).toBeCloseTo(0.8, 5);
  const body = await completion(response);
  expect(body.choices[0]?.message.content).toBe('small-model-0 small-model-1 small-model-2 ');
  expect(body.choices[0]).not.toHaveProperty('logprobs');
  expect(bench.large.requests).toHaveLength(0);
});

test('an unsure one is thrown away, and the large model gets the request as the client sent it', async () => {
  await start();
  const response = await ask(bench, 'score=0.6', { temperature: 0.3, seed: 7 });
  expect(response.headers.get('x-llm-crossover-target')).toBe('large');
  expect(response.headers.get('x-llm-crossover-escalated')).toBe('true');
  expect((await completion(response)).model).toBe('large-model');
  const sent = asked(bench.large.requests[0] as never).body;
  expect(sent).toEqual({ model: 'large-model', messages: [{ role: 'user', content: 'score=0.6' }], temperature: 0.3, seed: 7 });
});

test('streams: whole events, nothing the client did not ask for, the same answer as without streaming', async () => {
  await start();
  for (const score of [0.9, 0.2]) {
    const text = await (await ask(bench, `score=${score} words=40`, { stream: true })).text();
    const events = text
      .trimEnd()
      .split('\n\n')
      .map((event) => event.slice(6));
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as { choices: { delta: { content?: string }; logprobs?: unknown }[]; usage?: unknown });
    const model = score > 0.7 ? 'small-model' : 'large-model';
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(Array.from({ length: 40 }, (_, i) => `${model}-${i} `).join(''));
    expect(chunks.some((chunk) => chunk.usage !== undefined || chunk.choices.length === 0 || chunk.choices[0]?.logprobs !== undefined)).toBe(false);
  }
});

test('what the client asked for stays: log-probabilities, runners-up as many as it wanted, usage', async () => {
  await start({ policy: { confidence: { method: 'first_token_margin', threshold: 0.3 } } });
  const wanted = { stream: true, logprobs: true, top_logprobs: 1, stream_options: { include_usage: true } };
  const text = await (await ask(bench, 'score=0.9', wanted)).text();
  expect(text.match(/"top_logprobs":\[\{[^\]]*?\}\]/g)).toHaveLength(3);
  expect(text).not.toContain('"token":"t1"');
  expect(text).toContain('"usage":{"prompt_tokens":10');
  expect(asked(bench.small.requests[0] as never).top).toBe(2);
});

test('the margin is known with the first token: a sure stream flows at once, an unsure one is cut', async () => {
  await start({ policy: { confidence: { method: 'first_token_margin', threshold: 0.3 } } });
  const sure = await ask(bench, 'score=0.9 words=10 gap=40', { stream: true });
  const reader = (sure.body as ReadableStream<Uint8Array>).getReader();
  const before = performance.now();
  await reader.read();
  expect(performance.now() - before).toBeLessThan(200);
  await reader.cancel();
  // 0.4 - 0.3 = 0.1: below the threshold. Without the cut the small answer would take 4 s.
  const started = performance.now();
  const unsure = await ask(bench, 'score=0.4 words=100 gap=40', { stream: true });
  expect(unsure.headers.get('x-llm-crossover-score')).toBe('0.1');
  expect(performance.now() - started).toBeLessThan(2000);
  await unsure.body?.cancel();
});

test('no score: as the policy says', async () => {
  const silent = (request: Parameters<typeof reply>[0]) => reply({ ...request, body: request.body.replace('"logprobs":true', '"logprobs":false') });
  await start({ small: silent });
  expect((await ask(bench, 'score=0.9')).headers.get('x-llm-crossover-target')).toBe('large');
  await bench.close();
  await start({ small: silent, policy: { confidence: { method: 'mean_logprob', threshold: 0.7, on_missing: 'keep' } } });
  expect((await ask(bench, 'score=0.9')).headers.get('x-llm-crossover-target')).toBe('small');
});

test('a full buffer and a long wait let the small answer go', async () => {
  await start({ policy: { buffer: { max_bytes: 500, max_wait_ms: 60_000 } } });
  expect(await (await ask(bench, 'score=0.2 words=50', { stream: true })).text()).toContain('small-model-49');
  expect(await (await fetch(`${bench.router.url}/metrics`)).text()).toContain('llm_crossover_router_released_total{why="bytes"} 1');
  await bench.close();
  await start({ policy: { buffer: { max_bytes: 1_000_000, max_wait_ms: 100 } } });
  expect(await (await ask(bench, 'score=0.2 words=20 gap=20', { stream: true })).text()).toContain('small-model-19');
});

test('where the large model fails, the small answer in hand goes out', async () => {
  await start({ large: () => errorReply(500) });
  const response = await ask(bench, 'score=0.2');
  expect(response.status).toBe(200);
  expect(response.headers.get('x-llm-crossover-reason')).toBe('fallback');
  expect((await completion(response)).model).toBe('small-model');
});

test('where the small one fails, the large one answers; where both do, an error says so without their keys', async () => {
  await start({ small: () => errorReply(503) });
  expect((await completion(await ask(bench, 'score=0.9'))).model).toBe('large-model');
  await bench.close();
  await start({ small: () => errorReply(503, 'key small-key-canary is wrong'), large: () => errorReply(500, 'large-key-canary') });
  const response = await ask(bench, 'hello');
  expect(response.status).toBe(502);
  const text = await response.text();
  expect(text).toContain('"code":"http_5xx"');
  expect(text).not.toContain('canary');
});

test('a mistake of the client is answered as the target answers it, and tried once', async () => {
  await start({ small: () => errorReply(400, 'temperature is too high') });
  const response = await ask(bench, 'hello', { temperature: 9 });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('temperature is too high');
  expect(bench.small.requests).toHaveLength(1);
  expect(bench.large.requests).toHaveLength(0);
});

test('a verifier judges the answer', async () => {
  const grader = (request: Parameters<typeof reply>[0]) => {
    const base = reply(request);
    if (!request.body.includes('How likely')) return base;
    expect(request.body).toContain('small-model-0');
    const body = { choices: [{ message: { content: request.body.includes('hard') ? ' 0.2' : '0.95' } }], usage: { prompt_tokens: 5, completion_tokens: 1 } };
    return { ...base, parts: [{ at_ms: 0, bytes: JSON.stringify(body) }] };
  };
  await start({ small: grader, policy: { confidence: { method: 'verifier', threshold: 0.7 } } });
  expect((await ask(bench, 'easy')).headers.get('x-llm-crossover-target')).toBe('small');
  const hard = await ask(bench, 'hard', { stream: true });
  expect(hard.headers.get('x-llm-crossover-score')).toBe('0.2');
  expect(await hard.text()).toContain('large-model');
});

test('header-only marks and holds nothing back', async () => {
  await start({ policy: { mode: 'header_only' } });
  const response = await ask(bench, 'score=0.2');
  expect(response.headers.get('x-llm-crossover-would-escalate')).toBe('true');
  expect((await completion(response)).model).toBe('small-model');
  const stream = await (await ask(bench, 'score=0.2', { stream: true })).text();
  expect(stream).toContain(': x-llm-crossover-would-escalate=true score=0.2');
  expect(stream).not.toContain('logprobs');
  expect(bench.large.requests).toHaveLength(0);
});

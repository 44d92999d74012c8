import OpenAI, { APIConnectionError, APIError } from 'openai';
import { afterEach, expect, test } from 'vitest';
import { type Bench, type BenchOptions, errorReply, reply, startBench } from './endpoints.ts';

let bench: Bench;
let client: OpenAI;
const start = async (options: BenchOptions = {}) => {
  bench = await startBench(options);
  client = new OpenAI({ baseURL: `${bench.router.url}/v1`, apiKey: 'any', maxRetries: 0 });
};
afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
});

const messages = (content: string) => [{ role: 'user' as const, content }];

test('whole and streamed answers, the list of models', async () => {
  await start();
  const whole = await client.chat.completions.create({ model: 'auto', messages: messages('score=0.9') });
  expect(whole.choices[0]?.message.content).toContain('small-model-2');
  let text = '';
  for await (const chunk of await client.chat.completions.create({ model: 'split', messages: messages('score=0.1'), stream: true }))
    text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('large-model-0 large-model-1 large-model-2 ');
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  expect(ids).toEqual(['split', 'auto']);
});

test('errors are raised with status and code', async () => {
  await start({ small: () => errorReply(500), large: () => errorReply(429) });
  await expect(client.chat.completions.create({ model: 'gpt-4o', messages: messages('x') })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  await expect(client.chat.completions.create({ model: 'auto', messages: messages('x') })).rejects.toMatchObject({ status: 429, code: 'http_429' });
});

test('a stream that breaks raises an error and is never silently short', async () => {
  const broken = (request: Parameters<typeof reply>[0]) => ({
    ...reply(request),
    parts: reply(request).parts.slice(0, 2),
    finish: 'reset' as const,
    finish_ms: 50,
  });
  await start({ small: broken, policy: { mode: 'router', confidence: null, large_share: 0 } });
  const read = async () => {
    for await (const chunk of await client.chat.completions.create({ model: 'auto', messages: messages('x'), stream: true }))
      expect(chunk.model).toBe('small-model');
  };
  const error = await read().catch((caught: unknown) => caught);
  expect(error instanceof APIError || error instanceof APIConnectionError).toBe(true);
});

test('tool calls pass through', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } };
  const tool = () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    parts: [
      {
        at_ms: 0,
        bytes: JSON.stringify({
          id: 'x',
          object: 'chat.completion',
          model: 'm',
          choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
        }),
      },
    ],
    finish: 'end' as const,
  });
  await start({ small: tool, policy: { confidence: { method: 'mean_logprob', threshold: 0.5, on_missing: 'keep' } } });
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
  const answer = await client.chat.completions.create({ model: 'auto', messages: messages('x'), tools });
  expect(answer.choices[0]?.message.tool_calls).toEqual([call]);
  expect(JSON.parse(bench.small.requests[0]?.body ?? '')).toMatchObject({ tools });
});

test('a client that leaves cancels the target, held back or not', async () => {
  await start();
  for (const stream of [true, false]) {
    const abort = new AbortController();
    const asked = client.chat.completions.create(
      { model: 'auto', messages: messages(`score=0.9 ${stream ? 'words=100 gap=30' : 'words=1 gap=3000'}`), stream } as never,
      {
        signal: abort.signal,
      },
    );
    setTimeout(() => abort.abort(), 150);
    await expect(asked).rejects.toThrow();
  }
  await expect.poll(async () => (await (await fetch(`${bench.router.url}/metrics`)).text()).includes('cancelled_total 2'), { timeout: 2000 }).toBe(true);
  expect(bench.small.finished()).toBe(0);
  const again = await client.chat.completions.create({ model: 'auto', messages: messages('score=0.9') });
  expect(again.choices).toHaveLength(1);
});

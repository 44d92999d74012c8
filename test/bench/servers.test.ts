import { describe, expect, test } from 'vitest';
import { apiOfUrl, endpointOf, isPaid } from '../../src/bench/target/config.ts';
import { MetricsWatch, parseMetrics } from '../../src/bench/target/metrics.ts';
import { InputError } from '../../src/files/problem.ts';
import { bench, DONE, delta, type FakeRequest, jsonReply, type Reply, sse, startFakeEndpoint, TARGET } from '../helpers/fake-endpoint.ts';

const ANSWER = sse(delta({ content: 'hello ' }), delta({ content: 'there' }, 'stop'), DONE);

/** A server that knows these paths and answers posts to its API. */
async function benchOf(paths: Readonly<Record<string, unknown>>, answer: (request: FakeRequest) => Reply = () => ANSWER) {
  const endpoint = await startFakeEndpoint((request) => {
    if (request.method === 'POST' && request.path.endsWith('/chat/completions')) return answer(request);
    const body = paths[request.path];
    if (body === undefined) return jsonReply(404, { detail: 'Not Found' });
    return typeof body === 'string'
      ? { status: 200, headers: { 'content-type': 'text/plain' }, parts: [{ at_ms: 0, bytes: body }], finish: 'end' }
      : jsonReply(200, body);
  });
  const result = await bench(endpoint.url);
  await endpoint.close();
  return { ...result, requests: endpoint.requests };
}

describe('servers are recognised', () => {
  test.each([
    ['vllm', '0.11.2', { '/version': { version: '0.11.2' }, '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] } }],
    ['vllm', null, { '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] } }],
    ['sglang', '0.5.4', { '/get_server_info': { model_path: 'm', version: '0.5.4' }, '/v1/models': { data: [{ id: 'm', owned_by: 'sglang' }] } }],
    ['tgi', '3.3.4', { '/info': { model_id: 'm', sha: 'abc', version: '3.3.4', max_concurrent_requests: 128 } }],
    [
      'llama.cpp',
      'b6789-abc',
      { '/props': { default_generation_settings: {}, build_info: 'b6789-abc' }, '/v1/models': { data: [{ id: 'm', owned_by: 'llamacpp' }] } },
    ],
    ['ollama', '0.12.6', { '/api/version': { version: '0.12.6' }, '/api/tags': { models: [{ name: 'm:latest' }] } }],
  ] as const)('%s %s', async (name, version, paths) => {
    const { measurement, heard } = await benchOf(paths);
    expect(measurement.target.server).toEqual({ name, version });
    expect(heard.warnings).toEqual([]);
  });

  test('others are not named', async () => {
    expect((await benchOf({ '/v1/models': { data: [{ id: 'm', owned_by: 'openai' }] }, '/version': { version: '1' } })).measurement.target.server).toBeNull();
    expect((await benchOf({})).measurement.target.server).toBeNull();
  });

  test('the full answer length is only forced where the server knows how', async () => {
    const bodies = async (paths: Readonly<Record<string, unknown>>) =>
      (await benchOf(paths)).requests.filter((request) => request.method === 'POST').map((request) => JSON.parse(request.body));
    const [own] = await bodies({ '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] } });
    expect(own).toMatchObject({ ignore_eos: true, min_tokens: 5, max_tokens: 5, stream: true, stream_options: { include_usage: true } });
    const [cloud] = await bodies({});
    expect(cloud).not.toHaveProperty('ignore_eos');
  });

  test('no usage: tokens are counted by the server tokenizer', async () => {
    const paths = { '/version': { version: '0.11.2' }, '/tokenize': { count: 7, tokens: [1, 2, 3, 4, 5, 6, 7] } };
    const { measurement, requests } = await benchOf(paths);
    expect(measurement.points[0]?.tokens).toMatchObject({ output: 21, source: 'tokenize' });
    expect(JSON.parse(requests.find((request) => request.path === '/tokenize')?.body ?? '{}')).toMatchObject({ model: 'm', prompt: 'hello there' });
  });

  test('metrics are scraped before and after', async () => {
    let scrapes = 0;
    const endpoint = await startFakeEndpoint((request) => {
      if (request.path === '/metrics')
        return {
          status: 200,
          headers: {},
          parts: [{ at_ms: 0, bytes: `# TYPE vllm:prompt_tokens_total counter\nvllm:prompt_tokens_total{model_name="m"} ${1000 + 50 * scrapes++}\n` }],
          finish: 'end',
        };
      return request.method === 'POST' ? ANSWER : jsonReply(404, {});
    });
    const { measurement } = await bench(endpoint.url);
    await endpoint.close();
    expect(measurement.telemetry).toEqual({ 'concurrency 1': { server: expect.objectContaining({ prompt_tokens: 50, scrapes: 2, counter_resets: 0 }) } });
    expect(measurement.target.server?.name).toBe('vllm');
  });
});

describe('metrics', () => {
  const watch = (...texts: readonly string[]) => {
    const metrics = new MetricsWatch();
    for (const text of texts) metrics.add(parseMetrics(text));
    return metrics.summary();
  };

  test('label sets add up; comments, buckets and NaN are passed over', () => {
    expect([...parseMetrics('# HELP x y\nx{a="1"} 2\nx{a="2 } 9"} 3.5 1700000000\nx_bucket{le="1"} 7\ny NaN\nz 1e3\n')]).toEqual([
      ['x', 5.5],
      ['z', 1000],
    ]);
  });

  test.each([
    ['new', 'vllm:kv_cache_usage_perc', 'vllm:inter_token_latency_seconds', 'vllm:prefix_cache_hits_total', 'vllm:prefix_cache_queries_total'],
    ['old', 'vllm:gpu_cache_usage_perc', 'vllm:time_per_output_token_seconds', 'vllm:gpu_prefix_cache_hits_total', 'vllm:gpu_prefix_cache_queries_total'],
  ])('%s names of vLLM', (_age, cache, itl, hits, queries) => {
    const at = (tokens: number, used: number) =>
      `vllm:generation_tokens_total ${tokens}\n${cache} ${used}\n${itl}_sum ${tokens / 100}\n${itl}_count ${tokens}\n${hits} ${tokens}\n${queries} ${tokens * 4}\n`;
    expect(watch(at(100, 0.2), at(300, 0.6))).toMatchObject({
      generation_tokens: 200,
      kv_cache_usage: { mean: 0.4, max: 0.6 },
      server_itl_ms: 10,
      prefix_cache_hit_rate: 0.25,
      counter_resets: 0,
    });
  });

  test('a counter that falls was reset: 900 to 1000, restart, 40, 60 is 100 + 40 + 20', () => {
    const at = (tokens: number) => `vllm:generation_tokens_total ${tokens}\n`;
    expect(watch(at(900), at(1000), at(40), at(60))).toMatchObject({ generation_tokens: 160, counter_resets: 1 });
  });

  test('nothing scraped is unknown', () => {
    expect(watch()).toBeNull();
  });
});

describe('addresses', () => {
  test.each([
    ['http://gpu:8000', 'chat', 'http://gpu:8000', '/v1/chat/completions'],
    ['http://gpu:8000/', 'completions', 'http://gpu:8000', '/v1/completions'],
    ['https://api.example.com/v1', 'chat', 'https://api.example.com', '/v1/chat/completions'],
    ['https://example.com/api/v1/', 'chat', 'https://example.com', '/api/v1/chat/completions'],
    ['http://gpu:8000/v1/chat/completions', 'chat', 'http://gpu:8000', '/v1/chat/completions'],
    ['https://api.anthropic.com', 'anthropic', 'https://api.anthropic.com', '/v1/messages'],
    ['http://localhost:11434', 'ollama', 'http://localhost:11434', '/api/chat'],
    [
      'https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
      'chat',
      'https://x.openai.azure.com',
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
    ],
  ] as const)('%s as %s', (url, api, origin, path) => {
    expect(endpointOf(url, api)).toMatchObject({ origin, path });
  });

  test('the path of a full URL names its API', () => {
    expect(apiOfUrl('http://h/v1/responses')).toBe('responses');
    expect(apiOfUrl('http://h/v1/chat/completions')).toBe('chat');
    expect(apiOfUrl('http://h/v1')).toBeNull();
  });

  test.each(['gpu:8000', 'ftp://h/v1', 'http://user:secret@h/v1'])('%s is refused, and a password is not repeated', (url) => {
    try {
      endpointOf(url, 'chat');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).not.toContain('secret');
    }
  });

  test('paid: a price, or a key for a server elsewhere whose rent is not told', () => {
    const paid = (changes: Partial<typeof TARGET>) => isPaid({ ...TARGET, url: 'https://api.example.com/v1', ...changes });
    expect(paid({})).toBe(false);
    expect(paid({ api_key_env: 'KEY' })).toBe(true);
    expect(paid({ api_key_env: 'KEY', usd_per_hour: 2 })).toBe(false);
    expect(paid({ api_key_env: 'KEY', url: 'http://127.0.0.1:8000' })).toBe(false);
    expect(paid({ price_card: 'openai/gpt-4o', url: 'http://127.0.0.1:8000' })).toBe(true);
  });
});

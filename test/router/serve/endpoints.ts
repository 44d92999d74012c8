/** Two pretend models behind a router. What a request's last message says decides how they behave: "score=0.6", "words=5", "gap=20". */
import * as z from 'zod/mini';
import { type Answer, type FakeEndpoint, type FakeRequest, type Part, type Reply, startFakeEndpoint } from '../../../src/bench/demo/endpoint.ts';
import type { RoutePolicy } from '../../../src/engine/hybrid/policy.ts';
import { Secret } from '../../../src/llm/secret.ts';
import { type RouterOptions, type RunningRouter, startRouter } from '../../../src/router/serve/server.ts';
import { routePolicySchema } from '../../../src/schema/route-policy.ts';

export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  readonly logprobs: boolean;
  readonly top: number;
  readonly usage: boolean;
  readonly score: number;
  readonly words: number;
  readonly gap: number;
  readonly body: Record<string, unknown>;
}

export function asked(request: FakeRequest): Asked {
  const body = JSON.parse(request.body) as Record<string, unknown>;
  const text = JSON.stringify(body.messages);
  const number = (name: string, fallback: number) => Number(new RegExp(`${name}=([\\d.]+)`).exec(text)?.[1] ?? fallback);
  return {
    body,
    model: String(body.model),
    stream: body.stream === true,
    logprobs: body.logprobs === true,
    top: Number(body.top_logprobs ?? 0),
    usage: (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true,
    score: number('score', 0.9),
    words: number('words', 3),
    gap: number('gap', 0),
  };
}

/** Every token has the probability `score`, so that mean and least are the same; the runner-up has half of the rest. */
function tokenOf(word: string, { score, top }: Asked) {
  const top_logprobs = [score, (1 - score) / 2].slice(0, top).map((p, index) => ({ token: `t${index}`, logprob: Math.log(p) }));
  return { token: word, logprob: Math.log(score), ...(top > 0 ? { top_logprobs } : {}) };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const SSE = { 'content-type': 'text/event-stream' };

export function reply(request: FakeRequest): Reply {
  const ask = asked(request);
  const words = Array.from({ length: ask.words }, (_, index) => `${ask.model}-${index} `);
  const usage = { prompt_tokens: 10, completion_tokens: ask.words, total_tokens: 10 + ask.words };
  const logprobs = (some: string[]) => (ask.logprobs ? { logprobs: { content: some.map((word) => tokenOf(word, ask)) } } : {});
  if (!ask.stream) {
    const message = { role: 'assistant', content: words.join('') };
    const body = {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: ask.model,
      choices: [{ index: 0, message, finish_reason: 'stop', ...logprobs(words) }],
      usage,
    };
    return { status: 200, headers: JSON_HEADERS, parts: [{ at_ms: ask.gap, bytes: JSON.stringify(body) }], finish: 'end' };
  }
  const chunk = (choices: unknown[], more: object = {}) =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: ask.model, choices, ...more })}\n\n`;
  const parts: Part[] = words.map((word, index) => ({
    at_ms: (index + 1) * ask.gap,
    bytes: chunk([{ index: 0, delta: { content: word }, finish_reason: null, ...logprobs([word]) }]),
  }));
  const end = [chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]), ask.usage ? chunk([], { usage }) : '', 'data: [DONE]\n\n'].join('');
  return { status: 200, headers: SSE, parts: [...parts, { at_ms: ask.words * ask.gap, bytes: end }], finish: 'end' };
}

export function errorReply(status: number, message = 'no'): Reply {
  return { status, headers: JSON_HEADERS, parts: [{ at_ms: 0, bytes: JSON.stringify({ error: { message } }) }], finish: 'end' };
}

export interface Bench {
  readonly small: FakeEndpoint;
  readonly large: FakeEndpoint;
  readonly router: RunningRouter;
  readonly bugs: unknown[];
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly policy?: Record<string, unknown>;
  readonly small?: Answer;
  readonly large?: Answer;
  readonly router?: Partial<RouterOptions>;
  readonly remember?: boolean;
}

export function policyOf(smallUrl: string, largeUrl: string, more: Record<string, unknown> = {}): RoutePolicy {
  const prices = (usd: number) => ({ input_usd_per_mtok: usd, output_usd_per_mtok: 2 * usd });
  const policy = {
    version: 1,
    name: 'split',
    small: { base_url: `${smallUrl}/v1`, model: 'small-model', prices: prices(1) },
    large: { base_url: `${largeUrl}/v1`, model: 'large-model', prices: prices(10) },
    confidence: { method: 'mean_logprob', threshold: 0.7 },
    ...more,
  };
  const result = z.safeParse(routePolicySchema, Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== null)));
  if (!result.success) throw new Error(JSON.stringify(result.error.issues));
  return result.data;
}

export async function startBench({ policy = {}, small = reply, large = reply, router = {}, remember = true }: BenchOptions = {}): Promise<Bench> {
  const [smallEnd, largeEnd] = await Promise.all([startFakeEndpoint(small, { remember }), startFakeEndpoint(large, { remember })]);
  const bugs: unknown[] = [];
  const running = await startRouter({
    policy: policyOf(smallEnd.url, largeEnd.url, policy),
    prices: {
      small: { input_usd_per_mtok: 1, output_usd_per_mtok: 2, cached_input_usd_per_mtok: null, usd_per_request: 0 },
      large: { input_usd_per_mtok: 10, output_usd_per_mtok: 20, cached_input_usd_per_mtok: null, usd_per_request: 0 },
    },
    secrets: { small: new Secret('small-key-canary'), large: new Secret('large-key-canary'), scorer: null },
    key: null,
    host: '127.0.0.1',
    port: 0,
    logPath: null,
    logText: false,
    onBug: (error) => bugs.push(error),
    ...router,
  });
  const close = async () => {
    await running.close(1000);
    await Promise.all([smallEnd.close(), largeEnd.close()]);
  };
  return { small: smallEnd, large: largeEnd, router: running, bugs, close };
}

export function ask(bench: Bench, text: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${bench.router.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: text }], ...more }),
  });
}

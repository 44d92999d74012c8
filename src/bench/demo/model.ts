/** A pretend model server that behaves like one: four slots, a queue, time per token growing with the batch. */
import type { Answer, FakeRequest, Reply } from './endpoint.ts';
import { askedOf, chatStream, jsonReply } from './replies.ts';

const SLOTS = 4;
const PREFILL_MS_PER_TOKEN = 0.1;
const BASE_TTFT_MS = 25;
const GAP_MS = 8;
const GAP_MS_PER_STREAM = 1;

export function demoAnswer(): Answer {
  /** When each slot is free again, ms of this process's clock. */
  const free = new Array<number>(SLOTS).fill(0);
  return (request) => (request.method === 'GET' ? get(request) : post(request, free));
}

function get(request: FakeRequest): Reply {
  if (request.path === '/v1/models') return jsonReply(200, { object: 'list', data: [{ id: 'demo', object: 'model', owned_by: 'llm-crossover' }] });
  return jsonReply(404, { error: { message: 'not found' } });
}

function post(request: FakeRequest, free: number[]): Reply {
  const { maxTokens, inputTokens } = askedOf(request);
  const slot = free.indexOf(Math.min(...free));
  const start = Math.max(request.arrivedMs, free[slot] ?? 0);
  const gap_ms = GAP_MS + GAP_MS_PER_STREAM * Math.min(SLOTS, request.inFlight);
  const ttft_ms = start - request.arrivedMs + BASE_TTFT_MS + inputTokens * PREFILL_MS_PER_TOKEN;
  free[slot] = request.arrivedMs + ttft_ms + maxTokens * gap_ms;
  return chatStream({ ttft_ms, gap_ms, tokens: maxTokens, input_tokens: inputTokens, model: 'demo' });
}

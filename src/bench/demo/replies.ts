/** Scripts a fake endpoint answers with. */
import type { FakeRequest, Reply } from './endpoint.ts';

export const SSE_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

export interface StreamScript {
  readonly ttft_ms: number;
  readonly gap_ms: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly model?: string;
}

/** A well-behaved chat stream: role chunk at once, tokens at the scripted times, usage in a chunk of its own, [DONE]. */
export function chatStream(script: StreamScript): Reply {
  const { ttft_ms, gap_ms, tokens, input_tokens, model = 'fake' } = script;
  const head = `{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":${JSON.stringify(model)},`;
  const chunk = (delta: string, finish: string) => `data: ${head}"choices":[{"index":0,"delta":${delta},"finish_reason":${finish}}]}\n\n`;
  const parts = [{ at_ms: 0, bytes: chunk('{"role":"assistant","content":""}', 'null') }];
  for (let token = 0; token < tokens; token++) parts.push({ at_ms: ttft_ms + token * gap_ms, bytes: chunk(`{"content":" tok${token % 10}"}`, 'null') });
  const usage = `{"prompt_tokens":${input_tokens},"completion_tokens":${tokens},"total_tokens":${input_tokens + tokens}}`;
  const end = ttft_ms + Math.max(0, tokens - 1) * gap_ms;
  parts.push({ at_ms: end, bytes: `${chunk('{}', '"stop"')}data: ${head}"choices":[],"usage":${usage}}\n\ndata: [DONE]\n\n` });
  return { status: 200, headers: SSE_HEADERS, parts, finish: 'end' };
}

export function jsonReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, parts: [{ at_ms: 0, bytes: JSON.stringify(body) }], finish: 'end' };
}

/** What a request asks for; bodies that aren't JSON ask for nothing. */
export function askedOf(request: FakeRequest): { model: string; maxTokens: number; inputTokens: number } {
  try {
    const body = JSON.parse(request.body) as Record<string, unknown>;
    const text = JSON.stringify(body.messages ?? body.prompt ?? '');
    return {
      model: String(body.model ?? ''),
      maxTokens: Number(body.max_tokens ?? body.max_completion_tokens ?? 16),
      inputTokens: Math.ceil(text.split(' ').length),
    };
  } catch {
    return { model: '', maxTokens: 0, inputTokens: 0 };
  }
}

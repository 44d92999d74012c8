/** OpenAI's Responses API stream. */
import { asCount, asObject, clearSignal, errorMessage, type Json, parseEvent, type Signal, type Usage } from './signal.ts';

const CONTENT = new Set(['response.output_text.delta', 'response.refusal.delta']);
const REASONING = new Set(['response.reasoning_text.delta', 'response.reasoning_summary_text.delta', 'response.reasoning.delta']);
const TOOL = new Set(['response.function_call_arguments.delta', 'response.custom_tool_call_input.delta', 'response.mcp_call_arguments.delta']);
const FINAL = new Set(['response.completed', 'response.incomplete', 'response.failed']);

export function readResponsesEvent(data: string, event: string | null, signal: Signal): void {
  clearSignal(signal);
  if (data === '[DONE]') {
    signal.done = true;
    return;
  }
  const body = parseEvent(data, signal);
  if (body === null) return;
  const type = typeof body.type === 'string' ? body.type : (event ?? '');
  const delta = typeof body.delta === 'string' ? body.delta : '';
  if (CONTENT.has(type)) signal.content = delta;
  else if (REASONING.has(type)) signal.reasoning = delta;
  else if (TOOL.has(type)) signal.tool = delta;
  else if (FINAL.has(type)) readFinal(asObject(body.response) ?? {}, type, signal);
  else if (type === 'error' || body.error) signal.failure = { kind: 'stream_error', message: errorMessage(body) ?? textOr(body.message, 'error event') };
}

function readFinal(response: Json, type: string, signal: Signal): void {
  signal.done = true;
  if (typeof response.model === 'string') signal.model = response.model;
  const usage = asObject(response.usage);
  if (usage !== null) signal.usage = responsesUsage(usage);
  if (type === 'response.failed') signal.failure = { kind: 'stream_error', message: errorMessage(response) ?? 'the response failed' };
  const reason = asObject(response.incomplete_details)?.reason;
  signal.finish = type === 'response.incomplete' ? textOr(reason, 'incomplete') : textOr(response.status, 'completed');
}

function responsesUsage(usage: Json): Usage {
  return {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    cached: asCount(asObject(usage.input_tokens_details)?.cached_tokens),
    cache_write: null,
    reasoning: asCount(asObject(usage.output_tokens_details)?.reasoning_tokens),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

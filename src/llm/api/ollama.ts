/** Ollama's native stream: one JSON object a line. */
import { asCount, asObject, clearSignal, errorMessage, parseEvent, type Signal } from './signal.ts';

export function readOllamaEvent(data: string, _event: string | null, signal: Signal): void {
  clearSignal(signal);
  const body = parseEvent(data, signal);
  if (body === null) return;
  const message = asObject(body.message);
  if (typeof message?.content === 'string') signal.content = message.content;
  else if (typeof body.response === 'string') signal.content = body.response;
  const thinking = message?.thinking ?? body.thinking;
  if (typeof thinking === 'string') signal.reasoning = thinking;
  if (Array.isArray(message?.tool_calls) && message.tool_calls.length > 0) signal.tool = JSON.stringify(message.tool_calls);
  if (typeof body.model === 'string') signal.model = body.model;
  const error = errorMessage(body);
  if (error !== null) signal.failure = { kind: 'stream_error', message: error };
  if (body.done !== true) return;
  signal.done = true;
  signal.finish = typeof body.done_reason === 'string' ? body.done_reason : 'stop';
  signal.usage = { input: asCount(body.prompt_eval_count), output: asCount(body.eval_count), cached: null, cache_write: null, reasoning: null };
}

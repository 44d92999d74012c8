/** OpenAI's chat completions and (legacy) completions streams, which most servers speak. */
import { asCount, asObject, clearSignal, errorMessage, type Json, parseEvent, type Signal, type Usage } from './signal.ts';

/** One `chat.completion.chunk`, or a whole `chat.completion` from a server that does not stream. */
export function readChatEvent(data: string, event: string | null, signal: Signal): void {
  readEvent(data, event, signal, readChatChoice);
}

/** One `text_completion` chunk. */
export function readCompletionEvent(data: string, event: string | null, signal: Signal): void {
  readEvent(data, event, signal, readTextChoice);
}

function readEvent(data: string, event: string | null, signal: Signal, readChoice: (choice: Json, signal: Signal) => void): void {
  clearSignal(signal);
  if (data === '[DONE]') {
    signal.done = true;
    return;
  }
  const chunk = parseEvent(data, signal);
  if (chunk === null) return;
  if (chunk.error !== undefined || chunk.object === 'error' || event === 'error') {
    const message = errorMessage(chunk) ?? (event === 'error' ? data : null);
    if (message !== null) signal.failure = { kind: 'stream_error', message };
  }
  if (typeof chunk.model === 'string') signal.model = chunk.model;
  if (chunk.usage) signal.usage = chatUsage(chunk.usage as Json);
  const choices = chunk.choices;
  if (Array.isArray(choices)) for (const choice of choices) if (choice) readChoice(choice, signal);
}

function readChatChoice(choice: Json, signal: Signal): void {
  const delta = (choice.delta ?? choice.message) as Json | undefined | null;
  if (delta) readDelta(delta, signal);
  readFinish(choice, signal);
}

function readDelta(delta: Json, signal: Signal): void {
  const content = delta.content;
  if (typeof content === 'string') signal.content += content;
  else if (Array.isArray(content)) for (const part of content) signal.content += textOf(asObject(part)?.text);
  if (typeof delta.refusal === 'string') signal.content += delta.refusal;
  const reasoning = delta.reasoning_content ?? delta.reasoning;
  if (typeof reasoning === 'string') signal.reasoning += reasoning;
  if (Array.isArray(delta.tool_calls)) for (const call of delta.tool_calls) signal.tool += textOf(asObject(asObject(call)?.function)?.arguments);
  if (delta.function_call) signal.tool += textOf(asObject(delta.function_call)?.arguments);
}

function readTextChoice(choice: Json, signal: Signal): void {
  if (typeof choice.text === 'string') signal.content += choice.text;
  if (typeof choice.reasoning === 'string') signal.reasoning += choice.reasoning;
  readFinish(choice, signal);
}

function readFinish(choice: Json, signal: Signal): void {
  const finish = choice.finish_reason;
  if (typeof finish !== 'string' || finish === '') return;
  signal.finish = finish;
  if (finish === 'error') signal.failure ??= { kind: 'stream_error', message: 'the server ended the stream with finish_reason "error"' };
}

function chatUsage(usage: Json): Usage {
  const prompt = asObject(usage.prompt_tokens_details);
  const completion = asObject(usage.completion_tokens_details);
  return {
    input: asCount(usage.prompt_tokens),
    output: asCount(usage.completion_tokens),
    cached: asCount(prompt?.cached_tokens),
    cache_write: asCount(prompt?.cache_write_tokens),
    reasoning: asCount(completion?.reasoning_tokens ?? usage.reasoning_tokens),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Anthropic's messages stream. Its `input_tokens` leaves cached and cache-written tokens out, so they are added here. */
import { asCount, asObject, clearSignal, errorMessage, type Json, parseEvent, type ReadEvent, type Signal, type Usage } from './signal.ts';

/** A reader for one stream: input counts come with the first event and output counts with the last, so it remembers. */
export function anthropicReader(): ReadEvent {
  let counts: Json = {};
  return (data, event, signal) => {
    clearSignal(signal);
    const body = parseEvent(data, signal);
    if (body === null) return;
    const type = typeof body.type === 'string' ? body.type : event;
    if (type === 'content_block_delta') readDelta(asObject(body.delta) ?? {}, signal);
    else if (type === 'message_stop') signal.done = true;
    else if (type === 'error') signal.failure = { kind: 'stream_error', message: errorMessage(body) ?? 'error event' };
    else if (type === 'message_start' || type === 'message_delta' || type === 'message') {
      const message = type === 'message_start' ? (asObject(body.message) ?? {}) : body;
      counts = { ...counts, ...asObject(message.usage) };
      readMessage(message, counts, signal);
    }
  };
}

function readDelta(delta: Json, signal: Signal): void {
  if (typeof delta.text === 'string') signal.content = delta.text;
  if (typeof delta.thinking === 'string') signal.reasoning = delta.thinking;
  if (typeof delta.partial_json === 'string') signal.tool = delta.partial_json;
}

function readMessage(message: Json, counts: Json, signal: Signal): void {
  if (typeof message.model === 'string') signal.model = message.model;
  const stop = asObject(message.delta)?.stop_reason ?? message.stop_reason;
  if (typeof stop === 'string') signal.finish = stop;
  if (Array.isArray(message.content)) for (const block of message.content) readDelta(asObject(block) ?? {}, signal);
  signal.usage = anthropicUsage(counts);
}

function anthropicUsage(counts: Json): Usage {
  const fresh = asCount(counts.input_tokens);
  const read = asCount(counts.cache_read_input_tokens);
  const written = asCount(counts.cache_creation_input_tokens);
  return {
    input: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
    output: asCount(counts.output_tokens),
    cached: read,
    cache_write: written,
    reasoning: null,
  };
}

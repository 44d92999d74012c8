/** What clients send: read within limits, and checked as far as the router itself depends on it. */

import type { IncomingMessage } from 'node:http';
import type { ErrorBody } from './delivery.ts';
import type { Wanted } from './reader.ts';

export interface Refusal {
  readonly status: number;
  readonly error: ErrorBody;
}

export type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'gone' };

export function refusal(status: number, code: string, message: string): { readonly kind: 'refused'; readonly refusal: Refusal } {
  return { kind: 'refused', refusal: { status, error: { message, type: 'invalid_request_error', code } } };
}

/** The body, up to `limit` bytes; more is refused as soon as it is known. */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Read<Buffer>> {
  const tooLarge = refusal(413, 'request_too_large', `The request is larger than ${limit} bytes.`);
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return Promise.resolve(tooLarge);
  if (incoming.headers['content-encoding'] !== undefined) return Promise.resolve(refusal(415, 'unsupported_encoding', 'Send the request body uncompressed.'));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) {
        incoming.pause();
        resolve(tooLarge);
      } else chunks.push(chunk);
    });
    incoming.on('end', () => resolve({ kind: 'read', value: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) }));
    incoming.on('error', () => resolve({ kind: 'gone' }));
    incoming.on('close', () => resolve({ kind: 'gone' }));
  });
}

export interface ChatRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly streamed: boolean;
  readonly wanted: Wanted;
}

/** Everything else in the body is the target's to judge. */
export function readChat(bytes: Buffer, models: readonly string[]): Read<ChatRequest> {
  const body = parse(bytes);
  if (body === null) return refusal(400, 'invalid_json', 'The body must be a JSON object.');
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    return refusal(400, 'invalid_messages', 'messages must be a list with at least one message.');
  if (body.stream !== undefined && body.stream !== null && typeof body.stream !== 'boolean')
    return refusal(400, 'invalid_stream', 'stream must be true or false.');
  if (typeof body.model !== 'string') return refusal(400, 'invalid_model', `model must be ${models.join(' or ')}.`);
  if (!models.includes(body.model)) return refusal(404, 'model_not_found', `There is no such model here: ask for ${models.join(' or ')}.`);
  const top = body.top_logprobs;
  const options = body.stream_options as { include_usage?: unknown } | null | undefined;
  return {
    kind: 'read',
    value: {
      body,
      streamed: body.stream === true,
      wanted: {
        usage: body.stream !== true || options?.include_usage === true,
        logprobs: body.logprobs === true,
        top_logprobs: typeof top === 'number' && top > 0 ? top : 0,
      },
    },
  };
}

function parse(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Data classes in a header, comma separated; null where there is none. */
export function classesIn(header: string | string[] | undefined): readonly string[] | null {
  if (header === undefined) return null;
  const classes = String(header)
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');
  return classes.length === 0 ? null : classes;
}

/** The client's own id where it is one, else a new one. */
export function requestId(header: string | string[] | undefined, fresh: () => string): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : fresh();
}

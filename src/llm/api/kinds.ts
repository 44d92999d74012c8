/** The API kinds we speak: where to send, what to send, how to read the answer. */
import { LineSplitter, type OnEvent, type Splitter, SseSplitter } from '../sse.ts';
import { anthropicReader } from './anthropic.ts';
import { readOllamaEvent } from './ollama.ts';
import { readChatEvent, readCompletionEvent } from './openai.ts';
import { MULTIPART, readPlainAnswer, toneWav, transcriptionBody } from './plain.ts';
import { readResponsesEvent } from './responses.ts';
import type { ReadEvent } from './signal.ts';
import { templated } from './template.ts';

const STREAM_APIS = ['chat', 'completions', 'responses', 'anthropic', 'ollama'] as const;
const PLAIN_APIS = ['embeddings', 'transcriptions', 'images'] as const;
export const API_KINDS = [...STREAM_APIS, ...PLAIN_APIS] as const;

export type StreamApi = (typeof STREAM_APIS)[number];
export type ApiKind = (typeof API_KINDS)[number];

/** Path after the base URL; the base of Ollama is the server's root, of all others it ends in a version like `/v1`. */
export const API_PATHS: Readonly<Record<ApiKind, string>> = {
  chat: '/chat/completions',
  completions: '/completions',
  responses: '/responses',
  anthropic: '/messages',
  ollama: '/api/chat',
  embeddings: '/embeddings',
  transcriptions: '/audio/transcriptions',
  images: '/images/generations',
};

export function isStreamApi(api: ApiKind): api is StreamApi {
  return (STREAM_APIS as readonly string[]).includes(api);
}

/** What to ask of a model, before it takes the shape of an API. */
export interface Ask {
  readonly model: string;
  readonly prompt: string;
  /** A conversation to send as it is; null: `prompt` as one user message. */
  readonly messages: readonly { readonly role: string; readonly content: string }[] | null;
  readonly maxOutputTokens: number;
  /** Transcriptions: length of the sound sent. */
  readonly audioSeconds: number;
  /** Make the model write exactly `maxOutputTokens`, where the server has a switch for it. */
  readonly exactLength: boolean;
  /** Ask for usage in the stream; off for servers that refuse the option. */
  readonly includeUsage: boolean;
  /** OpenAI's own endpoint wants `max_completion_tokens`; most other servers only know `max_tokens`. */
  readonly maxCompletionTokens: boolean;
  /** Merged over the body last. */
  readonly extra: Readonly<Record<string, unknown>>;
}

type Body = Record<string, unknown>;

const BODIES: Readonly<Record<StreamApi, (ask: Ask) => Body>> = {
  chat: (ask) => ({ messages: messagesOf(ask), ...openAiLimits(ask) }),
  completions: (ask) => ({ prompt: promptOf(ask), ...openAiLimits({ ...ask, maxCompletionTokens: false }) }),
  responses: (ask) => ({ input: ask.messages ?? ask.prompt, max_output_tokens: ask.maxOutputTokens, store: false }),
  anthropic: (ask) => ({ messages: messagesOf(ask), max_tokens: ask.maxOutputTokens }),
  ollama: (ask) => ({ messages: messagesOf(ask), options: { num_predict: ask.maxOutputTokens } }),
};

/** The body of one request. */
export function requestBody(api: ApiKind, ask: Ask): string | Buffer {
  if (api === 'transcriptions') return transcriptionBody(ask.model, audioOf(ask));
  if (api === 'embeddings') return JSON.stringify({ model: ask.model, input: ask.prompt, ...ask.extra });
  if (api === 'images') return JSON.stringify({ model: ask.model, prompt: ask.prompt, n: 1, ...ask.extra });
  return JSON.stringify({ model: ask.model, ...BODIES[api](ask), stream: true, ...ask.extra });
}

/** A tone as long as asked for, made once a length. */
function audioOf(ask: Ask): Buffer {
  const seconds = ask.audioSeconds;
  const wav = tones.get(seconds) ?? toneWav(seconds);
  tones.set(seconds, wav);
  return wav;
}

const tones = new Map<number, Buffer>();

/** A fresh reader and splitter for one stream. */
export function streamReader(api: ApiKind): ReadEvent {
  if (api === 'chat') return templated(readChatEvent, 'content');
  if (api === 'completions') return templated(readCompletionEvent, 'text');
  if (api === 'anthropic') return templated(anthropicReader(), 'text');
  if (api === 'responses') return readResponsesEvent;
  return api === 'ollama' ? readOllamaEvent : readPlainAnswer;
}

export function streamSplitter(api: ApiKind, onEvent: OnEvent): Splitter {
  return api === 'ollama' ? new LineSplitter(onEvent) : new SseSplitter(onEvent);
}

/** Request headers of an API, the key included. */
export function apiHeaders(api: ApiKind, key: string | null): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': api === 'transcriptions' ? MULTIPART : 'application/json',
    accept: isStreamApi(api) ? 'text/event-stream, application/json' : 'application/json',
  };
  if (api === 'anthropic') headers['anthropic-version'] = '2023-06-01';
  if (key !== null && api === 'anthropic') headers['x-api-key'] = key;
  else if (key !== null) headers.authorization = `Bearer ${key}`;
  return headers;
}

function messagesOf(ask: Ask): readonly { role: string; content: string }[] {
  return ask.messages ?? [{ role: 'user', content: ask.prompt }];
}

function promptOf(ask: Ask): string {
  return ask.messages === null ? ask.prompt : ask.messages.map((message) => message.content).join('\n\n');
}

function openAiLimits(ask: Ask): Body {
  return {
    [ask.maxCompletionTokens ? 'max_completion_tokens' : 'max_tokens']: ask.maxOutputTokens,
    ...(ask.includeUsage ? { stream_options: { include_usage: true } } : {}),
    ...(ask.exactLength ? { ignore_eos: true, min_tokens: ask.maxOutputTokens } : {}),
  };
}

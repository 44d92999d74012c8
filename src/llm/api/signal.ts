import type { Failure } from '../failure.ts';

/** Token counts as a server reports them, in one convention for all of them: `input` includes cached and cache-written tokens, `output` includes reasoning. Null is not said. */
export interface Usage {
  readonly input: number | null;
  readonly output: number | null;
  readonly cached: number | null;
  readonly cache_write: number | null;
  readonly reasoning: number | null;
}

/**
 * What one stream event says. One object is reused for all events of a stream; a reader fills it, the caller reads it
 * before the next event.
 */
export interface Signal {
  /** Text of non-empty content in this event, all choices together. */
  content: string;
  /** Text of non-empty reasoning. */
  reasoning: string;
  /** Text of non-empty tool-call arguments. */
  tool: string;
  usage: Usage | null;
  /** As the server spells it: stop, length, end_turn ... */
  finish: string | null;
  /** The model name the server says it used. */
  model: string | null;
  /** The stream said it is complete. */
  done: boolean;
  failure: Failure | null;
}

export function emptySignal(): Signal {
  return { content: '', reasoning: '', tool: '', usage: null, finish: null, model: null, done: false, failure: null };
}

export function clearSignal(signal: Signal): void {
  signal.content = '';
  signal.reasoning = '';
  signal.tool = '';
  signal.usage = null;
  signal.finish = null;
  signal.done = false;
  signal.failure = null;
}

/** Reads one event of a stream into `signal`, which is cleared. Never throws: bad JSON is a failure in the signal. */
export type ReadEvent = (data: string, event: string | null, signal: Signal) => void;

/** JSON of an event; null after writing an `invalid_json` failure into the signal. */
export function parseEvent(data: string, signal: Signal): Json | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null) return value as Json;
    signal.failure = { kind: 'invalid_json', message: 'an event of the stream is not a JSON object' };
  } catch {
    signal.failure = { kind: 'invalid_json', message: 'an event of the stream is not valid JSON' };
  }
  return null;
}

/** Anything JSON.parse returns an object for; every access is checked. */
export interface Json {
  readonly [key: string]: unknown;
}

export function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null ? (value as Json) : null;
}

export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** The message of an error body in any of the shapes servers use; null when the value holds no error. */
export function errorMessage(value: Json): string | null {
  const error = value.error ?? (value.object === 'error' ? value : undefined);
  if (typeof error === 'string' && error !== '') return error;
  const fields = asObject(error);
  if (fields === null) return null;
  return typeof fields.message === 'string' ? fields.message : JSON.stringify(fields);
}

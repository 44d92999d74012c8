/**
 * Reads an answer on its way to the client: counts its tokens, hears its log-probabilities, and takes out what the client didn't
 * ask for (log-probabilities and the usage we asked for ourselves). Events in which there is nothing to do go out as the bytes they came in.
 */

import { readChatEvent } from '../../llm/api/openai.ts';
import { emptySignal, type Json, type Usage } from '../../llm/api/signal.ts';
import { TokenConfidence } from './confidence.ts';
import { EventCut, eventData } from './event-cut.ts';

/** What the client asked for, so that it gets no more. */
export interface Wanted {
  readonly usage: boolean;
  readonly logprobs: boolean;
  readonly top_logprobs: number;
}

export interface ReaderOptions {
  readonly streamed: boolean;
  readonly wanted: Wanted;
  /** Log-probabilities were asked for, for a score. */
  readonly scored: boolean;
  /** Keep the text: a verifier, a scorer or the log wants it. */
  readonly keepText: boolean;
  readonly startedMs: number;
}

const NOTHING = Buffer.alloc(0);
/** Events with one of these say more than some text. */
const SPEAKING = /"usage"\s*:\s*\{|"error"|"finish_reason"\s*:\s*"|\[DONE\]/;
/** Whole answers are read up to this size; more isn't an answer. */
const LONGEST_JSON = 64 * 1_048_576;

export class AnswerReader {
  readonly confidence = new TokenConfidence();
  usage: Usage | null = null;
  text = '';
  /** Ms from the start to the first token with content; null: none yet. */
  ttftMs: number | null = null;
  /** An error inside a stream that began well. */
  failure: string | null = null;
  /** The stream said it is complete, or a whole answer could be read. */
  complete = false;
  readonly #options: ReaderOptions;
  readonly #cut = new EventCut();
  readonly #signal = emptySignal();
  #json: Buffer[] = [];
  #jsonBytes = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Bytes for the client, maybe none. */
  push(chunk: Buffer): Buffer {
    if (this.#options.streamed) return this.#events(this.#cut.push(chunk));
    this.#jsonBytes += chunk.length;
    if (this.#jsonBytes <= LONGEST_JSON) this.#json.push(chunk);
    return NOTHING;
  }

  end(): Buffer {
    return this.#options.streamed ? this.#events(this.#cut.rest()) : this.#whole();
  }

  #events(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    const { scored, keepText } = this.#options;
    if (!scored && !keepText && this.ttftMs !== null && !SPEAKING.test(bytes.toString('latin1'))) return bytes;
    const events = bytes.toString('utf8').split(/(?<=\r?\n\r?\n)/);
    const kept = events.map((event) => this.#event(event));
    return events.every((event, index) => event === kept[index]) ? bytes : Buffer.from(kept.join(''));
  }

  /** The event as the client gets it: itself where nothing has to be taken out. */
  #event(event: string): string {
    const data = eventData(event);
    if (data === null) return event;
    this.#hear(data);
    if (data === '[DONE]') {
      this.complete = true;
      return event;
    }
    const { wanted, scored } = this.#options;
    const ownUsage = this.#signal.usage !== null && !wanted.usage;
    if (!scored && !ownUsage) return event;
    return this.#trimmed(JSON.parse(data) as Record<string, unknown>, event, ownUsage);
  }

  #hear(data: string): void {
    const signal = this.#signal;
    readChatEvent(data, null, signal);
    if (signal.usage !== null) this.usage = signal.usage;
    if (signal.finish !== null) this.complete = true;
    if (signal.failure !== null) this.failure ??= signal.failure.message;
    if (this.#options.keepText) this.text += signal.content;
    if (this.ttftMs === null && (signal.content !== '' || signal.reasoning !== '' || signal.tool !== ''))
      this.ttftMs = performance.now() - this.#options.startedMs;
  }

  #trimmed(chunk: Record<string, unknown>, event: string, ownUsage: boolean): string {
    if (this.#options.scored) this.#listen(chunk);
    const choices = Array.isArray(chunk.choices) ? chunk.choices : null;
    if (ownUsage && choices !== null && choices.length === 0) return '';
    if (ownUsage) delete chunk.usage;
    const changed = this.#options.scored && trimLogprobs(choices, this.#options.wanted);
    return ownUsage || changed ? `data: ${JSON.stringify(chunk)}\n\n` : event;
  }

  /** Log-probabilities of the first choice: a score is about one answer. */
  #listen(body: Json): void {
    const first = Array.isArray(body.choices) ? (body.choices as Json[]).find((choice) => (choice?.index ?? 0) === 0) : undefined;
    this.confidence.add((first?.logprobs as Json | null | undefined)?.content);
  }

  #whole(): Buffer {
    const bytes = Buffer.concat(this.#json);
    this.#json = [];
    const body = parsed(bytes);
    if (body === null || this.#jsonBytes > LONGEST_JSON) {
      this.failure = 'the answer is not JSON';
      return bytes;
    }
    this.complete = true;
    this.#hear(JSON.stringify(body));
    if (!this.#options.scored) return bytes;
    this.#listen(body);
    const choices = Array.isArray(body.choices) ? body.choices : null;
    return trimLogprobs(choices, this.#options.wanted) ? Buffer.from(JSON.stringify(body)) : bytes;
  }
}

function parsed(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** @returns whether anything was taken out */
function trimLogprobs(choices: readonly unknown[] | null, wanted: Wanted): boolean {
  let changed = false;
  for (const choice of (choices ?? []) as Record<string, unknown>[]) {
    if (choice?.logprobs === undefined || choice.logprobs === null) continue;
    if (!wanted.logprobs) {
      delete choice.logprobs;
      changed = true;
    } else changed = trimTop((choice.logprobs as Json).content, wanted.top_logprobs) || changed;
  }
  return changed;
}

function trimTop(content: unknown, count: number): boolean {
  let changed = false;
  for (const token of (Array.isArray(content) ? content : []) as Record<string, unknown>[]) {
    if (!Array.isArray(token?.top_logprobs) || token.top_logprobs.length <= count) continue;
    token.top_logprobs = token.top_logprobs.slice(0, count);
    changed = true;
  }
  return changed;
}

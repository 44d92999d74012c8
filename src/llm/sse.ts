/**
 * Server-sent events, split on bytes. Built for measuring: one decode per network read, no object per event.
 *
 * Follows the WHATWG event-stream rules: LF, CRLF and lone CR end a line, `:` starts a comment, several `data:` lines are
 * joined with a newline, a byte-order mark at the start is dropped. Bytes are only decoded up to the last line end of a
 * read, so a character split between two reads is never broken.
 */

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const NOTHING = Buffer.alloc(0);

/** Called once per event that carries data; `event` is the event's name, null when the stream gave none. */
export type OnEvent = (data: string, event: string | null) => void;

export class SseSplitter {
  readonly #onEvent: OnEvent;
  #tail: Buffer = NOTHING;
  #data: string | null = null;
  #event: string | null = null;
  #skipLf = false;
  #started = false;

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent;
  }

  /** Takes the next bytes of the body, in order. Events that end inside them are delivered before it returns. */
  push(chunk: Buffer): void {
    let bytes = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    if (!this.#started) {
      if (bytes.length < 3 && isBomPrefix(bytes)) {
        this.#tail = Buffer.from(bytes);
        return;
      }
      this.#started = true;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    // Bytes kept from before hold no line end, so only the new ones are searched.
    const searched = Math.max(0, bytes.length - chunk.length);
    const cut = lastLineEnd(bytes, searched) + 1;
    this.#tail = cut === bytes.length ? NOTHING : Buffer.from(bytes.subarray(cut));
    if (cut > 0) this.#lines(bytes.toString('utf8', 0, cut));
  }

  /** The body ended: what stands in an unfinished last event is delivered too, since servers forget the closing blank line. */
  end(): void {
    if (this.#tail.length > 0) this.#lines(`${this.#tail.toString('utf8')}\n`);
    this.#tail = NOTHING;
    this.#dispatch();
  }

  #lines(text: string): void {
    if (text.includes('\r') || this.#skipLf) this.#anyLines(text);
    else this.#lfLines(text);
  }

  /** The common case: every line ends with a lone LF. */
  #lfLines(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', start)) {
      if (end === start) this.#dispatch();
      else this.#line(text, start, end);
      start = end + 1;
    }
  }

  #anyLines(text: string): void {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LF && this.#skipLf) {
        this.#skipLf = false;
        start = at + 1;
        continue;
      }
      this.#skipLf = code === CR;
      if (code !== CR && code !== LF) continue;
      if (at === start) this.#dispatch();
      else this.#line(text, start, at);
      start = at + 1;
    }
  }

  #line(text: string, start: number, end: number): void {
    if (text.startsWith('data', start)) this.#dataLine(text, start + 4, end);
    else if (text.startsWith('event', start)) {
      const name = fieldValue(text, start + 5, end);
      if (name !== null) this.#event = name === '' ? null : name;
    }
  }

  #dataLine(text: string, at: number, end: number): void {
    const value = fieldValue(text, at, end);
    if (value === null) return;
    this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
  }

  #dispatch(): void {
    const data = this.#data;
    const event = this.#event;
    this.#data = null;
    this.#event = null;
    if (data !== null) this.#onEvent(data, event);
  }
}

/** Newline-delimited JSON, as Ollama streams it: every non-blank line is one event. */
export class LineSplitter {
  readonly #onEvent: OnEvent;
  #tail: Buffer = NOTHING;

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent;
  }

  push(chunk: Buffer): void {
    const bytes = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const cut = bytes.lastIndexOf(LF) + 1;
    this.#tail = cut === bytes.length ? NOTHING : Buffer.from(bytes.subarray(cut));
    if (cut > 0) this.#lines(bytes.toString('utf8', 0, cut));
  }

  end(): void {
    const rest = this.#tail.toString('utf8');
    this.#tail = NOTHING;
    this.#lines(rest);
  }

  #lines(text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#onEvent(line, null);
  }
}

export interface Splitter {
  push(chunk: Buffer): void;
  end(): void;
}

/** The value of a field whose name ends at `at`; null when the name goes on (`dataset:` is not `data:`). */
function fieldValue(text: string, at: number, end: number): string | null {
  if (at === end) return '';
  if (text.charCodeAt(at) !== COLON) return null;
  const from = text.charCodeAt(at + 1) === SPACE && at + 1 < end ? at + 2 : at + 1;
  return text.slice(from, end);
}

function lastLineEnd(bytes: Buffer, from: number): number {
  const lf = bytes.lastIndexOf(LF);
  const after = Math.max(from, lf + 1);
  const cr = after < bytes.length ? bytes.subarray(after).lastIndexOf(CR) : -1;
  return cr === -1 ? lf : after + cr;
}

function isBomPrefix(bytes: Buffer): boolean {
  return [0xef, 0xbb, 0xbf].slice(0, bytes.length).every((byte, index) => bytes[index] === byte);
}

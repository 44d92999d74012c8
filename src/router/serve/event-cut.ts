/** Cuts a stream of server-sent events where events end, so that what goes out is whole events and what is kept is less than one. */

const NOTHING = Buffer.alloc(0);
/** An event longer than this isn't one of ours: it goes out as it comes. */
const LONGEST = 1_048_576;

export class EventCut {
  #tail: Buffer = NOTHING;

  /** The bytes up to the last end of an event; empty while none has ended. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const cut = lastEnd(bytes);
    if (cut === 0 && bytes.length > LONGEST) {
      this.#tail = NOTHING;
      return bytes;
    }
    this.#tail = cut === bytes.length ? NOTHING : Buffer.from(bytes.subarray(cut));
    return bytes.subarray(0, cut);
  }

  /** What is left when the stream ends. */
  rest(): Buffer {
    const rest = this.#tail;
    this.#tail = NOTHING;
    return rest;
  }
}

const LF = 10;

function lastEnd(bytes: Buffer): number {
  if (bytes.at(-1) === LF && bytes.at(-2) === LF) return bytes.length;
  const lf = bytes.lastIndexOf('\n\n');
  const crlf = bytes.lastIndexOf('\r\n\r\n');
  return Math.max(lf === -1 ? 0 : lf + 2, crlf === -1 ? 0 : crlf + 4);
}

/** The `data` of one event; null where it has none (a comment). Lines of data are joined as the standard says. */
export function eventData(event: string): string | null {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? null : lines.map((line) => line.slice(line.charAt(5) === ' ' ? 6 : 5)).join('\n');
}

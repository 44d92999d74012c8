import { InputError } from '../../files/problem.ts';
import type { Line } from './lines.ts';

const LONGEST_ELEMENT = 64 << 20;
const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a];

/** Texts of the elements of one JSON array of objects, however it is broken into lines, without holding the array. */
export async function* readElements(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const scan = new ElementScan(name);
  for await (const chunk of chunks) yield* scan.take(chunk);
  const rest = scan.rest();
  if (rest !== null) yield rest;
}

class ElementScan {
  private readonly name: string;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private line = 1;
  private startLine = 1;
  private parts: Buffer[] = [];
  private held = 0;

  constructor(name: string) {
    this.name = name;
  }

  *take(chunk: Buffer): Generator<Line> {
    let start = this.depth > 1 ? 0 : -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const change = this.step(chunk[at] as number);
      if (change > 0 && this.depth === 2) {
        start = at;
        this.startLine = this.line;
      } else if (change < 0 && this.depth === 1 && start >= 0) {
        yield { text: Buffer.concat([...this.parts, chunk.subarray(start, at + 1)]).toString('utf8'), number: this.startLine, closed: true };
        this.parts = [];
        this.held = 0;
        start = -1;
      }
    }
    if (start >= 0) this.hold(chunk.subarray(start));
  }

  /** Change of depth this byte brings. */
  private step(byte: number): number {
    if (byte === NEWLINE) this.line += 1;
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
      return 0;
    }
    if (byte === QUOTE) this.inString = true;
    const change = byte === 0x7b || byte === 0x5b ? 1 : byte === 0x7d || byte === 0x5d ? -1 : 0;
    this.depth += change;
    return change;
  }

  private hold(part: Buffer): void {
    this.parts.push(part);
    this.held += part.length;
    if (this.held > LONGEST_ELEMENT)
      throw InputError.of(
        'workload.long-line',
        `An element of ${this.name} (line ${this.startLine}) is longer than 64 MiB.`,
        'Give JSON Lines: one object a line.',
        this.name,
      );
  }

  /** What was open when the file ended. */
  rest(): Line | null {
    return this.parts.length > 0 ? { text: Buffer.concat(this.parts).toString('utf8'), number: this.startLine, closed: false } : null;
  }
}

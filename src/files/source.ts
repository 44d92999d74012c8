/** A text with names for its places: offset to line and column, and the line itself for messages. */

import type { Problem } from './problem.ts';

/** Offsets into a text, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class Source {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lineStarts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** 1-based line and column of an offset, the column in UTF-16 units as editors count. */
  position(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  #lineText(line: number): string {
    const start = this.#lineStarts[line - 1] ?? 0;
    const end = this.#lineStarts[line] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, '');
  }

  /** A problem at a span; the caret stays within the line. */
  problem(span: Span, code: string, message: string, hint: string | null = null): Problem {
    const { line, column } = this.position(Math.min(span.start, this.text.length));
    const text = this.#lineText(line);
    const length = Math.max(1, Math.min(span.end - span.start, text.length - column + 1));
    return { code, message, file: this.file, line, column, excerpt: { text, length }, hint };
  }
}

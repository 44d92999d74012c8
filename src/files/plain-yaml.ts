/**
 * A quick reader of plain YAML: maps and lists in block or flow style, one-line scalars, comments. Whatever goes beyond
 * that, or is wrong, is left to the full reader, so this one never has to explain anything. A scenario and its profile
 * are read several times faster, and places are worked out only when somebody asks for them.
 */

const MAX_LENGTH = 200_000;
const MAX_DEPTH = 30;
/** Control characters, and what only the full reader should see: tabs, carriage returns, byte order marks. */
const UNUSUAL = /[^\P{Cc}\n]|[\uFEFF\u2028\u2029]|\p{Cs}/u;
const NUMBER = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Texts that YAML reads as something other than the letters they are, beyond those handled in `resolve`. */
const SPECIAL = /^(?:[-+]?0[xo]|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$)/;
const WORDS: Readonly<Record<string, boolean | null>> = {
  null: null,
  Null: null,
  NULL: null,
  '~': null,
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

/** Thrown inside, never outside: the text isn't plain. */
const NOT_PLAIN = Symbol('not plain');

/** The value of a plain YAML text, undefined when the text needs the full reader. */
export function readPlain(text: string): unknown {
  if (text.length > MAX_LENGTH || UNUSUAL.test(text)) return undefined;
  try {
    return new PlainReader(text).document();
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

class PlainReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** Column of the block being read: the lines of a flow must lie further right. */
  #column = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    if (this.#nextLine() !== 0 || this.#isItem()) throw NOT_PLAIN;
    const value = this.#block(0);
    if (this.#at < this.#text.length) throw NOT_PLAIN;
    return value;
  }

  /** Skips blank lines and comments; the column of the next line's first letter, which becomes the place to read on. -1 at the end. */
  #nextLine(): number {
    for (;;) {
      const start = this.#at;
      while (this.#text[this.#at] === ' ') this.#at++;
      const character = this.#text[this.#at];
      if (character === undefined) return -1;
      if (character === '#') this.#skipLine();
      else if (character === '\n') this.#at++;
      else return this.#at - start;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  /** Back to the beginning of the line, so that its column can be counted again. */
  #rewind(): void {
    this.#at = this.#text.lastIndexOf('\n', this.#at - 1) + 1;
  }

  #isItem(): boolean {
    return this.#text[this.#at] === '-' && (this.#text[this.#at + 1] === ' ' || this.#text[this.#at + 1] === '\n');
  }

  /** A map or list whose entries begin at `column`; the place to read is its first entry. */
  #block(column: number): unknown {
    if (++this.#depth > MAX_DEPTH) throw NOT_PLAIN;
    const outer = this.#column;
    this.#column = column;
    const value = this.#isItem() ? this.#list(column) : this.#map(column);
    this.#column = outer;
    this.#depth--;
    return value;
  }

  #list(column: number): unknown[] {
    const items: unknown[] = [];
    do {
      if (!this.#isItem() || this.#text[this.#at + 1] !== ' ') throw NOT_PLAIN;
      let spaces = 0;
      while (this.#text[++this.#at] === ' ') spaces++;
      if (this.#text[this.#at] === '\n' || this.#isItem()) throw NOT_PLAIN;
      items.push(this.#beginsEntry() ? this.#block(column + 1 + spaces) : this.#scalarOrFlow());
    } while (this.#continues(column));
    return items;
  }

  #map(column: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    do {
      const key = this.#key();
      if (Object.hasOwn(map, key)) throw NOT_PLAIN;
      map[key] = this.#value(column);
    } while (this.#continues(column));
    return map;
  }

  /** Is there another entry at this column? A line further left ends the block, one further right isn't plain. */
  #continues(column: number): boolean {
    const next = this.#nextLine();
    if (next === column) return true;
    if (next > column) throw NOT_PLAIN;
    if (next !== -1) this.#rewind();
    return false;
  }

  /** Does an entry of a map begin here? Looks for `key: ` or `key:` at the end of the line. */
  #beginsEntry(): boolean {
    return /^[A-Za-z_][\w.-]*:(?: |\n)/.test(this.#text.slice(this.#at, this.#at + 200));
  }

  #key(): string {
    const start = this.#at;
    const end = this.#text.indexOf(':', start);
    const key = this.#text.slice(start, end);
    if (end === -1 || !/^[A-Za-z0-9_][\w.-]*$/.test(key) || key === '__proto__' || SPECIAL.test(key) || Object.hasOwn(WORDS, key)) throw NOT_PLAIN;
    this.#at = end + 1;
    return key;
  }

  #value(column: number): unknown {
    if (this.#text[this.#at] !== '\n') {
      if (this.#text[this.#at] !== ' ') throw NOT_PLAIN;
      while (this.#text[this.#at] === ' ') this.#at++;
      if (this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '#') return this.#scalarOrFlow();
    }
    this.#skipLine();
    const inner = this.#nextLine();
    if (inner <= column) throw NOT_PLAIN;
    return this.#text[this.#at] === '{' || this.#text[this.#at] === '[' ? this.#scalarOrFlow() : this.#block(inner);
  }

  /** A value that ends with its line (a flow may run over several). */
  #scalarOrFlow(): unknown {
    const character = this.#text[this.#at];
    const value = character === '{' || character === '[' ? this.#flow() : character === '"' || character === "'" ? this.#quoted() : this.#plainLine();
    const rest = /[^ ]/g;
    rest.lastIndex = this.#at;
    const next = rest.exec(this.#text);
    if (next !== null && next[0] !== '\n' && !(next[0] === '#' && next.index > this.#at)) throw NOT_PLAIN;
    this.#skipLine();
    return value;
  }

  #plainLine(): unknown {
    const newline = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, newline === -1 ? undefined : newline);
    const comment = line.search(/ +#/);
    const text = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
    if (/: |:$/.test(text)) throw NOT_PLAIN;
    this.#at += text.length;
    return resolve(text);
  }

  /** One line; of the escapes only those of a quote and of a backslash. */
  #quoted(): string {
    const quote = this.#text[this.#at] as string;
    const pattern = quote === '"' ? /"((?:[^"\\\n]|\\["\\])*)"/y : /'([^'\n]*)'/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    const value = found?.[1];
    if (value === undefined || this.#text[pattern.lastIndex] === quote) throw NOT_PLAIN;
    this.#at = pattern.lastIndex;
    return quote === '"' ? value.replace(/\\(.)/g, '$1') : value;
  }

  #flow(): unknown {
    if (++this.#depth > MAX_DEPTH) throw NOT_PLAIN;
    const value = this.#text[this.#at] === '{' ? this.#flowMap() : this.#flowList();
    this.#depth--;
    return value;
  }

  #flowList(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    while (!this.#closes(']')) {
      items.push(this.#flowValue());
      this.#separator(']');
    }
    return items;
  }

  #flowMap(): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    this.#at++;
    while (!this.#closes('}')) {
      const key = this.#key();
      if (this.#text[this.#at] !== ' ' || Object.hasOwn(map, key)) throw NOT_PLAIN;
      this.#space();
      map[key] = this.#flowValue();
      this.#separator('}');
    }
    return map;
  }

  /** Skips white space; lines of a flow lie further right than the block it stands in. */
  #space(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\n') {
      const start = this.#text[this.#at++] === '\n' ? this.#at : null;
      if (start === null) continue;
      while (this.#text[this.#at] === ' ') this.#at++;
      if (this.#at - start <= this.#column) throw NOT_PLAIN;
    }
  }

  #closes(bracket: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #separator(bracket: string): void {
    this.#space();
    if (this.#text[this.#at] === ',') this.#at++;
    else if (this.#text[this.#at] !== bracket) throw NOT_PLAIN;
  }

  #flowValue(): unknown {
    const character = this.#text[this.#at];
    if (character === '{' || character === '[') return this.#flow();
    if (character === '"' || character === "'") return this.#quoted();
    const end = /[,\]}\n]/g;
    end.lastIndex = this.#at;
    const stop = end.exec(this.#text);
    if (stop === null || stop[0] === '\n') throw NOT_PLAIN;
    const text = this.#text.slice(this.#at, stop.index).trimEnd();
    if (/[[{:#]/.test(text)) throw NOT_PLAIN;
    this.#at = stop.index;
    return resolve(text);
  }
}

/** A plain scalar as YAML 1.2 core reads it. */
function resolve(text: string): unknown {
  if (Object.hasOwn(WORDS, text)) return WORDS[text];
  if (!/^(?:[A-Za-z0-9_$<(/+.\u00a0-\uffff]|-[A-Za-z0-9.])/.test(text) || SPECIAL.test(text)) throw NOT_PLAIN;
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value) || text.length > 20) throw NOT_PLAIN;
  return value;
}

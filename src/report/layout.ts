/** Fitting text into columns of a terminal. */

const NARROW = /^[\x20-\x7e]*$/;

/** Columns a text takes: East Asian wide characters and emoji take two, combining marks none. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) ?? 0);
  return width;
}

function characterWidth(code: number): number {
  if (code < 0x300) return 1;
  if (code <= 0x36f || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff);
  return wide || (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff) || code >= 0x20000 ? 2 : 1;
}

/** Lines of at most `width` columns, broken at spaces; a longer word is broken after `/`, `.`, `-`, `_` or `,` where it has one, else anywhere. */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width && displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const glue = line === '' || word.joined ? '' : ' ';
    const size = displayWidth(word.text);
    if (line !== '' && used + glue.length + size > width) {
      lines.push(line);
      line = word.text;
      used = size;
    } else {
      line += glue + word.text;
      used += glue.length + size;
    }
  }
  return [...lines, line];
}

interface Piece {
  readonly text: string;
  /** Belongs to the piece before it, without a space. */
  readonly joined: boolean;
}

function pieces(word: string, width: number): Piece[] {
  if (displayWidth(word) <= width) return [{ text: word, joined: false }];
  const parts = (word.match(/[^/._,-]*[/._,-]?/g) ?? [word]).filter((part) => part !== '').flatMap((part) => chunks(part, width));
  return parts.map((text, index) => ({ text, joined: index > 0 }));
}

function chunks(text: string, width: number): string[] {
  const result: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (chunk !== '' && displayWidth(chunk + character) > width) {
      result.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  return [...result, chunk];
}

/** What a column would like, and the narrowest it can be. */
export interface Want {
  readonly natural: number;
  readonly least: number;
}

/**
 * Widths that fit into `total` columns where they can: the widest gives way first, down to its least.
 *
 * @example shareColumns([{ natural: 30, least: 5 }, { natural: 10, least: 10 }], 30) // [20, 10]
 */
export function shareColumns(wants: readonly Want[], total: number): number[] {
  const widths = wants.map((want) => want.natural);
  let excess = widths.reduce((sum, width) => sum + width, 0) - total;
  while (excess > 0) {
    const slack = widths.map((width, index) => (width > (wants[index]?.least ?? width) ? width : 0));
    const widest = slack.indexOf(Math.max(...slack));
    if ((slack[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

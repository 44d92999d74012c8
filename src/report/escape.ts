/** Text from scenarios, price files and servers, made harmless for the place it is printed in. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** Marks that reorder or hide text: bidirectional overrides, zero-width characters, line and paragraph separators. */
const INVISIBLE = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `##[group]`, `##vso[...]`, `##teamcity[...]`: read by CI runners wherever they stand in a line. */
const BRACKET_COMMAND = /##(?=[a-z]*\[)/gi;

/** One line of plain text: newlines and tabs become spaces, other control characters (ANSI escapes among them) visible `\u001b`. */
export function oneLine(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(CONTROL, visible)
    .replace(INVISIBLE, visible);
}

/**
 * One line for a terminal or a log: a CI runner that reads commands from logs (`::error file=a::`, `##[...]`, `##vso[...]`) finds none
 * in it. Addresses (`fe80::1`) are left alone.
 */
export function terminal(text: string): string {
  return oneLine(text)
    .replace(/::(?=\s*[a-z])/gi, ': :')
    .replace(BRACKET_COMMAND, '# #');
}

/** The same for a terminal without Unicode: what isn't ASCII is spelled out where we know how, else shown as `?`. */
export function ascii(text: string): string {
  const spelled = text
    .replace(/[–—−]/g, '-')
    .replace(/×/g, 'x')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/…/g, '...')
    .replace(/→/g, '->')
    .replace(/≤/g, '<=')
    .replace(/≥/g, '>=');
  const plain = spelled.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return Array.from(plain, (character) => (character <= '~' ? character : '?')).join('');
}

/** Where Markdown text stands: what begins a line can begin a list or a heading, what stands in a table cell can't. */
export type MarkdownPlace = 'block' | 'cell';

/**
 * Markdown (CommonMark and GitHub): nothing in the text can start a link, image, mention, tag, formula, table cell, heading or list.
 * What can't do harm where it stands is left as it is. Web addresses become code, which every reader shows and none follows; code of
 * plain words stays code.
 */
export function markdown(text: string, place: MarkdownPlace = 'block'): string {
  const parts = oneLine(text).split(CODE);
  const escaped = parts.map((part, index) => (index % 2 === 1 ? codeSpan(part) : plainMarkdown(part))).join('');
  return place === 'cell' ? escaped : lineStart(escaped.trimStart());
}

/** Web addresses, and code of words without marks of their own. */
const CODE = /(`[\w .,:;()[\]{}=+/%'"-]+`|(?<![a-z0-9])(?:https?|ftp):\/\/[^\s`|<>]+[^\s`|<>.,;:!?)'"\]}]|(?<![a-z0-9])www\.[^\s`|<>]+[^\s`|<>.,;:!?)'"\]}])/i;

function codeSpan(text: string): string {
  return text.startsWith('`') ? text : `\`${text}\``;
}

function plainMarkdown(text: string): string {
  return (
    text
      .replace(/[\\*`~|]/g, '\\$&')
      // Between letters an underscore is one.
      .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (run) => '\\_'.repeat(run.length))
      .replace(/\[(?=[[^!])|\](?=[([:])/g, '\\$&')
      .replace(/(?<=[{])(?=[{%])/g, '\\')
      // A formula ends in a dollar that no digit follows: without one, amounts are amounts.
      .replace(/\$(?!\d)/g, '\\$')
      .replace(/&(?=#?\w+;)/g, '&amp;')
      .replace(/</g, '&lt;')
      // GitHub looks for mentions and issue numbers in the finished text: a word joiner keeps them apart.
      .replace(/@(?=\w)/g, '@\u2060')
      .replace(/#(?=[\d#])/g, '#\u2060')
      .replace(/:\/\//g, ':&#47;&#47;')
      .replace(/(?<![a-z0-9])www\./gi, 'www&#46;')
  );
}

function lineStart(text: string): string {
  return text
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^(\s*)([-+])(?=\s|$)/, '$1\\$2')
    .replace(/^(\s*)(?=[-=][-=\s]*$|#{1,6}(?:\s|$)|>|\[[ x]\](?:\s|$))/i, '$1\\');
}

/** Text or attribute value of HTML. */
export function html(text: string): string {
  return oneLine(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

/**
 * A CSV cell (RFC 4180). Text a spreadsheet would run as a formula gets a leading apostrophe; numbers are left alone. In quotes nothing
 * begins a line that a CI runner would obey.
 */
export function csv(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = oneLine(value).replace(BRACKET_COMMAND, '# #');
  const safe = /^\s*[=+\-@|%＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",;\n]|^\s|\s$|'|^::/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** JSON for people and programs: the same data, spelled so that a CI runner finds no `##[command]` in it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(BRACKET_COMMAND, '#\\u0023')}\n`;
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

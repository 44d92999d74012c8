/** Text from scenarios, price files and servers, made harmless for the place it is printed in. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** Marks that reorder or hide text: bidirectional overrides, zero-width characters, line and paragraph separators. */
const INVISIBLE = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line of plain text: newlines and tabs become spaces, other control characters (ANSI escapes among them) visible `\u001b`. */
export function oneLine(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(CONTROL, visible)
    .replace(INVISIBLE, visible);
}

/** One line for a terminal or a log: a CI runner that reads commands from logs (`::set-output ...::`, `##[...]`) finds none in it. */
export function terminal(text: string): string {
  return oneLine(text)
    .replace(/::(?=[a-z][^:]*::)/gi, ': :')
    .replace(/##(?=\[|vso)/gi, '# #');
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

/** Markdown (CommonMark and GitHub): nothing in the text can start a link, image, mention, tag, table cell, heading or list. */
export function markdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()#|~!$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/\bwww\./gi, 'www&#46;')
    .replace(/^(\s*)(\d+)([.)])/, '$1$2\\$3')
    .replace(/^(\s*)([-+=:])/, '$1\\$2');
}

/** Text or attribute value of HTML. */
export function html(text: string): string {
  return oneLine(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

/** A CSV cell (RFC 4180). Text a spreadsheet would run as a formula gets a leading apostrophe; numbers are left alone. */
export function csv(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = oneLine(value);
  const safe = /^\s*[=+\-@|%]/.test(text) ? `'${text}` : text;
  return /[",;\n]|^\s|\s$|'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

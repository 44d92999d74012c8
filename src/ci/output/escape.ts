/** Text made harmless for the CI systems that read it. Terminal and Markdown text has its rules in `report/`; these are the ones only CI has. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line; control and hidden characters visible as `\u001b`. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A line of a log that a runner watches for commands: `::set-output`, `##[group]`, `##vso[...]` are broken up. */
export function log(text: string): string {
  return oneLine(text)
    .replace(/:(?=:)/g, ': ')
    .replace(/#(?=#)/g, '# ');
}

/** JSON, spelled so that a runner finds no `##[command]` in it: the same data. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/##/g, '#\\u0023')}\n`;
}

/** Message of a GitHub workflow command. */
export function commandMessage(text: string): string {
  return oneLine(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

/** Property value of a GitHub workflow command. */
export function commandProperty(text: string): string {
  return commandMessage(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/**
 * Markdown (CommonMark and GitHub): the text can start no link, image, tag, table cell, heading, list or comment. GitHub looks
 * for mentions and issue numbers in the finished text, where an escaped @ is an @ again: a word joiner keeps them apart.
 */
export function markdown(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()~!$|]/g, '\\$&')
    .replace(/@/g, '@\u2060')
    .replace(/#/g, '\\#\u2060')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/(?<![a-z0-9])www\./gi, 'www&#46;')
    .replace(/^(\s*)(\d+)([.)])/, '$1$2\\$3')
    .replace(/^(\s*)([-+=:])/, '$1\\$2');
}

/** Text inside an HTML tag of a Markdown file, where backslashes don't apply; marks of Markdown are spelled out in case a reader looks for them. */
export function htmlInMarkdown(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/[<>"'\\`*_{}[\]()~!$|]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/@/g, '@\u2060')
    .replace(/#(?!\d+;)/g, '#\u2060')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/(?<![a-z0-9])www\./gi, 'www&#46;');
}

/** Text or attribute of XML 1.0. `]]>` can't end a CDATA section, as none is used. */
export function xml(text: string): string {
  const escaped = oneLine(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&apos;');
  // Not allowed in XML at all: lone surrogates and the two non-characters.
  return escaped.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd');
}

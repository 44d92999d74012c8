/** Problems as text for people and as JSON for machines. Nothing in a file can reach the terminal as a control sequence. */

import type { Problem } from './problem.ts';

export interface FormatOptions {
  readonly color?: boolean;
}

const [RED, BOLD, DIM, RESET] = ['\u001b[31m', '\u001b[1m', '\u001b[2m', '\u001b[0m'];
const MAX_EXCERPT = 160;

/**
 * One paragraph a problem: place and code, what is wrong, the line with a caret, how to mend it. Ends with a newline.
 *
 * @example
 *   s.yaml:14:25  value.not-a-quantity
 *     workload.requests_per_month must be a number like 500k, found the text "lots".
 *      14 |   requests_per_month: lots
 *         |                       ^^^^
 *     Did you mean ...?
 */
export function formatProblems(problems: readonly Problem[], { color = false }: FormatOptions = {}): string {
  const paint = (code: string, text: string) => (color ? `${code}${text}${RESET}` : text);
  return problems.map((problem) => formatProblem(problem, paint)).join('\n');
}

type Paint = (code: string, text: string) => string;

function formatProblem({ code, message, file, line, column, excerpt, hint }: Problem, paint: Paint): string {
  const place = file === null ? '' : `${paint(BOLD, printable([file, line, column].filter((part) => part !== null).join(':')))}  `;
  const lines = [`${place}${paint(RED, printable(code))}`, `  ${sentence(message)}`];
  if (excerpt !== null && line !== null) lines.push(...excerptLines(excerpt, line, column ?? 1, paint));
  if (hint !== null) lines.push(`  ${sentence(hint)}`);
  return `${lines.join('\n')}\n`;
}

function excerptLines(excerpt: NonNullable<Problem['excerpt']>, line: number, column: number, paint: Paint): readonly string[] {
  const from = Math.max(0, Math.min(column - 1 - MAX_EXCERPT / 2, excerpt.text.length - MAX_EXCERPT));
  const shown = excerpt.text.slice(from, from + MAX_EXCERPT);
  const at = column - 1 - from;
  const number = String(line).padStart(3);
  const before = printable(shown.slice(0, at).replaceAll('\t', ' '));
  const marked = printable(shown.slice(at, at + excerpt.length).replaceAll('\t', ' '));
  const text = `${from > 0 ? '...' : ''}${printable(shown.replaceAll('\t', ' '))}${from + MAX_EXCERPT < excerpt.text.length ? '...' : ''}`;
  const indent = ' '.repeat(width(before) + (from > 0 ? 3 : 0));
  return [
    `  ${paint(DIM, `${number} |`)} ${text}`.trimEnd(),
    `  ${paint(DIM, `${' '.repeat(number.length)} |`)} ${indent}${paint(RED, '^'.repeat(Math.max(1, width(marked))))}`,
  ];
}

/** Terminal columns: wide East Asian letters and emoji take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{Mn}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function sentence(text: string): string {
  const clean = printable(text);
  return /[.?!]$/.test(clean) ? clean : `${clean}.`;
}

/** Control characters, and those that turn the direction of text, as \u001b. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** `{ "problems": [...] }`, one line, for `--error-format json`. */
export function formatProblemsJson(problems: readonly Problem[]): string {
  return `${JSON.stringify({ problems })}\n`;
}

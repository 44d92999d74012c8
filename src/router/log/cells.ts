/** Cells into numbers and labels. Blank means not known; anything else that can't be read is a problem with its line. */

import { InputError, type Problem } from '../../files/problem.ts';
import { describe } from '../../schema/quantity.ts';
import type { LogRecord } from './table.ts';

/** After this many problems of a file the rest are counted, not listed. */
const MOST = 20;

const BLANK: ReadonlySet<string> = new Set(['', 'null', 'none', 'na', 'n/a', 'nan', '-']);
const LABELS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['yes', 1],
  ['no', 0],
  ['pass', 1],
  ['fail', 0],
  ['passed', 1],
  ['failed', 0],
  ['correct', 1],
  ['incorrect', 0],
  ['wrong', 0],
  ['success', 1],
  ['failure', 0],
]);

/** Reads the cells of one log and gathers what is wrong with them. */
export class Cells {
  readonly #file: string;
  readonly #problems: Problem[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  text(record: LogRecord, column: string | null): string | null {
    const raw = column === null ? null : record.values[column];
    if (raw === null || raw === undefined || Array.isArray(raw)) return null;
    const text = String(raw).trim();
    return text === '' ? null : text;
  }

  /** A finite number of at least `min`, maybe after a dollar sign. */
  number(record: LogRecord, column: string | null, min = Number.NEGATIVE_INFINITY): number | null {
    const text = this.text(record, column)?.replace(/^\$\s*/, '') ?? null;
    if (text === null || BLANK.has(text.toLowerCase())) return null;
    const value = Number(text);
    if (Number.isFinite(value) && value >= min && /^[+-]?[\d.]/.test(text)) return value;
    const wanted = min === 0 ? 'a number of at least 0' : 'a number';
    return this.#problem(record, column, `must be ${wanted}, found ${describe(record.values[column as string])}`);
  }

  /** 0, 1, true, false, yes, no, pass, fail, or a share in between. */
  label(record: LogRecord, column: string | null): number | null {
    const text = this.text(record, column)?.toLowerCase() ?? '';
    if (BLANK.has(text)) return null;
    const word = LABELS.get(text);
    if (word !== undefined) return word;
    const value = Number(text);
    if (value >= 0 && value <= 1) return value;
    return this.#problem(record, column, `must be 0, 1, true, false or a share in between, found ${describe(record.values[column as string])}`);
  }

  #problem(record: LogRecord, column: string | null, what: string): null {
    this.#problems.push({
      code: 'log.bad-cell',
      message: `${JSON.stringify(column)} ${what}.`,
      file: this.#file,
      line: record.line,
      column: null,
      excerpt: null,
      hint: 'Leave the cell empty where the value is not known.',
    });
    return null;
  }

  /** @throws InputError when any cell so far could not be read */
  done(): void {
    if (this.#problems.length === 0) return;
    const rest = this.#problems.length - MOST;
    const last = this.#problems[MOST];
    const more = rest > 0 && last !== undefined ? [{ ...last, message: `${rest} more cells like these could not be read.`, hint: null }] : [];
    throw new InputError([...this.#problems.slice(0, MOST), ...more]);
  }
}

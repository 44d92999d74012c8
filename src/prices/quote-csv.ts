/** `prices quote --csv`: the same rows in the same order, with what each costs. */

import { parse } from 'csv-parse/sync';
import { InputError } from '../files/problem.ts';
import { suggestion } from '../schema/nearest.ts';
import { QUOTE_COLUMNS, type Quoted, type QuoteRow } from './quote.ts';

export interface UsageTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * @throws InputError when the text is no CSV, has no `model` column or names a column twice
 */
export function readUsageTable(text: string, file: string): UsageTable {
  const [header = [], ...rows] = readCells(text, file);
  const known = header.map((name) => name.trim());
  const twice = known.find((name, index) => known.indexOf(name) !== index && isColumn(name));
  if (twice !== undefined) throw fail(file, 'quote.column-twice', `the column ${JSON.stringify(twice)} stands in the header twice`, 'Remove one of the two.');
  if (!known.includes('model')) {
    const near = suggestion('model', known);
    throw fail(file, 'quote.no-model-column', `the header has no column "model"`, near ?? `Columns: ${QUOTE_COLUMNS.join(', ')}.`);
  }
  return { header: known, rows };
}

function isColumn(name: string): boolean {
  return (QUOTE_COLUMNS as readonly string[]).includes(name);
}

function readCells(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: true });
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? null;
    const message = `not CSV: ${(error as Error).message.replace(/\s+/g, ' ')}`;
    throw new InputError([
      { code: 'quote.not-csv', message, file, line, column: null, excerpt: null, hint: 'Separate cells by commas and quote cells that hold one.' },
    ]);
  }
}

function fail(file: string, code: string, message: string, hint: string): InputError {
  return InputError.of(code, message, hint, file);
}

/** The cells of a row under their names. */
export function rowOf(table: UsageTable, cells: readonly string[]): QuoteRow {
  return Object.fromEntries(table.header.map((name, index) => [name, cells[index]]));
}

/** The table with `total_usd`, `error` and `warning` appended. */
export function quotedCsv(table: UsageTable, quoted: readonly Quoted[]): string {
  const header = [...table.header, 'total_usd', 'error', 'warning'];
  const lines = table.rows.map((cells, index) => [...table.header.map((_, at) => cells[at] ?? ''), ...answer(quoted[index])]);
  return `${[header, ...lines].map((cells) => cells.map(cell).join(',')).join('\n')}\n`;
}

function answer(quoted: Quoted | undefined): string[] {
  if (quoted === undefined) return ['', '', ''];
  return [quoted.total_usd === null ? '' : decimal(quoted.total_usd), quoted.error ?? '', quoted.warnings.join('; ')];
}

/** All digits of the number, never an exponent: spreadsheets read `1e-7` as text. */
export function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/0+$/, '').replace(/\.$/, '');
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table of loads, one row a configuration: reads the columns people use, keeps every cell as it was written. */

import { parse } from 'csv-parse/sync';
import { InputError } from '../files/problem.ts';

/** A CSV file as text: header and rows of the same length. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * @throws InputError when the text is not a table with a header
 */
export function readTable(text: string, file: string): Table {
  let records: string[][];
  try {
    records = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, delimiter: delimiterOf(text) }) as string[][];
  } catch (error) {
    throw InputError.of('csv.malformed', `This is not a CSV table: ${(error as Error).message}.`, 'Quote cells that hold commas or quotes.', file);
  }
  const [columns, ...rows] = records;
  if (columns === undefined || rows.length === 0)
    throw InputError.of('csv.empty', 'The table has no rows.', 'Write a header line and one row a configuration.', file);
  return { columns: columns.map((each) => each.trim()), rows: rows.map((row) => columns.map((_, i) => row[i] ?? '')) };
}

/** The sign that separates the names in the header. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  return [',', ';', '\t'].reduce((best, sign) => (header.split(sign).length > header.split(best).length ? sign : best));
}

/** The table with more columns, as CSV text; cells that need it are quoted. */
export function writeTable(table: Table, added: readonly string[], cells: readonly (readonly string[])[]): string {
  const lines = [[...table.columns, ...added], ...table.rows.map((row, i) => [...row, ...(cells[i] ?? added.map(() => ''))])];
  return `${lines.map((line) => line.map(quoted).join(',')).join('\n')}\n`;
}

function quoted(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Column names by what they mean; the first that is there is read. */
const NAMES = {
  model: ['model', 'model_name'],
  gpu: ['gpu', 'accelerator', 'hardware', 'hw', 'device'],
  n_gpus: ['n_gpus', 'gpus', 'num_gpus', 'gpu_count', 'count', '#gpus'],
  tp: ['tp', 'tensor_parallel', 'tp_size', 'parallelism'],
  precision: ['precision', 'quantization', 'dtype', 'weight_data_types'],
  isl: ['isl', 'input', 'input_tokens', 'input_len', 'input_length'],
  osl: ['osl', 'output', 'output_tokens', 'output_len', 'output_length'],
  concurrency: ['concurrency', 'conc', 'max_concurrency', 'batch', 'batch_size'],
  engine: ['engine', 'engine_version', 'framework', 'software', 'server'],
  kv_precision: ['kv_precision', 'kv_quantization', 'kv_cache_dtype'],
  scenario: ['scenario'],
  source: ['source'],
  measured: ['measured', 'output_tokens_per_s_total', 'output_tokens_per_s', 'output_tok_s', 'tokens_per_s', 'throughput'],
  measured_per_gpu: ['output_tokens_per_s_per_gpu', 'output_tput_per_gpu'],
} as const;

export type ColumnName = keyof typeof NAMES;

/** What other programs write where they have nothing to say. */
const NOTHING = /^(?:nan|none|null|n\/?a|-+|\?|auto|default)$/i;

/** Reads a cell of a row by meaning; '' where the table has no such column, or where the cell says nothing (`NaN`, `None`, `-`). */
export function cellReader(table: Table): (row: readonly string[], name: ColumnName) => string {
  const lower = table.columns.map((column) => column.toLowerCase().replace(/[\s-]+/g, '_'));
  const places = new Map<string, number>();
  for (const [name, spellings] of Object.entries(NAMES)) {
    const place = spellings.map((each) => lower.indexOf(each)).find((index) => index >= 0);
    if (place !== undefined) places.set(name, place);
  }
  return (row, name) => {
    const text = row[places.get(name) ?? -1]?.trim() ?? '';
    return NOTHING.test(text) ? '' : text;
  };
}

/** Throws unless the table has the columns without which nothing can be said. */
export function requireColumns(table: Table, names: readonly ColumnName[], file: string): void {
  const read = cellReader(table);
  const marks = table.columns.map((_, i) => `#${i}`);
  const missing = names.filter((name) => read(marks, name) === '');
  if (missing.length === 0) return;
  const found = table.columns.slice(0, 20).join(', ');
  throw InputError.of(
    'csv.missing-columns',
    `The table has no column ${missing.join(', ')}; it has ${found}.`,
    `Name the columns ${Object.keys(NAMES).slice(0, 9).join(',')}.`,
    file,
  );
}

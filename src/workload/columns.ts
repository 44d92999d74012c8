import { closest, distance } from 'fastest-levenshtein';
import { InputError, type Problem } from '../files/problem.ts';
import { type CachedRule, FORMAT_IDS, FORMATS, type Format, GENERIC } from './formats.ts';
import { FIELDS, type Field, type Mapping } from './row.ts';

/** What the user said about the columns. */
export interface ColumnChoice {
  /** Format id, or null to recognise it. */
  readonly from: string | null;
  /** Column names given by flags. */
  readonly named: { readonly [F in Field]?: string };
  /** The rule given by a flag. */
  readonly cached: CachedRule | null;
}

/** The columns an import will use. */
export interface Columns {
  readonly format: Format;
  readonly mapping: Mapping;
  readonly cached: CachedRule;
  readonly basis: string;
}

/** The flag that names a field's column. */
const FLAGS: { readonly [F in Field]?: string } = {
  timestamp: '--timestamp',
  input: '--input',
  output: '--output',
  cached: '--cached',
  cache_write: '--cache-write',
  model: '--model',
  team: '--team',
  id: '--id',
  status: '--status',
  requests: '--requests',
};

/**
 * Recognises the format by its columns and finds each field's column; columns named by flags win.
 *
 * @param problem where the columns came from, for errors
 * @throws InputError when a named column doesn't exist, or a time, input or output column can't be found
 */
export function chooseColumns(columns: readonly string[], choice: ColumnChoice, file: string): Columns {
  const lookup = new Lookup(columns);
  const format = pickFormat(lookup, choice.from, file);
  const { mapping, problems } = mapFields(lookup, format, choice, file);
  if (problems.length > 0) throw new InputError(problems);
  const adjusted = adjust(format, mapping, choice);
  const missing = missingFields(adjusted, mapping, lookup, file);
  if (missing !== null) throw new InputError([missing]);
  return { format: adjusted, mapping, ...cachedRule(adjusted, mapping, choice.cached) };
}

/** Finds columns by exact name, then ignoring letter case. */
class Lookup {
  readonly columns: readonly string[];
  private readonly byLower: Map<string, string>;

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.byLower = new Map(columns.map((column) => [column.toLowerCase(), column]));
  }

  find(name: string): string | undefined {
    return this.columns.includes(name) ? name : this.byLower.get(name.toLowerCase());
  }

  /** The nearest column to a misspelt name, when it is near. */
  near(name: string): string | null {
    if (this.columns.length === 0) return null;
    const best = closest(name, this.columns.slice());
    return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(2, name.length / 3) ? best : null;
  }
}

function pickFormat(lookup: Lookup, from: string | null, file: string): Format {
  if (from === null) return FORMATS.find((format) => fits(format, lookup)) ?? GENERIC;
  const named = [...FORMATS, GENERIC].find((format) => format.id === from);
  if (named !== undefined) return named;
  throw InputError.of(
    'workload.unknown-format',
    `--from "${from}" is not a log format; known: ${FORMAT_IDS.join(', ')}.`,
    'Leave --from out to recognise the format by its columns.',
    file,
  );
}

function fits(format: Format, lookup: Lookup): boolean {
  return format.signature.every((spellings) => spellings.some((name) => lookup.find(name) !== undefined));
}

function mapFields(lookup: Lookup, format: Format, choice: ColumnChoice, file: string): { mapping: Mapping; problems: Problem[] } {
  const mapping: Partial<Record<Field, readonly string[]>> = {};
  const problems: Problem[] = [];
  for (const field of FIELDS) {
    const named = choice.named[field];
    const found = named === undefined ? known(lookup, format, field) : [lookup.find(named)];
    if (named !== undefined && found[0] === undefined) problems.push(noSuchColumn(field, named, lookup, file));
    const columns = found.filter((column) => column !== undefined);
    if (columns.length > 0) mapping[field] = columns;
  }
  return { mapping, problems };
}

function known(lookup: Lookup, format: Format, field: Field): (string | undefined)[] {
  const found = (format.fields[field] ?? []).map((name) => lookup.find(name)).filter((column) => column !== undefined);
  return field === 'cache_write' && !/cache_creation_input_tokens$/i.test(found[0] ?? '') ? [...new Set(found)] : found.slice(0, 1);
}

function noSuchColumn(field: Field, named: string, lookup: Lookup, file: string): Problem {
  const near = lookup.near(named);
  return problem(
    'workload.no-such-column',
    `${FLAGS[field]} names the column "${named}", which ${file} does not have; it has ${list(lookup.columns)}.`,
    near === null ? `Pass one of these names to ${FLAGS[field]}.` : `Did you mean ${FLAGS[field]} "${near}"?`,
    file,
  );
}

/** A column of request counts named by a flag makes any format aggregated. */
function adjust(format: Format, mapping: Mapping, choice: ColumnChoice): Format {
  return choice.named.requests !== undefined && mapping.requests !== undefined && format.aggregated === undefined ? { ...format, aggregated: true } : format;
}

const WORDS = { timestamp: 'times', input: 'input token counts', output: 'output token counts' } as const;

/** The fields no import can do without; all that are missing in one message. */
function missingFields(format: Format, mapping: Mapping, lookup: Lookup, file: string): Problem | null {
  const needed: readonly (keyof typeof WORDS)[] = mapping.usage === undefined ? ['timestamp', 'input', 'output'] : ['timestamp'];
  const missing = needed.filter((field) => mapping[field] === undefined);
  if (missing.length === 0) return null;
  const words = missing.map((field) => WORDS[field]).join(' or ');
  const flags = missing.map((field) => `${FLAGS[field]} COLUMN`).join(' ');
  return problem(
    'workload.column-not-found',
    `No column of ${words} was recognised in ${file}, read as ${format.label}; it has ${list(lookup.columns)}.`,
    `${lookup.columns.some((column) => /^[\d.,:\s-]+$/.test(column)) ? 'The first line looks like data: add a header line. Otherwise name' : 'Name'} the columns: ${flags}.`,
    file,
  );
}

function cachedRule(format: Format, mapping: Mapping, flag: CachedRule | null): { cached: CachedRule; basis: string } {
  if (flag !== null) return { cached: flag, basis: `--cached-${flag} was given` };
  if (format !== GENERIC || mapping.cached === undefined)
    return { cached: format.cached, basis: mapping.cached || format.id !== 'generic' ? format.basis : 'no cached-token column' };
  const input = mapping.input?.[0] ?? '';
  const cached = mapping.cached[0] ?? '';
  if (/cache_read_input_tokens$/i.test(cached) && /(^|\.)input_tokens$/i.test(input))
    return { cached: 'exclusive', basis: `${input} beside ${cached} is Anthropic's convention: cached tokens are left out of it, and added here` };
  return {
    cached: 'inclusive',
    basis: `assumed from the column names (${input}, ${cached}): cached tokens are inside the input; otherwise pass --cached-exclusive`,
  };
}

function problem(code: string, message: string, hint: string, file: string): Problem {
  return { code, message, file, line: null, column: null, excerpt: null, hint };
}

function list(columns: readonly string[]): string {
  const shown = columns.slice(0, 30).map((column) => `"${column.slice(0, 60)}"`);
  return shown.join(', ') + (columns.length > 30 ? ` and ${columns.length - 30} more` : '');
}

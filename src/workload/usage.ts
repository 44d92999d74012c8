/** Langfuse's `usage_details`: a map of usage types, as JSON, as ClickHouse or DuckDB print a map, or already an object. */

interface UsageCounts {
  readonly input: unknown;
  readonly output: unknown;
  readonly cached: unknown;
  /** The map's own total shows that cached tokens are inside `input`. */
  readonly inclusive: boolean;
}

const PAIR = /['"]?([A-Za-z_][\w.-]*)['"]?\s*[:=]\s*['"]?(-?[\d.eE+]+|null|NaN)['"]?/g;

/**
 * Input is every type with "input" in its name, output every type with "output", as Langfuse itself adds them up.
 *
 * @returns null when there is no such map in the cell
 * @example readUsage('{"input":100,"input_cached_tokens":900,"output":50,"total":1050}') // input 1000, cached 900, output 50
 */
export function readUsage(cell: unknown): UsageCounts | null {
  const entries = usageEntries(cell);
  if (entries === null) return null;
  const byName = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
  const cached = addUp(entries, (name) => /input/i.test(name) && /cache/i.test(name) && !/creat|write/i.test(name)) ?? byName.get('cache_read_input_tokens');
  const [plainInput, plainOutput, total] = ['input', 'output', 'total'].map((name) => byName.get(name));
  const inclusive = isNumber(cached) && cached > 0 && isNumber(plainInput) && isNumber(plainOutput) && total === plainInput + plainOutput;
  const input = inclusive ? plainInput : addUp(entries, (name) => /input/i.test(name));
  const output = inclusive ? plainOutput : addUp(entries, (name) => /output/i.test(name) || /^reasoning/i.test(name));
  return { input, output, cached, inclusive };
}

function usageEntries(cell: unknown): (readonly [string, unknown])[] | null {
  if (typeof cell === 'object' && cell !== null) return Object.entries(cell).map(([name, value]) => [name, toNumber(value)]);
  if (typeof cell !== 'string' || !cell.includes('{')) return null;
  return [...cell.matchAll(PAIR)].map((found) => [found[1] ?? '', toNumber(found[2])]);
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' && value !== 'null' ? Number(value) : value === 'null' ? null : value;
}

/** Sum of the matching entries; undefined when none matches, the odd value itself when one is not a number. */
function addUp(entries: readonly (readonly [string, unknown])[], matches: (name: string) => boolean): unknown {
  const values = entries.filter(([name, value]) => matches(name) && value !== null).map(([, value]) => value);
  if (values.length === 0) return undefined;
  return values.find((value) => !isNumber(value) || value < 0) ?? values.reduce((sum: number, value) => sum + (value as number), 0);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

import type { RowSink } from '../row.ts';
import { identifier, literal } from './duckdb.ts';
import { cellPath, columnNames, expand, type JsonRow } from './expand.ts';
import type { Head } from './head.ts';
import { parseObject, SAMPLE } from './json.ts';
import type { TextFile, TextScan } from './text-duckdb.ts';

/** How DuckDB reads JSON Lines; null when the first lines aren't plain objects, a row each. */
export function jsonScan({ path, gzipped }: TextFile, head: Head): TextScan | null {
  const rows = sampleOf(head);
  if (rows === null) return null;
  return { columns: [...new Set(rows.flatMap((row) => columnNames(row)))], plan: (sink) => plan(sink, rows, path, gzipped) };
}

function sampleOf({ bytes, whole }: Head): JsonRow[] | null {
  const lines = bytes.toString('utf8').split('\n');
  if (!whole) lines.pop();
  const texts = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE);
  if (texts.length === 0 || (texts.length < SAMPLE && !whole)) return null;
  const rows = texts.map(parseObject);
  return rows.every((row) => row !== null && [...expand(row)][0] === row) ? (rows as JsonRow[]) : null;
}

/** Fields whose values are objects or lists. */
const STRUCTURED = ['usage', 'blocks'];

function plan(sink: RowSink, rows: readonly JsonRow[], path: string, gzipped: boolean): ReturnType<TextScan['plan']> {
  const keys = new Map<string, 'VARCHAR' | 'JSON'>();
  const cells: { sql: string; type: string }[] = [];
  for (const column of sink.columns) {
    const keyPath = onlyPath(rows, column);
    const [key, ...inside] = keyPath ?? [];
    if (key === undefined) return null;
    const structured = STRUCTURED.includes(sink.fieldOf(column));
    const type = structured || inside.length > 0 ? 'JSON' : 'VARCHAR';
    if (keys.has(key) && keys.get(key) !== type) return null;
    keys.set(key, type);
    const extract = structured ? 'json_extract' : 'json_extract_string';
    const pointer = literal(`$${inside.map((name) => `."${name}"`).join('')}`);
    cells.push({ sql: inside.length === 0 ? identifier(key) : `${extract}(${identifier(key)}, ${pointer})`, type: structured ? 'JSON' : 'TEXT' });
  }
  const types = [...keys].map(([key, type]) => `${literal(key)}: '${type}'`).join(', ');
  const options = `format = 'newline_delimited', auto_detect = false, compression = '${gzipped ? 'gzip' : 'uncompressed'}', columns = {${types}}`;
  return { cells, table: `read_json(${literal(path)}, ${options})` };
}

/** Where the cell stands, when it is the same place in all rows that have it. */
function onlyPath(rows: readonly JsonRow[], column: string): readonly string[] | null {
  const paths = rows.map((row) => cellPath(row, column)).filter((path) => path !== null);
  const [first] = paths;
  const same = first !== undefined && paths.every((path) => path.join('\n') === first.join('\n'));
  return same && !first.some((name) => /["\\]/.test(name)) ? first : null;
}

/** Rows inside the documents of usage APIs and trace exporters, made flat. */

export type JsonRow = Readonly<Record<string, unknown>>;

/** A record itself, or the rows it carries: pages of usage buckets, OTLP spans. */
export function* expand(record: JsonRow): Generator<JsonRow> {
  if (Array.isArray(record.resourceSpans)) yield* otlpSpans(record.resourceSpans);
  else if (isPage(record)) for (const element of record.data) yield* buckets(element);
  else yield* buckets(record);
}

function isPage(record: JsonRow): record is JsonRow & { data: JsonRow[] } {
  const { data } = record;
  return Array.isArray(data) && data.every(isObject) && (record.object === 'page' || 'has_more' in record || Object.keys(record).length <= 3);
}

/** OpenAI and Anthropic usage: `results` of a time bucket; an empty bucket still counts as time without requests. */
function* buckets(record: JsonRow): Generator<JsonRow> {
  const { results, ...bucket } = record;
  if (!Array.isArray(results) || !('start_time' in bucket || 'starting_at' in bucket)) {
    yield record;
    return;
  }
  if (results.length === 0) yield { ...bucket, ...NOTHING, bucket_key: bucketKey(bucket) };
  for (const result of results.filter(isObject)) yield { ...bucket, ...result, bucket_key: bucketKey({ ...bucket, ...result }) };
}

const NOTHING = { input_tokens: 0, output_tokens: 0, input_cached_tokens: 0, num_model_requests: 0, uncached_input_tokens: 0, cache_read_input_tokens: 0 };

/** What tells one result from another: everything but the counts. The same page fetched twice is found by it. */
function bucketKey(result: JsonRow): string {
  const at = result.start_time ?? result.starting_at;
  const names = Object.entries(result).filter(([name, value]) => name !== 'object' && (typeof value !== 'number' || name === 'start_time') && !isObject(value));
  return JSON.stringify([at, ...names.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function* otlpSpans(resources: readonly unknown[]): Generator<JsonRow> {
  for (const resource of resources.filter(isObject)) {
    const shared = attributes((resource.resource as JsonRow | undefined)?.attributes);
    const scopes = Array.isArray(resource.scopeSpans) ? resource.scopeSpans.filter(isObject) : [];
    for (const scope of scopes) {
      for (const span of Array.isArray(scope.spans) ? scope.spans.filter(isObject) : []) {
        const own = attributes(span.attributes);
        yield { startTimeUnixNano: span.startTimeUnixNano, spanId: span.spanId, 'service.name': shared['service.name'], ...own };
      }
    }
  }
}

/** OTLP's `[{ key, value: { intValue: "12" } }]` as a plain object; only scalars. */
function attributes(list: unknown): JsonRow {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.filter(isObject).map(({ key, value }) => [String(key), isObject(value) ? (value.intValue ?? value.doubleValue ?? value.stringValue ?? null) : null]),
  );
}

export function isObject(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the cells of a row, nested ones with dots; texts inside are not looked at. */
export function columnNames(row: JsonRow, prefix = '', depth = 0): string[] {
  return Object.entries(row).flatMap(([name, value]) =>
    isObject(value) && depth < 4 ? [prefix + name, ...columnNames(value, `${prefix + name}.`, depth + 1)] : [prefix + name],
  );
}

/** The cell with this name: `usage.prompt_tokens` is a key of that spelling, or `prompt_tokens` inside `usage`. */
export function cell(row: JsonRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const inner = row[name.slice(0, dot)];
    if (!isObject(inner)) continue;
    const found = cell(inner, name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The keys that lead to the cell `cell` finds; null when there is none. */
export function cellPath(row: JsonRow, name: string): readonly string[] | null {
  if (Object.hasOwn(row, name)) return [name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const inner = row[name.slice(0, dot)];
    const rest = isObject(inner) ? cellPath(inner, name.slice(dot + 1)) : null;
    if (rest !== null) return [name.slice(0, dot), ...rest];
  }
  return null;
}

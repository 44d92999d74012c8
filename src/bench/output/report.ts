/** A measurement for people: terminal text, Markdown, CSV. */
import type { Measurement, MeasurementPoint } from '../../engine/measurement.ts';
import { printable } from '../../llm/secret.ts';
import type { Extras } from '../measure/reduce.ts';
import { alignedTable, errorList, loadLabel, markdownTable, number, spread, usd } from './figures.ts';

export type AnyPoint = MeasurementPoint & Partial<Extras>;
export type AnyMeasurement = Omit<Measurement, 'points'> & { readonly points: readonly AnyPoint[]; readonly warnings?: readonly string[] };

type Row = readonly string[];
type Layout = (rows: readonly Row[]) => string;

function terminalReport(measurement: AnyMeasurement): string {
  return `${report(measurement, alignedTable, (text) => `\n${text}\n`)}\n`;
}

function markdownReport(measurement: AnyMeasurement): string {
  return `${report(measurement, markdownTable, (text) => `\n### ${text}\n`)}\n`;
}

function report(measurement: AnyMeasurement, layout: Layout, heading: (text: string) => string): string {
  const { points } = measurement;
  const parts = [
    headline(measurement),
    ...(points.length === 0 ? [] : tables(points, layout, heading)),
    ...remarks(measurement).map((remark) => `\n${remark}`),
  ];
  return parts.join('\n');
}

function tables(points: readonly AnyPoint[], layout: Layout, heading: (text: string) => string): string[] {
  return [
    heading('Load and throughput'),
    layout(loadRows(points)),
    heading('Latency, ms: p50 / p95 / p99'),
    layout(latencyRows(points)),
    ...(points.some((point) => point.usd !== null) ? [heading('Dollars'), layout(moneyRows(points))] : []),
  ];
}

function headline({ target, started_at, excluded }: AnyMeasurement): string {
  const server = target.server === null ? '' : `, ${target.server.name}${target.server.version === null ? '' : ` ${target.server.version}`}`;
  const left = excluded.aborted > 0 ? `, ${excluded.aborted} cut off by our own stop` : '';
  return printable(
    `${target.model} at ${target.url} (${target.api}${server}), ${started_at.slice(0, 16)}Z; left out: ${excluded.warmup} warm-up requests${left}`,
    null,
    400,
  );
}

function loadRows(points: readonly AnyPoint[]): Row[] {
  const powered = points.some((point) => point.watts != null);
  const head = [
    'load',
    'requests',
    'ok',
    'errors',
    'req/s',
    'output tok/s',
    'goodput/s',
    'tok/chunk',
    'window s',
    ...(powered ? ['GPU W', 'J/output tok'] : []),
  ];
  return [
    head,
    ...points.map((point) => [
      loadLabel(point),
      String(point.requests),
      String(point.ok),
      errorList(point.errors),
      number(point.requests_per_s, 2),
      number(point.output_tokens_per_s),
      number(point.goodput_per_s, 2),
      number(point.tokens_per_chunk, 2),
      number(point.window_s),
      ...(powered ? [number(point.watts, 0), number(point.joules_per_output_token, 3)] : []),
    ]),
  ];
}

function latencyRows(points: readonly AnyPoint[]): Row[] {
  const reasoning = points.some((point) => point.ttfo_ms !== null && point.ttft_ms !== null && point.ttfo_ms.p50 > point.ttft_ms.p50);
  const open = points.some((point) => point.ttft_from_send_ms != null);
  const head = [
    'load',
    'TTFT',
    ...(open ? ['TTFT from wire'] : []),
    ...(reasoning ? ['TTFO'] : []),
    'TPOT',
    isPerToken(points) ? 'ITL' : 'ICL',
    'E2E',
    'longest stall',
    'sched lag',
  ];
  return [
    head,
    ...points.map((point) => [
      loadLabel(point),
      spread(point.ttft_ms),
      ...(open ? [spread(point.ttft_from_send_ms ?? null)] : []),
      ...(reasoning ? [spread(point.ttfo_ms)] : []),
      spread(point.tpot_ms),
      spread(point.icl_ms),
      spread(point.e2e_ms),
      spread(point.max_stall_ms),
      spread(point.sched_lag_ms),
    ]),
  ];
}

/** Gaps between chunks may be called gaps between tokens only where a chunk is one token. */
function isPerToken(points: readonly AnyPoint[]): boolean {
  return points.every((point) => point.tokens_per_chunk !== null && Math.abs(point.tokens_per_chunk - 1) < 0.05);
}

function moneyRows(points: readonly AnyPoint[]): Row[] {
  const head = ['load', 'total', 'per ok request', 'per M output tokens', 'per M good tokens'];
  return [
    head,
    ...points.map(({ usd: cost, ...point }) => [
      loadLabel(point),
      usd(cost?.total),
      usd(cost?.per_request),
      usd(cost?.per_mtok_output),
      usd(cost?.per_mtok_good),
    ]),
  ];
}

function remarks({ points, warnings = [] }: AnyMeasurement): string[] {
  const limited = points.filter((point) => point.client.limited && point.ok > 0);
  const sources = [...new Set(points.map((point) => point.tokens.source))].filter((source) => source !== 'usage' && source !== 'none');
  const unsteady = points.filter((point) => point.steadiness?.steady === false);
  return [
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...failures(points),
    ...(limited.length === 0
      ? []
      : [
          `Client-limited at ${limited.map(loadLabel).join(', ')}: this machine was too busy to measure well (event loop above 70 % or later than 10 ms). Use a quieter or bigger machine, or --threads.`,
        ]),
    ...(unsteady.length === 0
      ? []
      : [
          `Not steady at ${unsteady.map(loadLabel).join(', ')}: throughput or TTFT drifted by more than 10 % over the window. A longer --duration shows where it settles.`,
        ]),
    ...(sources.length === 0 ? [] : [`Token counts are not the server's own (${sources.join(', ')}): it reported no usage.`]),
    ...(points.length === 0 ? ['No measured request is on record.'] : points.every((point) => point.ok === 0) ? ['No request succeeded.'] : []),
  ];
}

/** One line for each class of failure, with what its first one said. */
function failures(points: readonly AnyPoint[]): string[] {
  const examples: Record<string, string> = Object.assign({}, ...points.map((point) => point.error_examples ?? {}));
  return Object.entries(examples).map(([kind, message]) => printable(`${kind}: ${message}`, null));
}

const CSV_COLUMNS: readonly (readonly [string, (point: AnyPoint) => string | number | null | undefined])[] = [
  ['concurrency', (point) => point.concurrency],
  ['rate', (point) => point.rate],
  ['arrivals', (point) => point.arrivals],
  ['requests', (point) => point.requests],
  ['ok', (point) => point.ok],
  ['window_s', (point) => point.window_s],
  ['requests_per_s', (point) => point.requests_per_s],
  ['output_tokens_per_s', (point) => point.output_tokens_per_s],
  ['goodput_per_s', (point) => point.goodput_per_s],
  ...(['ttft_ms', 'ttfo_ms', 'tpot_ms', 'icl_ms', 'e2e_ms', 'sched_lag_ms', 'max_stall_ms'] as const).flatMap((name) =>
    (['p50', 'p90', 'p95', 'p99', 'mean', 'n'] as const).map((part) => [`${name}_${part}`, (point: AnyPoint) => point[name]?.[part]] as const),
  ),
  ['input_tokens', (point) => point.tokens.input],
  ['output_tokens', (point) => point.tokens.output],
  ['usd_total', (point) => point.usd?.total],
  ['usd_per_request', (point) => point.usd?.per_request],
  ['usd_per_mtok_output', (point) => point.usd?.per_mtok_output],
  ['watts', (point) => point.watts],
  ['joules_per_output_token', (point) => point.joules_per_output_token],
  ['client_limited', (point) => String(point.client.limited)],
];

/** One line per load point; an unknown figure is an empty cell. */
function csvReport({ points }: AnyMeasurement): string {
  const rows = [CSV_COLUMNS.map(([name]) => name), ...points.map((point) => CSV_COLUMNS.map(([, pick]) => String(pick(point) ?? '')))];
  return `${rows.map((row) => row.join(',')).join('\n')}\n`;
}

export type ReportFormat = 'terminal' | 'json' | 'markdown' | 'csv';

export function renderMeasurement(measurement: AnyMeasurement, format: ReportFormat): string {
  if (format === 'json') return `${JSON.stringify(measurement, null, 2)}\n`;
  return { terminal: terminalReport, markdown: markdownReport, csv: csvReport }[format](measurement);
}

/** Two measurements side by side. Pure. */
import type { MeasurementPoint } from '../../engine/measurement.ts';
import { loadLabel, ms, percent, usd } from '../output/figures.ts';
import type { AnyMeasurement, AnyPoint } from '../output/report.ts';
import { type MeasuredCrossover, measuredCrossover } from './crossover.ts';

export interface Ratio {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly a: number | null;
  readonly b: number | null;
  /** a / b; null where one is unknown or b is 0. */
  readonly ratio: number | null;
  /** From the 95 % intervals of both sides; null where either has none. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface LevelComparison {
  readonly load_a: string;
  readonly load_b: string;
  readonly rows: readonly Ratio[];
}

interface Side {
  readonly label: string;
  readonly url: string;
  readonly model: string;
  readonly started_at: string;
  readonly client_limited: boolean;
}

export interface Comparison {
  readonly schema_version: 1;
  readonly a: Side;
  readonly b: Side;
  readonly levels: readonly LevelComparison[];
  readonly verdict: string;
  readonly crossover:
    | (MeasuredCrossover & { readonly own: 'a' | 'b'; readonly usd_per_request: number; readonly peak_to_average: number; readonly spare_replicas: number })
    | null;
}

export interface CompareOptions {
  readonly peak_to_average: number;
  readonly spare_replicas: number;
  /** Requests a month to judge at; null: only the crossover is told. */
  readonly requests_per_month: number | null;
}

type Pick = (point: AnyPoint) => number | null | undefined;
const ROWS: readonly (readonly [name: string, unit: string, better: Ratio['better'], pick: Pick])[] = [
  ['TTFT p50', 'ms', 'lower', (point) => point.ttft_ms?.p50],
  ['TTFT p95', 'ms', 'lower', (point) => point.ttft_ms?.p95],
  ['TPOT p50', 'ms', 'lower', (point) => point.tpot_ms?.p50],
  ['TPOT p95', 'ms', 'lower', (point) => point.tpot_ms?.p95],
  ['E2E p95', 'ms', 'lower', (point) => point.e2e_ms?.p95],
  ['output tok/s', '/s', 'higher', (point) => point.output_tokens_per_s],
  ['requests/s', '/s', 'higher', (point) => point.requests_per_s],
  ['goodput', '/s', 'higher', (point) => point.goodput_per_s],
  ['failed', 'share', 'lower', (point) => (point.requests === 0 ? null : 1 - point.ok / point.requests)],
  ['$ per request', 'usd', 'lower', (point) => point.usd?.per_request],
  ['$ per M output tokens', 'usd', 'lower', (point) => point.usd?.per_mtok_output],
  ['$ per M good tokens', 'usd', 'lower', (point) => point.usd?.per_mtok_good],
];

export function compareMeasurements(a: AnyMeasurement, b: AnyMeasurement, options: CompareOptions): Comparison {
  const levels = pairs(a.points, b.points).map(([left, right]) => ({
    load_a: loadLabel(left),
    load_b: loadLabel(right),
    rows: ROWS.map((row) => compareRow(row, left, right)),
  }));
  const crossover = crossoverOf(a, b, options);
  const sides = { a: sideOf(a), b: sideOf(b) };
  return { schema_version: 1, ...sides, levels, verdict: verdictOf(sides.a, sides.b, levels, crossover, options), crossover };
}

/** Levels of the same load; where there is none in common, the best of each. */
function pairs(a: readonly AnyPoint[], b: readonly AnyPoint[]): (readonly [AnyPoint, AnyPoint])[] {
  const same = a.flatMap((left) => {
    const right = b.find((point) => loadLabel(point) === loadLabel(left));
    return right === undefined ? [] : [[left, right] as const];
  });
  const [bestA, bestB] = [best(a), best(b)];
  return same.length > 0 || bestA === null || bestB === null ? same : [[bestA, bestB]];
}

function compareRow([name, unit, better, pick]: (typeof ROWS)[number], left: AnyPoint, right: AnyPoint): Ratio {
  const [a, b] = [pick(left) ?? null, pick(right) ?? null];
  const ratio = a === null || b === null || b === 0 ? null : a / b;
  return { name, unit, better, a, b, ratio, interval: ratio === null ? null : intervalOf(name, left, right) };
}

function intervalOf(name: string, left: AnyPoint, right: AnyPoint): Ratio['interval'] {
  const key = name === 'TTFT p50' ? 'ttft_p50_ms' : name === 'output tok/s' ? 'output_tokens_per_s' : null;
  const low = key === null ? null : left.intervals?.[key];
  const high = key === null ? null : right.intervals?.[key];
  if (low == null || high == null || high.low <= 0 || high.high <= 0) return null;
  return { low: low.low / high.high, high: low.high / high.low };
}

function crossoverOf(a: AnyMeasurement, b: AnyMeasurement, options: CompareOptions): Comparison['crossover'] {
  const own = isRented(a) && !isRented(b) ? 'a' : isRented(b) && !isRented(a) ? 'b' : null;
  if (own === null) return null;
  const [rented, paid] = own === 'a' ? [a, b] : [b, a];
  const point = best(rented.points);
  const usdPerRequest = best(paid.points)?.usd?.per_request ?? null;
  if (point === null || usdPerRequest === null || usdPerRequest <= 0 || rented.target.usd_per_hour === null) return null;
  const { peak_to_average, spare_replicas } = options;
  const found = measuredCrossover(
    { usd_per_hour: rented.target.usd_per_hour, requests_per_s: goodRate(point), spare_replicas },
    usdPerRequest,
    peak_to_average,
  );
  return { ...found, own, usd_per_request: usdPerRequest, peak_to_average, spare_replicas };
}

function isRented(measurement: AnyMeasurement): boolean {
  return measurement.target.usd_per_hour !== null && measurement.target.price_card === null;
}

/** What one replica serves within its SLO, where one was set. */
function goodRate(point: AnyPoint): number {
  return point.goodput_per_s ?? point.requests_per_s;
}

function best(points: readonly AnyPoint[]): AnyPoint | null {
  const ok = points.filter((point) => point.ok > 0);
  return ok.reduce<AnyPoint | null>((top, point) => (top === null || goodRate(point) > goodRate(top) ? point : top), null);
}

function sideOf(measurement: AnyMeasurement): Side {
  const { target, started_at, points } = measurement;
  return {
    label: `${target.model} at ${host(target.url)}`,
    url: target.url,
    model: target.model,
    started_at,
    client_limited: points.some((point: MeasurementPoint) => point.client.limited),
  };
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function verdictOf(a: Side, b: Side, levels: readonly LevelComparison[], crossover: Comparison['crossover'], options: CompareOptions): string {
  const last = levels[levels.length - 1];
  if (last === undefined) return 'Nothing to compare: one side has no successful request.';
  const faster = leader(last, 'TTFT p50', a, b);
  const cheaper = leader(last, '$ per request', a, b);
  const sentences = [
    `At ${last.load_a}${last.load_a === last.load_b ? '' : ` against ${last.load_b}`}: ${faster ?? 'neither side has a TTFT'}; ${cheaper ?? 'the cost of at least one side is unknown'}.`,
  ];
  if (crossover !== null) sentences.push(crossoverSentence(crossover, crossover.own === 'a' ? a : b, options));
  if (a.client_limited || b.client_limited) sentences.push('The measuring machine was too busy on at least one side: take the latencies with care.');
  return sentences.join(' ');
}

function leader(level: LevelComparison, name: string, a: Side, b: Side): string | null {
  const row = level.rows.find((candidate) => candidate.name === name);
  if (row?.a == null || row.b == null) return null;
  const value = (figure: number) => (row.unit === 'usd' ? usd(figure) : `${ms(figure)} ms`);
  if (row.a === row.b) return `${name} is the same, ${value(row.a)}`;
  const [first, winner, loser] = row.a < row.b ? [a.label, row.a, row.b] : [b.label, row.b, row.a];
  const certain = row.interval === null || row.interval.low > 1 || row.interval.high < 1;
  return `${name} is ${winner === 0 ? 'lower' : `${percent(1 - winner / loser)} lower`} on ${first} (${value(winner)} against ${value(loser)}${certain ? '' : ', within the noise'})`;
}

function crossoverSentence(crossover: NonNullable<Comparison['crossover']>, own: Side, options: CompareOptions): string {
  const volume = (value: number) => Math.ceil(value).toLocaleString('en-US');
  const basis = `(peak ${options.peak_to_average}x the mean${options.spare_replicas > 0 ? `, ${options.spare_replicas} spare` : ''})`;
  if (crossover.first === null || crossover.settled === null)
    return `${own.label} is never the cheaper one, however many requests ${basis}: a full replica costs more than its requests.`;
  const settled = crossover.settled > crossover.first * 1.001 ? ` and stays so from ${volume(crossover.settled)}` : '';
  const at = options.requests_per_month;
  const judged = at === null ? '' : ` At your ${volume(at)} it is ${at >= crossover.settled ? 'cheaper' : at < crossover.first ? 'dearer' : 'about even'}.`;
  return `${own.label} is cheaper from ${volume(crossover.first)} requests a month${settled} ${basis}.${judged}`;
}

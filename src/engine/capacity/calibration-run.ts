/**
 * The whole calibration: constants by least squares, the correction of their errors, and how well both predict sources they have
 * not seen. Deterministic: the same rows give the same file.
 */

import type { Accelerator, OpenModel } from '../catalog.ts';
import type { IsoDate } from '../units.ts';
import type { ErrorStatistics, PublishedRow, ThroughputCalibration } from './calibration.ts';
import { fitConstants } from './calibration-fit.ts';
import type { KernelScales } from './calibration-kernel.ts';
import { expectedError, type KnownError, remainingSpread, selectSupport, supportWeights } from './calibration-process.ts';
import { type PreparedRow, prepareRows, traitOf } from './calibration-rows.ts';
import { pointEstimate } from './estimate-point.ts';
import { type Constants, priorWidth, START } from './roofline-constants.ts';
import { computeKind } from './roofline-kinds.ts';
import { COMMON_LAUNCH } from './roofline-machine.ts';

/** Found once by trying scales up and down on left-out sources (docs/capacity.md); a calibration keeps them. */
export const KERNEL: KernelScales = {
  sd_load: 0.036,
  sd_own: 0.12,
  sd_source: 0.1,
  sd_noise: 0.05,
  scale_length: 3,
  scale_batch: 0.9,
  scale_split: 1.6,
  other_model: 0.15,
  other_gpu: 0.2,
  other_engine: 0.2,
  other_compute: 0.3,
};

/** Rows whose errors the correction remembers: enough to cover the configurations, few enough to look through in microseconds. */
const SUPPORT_ROWS = 500;
const ITERATIONS = 24;
const WARM_ITERATIONS = 6;
/** z of the 10th and 90th percentile. */
const Z80 = 1.2816;

export interface CalibrationInput {
  readonly rows: readonly PublishedRow[];
  readonly models: readonly OpenModel[];
  readonly hardware: readonly Accelerator[];
  readonly today: IsoDate;
  /** Told what is being done; null: nobody. */
  readonly progress: ((text: string) => void) | null;
}

interface Fitted {
  readonly constants: Constants;
  readonly known: readonly KnownError[];
  /** Place of each known error among the prepared rows. */
  readonly places: readonly number[];
  readonly weights: Float64Array;
}

export function calibrate(input: CalibrationInput): ThroughputCalibration {
  const rows = prepareRows(input.rows, input.models, input.hardware);
  input.progress?.(`${rows.length} of ${input.rows.length} rows are usable`);
  const fitted = fitAll(rows, null);
  const bySource = leaveOut(rows, (each) => each.row.source, fitted.constants, input.progress);
  const byGpu = leaveOut(rows, foldOf, fitted.constants, input.progress);
  const stretch = Math.max(1, stretchOf(byGpu));
  const own = predictAll(rows, fitted);
  return {
    schema_version: 1,
    fitted: input.today,
    constants: rounded(fitted.constants),
    kernel: KERNEL,
    stretch: round(stretch),
    support: fitted.places.map((place, i) => {
      const { lnBatch, lnSplit } = (fitted.known[i] as KnownError).trait;
      return { row: (rows[place] as PreparedRow).index, weight: round(fitted.weights[i] as number), lnBatch: round(lnBatch), lnSplit: round(lnSplit) };
    }),
    in_sample: statistics(own, stretch),
    out_of_source: statistics(bySource, stretch),
    out_of_gpu: statistics(byGpu, stretch),
    by_source: [...new Set(rows.map((each) => each.row.source))].map((source) => ({
      source,
      ...statistics(
        bySource.filter((each) => each.source === source),
        stretch,
      ),
    })),
  };
}

/** A predicted row: log of estimate over measurement, and the spread claimed. */
export interface Residual {
  readonly source: string;
  readonly model: string;
  readonly gpu: string;
  readonly error: number;
  readonly spread: number;
}

/** Predicts every group of rows from all others. */
function leaveOut(rows: readonly PreparedRow[], groupOf: (row: PreparedRow) => string, near: Constants, progress: CalibrationInput['progress']): Residual[] {
  return [...new Set(rows.map(groupOf))].flatMap((group) => {
    const rest = rows.filter((each) => groupOf(each) !== group);
    const left = rows.filter((each) => groupOf(each) === group);
    const residuals = predictAll(left, fitAll(rest, near));
    progress?.(`without ${group}: ${describe(statistics(residuals, 1))}`);
    return residuals;
  });
}

const FOLDS = 6;

/** All rows of one source on one accelerator fall into one of a few folds: how the next accelerator in a known kind of table is predicted. */
function foldOf({ row }: PreparedRow): string {
  let hash = 7;
  for (const char of `${row.source} ${row.gpu}`) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return `fold ${(hash % FOLDS) + 1} of ${FOLDS}`;
}

function describe(s: ErrorStatistics): string {
  return `${s.rows} rows, median error ${(100 * s.median).toFixed(1)} %, p90 ${(100 * s.p90).toFixed(1)} %, within 2x ${(100 * s.within_2x).toFixed(1)} %, covered ${(100 * s.covered).toFixed(0)} %`;
}

/** `near`: constants fitted on more rows, from where fewer steps are needed. */
function fitAll(rows: readonly PreparedRow[], near: Constants | null): Fitted {
  const constants = fitPhysics(rows, near);
  const scales = KERNEL;
  const all = rows.flatMap((each, place) => {
    const point = pointEstimate(each.frame, constants);
    if (point === null) return [];
    const error = Math.log(each.row.output_tokens_per_s / point.outputTokensPerS);
    return [{ place, known: { trait: traitOf(each.identity, each.frame, point), source: each.row.source, error } }];
  });
  const chosen = selectSupport(
    all.map((each) => each.known),
    SUPPORT_ROWS,
    scales,
  ).map((i) => all[i] as (typeof all)[number]);
  const known = chosen.map((each) => each.known);
  return { constants, known, places: chosen.map((each) => each.place), weights: supportWeights(known, scales) };
}

function fitPhysics(rows: readonly PreparedRow[], near: Constants | null): Constants {
  const counts = new Map<string, number>();
  for (const { row } of rows) counts.set(row.source, (counts.get(row.source) ?? 0) + 1);
  return fitConstants({
    center: startFor(rows),
    start: near,
    prior: priorWidth,
    predict: (constants, row) => logOf(pointEstimate((rows[row] as PreparedRow).frame, constants as Constants)?.outputTokensPerS),
    rowsOf: rowsByFactor(rows),
    target: rows.map(({ row }) => Math.log(row.output_tokens_per_s)),
    weight: rows.map(({ row }) => Math.min(1, Math.sqrt(SOURCE_ROWS / (counts.get(row.source) ?? 1)))),
    iterations: near === null ? ITERATIONS : WARM_ITERATIONS,
  }) as Constants;
}

/** A factor bears on the rows that name it; every other constant on all rows. */
function rowsByFactor(rows: readonly PreparedRow[]): (name: string) => readonly number[] | null {
  const byName = new Map<string, number[]>();
  rows.forEach(({ frame }, row) => {
    for (const name of new Set(Object.values(frame.frames[0]?.factors ?? {}))) byName.set(name, [...(byName.get(name) ?? []), row]);
  });
  return (name) => (name in START ? null : (byName.get(name) ?? []));
}

/** A source with more rows than this counts by the square root of their number: hundreds of rows of one table are not hundreds of witnesses. */
const SOURCE_ROWS = 60;

function logOf(value: number | undefined): number | null {
  return value === undefined ? null : Math.log(value);
}

/** Start values, with a factor of 1 for every architecture, engine and precision that occurs. */
function startFor(rows: readonly PreparedRow[]): Readonly<Record<string, number>> {
  const factors = rows.flatMap(({ identity, frame, accelerator }) => [
    ...['bandwidth', 'compute', 'overhead'].map((name) => `${name}_${identity.arch}`),
    ...['overhead', 'compute', 'gain'].map((name) => `${name}_${identity.engine}`),
    frame.frames[0]?.factors.launchEngine ?? COMMON_LAUNCH,
    `compute_${frame.frames[0]?.factors.computeKind.replace('compute_', '') ?? computeKind(accelerator, 'bf16').kind}`,
  ]);
  const names = [...new Set(factors)].filter((name) => name !== 'compute_fp8' && name !== COMMON_LAUNCH).sort();
  return { ...START, ...Object.fromEntries(names.map((name) => [name, 1])) };
}

function predictAll(rows: readonly PreparedRow[], fitted: Fitted): Residual[] {
  const traits = fitted.known.map((each) => each.trait);
  return rows.flatMap(({ row, frame, identity }) => {
    const point = pointEstimate(frame, fitted.constants);
    if (point === null) return [];
    const expected = expectedError(traitOf(identity, frame, point), traits, fitted.weights, KERNEL);
    const error = Math.log(point.outputTokensPerS / row.output_tokens_per_s) + expected.mean;
    return [{ source: row.source, model: row.model, gpu: row.gpu, error, spread: remainingSpread(expected.nearest, KERNEL) }];
  });
}

/** The factor that makes four in five rows fall into the interval; every source counts by the square root of its rows. */
function stretchOf(residuals: readonly Residual[]): number {
  const counts = new Map<string, number>();
  for (const { source } of residuals) counts.set(source, (counts.get(source) ?? 0) + 1);
  const weighted = residuals
    .map((each) => ({ z: Math.abs(each.error) / (each.spread * Z80), weight: 1 / Math.sqrt(counts.get(each.source) ?? 1) }))
    .sort((a, b) => a.z - b.z);
  const total = weighted.reduce((sum, each) => sum + each.weight, 0);
  let seen = 0;
  for (const each of weighted) {
    seen += each.weight;
    if (seen >= 0.82 * total) return each.z;
  }
  return 1;
}

export function statistics(residuals: readonly Residual[], stretch: number): ErrorStatistics {
  const errors = residuals.map((each) => Math.abs(Math.exp(each.error) - 1)).sort((a, b) => a - b);
  const share = (test: (each: Residual) => boolean) => (residuals.length === 0 ? 0 : round(residuals.filter(test).length / residuals.length));
  return {
    rows: residuals.length,
    median: round(quantile(errors, 0.5)),
    p90: round(quantile(errors, 0.9)),
    within_2x: share((each) => Math.abs(each.error) <= Math.LN2),
    covered: share((each) => Math.abs(each.error) <= Z80 * stretch * each.spread),
  };
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function rounded(constants: Constants): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, round(value)]));
}

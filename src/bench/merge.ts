/** Records of several machines, or of one run after another, as one measurement. */

import { worstHealth } from './measure/health.ts';
import type { Cost } from './measure/money.ts';
import { PointData, type Request } from './measure/point-data.ts';
import { type LoadKey, reducePoint } from './measure/reduce.ts';
import { spanOf, type Window } from './measure/windows.ts';
import type { LeftBehind } from './run/resume.ts';
import type { BenchMeasurement, BenchPoint } from './run/session.ts';
import { loadKey } from './run/setup.ts';
import { wattsOf } from './run/telemetry.ts';

/** One level of one file, its times on the clock of the first file. */
interface Piece {
  readonly load: LoadKey;
  readonly requests: readonly Request[];
  readonly data: PointData;
  readonly windows: readonly Window[];
  readonly state: LeftBehind['file']['points'][number] | undefined;
  readonly watts: number | null;
}

/**
 * Levels are matched by their place in the run. Where the machines ran at once, their concurrency and rates add up; where the runs came one
 * after another they are repeats, and their windows add up.
 */
export function mergeRuns(runs: readonly LeftBehind[], cost: Cost): BenchMeasurement {
  const first = runs[0] as LeftBehind;
  const levels = Math.max(...runs.map((run) => run.points.length));
  const points = Array.from({ length: levels }, (_, level) => mergeLevel(runs, level, first, cost)).filter((point): point is BenchPoint => point !== null);
  const aborted = runs.flatMap((run) => run.points.flatMap((point) => point.requests)).filter((request) => request.error === 'aborted').length;
  const warmup = runs.reduce((sum, run) => sum + run.file.points.reduce((all, state) => all + (state?.warmup ?? 0), 0), 0);
  return {
    schema_version: 1,
    started_at: first.file.started_at,
    target: first.file.target as BenchMeasurement['target'],
    environment: { ...first.file.environment, ...(runs.length > 1 ? { machines: runs.length } : {}) },
    seed: first.file.setup.seed,
    points,
    excluded: { warmup, aborted },
    telemetry: first.file.telemetry,
    warnings: incomplete(runs),
  };
}

function mergeLevel(runs: readonly LeftBehind[], level: number, first: LeftBehind, cost: Cost): BenchPoint | null {
  const zero = Date.parse(first.file.started_at);
  const pieces = runs.map((run) => pieceOf(run, level, zero)).filter((piece) => piece !== null);
  const head = pieces[0];
  if (head === undefined) return null;
  const parallel = pieces.length > 1 && overlap(pieces);
  const gaps = new PointData().gaps;
  for (const piece of pieces) gaps.merge(piece.data.gaps);
  const known = pieces.map((piece) => piece.state?.health ?? null).filter((health) => health !== null);
  return reducePoint({
    load: parallel ? addLoads(pieces) : head.load,
    requests: pieces.flatMap((piece) => piece.requests),
    gaps,
    examples: Object.assign({}, ...pieces.map((piece) => piece.data.examples)) as Record<string, string>,
    windows: windowsOf(pieces, parallel),
    slo: first.file.setup.slo,
    cost,
    health: known.length === 0 ? null : worstHealth(known),
    refused: pieces.reduce((sum, piece) => sum + (piece.state?.refused ?? 0), 0),
    watts: wattsTogether(pieces, parallel),
  });
}

function pieceOf(run: LeftBehind, level: number, zeroMs: number): Piece | null {
  const data = run.points[level];
  const plan = run.file.setup.levels[level];
  if (data === undefined || plan === undefined || data.requests.length === 0) return null;
  const shift = Date.parse(run.file.started_at) - zeroMs;
  const requests = data.requests.map((request) => shifted(request, shift));
  const state = run.file.points[level];
  const fixed = (state?.windows ?? []).map((window) => ({ start_ms: window.start_ms + shift, end_ms: window.end_ms + shift }));
  const span = spanOf(requests);
  return {
    load: loadKey(plan.load),
    requests,
    data,
    state,
    windows: fixed.length > 0 ? fixed : span === null ? [] : [span],
    watts: wattsOf(run.file.telemetry, plan.load),
  };
}

function shifted(request: Request, by: number): Request {
  const move = (at: number | null) => (at === null ? null : at + by);
  return {
    ...request,
    t_sched_ms: request.t_sched_ms + by,
    t_end_ms: request.t_end_ms + by,
    t_send_ms: move(request.t_send_ms),
    t_first_ms: move(request.t_first_ms),
    t_output_ms: move(request.t_output_ms),
    t_last_ms: move(request.t_last_ms),
  };
}

/** Did they run at once? Two runs that share at least half of the shorter one's time did. */
function overlap(pieces: readonly Piece[]): boolean {
  const spans = pieces.map((piece) => bounds(piece.windows));
  const common = Math.min(...spans.map((span) => span.end_ms)) - Math.max(...spans.map((span) => span.start_ms));
  const shortest = Math.min(...spans.map((span) => span.end_ms - span.start_ms));
  return common >= shortest / 2;
}

/** Machines at once: the time all of them were measuring. Repeats: the time of each. */
function windowsOf(pieces: readonly Piece[], parallel: boolean): Window[] | null {
  if (!parallel) return pieces.flatMap((piece) => piece.windows);
  const spans = pieces.map((piece) => bounds(piece.windows));
  const timed = pieces.every((piece) => (piece.state?.windows.length ?? 0) > 0);
  if (timed) return [{ start_ms: Math.max(...spans.map((span) => span.start_ms)), end_ms: Math.min(...spans.map((span) => span.end_ms)) }];
  return null;
}

/** Only a machine beside its server knows its power: at once, each adds its own; one after another, they say it again. */
function wattsTogether(pieces: readonly Piece[], parallel: boolean): number | null {
  const known = pieces.map((piece) => piece.watts).filter((watts) => watts !== null);
  if (known.length === 0) return null;
  const total = known.reduce((sum, watts) => sum + watts, 0);
  return parallel ? total : total / known.length;
}

function bounds(windows: readonly Window[]): Window {
  return { start_ms: Math.min(...windows.map((window) => window.start_ms)), end_ms: Math.max(...windows.map((window) => window.end_ms)) };
}

function addLoads(pieces: readonly Piece[]): LoadKey {
  const total = (pick: (load: LoadKey) => number | null) => {
    const values = pieces.map((piece) => pick(piece.load));
    return values.some((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  };
  return { concurrency: total((load) => load.concurrency), rate: total((load) => load.rate), arrivals: pieces[0]?.load.arrivals ?? 'closed' };
}

function incomplete(runs: readonly LeftBehind[]): string[] {
  const cut = runs.filter((run) => run.file.setup.levels.some((_, level) => run.file.points[level]?.complete !== true));
  return cut.length === 0 ? [] : [`${cut.length} of ${runs.length} runs did not come to their end: bench resume goes on with them.`];
}

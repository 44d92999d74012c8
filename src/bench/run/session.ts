/** One bench run: prepares, warms up, measures level after level, and keeps what it has safe at every moment. */
import type { Measurement, MeasurementPoint } from '../../engine/measurement.ts';
import type { Secret } from '../../llm/secret.ts';
import { meanSizes } from '../load/prompts.ts';
import { type Load, loadName } from '../load/spec.ts';
import type { ThreadHealth } from '../measure/health.ts';
import type { Cost, PriceRequest } from '../measure/money.ts';
import { PointData } from '../measure/point-data.ts';
import { type Extras, reducePoint } from '../measure/reduce.ts';
import type { Window } from '../measure/windows.ts';
import { canTokenize } from '../target/tokenize.ts';
import { countMissing } from './count-tokens.ts';
import type { BenchEvents, Snapshot } from './events.ts';
import type { LevelEnd, LevelSpec } from './level.ts';
import { Meter } from './meter.ts';
import { environmentOf, type Prepared, prepare } from './prepare.ts';
import { tidyRecords } from './records-file.ts';
import type { LeftBehind } from './resume.ts';
import { type PointState, type RunFile, writeRunFile } from './run-file.ts';
import { type BenchSetup, type LevelPlan, loadKey, warmupConcurrency, warmupRequests } from './setup.ts';
import { SpendGate } from './spend.ts';
import type { Outcome } from './stream.ts';
import { observe } from './telemetry.ts';
import { type RunningLevel, runHere, runOnThreads, threadsFor } from './threads.ts';

export type BenchPoint = MeasurementPoint & Extras;
export type BenchMeasurement = Omit<Measurement, 'points'> & { readonly points: readonly BenchPoint[]; readonly warnings: readonly string[] };

export interface SessionParts {
  readonly key: Secret | null;
  /** Dollars for a request's usage; null: no price is known. */
  readonly price: PriceRequest | null;
  readonly events: BenchEvents;
  /** Null: no records are kept on disk. */
  readonly recordsPath: string | null;
  readonly toolVersion: string;
  /** The level after those measured so far, null when there is none; absent: the setup's list. */
  readonly nextLevel?: (points: readonly BenchPoint[]) => LevelPlan | null;
  /** What an earlier run left. */
  readonly resumed?: { readonly file: RunFile; readonly points: readonly PointData[] };
}

export interface SessionResult {
  readonly measurement: BenchMeasurement;
  readonly interrupted: boolean;
  /** The requests behind the measurement, as a records file would hold them. */
  readonly left: LeftBehind;
}

interface LevelResult {
  readonly end: LevelEnd;
  readonly health: ThreadHealth;
}

/** Checkpoints of the run file while a level runs. */
const CHECKPOINT_MS = 1_000;
const PROGRESS_MS = 500;

export class BenchSession {
  readonly #setup: BenchSetup;
  readonly #parts: SessionParts;
  readonly #startedAt: string;
  /** Of this thread's clock, at the start of the run. */
  readonly #zeroMs: number;
  readonly #data: PointData[];
  readonly #states: PointState[];
  readonly #plans: LevelPlan[] = [];
  readonly #warnings: string[] = [];
  readonly #texts = new Map<number, string>();
  #gate: SpendGate | null = null;
  #running: RunningLevel | null = null;
  #interrupts = 0;
  #warmups = 0;
  #nextId = 0;
  #telemetry: Record<string, unknown> | null = null;
  #prepared: Prepared | null = null;

  constructor(setup: BenchSetup, parts: SessionParts) {
    this.#setup = setup;
    this.#parts = parts;
    const before = parts.resumed?.file;
    this.#startedAt = before?.started_at ?? new Date().toISOString();
    this.#zeroMs = performance.now() - (before === undefined ? 0 : Date.now() - Date.parse(before.started_at));
    this.#data = [...(parts.resumed?.points ?? [])];
    this.#states = [...(before?.points ?? [])];
  }

  /** First: send nothing more and let requests end. Second: stop now. Either way the result is written. */
  interrupt(): void {
    this.#interrupts++;
    if (this.#interrupts === 1) this.#running?.drain();
    else this.#running?.stop();
  }

  async run(): Promise<SessionResult> {
    const prepared = await prepare(this.#setup, this.#parts.key, this.#watchful());
    this.#prepared = prepared;
    this.#gate = this.#makeGate();
    this.#checkpoint();
    const points: BenchPoint[] = [];
    for (let number = 0; ; number++) {
      const plan = this.#planOf(number, points);
      if (plan === null) break;
      this.#plans.push(plan);
      if (this.#states[number]?.complete !== true && this.#interrupts === 0) await this.#level(number, plan, prepared);
      if (this.#data[number] !== undefined) points.push(this.#point(number, plan));
    }
    if (this.#parts.recordsPath !== null) tidyRecords(this.#parts.recordsPath);
    return { measurement: this.#measurement(points), interrupted: this.#interrupts > 0, left: { file: this.#runFile(), points: this.#data } };
  }

  #planOf(number: number, points: readonly BenchPoint[]): LevelPlan | null {
    if (this.#parts.nextLevel === undefined) return this.#setup.levels[number] ?? null;
    return this.#interrupts > 0 ? null : this.#parts.nextLevel(points);
  }

  async #level(number: number, plan: LevelPlan, prepared: Prepared): Promise<void> {
    const data = this.#data[number] ?? new PointData();
    this.#data[number] = data;
    const before = this.#states[number];
    this.#nextId = Math.max(this.#nextId, ...data.requests.map((request) => request.id + 1));
    const warm = await this.#warmUp(number, plan, prepared);
    if (this.#interrupts > 0) return;
    const spec = this.#spec(number, plan, warm.prepared, data);
    const threads = this.#threads(plan.load, warm.data);
    const observer = await observe(warm.prepared, this.#setup.target);
    const windows = this.#windowsSoFar(before?.windows ?? [], plan, spec);
    const result = await this.#measure(number, plan, spec, threads, data, (health) => {
      this.#states[number] = { windows: windows(), health, warmup: warm.data.warmups, refused: 0, complete: false };
    });
    const refused = result.end.ended_by === 'spend_cap' ? result.end.unsent : 0;
    if (refused > 0)
      this.#warn(`The spending cap of $${this.#setup.max_spend_usd} was reached: ${refused} requests of "${loadName(plan.load)}" were not sent.`);
    this.#observed(await observer.stop(), plan.load);
    await this.#countTokens(data, warm.prepared);
    this.#nextId += result.end.sent + result.end.unsent;
    // A limit on requests, the cap or Ctrl-C ends a timed level early: then its window ends with its last answer.
    const whole = result.end.ended_by === 'done' && plan.stop.requests === null;
    const ended = whole ? windows(true) : closeWindows(windows(true), result.end);
    this.#states[number] = { windows: ended, health: result.health, warmup: warm.data.warmups, refused, complete: this.#interrupts === 0 };
    this.#checkpoint();
  }

  /** Failing here is no reason to stop: the measurement will show the same failures, by class. */
  async #warmUp(number: number, plan: LevelPlan, prepared: Prepared): Promise<{ data: PointData; prepared: Prepared }> {
    const requests = warmupRequests(this.#setup, plan.load);
    const data = new PointData();
    if (requests === 0) return { data, prepared };
    const load: Load = { kind: 'closed', concurrency: warmupConcurrency(plan.load) };
    const warm: LevelPlan = { load, stop: { requests, duration_s: null } };
    const run = async (with_: Prepared) => {
      const spec = { ...this.#spec(number, warm, with_, data), warmup: true, firstId: -1 - this.#warmups, label: `level ${number}/warmup`, done: [] };
      this.#warmups += requests;
      const seen: Outcome[] = [];
      await this.#runSpec(number, plan, spec, this.#threads(load, null), 'warmup', (outcome) => {
        data.add(outcome.record);
        seen.push(outcome);
      });
      return seen;
    };
    let seen = await run(prepared);
    let used = prepared;
    if (refusesUsage(seen) && this.#interrupts === 0) {
      used = { ...prepared, wire: { ...prepared.wire, include_usage: false } };
      this.#prepared = used;
      this.#warn('The server refuses stream_options.include_usage: it is left out, and tokens are counted another way.');
      seen = await run(used);
    }
    const failed = seen.filter((outcome) => outcome.record.error !== null && outcome.record.error !== 'aborted');
    if (failed.length > 0)
      this.#warn(`${failed.length} of ${seen.length} warm-up requests failed; first: ${failed[0]?.record.error}: ${failed[0]?.record.message ?? ''}`);
    const mean = seen.filter((outcome) => outcome.record.error === null).map((outcome) => outcome.record);
    this.#pace =
      mean.length === 0
        ? null
        : { e2e_ms: average(mean.map((record) => record.t_end_ms - record.t_sched_ms)), chunks: average(mean.map((record) => record.chunks)) };
    return { data, prepared: used };
  }

  /** What the warm-up told about one request. */
  #pace: { readonly e2e_ms: number; readonly chunks: number } | null = null;

  async #measure(
    number: number,
    plan: LevelPlan,
    spec: LevelSpec,
    threads: number,
    data: PointData,
    save: (health: ThreadHealth) => void,
  ): Promise<LevelResult> {
    const checkpoint = setInterval(() => {
      if (this.#running === null) return;
      save(this.#running.health());
      this.#checkpoint();
    }, CHECKPOINT_MS);
    try {
      return await this.#runSpec(number, plan, spec, threads, 'measure', (outcome) => {
        data.add(outcome.record);
        if (outcome.text !== null) this.#keepText(outcome.record.id, outcome.text);
      });
    } finally {
      clearInterval(checkpoint);
    }
  }

  async #runSpec(
    number: number,
    plan: LevelPlan,
    spec: LevelSpec,
    threads: number,
    phase: 'warmup' | 'measure',
    onOutcome: (outcome: Outcome) => void,
  ): Promise<LevelResult> {
    const meter = new Meter(spec.load.kind !== 'closed');
    const sinks = {
      recordsPath: this.#parts.recordsPath,
      gate: this.#gate,
      onOutcome: (outcome: Outcome) => {
        this.#gate?.settle(outcome.record);
        meter.add(outcome.record);
        onOutcome(outcome);
      },
    };
    const running = threads > 1 && this.#gate === null ? runOnThreads(spec, sinks, threads) : runHere(spec, sinks);
    this.#running = running;
    const began = performance.now();
    const ticker = setInterval(() => this.#parts.events.progress(this.#snapshot(number, plan, phase, began, meter, running)), PROGRESS_MS);
    try {
      return await running.done;
    } finally {
      clearInterval(ticker);
      this.#running = null;
    }
  }

  #spec(number: number, plan: LevelPlan, prepared: Prepared, data: PointData): LevelSpec {
    const { seed, run, prompts, timeouts } = this.#setup;
    return {
      target: prepared.wire,
      timeouts,
      point: number,
      load: plan.load,
      stop: this.#stopOf(number, plan),
      seed,
      prompts,
      label: `level ${number}`,
      run,
      warmup: false,
      done: data.requests.filter((request) => request.error !== 'aborted').map((request) => request.index),
      firstId: data.requests.length > 0 ? Math.min(...data.requests.map((request) => request.id - request.index)) : this.#nextId,
      share: { index: 0, of: 1 },
      ramp_ms: this.#rampMs(plan),
      keep_text: canTokenize(prepared.server),
      clock_offset_ms: -this.#zeroMs,
      max_retry_after_ms: 60_000,
    };
  }

  /** A timed level that was cut off is run for the time it still lacks. */
  #stopOf(number: number, plan: LevelPlan): LevelPlan['stop'] {
    const before = this.#states[number];
    if (plan.stop.duration_s === null || before === undefined || before.complete) return plan.stop;
    const had = before.windows.reduce((sum, window) => sum + (window.end_ms - window.start_ms) / 1000, 0);
    return { ...plan.stop, duration_s: Math.max(0.001, plan.stop.duration_s - had) };
  }

  #rampMs(plan: LevelPlan): number {
    if (plan.load.kind !== 'closed') return 0;
    return this.#setup.ramp_s === null ? Math.min(plan.load.concurrency, this.#pace?.e2e_ms ?? 1000) : this.#setup.ramp_s * 1000;
  }

  /** A timed level is measured over its duration, once all its slots are busy; any other from its first send to its last token. */
  #windowsSoFar(before: readonly Window[], plan: LevelPlan, spec: LevelSpec): (whole?: boolean) => Window[] {
    const duration = spec.stop.duration_s;
    if (duration === null || plan.load.kind === 'trace') return () => [];
    const start = performance.now() - this.#zeroMs + spec.ramp_ms;
    return (whole = false) => {
      const now = whole ? Number.POSITIVE_INFINITY : performance.now() - this.#zeroMs;
      return now <= start ? [...before] : [...before, { start_ms: start, end_ms: Math.min(now, start + duration * 1000) }];
    };
  }

  #threads(load: Load, warm: PointData | null): number {
    if (this.#setup.threads !== null) return this.#setup.threads;
    const pace = warm === null ? null : this.#pace;
    if (load.kind === 'closed') return threadsFor(load.concurrency, pace === null ? 0 : (load.concurrency * pace.chunks * 1000) / Math.max(1, pace.e2e_ms));
    const rate = loadKey(load).rate ?? 0;
    return pace === null ? 1 : threadsFor((rate * pace.e2e_ms) / 1000, rate * pace.chunks);
  }

  #makeGate(): SpendGate | null {
    const { price } = this.#parts;
    if (price === null) return null;
    const mean = meanSizes(this.#setup.prompts);
    const expected = price({ ...mean, cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 });
    return new SpendGate(this.#setup.max_spend_usd, price, expected ?? 0);
  }

  #point(number: number, plan: LevelPlan): BenchPoint {
    const data = this.#data[number] ?? new PointData();
    const state = this.#states[number];
    return reducePoint({
      load: loadKey(plan.load),
      requests: data.requests,
      gaps: data.gaps,
      examples: data.examples,
      windows: state !== undefined && state.windows.length > 0 ? state.windows : null,
      slo: this.#setup.slo,
      cost: costOf(this.#setup, this.#parts.price),
      health: state?.health ?? null,
      refused: state?.refused ?? 0,
    });
  }

  #measurement(points: readonly BenchPoint[]): BenchMeasurement {
    const aborted = this.#data.reduce((sum, data) => sum + data.requests.filter((request) => request.error === 'aborted').length, 0);
    return {
      schema_version: 1,
      started_at: this.#startedAt,
      target: this.#targetOut(),
      environment: this.#environment(),
      seed: this.#setup.seed,
      points,
      excluded: { warmup: this.#warmups, aborted },
      telemetry: this.#telemetry,
      warnings: this.#warnings,
    };
  }

  #targetOut(): Measurement['target'] {
    const { target } = this.#setup;
    const server = this.#prepared?.server ?? null;
    return {
      url: target.url,
      model: this.#prepared?.wire.model ?? target.model ?? '',
      api: target.api,
      server,
      usd_per_hour: target.usd_per_hour,
      price_card: target.price_card,
    };
  }

  #environment(): Record<string, unknown> {
    const { gpu, gpus } = this.#setup.target;
    const base = this.#prepared === null ? {} : environmentOf(this.#parts.toolVersion, this.#prepared);
    return { ...base, ...(gpu === null ? {} : { gpu, gpus }) };
  }

  #checkpoint(): void {
    if (this.#parts.recordsPath === null) return;
    writeRunFile(this.#parts.recordsPath, this.#runFile());
  }

  #runFile(): RunFile {
    return {
      schema_version: 1,
      started_at: this.#startedAt,
      target: { ...this.#targetOut() },
      environment: this.#environment(),
      setup: { ...this.#setup, levels: this.#parts.nextLevel === undefined ? this.#setup.levels : this.#plans },
      points: this.#states,
      telemetry: this.#telemetry,
    };
  }

  async #countTokens(data: PointData, prepared: Prepared): Promise<void> {
    if (this.#texts.size === 0 || prepared.server === null) return;
    data.correct(await countMissing(this.#texts, data.requests, prepared, this.#setup, this.#parts.recordsPath));
    this.#texts.clear();
  }

  #textBytes = 0;

  #keepText(id: number, text: string): void {
    if (this.#textBytes > 64_000_000) return;
    this.#textBytes += text.length;
    this.#texts.set(id, text);
  }

  #observed(seen: Record<string, unknown> | null, load: Load): void {
    if (seen !== null) this.#telemetry = { ...this.#telemetry, [loadName(load)]: seen };
  }

  #snapshot(number: number, plan: LevelPlan, phase: 'warmup' | 'measure', began: number, meter: Meter, running: RunningLevel): Snapshot {
    const elapsed = (performance.now() - began) / 1000;
    const inFlight = running.inFlight();
    return {
      level: loadName(plan.load),
      level_number: number + 1,
      levels: Math.max(this.#setup.levels.length, number + 1),
      phase: this.#interrupts > 0 ? 'drain' : phase,
      elapsed_s: elapsed,
      sent: meter.ended + inFlight,
      ok: meter.ok,
      in_flight: inFlight,
      requests_per_s: meter.ended / elapsed,
      errors: meter.errors,
      ttft_ms: meter.ttft(),
      tpot_ms: meter.tpot(),
      spent_usd: this.#gate?.spentUsd ?? null,
      elu: running.health().elu,
    };
  }

  #watchful(): BenchEvents {
    return { ...this.#parts.events, warn: (text) => this.#warn(text) };
  }

  #warn(text: string): void {
    if (this.#warnings.includes(text)) return;
    this.#warnings.push(text);
    this.#parts.events.warn(text);
  }
}

function closeWindows(windows: readonly Window[], end: LevelEnd): Window[] {
  return windows.map((window) => ({ ...window, end_ms: Math.max(window.start_ms, Math.min(window.end_ms, end.ended_ms)) }));
}

export function costOf(setup: BenchSetup, price: PriceRequest | null): Cost {
  if (price !== null) return { kind: 'usage', price };
  return setup.target.usd_per_hour === null ? { kind: 'none' } : { kind: 'hourly', usd_per_hour: setup.target.usd_per_hour };
}

function refusesUsage(seen: readonly Outcome[]): boolean {
  return seen.length > 0 && seen.every((outcome) => outcome.record.error === 'http_4xx' && /stream_options|include_usage/.test(outcome.record.message ?? ''));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

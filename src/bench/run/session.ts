/** One bench run: prepares, warms up, measures level after level, and keeps what it has safe at every moment. */
import type { Measurement, MeasurementPoint } from '../../engine/measurement.ts';
import type { LlmClient } from '../../llm/client.ts';
import type { Secret } from '../../llm/secret.ts';
import { meanSizes } from '../load/prompts.ts';
import { type Load, loadName } from '../load/spec.ts';
import type { ThreadHealth } from '../measure/health.ts';
import { type Cost, type PriceRequest, priceOf } from '../measure/money.ts';
import { PointData } from '../measure/point-data.ts';
import { type Extras, reducePoint } from '../measure/reduce.ts';
import { canTokenize } from '../target/tokenize.ts';
import { countMissing } from './count-tokens.ts';
import type { BenchEvents, Snapshot } from './events.ts';
import { clientFor, type LevelEnd, type LevelSpec } from './level.ts';
import { LevelWindows, restOf } from './level-windows.ts';
import { Meter } from './meter.ts';
import { type Pace, rampMs, threadsOf } from './pace.ts';
import { environmentOf, type Prepared, prepare } from './prepare.ts';
import { tidyRecords } from './records-file.ts';
import type { LeftBehind } from './resume.ts';
import { type PointState, type RunFile, writeRunFile } from './run-file.ts';
import { type BenchSetup, type LevelPlan, loadKey, warmupConcurrency, warmupRequests } from './setup.ts';
import { SpendGate } from './spend.ts';
import type { Outcome } from './stream.ts';
import { observe, wattsOf } from './telemetry.ts';
import { type LevelSinks, type RunningLevel, runHere, runOnThreads } from './threads.ts';
import { warmUp } from './warm-up.ts';

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
  #client: LlmClient | null = null;
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

  get interrupted(): boolean {
    return this.#interrupts > 0;
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
    await this.#client?.close();
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
    const earlier = data.requests.length;
    this.#nextId = data.requests.reduce((next, request) => Math.max(next, request.id + 1), this.#nextId);
    const warm = await this.#warmUp(number, plan, prepared);
    if (this.#interrupts > 0) return;
    const spec = this.#spec(number, plan, warm.prepared, warm.pace, data);
    const observer = await observe(warm.prepared, this.#setup.target);
    const windows = new LevelWindows(spec, this.#now(), data.requests, before?.windows ?? []);
    const state = { warmup: warmupRequests(this.#setup, plan.load), refused: 0, complete: false };
    const result = await this.#measure(number, plan, spec, threadsOf(this.#setup, plan.load, warm.pace), data, (health) => {
      this.#states[number] = { ...state, windows: windows.soFar(this.#now()), health };
    });
    const refused = result.end.ended_by === 'spend_cap' ? result.end.unsent : 0;
    if (refused > 0)
      this.#warn(`The spending cap of $${this.#setup.max_spend_usd} was reached: ${refused} requests of "${loadName(plan.load)}" were not sent.`);
    this.#observed(await observer.stop(), plan.load);
    await this.#countTokens(data, warm.prepared);
    this.#nextId += result.end.sent + result.end.unsent;
    const ended = windows.final(result.end, plan.stop.requests !== null, data.requests.slice(earlier));
    this.#states[number] = { ...state, windows: ended, health: result.health, refused, complete: this.#interrupts === 0 };
    this.#checkpoint();
  }

  async #warmUp(number: number, plan: LevelPlan, prepared: Prepared): Promise<{ prepared: Prepared; pace: Pace | null }> {
    const requests = warmupRequests(this.#setup, plan.load);
    if (requests === 0) return { prepared, pace: null };
    const load: Load = { kind: 'closed', concurrency: warmupConcurrency(plan.load) };
    const send = async (used: Prepared) => {
      const spec = this.#spec(number, { load, stop: { requests, duration_s: null } }, used, null, new PointData());
      const firstId = -1 - this.#warmups;
      this.#warmups += requests;
      const seen: Outcome[] = [];
      const threads = threadsOf(this.#setup, load, null);
      await this.#runSpec(number, plan, { ...spec, warmup: true, firstId, label: `level ${number}/warmup` }, threads, 'warmup', (outcome) =>
        seen.push(outcome),
      );
      return seen;
    };
    const warm = await warmUp(prepared, { send, warn: (text) => this.#warn(text), interrupted: () => this.#interrupts > 0 });
    this.#prepared = warm.prepared;
    return warm;
  }

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
    const running = await this.#start(spec, sinks, threads);
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

  /** Paid runs stay on one thread, where the money is counted. */
  async #start(spec: LevelSpec, sinks: LevelSinks, threads: number): Promise<RunningLevel> {
    if (this.#setup.client === 'autocannon') return (await import('./autocannon.ts')).runWithAutocannon(spec, sinks);
    return threads > 1 && this.#gate === null ? runOnThreads(spec, sinks, threads) : runHere(spec, sinks, this.#connected(spec));
  }

  /** One set of connections for the whole run on this thread: measured requests find those open that the warm-up opened. */
  #connected(spec: LevelSpec): LlmClient {
    this.#client ??= clientFor(spec.target, spec.timeouts);
    return this.#client;
  }

  #spec(number: number, plan: LevelPlan, prepared: Prepared, pace: Pace | null, data: PointData): LevelSpec {
    const { seed, run, prompts, timeouts } = this.#setup;
    const state = this.#states[number];
    return {
      target: prepared.wire,
      timeouts,
      point: number,
      load: plan.load,
      stop: { ...plan.stop, duration_s: restOf(plan.stop.duration_s, state?.windows ?? []) },
      seed,
      prompts,
      label: `level ${number}`,
      run,
      warmup: false,
      done: data.requests.filter((request) => request.error !== 'aborted').map((request) => request.index),
      firstId: data.requests.reduce((least, request) => Math.min(least, request.id - request.index), this.#nextId),
      share: { index: 0, of: 1 },
      ramp_ms: rampMs(this.#setup, plan.load, pace),
      keep_text: canTokenize(prepared.server),
      clock_offset_ms: -this.#zeroMs,
      max_retry_after_ms: 60_000,
    };
  }

  /** Ms after the start of the run. */
  #now(): number {
    return performance.now() - this.#zeroMs;
  }

  #makeGate(): SpendGate | null {
    const { price } = this.#parts;
    if (price === null) return null;
    const mean = meanSizes(this.#setup.prompts);
    const expected = price({ ...mean, cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 });
    const before = this.#data.flatMap((data) => data.requests).reduce((sum, request) => sum + (priceOf(request, price) ?? 0), 0);
    return new SpendGate(this.#setup.max_spend_usd, price, expected ?? 0, before);
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
      watts: wattsOf(this.#telemetry, plan.load),
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

export function costOf(setup: BenchSetup, price: PriceRequest | null): Cost {
  if (price !== null) return { kind: 'usage', price };
  return setup.target.usd_per_hour === null ? { kind: 'none' } : { kind: 'hourly', usd_per_hour: setup.target.usd_per_hour };
}

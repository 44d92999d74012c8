/**
 * Runs a level on this thread, or spread over worker threads: each takes at most 512 streams or 40,000 events per second, beyond that
 * one event loop is late to its own measurements.
 *
 * This module is also what a worker starts: it recognises itself by its worker data.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { LlmClient } from '../../llm/client.ts';
import { HealthWatch, type ThreadHealth, worstHealth } from '../measure/health.ts';
import { clientFor, type Gate, type LevelEnd, LevelRun, type LevelSpec } from './level.ts';
import { RecordWriter } from './records-file.ts';
import type { Outcome } from './stream.ts';

const MAX_STREAMS_PER_THREAD = 512;
const MAX_EVENTS_PER_THREAD = 40_000;

export interface RunningLevel {
  readonly done: Promise<{ readonly end: LevelEnd; readonly health: ThreadHealth }>;
  inFlight(): number;
  health(): ThreadHealth;
  drain(): void;
  stop(): void;
}

/** What the caller wants to hear; `writer` gets every record first. */
export interface LevelSinks {
  readonly onOutcome: (outcome: Outcome) => void;
  readonly gate: Gate | null;
  readonly recordsPath: string | null;
}

export function threadsFor(streams: number, eventsPerS: number): number {
  return Math.max(1, Math.ceil(streams / MAX_STREAMS_PER_THREAD), Math.ceil(eventsPerS / MAX_EVENTS_PER_THREAD));
}

/** @param client whose connections are already open from the warm-up; it stays open */
export function runHere(spec: LevelSpec, sinks: LevelSinks, client: LlmClient): RunningLevel {
  const watch = new HealthWatch();
  const writer = sinks.recordsPath === null ? null : new RecordWriter(sinks.recordsPath);
  const run = new LevelRun(
    spec,
    {
      gate: sinks.gate,
      onOutcome: (outcome) => {
        writer?.add(outcome.record);
        sinks.onOutcome(outcome);
      },
    },
    client,
  );
  const done = run.start().then((end) => {
    const health = watch.stop();
    writer?.close();
    return { end, health };
  });
  return { done, inFlight: () => run.inFlight, health: () => watch.read(), drain: () => run.drain(), stop: () => run.stop() };
}

interface Start {
  readonly llmCrossoverBench: true;
  readonly spec: LevelSpec;
  readonly recordsPath: string | null;
  /** This process's monotonic clock at the start of the run, ms. */
  readonly epochMs: number;
}

type Report =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly Outcome[]; readonly inFlight: number; readonly health: ThreadHealth }
  | { readonly kind: 'end'; readonly end: LevelEnd; readonly health: ThreadHealth };

/** Spreads the level over `threads` workers. No gate: paid endpoints run on one thread, where the money is counted. */
export function runOnThreads(spec: LevelSpec, sinks: LevelSinks, threads: number): RunningLevel {
  const epochMs = monotonicMs() - (performance.now() + spec.clock_offset_ms);
  const members = Array.from({ length: threads }, (_, index) => new Member({ ...spec, share: { index, of: threads } }, sinks, epochMs));
  return {
    done: Promise.all(members.map((member) => member.done)).then((all) => ({
      end: joinEnds(all.map((one) => one.end)),
      health: worstHealth(all.map((one) => one.health)),
    })),
    inFlight: () => members.reduce((sum, member) => sum + member.inFlight, 0),
    health: () => worstHealth(members.map((member) => member.health)),
    drain: () => tellAll(members, 'drain'),
    stop: () => tellAll(members, 'stop'),
  };
}

class Member {
  readonly done: Promise<{ end: LevelEnd; health: ThreadHealth }>;
  inFlight = 0;
  health: ThreadHealth = { elu: 0, loop_delay_p99_ms: 0 };
  readonly #worker: Worker;

  constructor(spec: LevelSpec, sinks: LevelSinks, epochMs: number) {
    const start: Start = { llmCrossoverBench: true, spec, recordsPath: sinks.recordsPath, epochMs };
    // No environment: the key is in the data, and nothing else of ours has business there.
    this.#worker = new Worker(new URL(import.meta.url), { workerData: start, env: {}, execArgv: [] });
    this.done = new Promise((resolve, reject) => {
      this.#worker.on('error', reject);
      this.#worker.on('message', (report: Report) => {
        this.health = report.health;
        if (report.kind === 'end') resolve({ end: report.end, health: report.health });
        else this.inFlight = report.inFlight;
        if (report.kind === 'outcomes') for (const outcome of report.outcomes) sinks.onOutcome(outcome);
      });
    });
  }

  tell(order: 'drain' | 'stop'): void {
    this.#worker.postMessage(order);
  }
}

function tellAll(members: readonly Member[], order: 'drain' | 'stop'): void {
  for (const member of members) member.tell(order);
}

function joinEnds(ends: readonly LevelEnd[]): LevelEnd {
  const order: readonly LevelEnd['ended_by'][] = ['stop', 'spend_cap', 'drain', 'done'];
  return {
    started_ms: Math.min(...ends.map((end) => end.started_ms)),
    ended_ms: Math.max(...ends.map((end) => end.ended_ms)),
    sent: ends.reduce((sum, end) => sum + end.sent, 0),
    unsent: ends.reduce((sum, end) => sum + end.unsent, 0),
    ended_by: order.find((by) => ends.some((end) => end.ended_by === by)) ?? 'done',
  };
}

/** One clock for all threads of the machine. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const REPORT_EVERY_MS = 200;

function work(start: Start): void {
  const port = parentPort;
  if (port === null) return;
  const watch = new HealthWatch();
  const writer = start.recordsPath === null ? null : new RecordWriter(start.recordsPath);
  let waiting: Outcome[] = [];
  const spec = { ...start.spec, clock_offset_ms: monotonicMs() - performance.now() - start.epochMs };
  const onOutcome = (outcome: Outcome) => {
    writer?.add(outcome.record);
    waiting.push(outcome);
  };
  const client = clientFor(spec.target, spec.timeouts);
  const run = new LevelRun(spec, { gate: null, onOutcome }, client);
  const report = () => {
    const message: Report = { kind: 'outcomes', outcomes: waiting, inFlight: run.inFlight, health: watch.read() };
    waiting = [];
    port.postMessage(message);
  };
  const timer = setInterval(report, REPORT_EVERY_MS);
  port.on('message', (order: 'drain' | 'stop') => (order === 'drain' ? run.drain() : run.stop()));
  run.start().then(
    async (end) => {
      clearInterval(timer);
      const health = watch.stop();
      writer?.close();
      report();
      port.postMessage({ kind: 'end', end, health } satisfies Report);
      await client.close();
      port.close();
    },
    (error: unknown) => {
      throw error;
    },
  );
}

const data = workerData as Partial<Start> | null;
if (!isMainThread && data?.llmCrossoverBench === true) work(data as Start);

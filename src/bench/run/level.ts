/** Runs one level of load on this thread: sends requests as the load says, watches their timeouts, hands over every outcome. */
import { type Ask, requestBody } from '../../llm/api/kinds.ts';
import { type Flight, LlmClient } from '../../llm/client.ts';
import type { Failure } from '../../llm/failure.ts';
import { printable, Secret } from '../../llm/secret.ts';
import { type MakePrompt, type Prompt, type PromptSpec, promptMaker } from '../load/prompts.ts';
import { sendTimes } from '../load/schedule.ts';
import type { Load, Stop } from '../load/spec.ts';
import type { Timeouts, WireTarget } from '../target/wire.ts';
import { type Outcome, StreamRun } from './stream.ts';

/** Plain values only: a level can be handed to a worker. */
export interface LevelSpec {
  readonly target: WireTarget;
  readonly timeouts: Timeouts;
  readonly point: number;
  readonly load: Load;
  readonly stop: Stop;
  readonly seed: number;
  readonly prompts: PromptSpec;
  /** Names level and phase. */
  readonly label: string;
  /** Names the run. */
  readonly run: string;
  readonly warmup: boolean;
  /** Request numbers already done before a resume. */
  readonly done: readonly number[];
  /** Id of request number 0. */
  readonly firstId: number;
  /** Which of how many equal shares of the load this thread takes. */
  readonly share: { readonly index: number; readonly of: number };
  /** Closed loop: time over which the slots start. */
  readonly ramp_ms: number;
  readonly keep_text: boolean;
  /** `performance.now() + offset` on this thread is ms after the start of the run. */
  readonly clock_offset_ms: number;
  /** Longest wait a Retry-After is obeyed for. */
  readonly max_retry_after_ms: number;
}

/** Says whether another request may be paid for. */
export interface Gate {
  /** go: it is reserved; wait: not before others have settled; stop: no more. */
  admit(): 'go' | 'wait' | 'stop';
}

export interface LevelHooks {
  readonly onOutcome: (outcome: Outcome) => void;
  readonly gate: Gate | null;
}

export interface LevelEnd {
  /** Ms after the start of the run: when the first send was due, and when the last response ended. */
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly sent: number;
  /** Requests the load still owed when it was ended early. */
  readonly unsent: number;
  readonly ended_by: 'done' | 'drain' | 'stop' | 'spend_cap';
}

/** A slot that failed to reach the server waits a little longer each time, so that a dead port isn't hammered. */
const BACKOFF_MS = 25;
const MAX_BACKOFF_MS = 500;
const GATE_POLL_MS = 5;
/** Longest run of sends without a look at the network. */
const MAX_TURN_MS = 5;
const UNREACHABLE = new Set(['connect', 'tls', 'reset']);

export class LevelRun {
  readonly #spec: LevelSpec;
  readonly #hooks: LevelHooks;
  readonly #client: LlmClient;
  readonly #prompt: MakePrompt;
  readonly #done: ReadonlySet<number>;
  readonly #clean: (text: string) => string;
  readonly #flights = new Map<StreamRun, Flight>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #prepared: { index: number; prompt: Prompt; body: string | Buffer } | null = null;
  #nextIndex: number;
  #limit: number;
  #times: Float64Array | null = null;
  #startMs = 0;
  #endMs = Number.POSITIVE_INFINITY;
  #slots = 0;
  #sent = 0;
  #unsent = 0;
  #endedBy: LevelEnd['ended_by'] = 'done';
  #resolve: (end: LevelEnd) => void = () => undefined;
  #watch: NodeJS.Timeout | null = null;
  #finished = false;

  constructor(spec: LevelSpec, hooks: LevelHooks, client: LlmClient) {
    this.#spec = spec;
    this.#hooks = hooks;
    this.#client = client;
    this.#prompt = promptMaker(spec.prompts, spec.seed, spec.label, spec.run);
    this.#done = new Set(spec.done);
    const secret = secretOf(spec.target.headers);
    this.#clean = (text) => printable(text, secret);
    this.#nextIndex = spec.share.index;
    this.#limit = spec.stop.requests ?? Number.POSITIVE_INFINITY;
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  start(): Promise<LevelEnd> {
    const { load, stop, seed, timeouts } = this.#spec;
    this.#times = sendTimes(load, stop, seed);
    if (this.#times !== null) this.#limit = this.#times.length;
    this.#prepare();
    this.#startMs = performance.now();
    if (stop.duration_s !== null) this.#endMs = this.#startMs + stop.duration_s * 1000 + (load.kind === 'closed' ? this.#spec.ramp_ms : 0);
    this.#watch = setInterval(() => this.#checkTimeouts(), Math.max(5, Math.min(100, timeouts.idle_ms / 10)));
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (load.kind === 'closed') this.#startSlots(load.concurrency);
      else this.#pump();
    });
  }

  /** Send nothing more, let what is in flight end. */
  drain(by: 'drain' | 'spend_cap' = 'drain'): void {
    if (this.#endedBy !== 'done') return;
    this.#endedBy = by;
    this.#countUnsent();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#slots = 0;
    this.#maybeFinish();
  }

  /** End now: what is in flight becomes `aborted`. */
  stop(): void {
    if (this.#endedBy === 'done') this.drain();
    this.#endedBy = 'stop';
    const failure: Failure = { kind: 'aborted', message: 'stopped before it ended' };
    for (const flight of [...this.#flights.values()]) flight.abort(failure);
    this.#maybeFinish();
  }

  #startSlots(concurrency: number): void {
    const { share, ramp_ms } = this.#spec;
    for (let slot = share.index; slot < concurrency; slot += share.of) {
      this.#slots++;
      const delay = (ramp_ms * slot) / concurrency;
      if (delay < 1) this.#slot(0);
      else this.#later(delay, () => this.#slot(0));
    }
    this.#maybeFinish();
  }

  /** A free slot of the closed loop sends its next request or retires. */
  #slot(misses: number): void {
    const step = this.#nextStep();
    if (step === 'go') this.#send(performance.now(), (outcome) => this.#afterSlot(outcome, misses));
    else if (step === 'wait') this.#later(GATE_POLL_MS, () => this.#slot(misses));
    else if (step === 'over') this.#retire();
    else this.drain('spend_cap');
  }

  #nextStep(): 'go' | 'wait' | 'stop' | 'over' {
    if (this.#endedBy !== 'done' || performance.now() >= this.#endMs) return 'over';
    this.#skipDone();
    if (this.#nextIndex >= this.#limit) return 'over';
    return this.#hooks.gate?.admit() ?? 'go';
  }

  #afterSlot(outcome: Outcome, misses: number): void {
    const failed = UNREACHABLE.has(outcome.record.error ?? '') ? misses + 1 : 0;
    this.#again(Math.max(this.#retryAfter(outcome), backoff(failed)), failed);
  }

  #again(delayMs: number, misses: number): void {
    if (delayMs > 0) this.#later(delayMs, () => this.#slot(misses));
    else this.#slot(misses);
  }

  #retire(): void {
    this.#slots = Math.max(0, this.#slots - 1);
    this.#maybeFinish();
  }

  /** Open loop: sends everything that is due, then sleeps until the next. Late itself, it lets answers be read between its sends. */
  #pump(): void {
    const turnEnd = performance.now() + MAX_TURN_MS;
    for (let due = this.#nextDue(); due !== null; due = this.#nextDue()) {
      const now = performance.now();
      if (now > turnEnd) {
        setImmediate(() => this.#pump());
        return;
      }
      const wait = due - now;
      const verdict = wait > 0 ? 'early' : (this.#hooks.gate?.admit() ?? 'go');
      if (verdict === 'go') this.#send(due, () => undefined);
      else if (verdict === 'stop') this.drain('spend_cap');
      else {
        this.#later(verdict === 'early' ? wait : GATE_POLL_MS, () => this.#pump());
        return;
      }
    }
    this.#maybeFinish();
  }

  #nextDue(): number | null {
    this.#skipDone();
    if (this.#endedBy !== 'done' || this.#nextIndex >= this.#limit) return null;
    return this.#startMs + (this.#times?.[this.#nextIndex] ?? 0);
  }

  #send(scheduledMs: number, then: (outcome: Outcome) => void): void {
    const { target, point, warmup, firstId, keep_text, clock_offset_ms } = this.#spec;
    const { index, prompt, body } = this.#prepare();
    this.#prepared = null;
    this.#nextIndex += this.#spec.share.of;
    this.#sent++;
    const id = warmup ? firstId - index : firstId + index;
    const job = { id, point, index, warmup, askedOutputTokens: prompt.output_tokens, askedInputTokens: prompt.input_tokens };
    const options = { api: target.api, scheduledMs, clockOffsetMs: clock_offset_ms, keepText: keep_text, clean: this.#clean };
    const run: StreamRun = new StreamRun(job, options, (outcome) => {
      this.#flights.delete(run);
      this.#hooks.onOutcome(outcome);
      then(outcome);
      this.#maybeFinish();
    });
    this.#flights.set(run, this.#client.send({ method: 'POST', path: target.path, body }, run));
    // The next body is made while nothing waits for it.
    setImmediate(() => this.#prepare());
  }

  #prepare(): { index: number; prompt: Prompt; body: string | Buffer } {
    this.#skipDone();
    const index = this.#nextIndex;
    if (this.#prepared?.index === index) return this.#prepared;
    const { load, target } = this.#spec;
    const row = load.kind === 'trace' ? (load.rows[index] ?? null) : null;
    const prompt = this.#prompt(index, row);
    this.#prepared = { index, prompt, body: requestBody(target.api, askOf(target, prompt)) };
    return this.#prepared;
  }

  #skipDone(): void {
    while (this.#done.has(this.#nextIndex)) this.#nextIndex += this.#spec.share.of;
  }

  #retryAfter(outcome: Outcome): number {
    return Math.min(outcome.retryAfterMs ?? 0, this.#spec.max_retry_after_ms);
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #checkTimeouts(): void {
    const now = performance.now();
    const { idle_ms, total_ms } = this.#spec.timeouts;
    for (const [run, flight] of [...this.#flights]) {
      if (now - run.lastHeardMs > idle_ms) flight.abort({ kind: 'timeout', message: `nothing came for ${idle_ms} ms` });
      else if (now - run.startedMs > total_ms) flight.abort({ kind: 'timeout', message: `not complete after ${total_ms} ms` });
    }
  }

  #countUnsent(): void {
    if (!Number.isFinite(this.#limit)) {
      this.#unsent = this.#slots;
      return;
    }
    for (let index = this.#nextIndex; index < this.#limit; index += this.#spec.share.of) if (!this.#done.has(index)) this.#unsent++;
  }

  #maybeFinish(): void {
    if (this.#finished || this.#flights.size > 0) return;
    const owed = this.#endedBy === 'done' && (this.#times === null ? this.#slots > 0 : this.#nextIndex < this.#limit);
    if (owed) return;
    this.#finished = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    const offset = this.#spec.clock_offset_ms;
    this.#resolve({
      started_ms: this.#startMs + offset,
      ended_ms: performance.now() + offset,
      sent: this.#sent,
      unsent: this.#unsent,
      ended_by: this.#endedBy,
    });
  }
}

export function clientFor(target: WireTarget, timeouts: Timeouts): LlmClient {
  return new LlmClient({ origin: target.origin, ca: target.ca, headers: target.headers, hasKey: target.has_key, connectTimeoutMs: timeouts.connect_ms });
}

/** The key as it stands in the headers. */
function secretOf(headers: Readonly<Record<string, string>>): Secret | null {
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  return key === undefined ? null : new Secret(key);
}

/** A prompt as a request to the target. */
export function askOf(target: WireTarget, prompt: Prompt): Ask {
  return {
    model: target.model,
    prompt: prompt.text,
    messages: prompt.messages,
    maxOutputTokens: prompt.output_tokens,
    audioSeconds: target.audio_seconds,
    exactLength: target.exact_length,
    includeUsage: target.include_usage,
    maxCompletionTokens: target.max_completion_tokens,
    extra: target.extra,
  };
}

function backoff(misses: number): number {
  return misses === 0 ? 0 : Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (misses - 1));
}

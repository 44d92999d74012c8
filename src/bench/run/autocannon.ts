/**
 * A second opinion from autocannon, for the loads it measures rightly: closed loops of short answers that are not streamed, over plain HTTP, without a
 * key. Elsewhere it misleads (rates are corrected wrongly, broken streams go unseen) or is unsafe (it never verifies TLS), so elsewhere it is refused.
 */
import type { EventEmitter } from 'node:events';
import type { Client, Result } from 'autocannon';
import { InputError } from '../../files/problem.ts';
import { isStreamApi, requestBody, streamReader } from '../../llm/api/kinds.ts';
import { emptySignal } from '../../llm/api/signal.ts';
import { type Failure, statusFailure } from '../../llm/failure.ts';
import { promptMaker } from '../load/prompts.ts';
import { HealthWatch } from '../measure/health.ts';
import type { RequestRecord } from '../measure/record.ts';
import type { WireTarget } from '../target/wire.ts';
import { askOf, type LevelEnd, type LevelSpec } from './level.ts';
import { RecordWriter } from './records-file.ts';
import type { LevelSinks, RunningLevel } from './threads.ts';

/** Why autocannon must not run this; null: it may. */
export function refusal(target: WireTarget, spec: Pick<LevelSpec, 'load' | 'stop'>): string | null {
  if (isStreamApi(target.api)) return 'it does not see streams break';
  if (!target.origin.startsWith('http://')) return 'it never verifies TLS';
  if (target.has_key) return 'no API key may go through it';
  if (spec.load.kind !== 'closed') return 'it corrects the latencies of a rate wrongly';
  return spec.stop.requests === null ? 'without --requests it drops what is in flight at the end' : null;
}

/** @throws InputError where autocannon would mislead, or when its counts don't add up */
export async function runWithAutocannon(spec: LevelSpec, sinks: LevelSinks): Promise<RunningLevel> {
  const reason = refusal(spec.target, spec);
  if (reason !== null) throw InputError.of('bench.autocannon', `autocannon cannot be used for this: ${reason}.`, 'Leave --client out.');
  const { default: autocannon } = await import('autocannon');
  const writer = sinks.recordsPath === null ? null : new RecordWriter(sinks.recordsPath);
  const watch = new HealthWatch();
  const shots = new Shots(spec, (record) => {
    writer?.add(record);
    sinks.onOutcome({ record, retryAfterMs: null, text: null });
  });
  const started_ms = performance.now() + spec.clock_offset_ms;
  let stopped = false;
  let stop = () => undefined as unknown;
  const done = new Promise<{ end: LevelEnd; health: ReturnType<HealthWatch['read']> }>((resolve, reject) => {
    const instance = autocannon(shots.options(), (error, result) => {
      writer?.close();
      const health = watch.stop();
      const wrong = error ? String(error) : unaccounted(result, stopped);
      if (wrong !== null) reject(InputError.of('bench.autocannon', `${wrong}.`, 'Leave --client out: our own client sees every request.'));
      else
        resolve({
          end: { started_ms, ended_ms: performance.now() + spec.clock_offset_ms, sent: shots.ended, unsent: 0, ended_by: stopped ? 'drain' : 'done' },
          health,
        });
    });
    stop = () => instance.stop();
  });
  const halt = () => {
    stopped = true;
    stop();
  };
  return { done, inFlight: () => 0, health: () => watch.read(), drain: halt, stop: halt };
}

/** Every request sent must have come to something. */
function unaccounted(result: Result, stopped: boolean): string | null {
  const counted = result['2xx'] + result.non2xx + result.errors;
  return stopped || result.requests.sent === counted ? null : `autocannon sent ${result.requests.sent} requests and accounts for ${counted}`;
}

/** Bodies in, records out. */
class Shots {
  ended = 0;
  readonly #spec: LevelSpec;
  readonly #onRecord: (record: RequestRecord) => void;
  #next = 0;
  /** autocannon hands over the body, then the time, in the same turn. */
  #body = '';

  constructor(spec: LevelSpec, onRecord: (record: RequestRecord) => void) {
    this.#spec = spec;
    this.#onRecord = onRecord;
  }

  options() {
    const { target, stop, load, timeouts } = this.#spec;
    const connections = load.kind === 'closed' ? load.concurrency : 1;
    const amount = stop.requests ?? 1;
    const prompt = promptMaker(this.#spec.prompts, this.#spec.seed, this.#spec.label, this.#spec.run);
    return {
      url: target.origin + target.path,
      method: 'POST' as const,
      headers: { ...target.headers },
      connections: Math.min(connections, amount),
      amount,
      timeout: Math.ceil(timeouts.total_ms / 1000),
      // No rate is set, so its correction for coordinated omission is off; the flag that says so is refused without a rate.
      requests: [
        {
          method: 'POST' as const,
          setupRequest: (request: object) => ({ ...request, body: requestBody(target.api, askOf(target, prompt(this.#next++, null))) }),
          onResponse: (_status: number, body: string) => {
            this.#body = body;
          },
        },
      ],
      setupClient: (client: Client) => {
        const events: EventEmitter = client;
        events.on('response', (status: number, _bytes: number, ms: number) => this.#end(statusOf(status, this.#body), ms));
        events.on('connError', (error: Error) => this.#end({ kind: 'connect', message: error.message }, null));
        events.on('timeout', () => this.#end({ kind: 'timeout', message: 'no answer in time' }, timeouts.total_ms));
      },
    };
  }

  #end(failure: Failure | null, ms: number | null): void {
    const { target, point, warmup, firstId, clock_offset_ms } = this.#spec;
    const index = this.ended++;
    const endMs = performance.now() + clock_offset_ms;
    const sentMs = ms === null ? null : endMs - ms;
    const signal = emptySignal();
    if (failure === null) streamReader(target.api)(this.#body, null, signal);
    const error = failure ?? signal.failure ?? (signal.content === '' ? { kind: 'empty' as const, message: 'an answer without a result' } : null);
    const at = error === null ? endMs : null;
    this.#onRecord({
      id: warmup ? firstId - index : firstId + index,
      point,
      index,
      warmup,
      t_sched_ms: sentMs ?? endMs,
      t_send_ms: sentMs,
      connect_ms: null,
      t_first_ms: at,
      t_output_ms: at,
      t_last_ms: at,
      t_end_ms: endMs,
      chunks: error === null ? 1 : 0,
      gaps_ms: [],
      input_tokens: signal.usage?.input ?? null,
      output_tokens: error === null ? (signal.usage?.output ?? 0) : null,
      cached_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      token_source: signal.usage?.input == null ? 'estimate' : 'usage',
      asked_output_tokens: 0,
      finish_reason: null,
      error: error?.kind ?? null,
      message: error?.message ?? null,
    });
  }
}

function statusOf(status: number, body: string): Failure | null {
  return status >= 200 && status < 300 ? null : statusFailure(status, `HTTP ${status}: ${body.slice(0, 200)}`);
}

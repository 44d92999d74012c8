/** One JSON line a request: what `route calibrate`, `workload import` and `plan` read. No message text unless asked for. */

import { createWriteStream, type WriteStream } from 'node:fs';
import type { RoutePolicy } from '../../engine/hybrid/policy.ts';
import { InputError } from '../../files/problem.ts';
import type { Job, LegUse } from './job.ts';

export interface LogLine {
  readonly [key: string]: unknown;
}

export class RequestLog {
  readonly #stream: WriteStream;

  /** @throws InputError when the file can't be written to */
  static async open(path: string): Promise<RequestLog> {
    const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    await new Promise<void>((resolve, reject) => stream.once('open', () => resolve()).once('error', (error) => reject(unwritable(path, error))));
    stream.on('error', () => undefined);
    return new RequestLog(stream);
  }

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  write(line: LogLine): void {
    this.#stream.write(`${JSON.stringify(line)}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }
}

function unwritable(path: string, error: NodeJS.ErrnoException): InputError {
  return InputError.of('file.cannot-write', `${path} cannot be written: ${error.code ?? 'an error'}.`, 'Name a file in a folder you can write to.', path);
}

/** @param atMs Unix time the request came */
export function logLine(job: Job, policy: RoutePolicy, atMs: number, latencyMs: number, withText: boolean): LogLine {
  const { record, delivery } = job;
  const leg = record.target === null ? null : record.legs[record.target];
  return {
    id: job.id,
    timestamp: new Date(atMs).toISOString(),
    status: delivery.gone ? 499 : delivery.status,
    model: record.target === null ? null : policy[record.target].model,
    target: record.target,
    reason: record.reason,
    score: record.score,
    threshold: policy.confidence?.threshold ?? null,
    escalated: record.escalated,
    fallback: record.fallback,
    released: record.released,
    error: record.error,
    stream: job.streamed,
    data_class: job.classes?.join(',') ?? null,
    input_tokens: leg?.input_tokens ?? null,
    cached_input_tokens: leg?.cached_input_tokens ?? null,
    output_tokens: leg?.output_tokens ?? null,
    queue_ms: rounded(record.queueMs),
    ttft_ms: leg?.ttft_ms == null ? null : rounded(clientTtft(job, leg)),
    latency_ms: rounded(latencyMs),
    ...legFields('small', record.legs.small),
    ...legFields('large', record.legs.large),
    ...(withText ? { messages: job.body.messages, answer: record.answer } : {}),
  };
}

/** In a cascade the client waits for the small answer before the large one begins. */
function clientTtft({ record }: Job, leg: LegUse): number {
  const waited =
    record.escalated || record.fallback ? (record.target === 'large' ? (record.legs.small?.latency_ms ?? 0) : (record.legs.large?.latency_ms ?? 0)) : 0;
  return record.queueMs + waited + (leg.ttft_ms ?? 0);
}

function legFields(name: 'small' | 'large', use: LegUse | null): LogLine {
  return {
    [`${name}_calls`]: use?.calls ?? 0,
    [`${name}_input_tokens`]: use?.input_tokens ?? null,
    [`${name}_output_tokens`]: use?.output_tokens ?? null,
    [`${name}_latency_ms`]: use === null ? null : rounded(use.latency_ms),
    [`${name}_ttft_ms`]: use?.ttft_ms == null ? null : rounded(use.ttft_ms),
    [`${name}_usd`]: use?.usd ?? null,
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** One JSON line a request: what `route calibrate`, `workload import` and `plan` read. No message text unless asked for. */

import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { RoutePolicy } from '../../engine/hybrid/policy.ts';
import { InputError } from '../../files/problem.ts';
import type { Job, LegUse } from './job.ts';

export interface LogLine {
  readonly [key: string]: unknown;
}

/** Lines wait this long for others, so that a busy router writes many at a time. */
const FLUSH_MS = 20;

export class RequestLog {
  readonly #stream: WriteStream;
  #lines = '';
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param onFailure called once when writing ends for good: a full disk
   * @throws InputError when the file can't be written to
   */
  static async open(path: string, onFailure: (error: Error) => void): Promise<RequestLog> {
    const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    await new Promise<void>((resolve, reject) => stream.once('open', () => resolve()).once('error', (error) => reject(unwritable(path, error))));
    stream.on('error', onFailure);
    const log = new RequestLog(stream);
    log.#lines = await missingLineEnd(path);
    return log;
  }

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  write(line: LogLine): void {
    this.#lines += `${JSON.stringify(line)}\n`;
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    this.#timer = null;
    this.#stream.write(this.#lines);
    this.#lines = '';
  }

  close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    return new Promise((resolve) => this.#stream.end(this.#lines, () => resolve()));
  }
}

/** What a line cut off by a crash lacks, so that the next one doesn't continue it. */
async function missingLineEnd(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size === 0) return '';
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, stats.size - 1);
    return buffer[0] === 10 ? '' : '\n';
  } finally {
    await file.close();
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
    ...smallFields(record.legs.small),
    ...largeFields(record.legs.large),
    ...(withText ? { messages: job.body.messages, answer: record.answer } : {}),
  };
}

/** In a cascade the client waits for the small answer before the large one begins. */
function clientTtft({ record }: Job, leg: LegUse): number {
  const waited =
    record.escalated || record.fallback ? (record.target === 'large' ? (record.legs.small?.latency_ms ?? 0) : (record.legs.large?.latency_ms ?? 0)) : 0;
  return record.queueMs + waited + (leg.ttft_ms ?? 0);
}

function smallFields(use: LegUse | null): LogLine {
  return {
    small_calls: use?.calls ?? 0,
    small_input_tokens: use?.input_tokens ?? null,
    small_output_tokens: use?.output_tokens ?? null,
    small_latency_ms: roundedOrNull(use?.latency_ms),
    small_ttft_ms: roundedOrNull(use?.ttft_ms),
    small_usd: use?.usd ?? null,
  };
}

function largeFields(use: LegUse | null): LogLine {
  return {
    large_calls: use?.calls ?? 0,
    large_input_tokens: use?.input_tokens ?? null,
    large_output_tokens: use?.output_tokens ?? null,
    large_latency_ms: roundedOrNull(use?.latency_ms),
    large_ttft_ms: roundedOrNull(use?.ttft_ms),
    large_usd: use?.usd ?? null,
  };
}

function roundedOrNull(ms: number | null | undefined): number | null {
  return ms == null ? null : rounded(ms);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

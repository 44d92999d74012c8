/** One chat request from its first byte to its log line. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import { Delivery, deliverError } from './delivery.ts';
import { type ChatRequest, classesIn, type Read, readBody, readChat, refusal, requestId } from './incoming.ts';
import { emptyRecord, type Job } from './job.ts';
import { logLine, type RequestLog } from './request-log.ts';
import type { World } from './world.ts';

export interface ChatOptions {
  readonly world: World;
  readonly models: readonly string[];
  readonly log: RequestLog | null;
  /** Something of ours broke: never the client's fault, never in its answer. */
  readonly onBug: (error: unknown) => void;
}

export async function chat(incoming: IncomingMessage, outgoing: ServerResponse, options: ChatOptions): Promise<void> {
  const { world, models } = options;
  const atMs = Date.now();
  const startedMs = performance.now();
  const delivery = new Delivery(outgoing);
  const read = await readRequest(incoming, world, models);
  if (read.kind === 'gone') return;
  const place = read.kind === 'read' ? world.gate.enter() : null;
  if (read.kind === 'refused') return deliverError(delivery, read.refusal.status, read.refusal.error, { connection: 'close' });
  if (place === null) return busy(delivery, world);
  await place;
  const job = jobOf(read.value, incoming, world.policy.data_class_header, delivery, startedMs);
  try {
    if (!delivery.gone) await answer(job, world);
    else job.record.error = 'the client left';
  } catch (error) {
    options.onBug(error);
    job.record.error = 'internal error';
    deliverError(delivery, 500, { message: 'The router failed.', type: 'server_error', code: 'internal_error' });
    delivery.end();
  } finally {
    world.gate.leave();
    close(job, atMs, options);
  }
}

async function readRequest(incoming: IncomingMessage, world: World, models: readonly string[]): Promise<Read<ChatRequest>> {
  const body = await readBody(incoming, world.policy.limits.max_body_bytes);
  return body.kind === 'read' ? readChat(body.value, models) : body;
}

function busy(delivery: Delivery, { metrics }: World): void {
  const { refusal: refused } = refusal(429, 'router_busy', 'The router has as many requests as it may hold: try again in a second.');
  metrics.add('requests_total', { target: 'none', status: '429' });
  deliverError(delivery, 429, { ...refused.error, type: 'server_error' }, { 'retry-after': '1' });
}

function jobOf(request: ChatRequest, incoming: IncomingMessage, dataClassHeader: string, delivery: Delivery, startedMs: number): Job {
  const record = emptyRecord();
  record.queueMs = performance.now() - startedMs;
  const { headers } = incoming;
  return { ...request, id: requestId(headers['x-request-id'], randomUUID), classes: classesIn(headers[dataClassHeader]), delivery, startedMs, record };
}

function close(job: Job, atMs: number, { world, log }: ChatOptions): void {
  const { record, delivery } = job;
  const latencyMs = performance.now() - job.startedMs;
  const { metrics, policy } = world;
  metrics.add('requests_total', { target: record.target ?? 'none', status: delivery.gone ? '499' : String(delivery.status ?? 0) });
  if (record.escalated) metrics.add('escalations_total');
  if (record.fallback) metrics.add('fallbacks_total');
  if (record.released !== null) metrics.add('released_total', { why: record.released });
  if (delivery.gone) metrics.add('cancelled_total');
  if (record.score !== null) metrics.observe('score', record.score);
  if (record.target !== null) metrics.observe('latency_seconds', latencyMs / 1000);
  countUse(job, world);
  const line = logLine(job, policy, atMs, latencyMs, world.logText);
  if (typeof line.ttft_ms === 'number') metrics.observe('ttft_seconds', line.ttft_ms / 1000);
  log?.write(line);
}

function countUse({ record }: Job, { metrics }: World): void {
  for (const target of ['small', 'large'] as const) {
    const use = record.legs[target];
    if (use?.input_tokens != null) metrics.add('tokens_total', { target, kind: 'input' }, use.input_tokens);
    if (use?.output_tokens != null) metrics.add('tokens_total', { target, kind: 'output' }, use.output_tokens);
    if (use?.usd != null) metrics.add('cost_usd_total', { target }, use.usd);
  }
}

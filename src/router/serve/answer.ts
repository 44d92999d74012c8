/** How one request is answered: by the target the rules choose, by both in a cascade, by the other one where the first fails. */

import type { Confidence, Leg } from '../../engine/hybrid/policy.ts';
import { call } from './call.ts';
import { deliverError, deliverStreamError } from './delivery.ts';
import type { Ask, Outcome } from './exchange.ts';
import type { Job } from './job.ts';
import { judge } from './judge.ts';
import { choose, mayReach } from './rules.ts';
import { HoldSink, headOf, PassSink } from './sinks.ts';
import type { World } from './world.ts';

type Failed = Outcome & { readonly kind: 'failed' };

export async function answer(job: Job, world: World): Promise<void> {
  const choice = choose(job, world);
  job.record.reason = choice.reason;
  const { policy } = world;
  if (!choice.scored || policy.confidence === null) return direct(choice.leg, job, world);
  if (policy.mode === 'router') return byRequestScore(policy.confidence, job, world);
  if (policy.mode === 'header_only') return marked(policy.confidence, job, world);
  // Where the answer may not be escalated there is nothing to hold it back for.
  return mayReach('large', job, world) ? cascade(policy.confidence, job, world) : direct('small', job, world);
}

/** Straight through, to the other target where this one fails before anything went out. */
async function direct(leg: Leg, job: Job, world: World, before: Failed | null = null): Promise<void> {
  const outcome = await call(world.targets[leg], job, plainAsk(job, leg, world), world, () => new PassSink(job, leg));
  if (outcome.kind === 'done') return finish(leg, job, outcome);
  if (outcome.kind !== 'failed') return notAnswered(outcome, leg, job);
  const other: Leg = leg === 'small' ? 'large' : 'small';
  if (before === null && !outcome.begun && world.policy.fallback.to_other && mayReach(other, job, world)) {
    job.record.fallback = true;
    return direct(other, job, world, outcome);
  }
  return failed(outcome, leg, job);
}

async function byRequestScore(confidence: Confidence, job: Job, world: World): Promise<void> {
  const score = await judge(confidence, null, job, world);
  job.record.score = score;
  const large = wantsLarge(score, confidence) && mayReach('large', job, world);
  job.record.escalated = large;
  return direct(large ? 'large' : 'small', job, world);
}

function wantsLarge(score: number | null, { threshold, on_missing }: Confidence): boolean {
  return score === null ? on_missing === 'escalate' : score < threshold;
}

/** The small answer is held back until its score is known, and thrown away where it is too low. */
async function cascade(confidence: Confidence, job: Job, world: World): Promise<void> {
  let sink: HoldSink | null = null;
  const outcome = await call(world.targets.small, job, scoredAsk(confidence, job, world), world, () => {
    sink?.stop();
    sink = new HoldSink(job, confidence, world.policy.buffer);
    return sink;
  });
  const held = sink as HoldSink | null;
  held?.stop();
  if (outcome.kind === 'cut') return escalate(job, world, held);
  if (outcome.kind === 'done') return held?.begun ? letGo(confidence, outcome, job) : judged(confidence, outcome, held, job, world);
  if (outcome.kind === 'failed' && !outcome.begun && world.policy.fallback.to_other && mayReach('large', job, world)) {
    job.record.fallback = true;
    return direct('large', job, world, outcome);
  }
  return outcome.kind === 'failed' ? failed(outcome, 'small', job) : notAnswered(outcome, 'small', job);
}

/** It went out before it was judged; the score is for the log. */
function letGo(confidence: Confidence, outcome: Outcome & { readonly kind: 'done' }, job: Job): void {
  job.record.score ??= outcome.reader.confidence.score(confidence.method);
  finish('small', job, outcome);
}

async function judged(confidence: Confidence, outcome: Outcome & { readonly kind: 'done' }, held: HoldSink | null, job: Job, world: World): Promise<void> {
  const { record } = job;
  record.score = await scoreOf(confidence, outcome, job, world);
  if (job.delivery.gone) return notAnswered({ kind: 'gone' }, 'small', job);
  if (wantsLarge(record.score, confidence) && mayReach('large', job, world)) return escalate(job, world, held, outcome);
  held?.release();
  finish('small', job, outcome);
}

async function scoreOf(confidence: Confidence, outcome: Outcome & { readonly kind: 'done' }, job: Job, world: World): Promise<number | null> {
  const { method } = confidence;
  return method === 'verifier' || method === 'scorer' ? judge(confidence, outcome.reader.text, job, world) : outcome.reader.confidence.score(method);
}

/** To the large model; where that fails, a small answer in hand is better than none. */
async function escalate(job: Job, world: World, held: HoldSink | null, small: (Outcome & { readonly kind: 'done' }) | null = null): Promise<void> {
  job.record.escalated = true;
  const outcome = await call(world.targets.large, job, plainAsk(job, 'large', world), world, () => new PassSink(job, 'large'));
  if (outcome.kind === 'done') return finish('large', job, outcome);
  if (outcome.kind !== 'failed') return notAnswered(outcome, 'large', job);
  if (outcome.begun || !world.policy.fallback.to_other) return failed(outcome, 'large', job);
  job.record.fallback = true;
  if (small === null) return direct('small', job, world, outcome);
  held?.release();
  finish('small', job, small);
}

/** Nothing is held back: a header (in a stream: a comment at its end) says what the policy would have done. */
async function marked(confidence: Confidence, job: Job, world: World): Promise<void> {
  const ask = scoredAsk(confidence, job, world);
  let whole = new MarkSink();
  const outcome = await call(world.targets.small, job, ask, world, () => {
    whole = new MarkSink();
    return job.streamed ? new PassSink(job, 'small') : whole;
  });
  if (outcome.kind !== 'done') {
    if (outcome.kind !== 'failed') return notAnswered(outcome, 'small', job);
    if (outcome.begun || !world.policy.fallback.to_other || !mayReach('large', job, world)) return failed(outcome, 'small', job);
    job.record.fallback = true;
    return direct('large', job, world, outcome);
  }
  const score = await scoreOf(confidence, outcome, job, world);
  job.record.score = score;
  const would = String(wantsLarge(score, confidence));
  if (job.streamed) job.delivery.write(`: x-llm-crossover-would-escalate=${would} score=${score ?? 'none'}\n\n`);
  else job.delivery.begin(200, headOf(job, 'small', { 'x-llm-crossover-would-escalate': would }));
  if (!job.streamed) job.delivery.write(whole.bytes);
  finish('small', job, outcome);
}

/** A whole answer, kept until its header is known. */
class MarkSink {
  readonly begun = false;
  bytes: Buffer = Buffer.alloc(0);

  take(bytes: Buffer): null {
    if (bytes.length > 0) this.bytes = Buffer.concat([this.bytes, bytes]);
    return null;
  }
}

/** The client's request as it is, but for the model's name and a word about usage, by which money and tokens are counted. */
function plainAsk(job: Job, leg: Leg, world: World): Ask {
  const body = { ...job.body, model: world.targets[leg].spec.model, ...withUsage(job) };
  return { body: JSON.stringify(body), scored: false, keepText: world.logText };
}

function withUsage({ streamed, body }: Job) {
  if (!streamed) return {};
  const options = typeof body.stream_options === 'object' && body.stream_options !== null ? body.stream_options : {};
  return { stream_options: { ...options, include_usage: true } };
}

function scoredAsk({ method }: Confidence, job: Job, world: World): Ask {
  const elsewhere = method === 'verifier' || method === 'scorer';
  const top = Math.max(job.wanted.top_logprobs, method === 'first_token_margin' ? 2 : 0);
  const logprobs = elsewhere ? {} : { logprobs: true, ...(top > 0 ? { top_logprobs: top } : {}) };
  const body = { ...job.body, model: world.targets.small.spec.model, ...withUsage(job), ...logprobs };
  return { body: JSON.stringify(body), scored: !elsewhere, keepText: elsewhere || world.logText };
}

function finish(leg: Leg, job: Job, { reader }: Outcome & { readonly kind: 'done' }): void {
  job.record.target = leg;
  job.record.answer = reader.text;
  job.delivery.end();
}

function notAnswered(outcome: Outcome, leg: Leg, job: Job): void {
  if (outcome.kind === 'refused') {
    job.record.target = leg;
    job.record.error = `refused by the ${leg} target: status ${outcome.status}`;
    job.delivery.begin(outcome.status, { ...headOf(job, leg), 'content-type': 'application/json' });
    job.delivery.end(outcome.body);
    return;
  }
  job.record.error = 'the client left';
}

const STATUS: Readonly<Record<string, number>> = { timeout: 504, http_429: 429, connect: 502, reset: 502, http_5xx: 502 };

function failed({ failure, begun, retryAfter }: Failed, leg: Leg, job: Job): void {
  job.record.error = `${leg}: ${failure.kind}`;
  const error = { message: `The ${leg} model did not answer: ${failure.message}`, type: 'upstream_error', code: failure.kind };
  if (begun) deliverStreamError(job.delivery, error);
  else
    deliverError(job.delivery, STATUS[failure.kind] ?? 502, error, { 'x-request-id': job.id, ...(retryAfter === null ? {} : { 'retry-after': retryAfter }) });
}

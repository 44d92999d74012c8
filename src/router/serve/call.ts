/** A target asked as often as the policy allows, its breaker and its places respected, its use noted. */

import type { Failure } from '../../llm/failure.ts';
import { costUsd } from './cost.ts';
import { type Ask, exchange, type Outcome, type Sink } from './exchange.ts';
import { type Job, noteUse } from './job.ts';
import type { Target, World } from './world.ts';

/** A second try may go better. An aborted call or a broken answer that has begun isn't tried again. */
const REPEATABLE: ReadonlySet<Failure['kind']> = new Set(['connect', 'reset', 'timeout', 'http_5xx', 'http_429', 'stream_error', 'invalid_json']);
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** @param sink a new one for every attempt */
export async function call(target: Target, job: Job, ask: Ask, world: World, sink: () => Sink): Promise<Outcome> {
  for (let attempt = 0; ; attempt++) {
    if (job.delivery.gone) return { kind: 'gone' };
    if (!target.breaker.admits()) return resting(target);
    const outcome = await inPlace(target, job, ask, sink());
    note(outcome, target, job, world);
    if (outcome.kind !== 'failed' || outcome.begun || !REPEATABLE.has(outcome.failure.kind) || attempt >= world.policy.fallback.retries) return outcome;
    await pause(outcome.retryAfter, attempt);
  }
}

function resting({ leg }: Target): Outcome {
  return {
    kind: 'failed',
    failure: { kind: 'connect', message: `the ${leg} target rests after repeated failures` },
    begun: false,
    retryAfter: null,
    latencyMs: 0,
  };
}

async function inPlace(target: Target, job: Job, ask: Ask, sink: Sink): Promise<Outcome> {
  await target.gate.enter();
  try {
    return job.delivery.gone ? { kind: 'gone' } : await exchange(target, job, ask, sink);
  } finally {
    target.gate.leave();
  }
}

function note(outcome: Outcome, target: Target, job: Job, world: World): void {
  const { breaker, leg, prices } = target;
  if (outcome.kind === 'gone') breaker.forgotten();
  else if (outcome.kind !== 'failed') breaker.succeeded();
  else {
    breaker.failed();
    world.metrics.add('failures_total', { target: leg, kind: outcome.failure.kind });
    noteUse(job.record, leg, null, null, null, outcome.latencyMs);
  }
  if (outcome.kind !== 'done' && outcome.kind !== 'cut') return;
  const { usage, ttftMs } = outcome.reader;
  const usd = costUsd(usage, prices);
  noteUse(job.record, leg, usage, usd, ttftMs, outcome.latencyMs);
  if (leg === 'large' && usd !== null) world.budget.add(usd);
  if (leg === 'small') world.pace.observe(job.streamed ? (ttftMs ?? outcome.latencyMs) : outcome.latencyMs, outcome.latencyMs);
}

function pause(retryAfter: string | null, attempt: number): Promise<void> {
  const asked = Number(retryAfter) * 1000;
  const wait = asked > 0 ? asked : FIRST_PAUSE_MS * 2 ** attempt;
  return new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_PAUSE_MS)));
}

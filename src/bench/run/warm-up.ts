/** Warm-up of a level. Failing here is no reason to stop: the measurement will show the same failures, by class. */
import { type Pace, paceOf } from './pace.ts';
import type { Prepared } from './prepare.ts';
import type { Outcome } from './stream.ts';

export interface WarmUp {
  /** Sends the warm-up requests. */
  readonly send: (prepared: Prepared) => Promise<readonly Outcome[]>;
  readonly warn: (text: string) => void;
  readonly interrupted: () => boolean;
}

/** @returns what is to be asked of the server from now on, and its pace */
export async function warmUp(prepared: Prepared, { send, warn, interrupted }: WarmUp): Promise<{ prepared: Prepared; pace: Pace | null }> {
  const seen = await send(prepared);
  if (refusesUsage(seen) && !interrupted()) {
    warn('The server refuses stream_options.include_usage: it is left out, and tokens are counted another way.');
    const without = { ...prepared, wire: { ...prepared.wire, include_usage: false } };
    return { prepared: without, pace: judge(await send(without), warn) };
  }
  return { prepared, pace: judge(seen, warn) };
}

function judge(seen: readonly Outcome[], warn: (text: string) => void): Pace | null {
  const failed = seen.map((outcome) => outcome.record).filter((record) => record.error !== null && record.error !== 'aborted');
  const first = failed[0];
  if (first !== undefined) warn(`${failed.length} of ${seen.length} warm-up requests failed; first: ${first.error}: ${first.message ?? ''}`);
  return paceOf(seen);
}

function refusesUsage(seen: readonly Outcome[]): boolean {
  return seen.length > 0 && seen.every(({ record }) => record.error === 'http_4xx' && /stream_options|include_usage/.test(record.message ?? ''));
}

/** What a GitHub run says about itself, read from the variables and the event file the runner sets. */

import { readFileSync } from 'node:fs';

export type Env = Readonly<Record<string, string | undefined>>;

export interface PullRequest {
  readonly repository: string;
  readonly number: number;
  /** The event's token can't write: a fork's pull request, unless the workflow runs in the base (`pull_request_target`). */
  readonly read_only: boolean;
}

/** Where the comment goes, or why nowhere. */
export type Target = { readonly kind: 'pull_request'; readonly pull: PullRequest } | { readonly kind: 'none'; readonly reason: string };

/** @param number from --pull-request; null: the event's */
export function findPullRequest(env: Env, number: number | null): Target {
  const repository = env.GITHUB_REPOSITORY ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return { kind: 'none', reason: 'GITHUB_REPOSITORY (owner/name) is not set' };
  const event = readEvent(env.GITHUB_EVENT_PATH);
  const found = number ?? event.number;
  if (found === null) return { kind: 'none', reason: 'this run belongs to no pull request' };
  const fork = event.head !== null && event.head.toLowerCase() !== repository.toLowerCase();
  return { kind: 'pull_request', pull: { repository, number: found, read_only: fork && env.GITHUB_EVENT_NAME !== 'pull_request_target' } };
}

interface Event {
  readonly number: number | null;
  /** Repository the changes come from. */
  readonly head: string | null;
}

function readEvent(path: string | undefined): Event {
  try {
    const event = JSON.parse(readFileSync(path ?? '', 'utf8'));
    const number = event?.pull_request?.number;
    const head = event?.pull_request?.head?.repo;
    return {
      number: Number.isSafeInteger(number) ? number : null,
      head: head === null ? '(deleted fork)' : typeof head?.full_name === 'string' ? head.full_name : null,
    };
  } catch {
    return { number: null, head: null };
  }
}

/** One comment on a pull request, written once and then kept up to date. Nothing here throws: a comment is no reason to fail a build. */

import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { PullRequest } from './github.ts';

/** Begins our comment, so that the next run finds it. Never change it: old comments would stay beside new ones. */
const MARKER = 'llm-crossover check';
const TIMEOUT_MS = 10_000;
const PER_PAGE = 100;
/** 3,000 comments are looked through; a pull request with more gets a second comment. */
const MAX_PAGES = 30;
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** Waits before the second and third try. */
const PAUSES_MS = [300, 1500];

export interface CommentOptions {
  readonly pull: PullRequest;
  readonly markdown: string;
  readonly token: string;
  /** Base of the REST API, from GITHUB_API_URL. */
  readonly api: string;
  /** Tells several comments of one pull request apart; empty: the only one. */
  readonly key: string;
}

export type Posted =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly url: string | null }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string };

export async function postComment(options: CommentOptions): Promise<Posted> {
  const { pull, api } = options;
  if (!isSafeBase(api)) return { kind: 'failed', reason: 'GITHUB_API_URL is no https address (http is for this machine only)' };
  const body = `${marker(options.key)}\n${options.markdown}`;
  const issues = `${api.replace(/\/+$/, '')}/repos/${pull.repository}/issues`;
  const server: Server = { token: options.token, dispatcher: new EnvHttpProxyAgent() };
  try {
    const before = await findComment(`${issues}/${pull.number}/comments`, server, options.key);
    if (before === null) return said('created', await call(server, 'POST', `${issues}/${pull.number}/comments`, { body }));
    if (before.body === body) return { kind: 'unchanged', url: before.html_url ?? null };
    return said('updated', await call(server, 'PATCH', `${issues}/comments/${before.id}`, { body }));
  } catch (error) {
    return asPosted(error);
  } finally {
    await server.dispatcher.destroy();
  }
}

interface Server {
  readonly token: string;
  /** Honours HTTPS_PROXY and NO_PROXY, as runners behind a firewall need. */
  readonly dispatcher: Dispatcher;
}

type Method = 'GET' | 'POST' | 'PATCH';

const NOT_ALLOWED = new Set([401, 403, 404]);

function asPosted(error: unknown): Posted {
  if (error instanceof Refused) return { kind: NOT_ALLOWED.has(error.status) ? 'refused' : 'failed', reason: error.message };
  return { kind: 'failed', reason: plain(error) };
}

function marker(key: string): string {
  return `<!-- ${MARKER}${key === '' ? '' : ` ${key}`} -->`;
}

/** The token goes to an encrypted connection or to a test server on this machine, nowhere else. */
function isSafeBase(api: string): boolean {
  if (!URL.canParse(api)) return false;
  const { protocol, hostname } = new URL(api);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly html_url?: string;
  readonly user?: { readonly type?: string };
  readonly author_association?: string;
}

async function findComment(url: string, server: Server, key: string): Promise<Comment | null> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const list = (await call(server, 'GET', `${url}?per_page=${PER_PAGE}&page=${page}`, null)) as readonly Comment[];
    if (!Array.isArray(list)) return null;
    const ours = list.find((comment) => isOurs(comment, key));
    if (ours !== undefined) return ours;
    if (list.length < PER_PAGE) return null;
  }
  return null;
}

const TRUSTED = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** An outsider's comment that copies the marker is left alone: they could edit ours afterwards. */
function isOurs({ id, body, user, author_association }: Comment, key: string): boolean {
  if (typeof body !== 'string' || !Number.isSafeInteger(id) || body.split(/\r?\n/, 1)[0]?.trim() !== marker(key)) return false;
  return user?.type !== 'User' || author_association === undefined || TRUSTED.has(author_association);
}

function said(kind: 'created' | 'updated', comment: unknown): Posted {
  const url = (comment as { html_url?: unknown } | null)?.html_url;
  return { kind, url: typeof url === 'string' ? url : null };
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A create is not repeated after a broken connection: it may have arrived. */
async function call(server: Server, method: Method, url: string, body: unknown): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    const pause = PAUSES_MS[attempt];
    try {
      return await once(server, method, url, body);
    } catch (error) {
      const again = error instanceof Refused ? error.status >= 500 || error.status === 429 : method !== 'POST';
      if (!again || pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function once({ token, dispatcher }: Server, method: Method, url: string, body: unknown): Promise<unknown> {
  const { statusCode, body: answer } = await request(url, {
    method,
    dispatcher,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'llm-crossover',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (text.length > MAX_ANSWER_BYTES) throw new Refused(statusCode, `${method} answered with more than 20 MiB`);
  if (statusCode < 200 || statusCode > 299) throw new Refused(statusCode, `${method} ${new URL(url).pathname} answered ${statusCode}: ${reasonOf(text)}`);
  return parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reasonOf(text: string): string {
  const message = (parsed(text) as { message?: unknown } | null)?.message;
  return (typeof message === 'string' ? message : text).slice(0, 200) || 'nothing more';
}

function plain(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'the connection failed';
}

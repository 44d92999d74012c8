/** Who may ask: a key where one is set, and, without one, nobody a browser was tricked into speaking for. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Secret } from '../../llm/secret.ts';
import type { Refusal } from './incoming.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Null: let in. */
export function refuseCaller({ headers, rawHeaders, url }: IncomingMessage, key: Secret | null, loopback: boolean): Refusal | null {
  // What stands before this router may have read another host than the one we see.
  if (!url?.startsWith('/') || hostsIn(rawHeaders) !== 1) return denied(400, 'ambiguous_host', 'Name one host, in the Host header.');
  if (key !== null) return sameKey(headers.authorization, key) ? null : denied(401, 'invalid_api_key', 'Send the key of this router as a bearer token.');
  // A web page can reach a loopback address by a name of its own (DNS rebinding), but can't change what it calls the host.
  if (loopback && !LOOPBACK.test(headers.host ?? '')) return denied(403, 'wrong_host', 'Call this router as localhost or 127.0.0.1.');
  return null;
}

function hostsIn(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}

/** Compared by hash, so that the time taken says nothing about the key. */
function sameKey(header: string | undefined, key: Secret): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(header ?? ''), hash(`Bearer ${key.reveal()}`));
}

function denied(status: number, code: string, message: string): Refusal {
  return { status, error: { message, type: 'invalid_request_error', code } };
}

/** Why a request did not succeed, as the classes bench and router count. */
const FAILURE_CLASSES = [
  'connect',
  'tls',
  'timeout',
  'reset',
  'http_4xx',
  'http_429',
  'http_5xx',
  'stream_error',
  'invalid_json',
  'empty',
  'aborted',
  'spend_cap',
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface Failure {
  readonly kind: FailureClass;
  readonly message: string;
}

const CONNECT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'EMFILE',
  'ENFILE',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$|INVALID_CA|CRL_)/;

/** The class of an error of the connection itself. `sent` says whether the request had gone onto the wire. */
export function transportFailure(error: Error, sent: boolean): Failure {
  const code = errorCode(error);
  const message = describe(error, code);
  if (TLS_CODE.test(code)) return { kind: 'tls', message };
  if (TIMEOUT_CODES.has(code)) return { kind: 'timeout', message };
  if (!sent || CONNECT_CODES.has(code)) return { kind: 'connect', message };
  return { kind: 'reset', message };
}

/** The class of a status outside 200-299. */
export function statusFailure(status: number, message: string): Failure {
  if (status === 429) return { kind: 'http_429', message };
  return { kind: status >= 500 ? 'http_5xx' : 'http_4xx', message };
}

export function errorCode(error: Error): string {
  const own = (error as { code?: unknown }).code;
  if (typeof own === 'string') return own;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? errorCode(first) : '';
}

function describe(error: Error, code: string): string {
  const text = error.message || (error instanceof AggregateError ? error.errors.map(String).join('; ') : 'connection failed');
  return code !== '' && !text.includes(code) ? `${code}: ${text}` : text;
}

/** What to measure: a URL with flags, or a target file. Plain values; the key itself is never part of it. */

import { InputError } from '../../files/problem.ts';
import { API_KINDS, API_PATHS, type ApiKind } from '../../llm/api/kinds.ts';

/** Prices typed in by the user, US dollars per million tokens. */
export interface OwnPrices {
  readonly input_usd_per_mtok: number;
  readonly output_usd_per_mtok: number;
  readonly cached_input_usd_per_mtok: number | null;
}

export interface TargetConfig {
  /** As given, without the endpoint's own path. */
  readonly url: string;
  /** Null: the only model the server lists. */
  readonly model: string | null;
  readonly api: ApiKind;
  /** Environment variable that holds the key. */
  readonly api_key_env: string | null;
  readonly usd_per_hour: number | null;
  /** `provider/model` in the price catalog. */
  readonly price_card: string | null;
  readonly prices: OwnPrices | null;
  readonly gpu: string | null;
  readonly gpus: number;
  /** PEM of certificate authorities to trust beside the system's. */
  readonly ca: string | null;
  /** Transcriptions: seconds of sound per request. */
  readonly audio_seconds: number;
  readonly extra_body: Readonly<Record<string, unknown>>;
}

export interface Endpoint {
  readonly origin: string;
  /** Where the API's paths hang, e.g. `/v1`; '' is the root. */
  readonly base: string;
  readonly path: string;
}

/** Endings of a full endpoint URL and the API they mean, longest first. */
const ENDINGS = API_KINDS.map((api) => [API_PATHS[api], api] as const).sort((a, b) => b[0].length - a[0].length);

/** The API kind a URL names by its path; null when it names none. */
export function apiOfUrl(url: string): ApiKind | null {
  const path = URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, '') : '';
  return ENDINGS.find(([ending]) => path.endsWith(ending))?.[1] ?? null;
}

/**
 * Where requests go. A bare server address gets `/v1` (Ollama's own API: the root); an address that ends in the endpoint
 * itself is taken as it is.
 *
 * @example endpointOf('http://gpu:8000', 'chat').path // '/v1/chat/completions'
 * @throws InputError when the URL is none, isn't http or https, or carries a password
 */
export function endpointOf(url: string, api: ApiKind): Endpoint {
  const parsed = parseUrl(url);
  const path = parsed.pathname.replace(/\/+$/, '');
  const ending = ENDINGS.find(([end]) => path.endsWith(end))?.[0];
  const given = ending === undefined ? path : path.slice(0, path.length - ending.length);
  const base = given === '' && api !== 'ollama' && ending === undefined ? '/v1' : given;
  return { origin: parsed.origin, base, path: `${base}${API_PATHS[api]}${parsed.search}` };
}

function parseUrl(url: string): URL {
  if (!URL.canParse(url))
    throw InputError.of('bench.bad-url', `"${url}" is neither a URL nor a file.`, 'Give an address like http://localhost:8000/v1, or a target file.');
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw InputError.of('bench.bad-url', `A target is http:// or https://, found ${parsed.protocol}//.`, 'Give an address like http://localhost:8000/v1.');
  if (parsed.username !== '' || parsed.password !== '')
    throw InputError.of(
      'bench.password-in-url',
      'The target URL carries a user name or password.',
      'Put the key into an environment variable and name it with --api-key-env.',
    );
  return parsed;
}

export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

/** Someone bills for every call: there is a price, or a key for a server elsewhere whose rent we weren't told. */
export function isPaid(target: TargetConfig): boolean {
  if (target.price_card !== null || target.prices !== null) return true;
  return target.api_key_env !== null && target.usd_per_hour === null && !isLoopback(new URL(target.url).origin);
}

/** What a level cost, in US dollars. */
import type { MeasurementPoint } from '../../engine/measurement.ts';
import type { Request } from './point-data.ts';
import { seconds, type Window } from './windows.ts';

/** Tokens of one request, as a price list counts them: `input_tokens` includes cached and cache-written ones, `output_tokens` includes reasoning. */
interface BilledTokens {
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
}

/** Dollars for the usage of one request; null when the price list has no price for it. */
export type PriceRequest = (tokens: BilledTokens) => number | null;

/** hourly: the replica's rent; usage: a price card; none: nothing is known about cost. */
export type Cost =
  | { readonly kind: 'none' }
  | { readonly kind: 'hourly'; readonly usd_per_hour: number }
  | { readonly kind: 'usage'; readonly price: PriceRequest };

export interface Volumes {
  readonly ok: number;
  readonly output_tokens_per_s: number;
  readonly output_tokens: number;
  /** Output tokens per second, and in all, of requests that met every SLO; null without an SLO. */
  readonly good_tokens_per_s: number | null;
  readonly good_tokens: number | null;
}

/** Failed requests are paid for too, as far as their tokens are known. */
export function dollars(cost: Cost, requests: readonly Request[], windows: readonly Window[], volumes: Volumes): MeasurementPoint['usd'] {
  if (cost.kind === 'none') return null;
  if (cost.kind === 'hourly') return hourly(cost.usd_per_hour, windows, volumes);
  let total = 0;
  for (const request of requests) {
    const usd = priceOf(request, cost.price);
    if (usd === null) return null;
    total += usd;
  }
  const { ok, output_tokens, good_tokens } = volumes;
  return { total, per_request: ratio(total, ok), per_mtok_output: ratio(total * 1e6, output_tokens), per_mtok_good: ratio(total * 1e6, good_tokens) };
}

export function priceOf(request: Omit<Request, 'max_gap_ms'>, price: PriceRequest): number | null {
  if (request.t_send_ms === null) return 0;
  // Refused before a token was made: providers bill nothing.
  if (request.error !== null && request.chunks === 0 && request.output_tokens === null) return 0;
  return price({
    input_tokens: request.input_tokens ?? 0,
    cached_input_tokens: request.cached_tokens ?? 0,
    cache_write_tokens: request.cache_write_tokens ?? 0,
    output_tokens: request.output_tokens ?? 0,
    reasoning_tokens: request.reasoning_tokens ?? 0,
  });
}

function hourly(usdPerHour: number, windows: readonly Window[], volumes: Volumes): MeasurementPoint['usd'] {
  const perSecond = usdPerHour / 3600;
  const total = perSecond * seconds(windows);
  return {
    total,
    per_request: ratio(total, volumes.ok),
    per_mtok_output: ratio(perSecond * 1e6, volumes.output_tokens_per_s),
    per_mtok_good: ratio(perSecond * 1e6, volumes.good_tokens_per_s),
  };
}

function ratio(usd: number, count: number | null): number | null {
  return count === null || count <= 0 ? null : usd / count;
}

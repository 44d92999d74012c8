/** What a run will cost, before it costs anything. */
import { meanSizes } from './load/prompts.ts';
import { loadName } from './load/spec.ts';
import type { PriceRequest } from './measure/money.ts';
import { type BenchSetup, loadKey, warmupRequests } from './run/setup.ts';

export interface Estimate {
  /** Warm-up included. Null: it depends on how fast the server is. */
  readonly requests: number | null;
  readonly usd: number | null;
  readonly usd_per_request: number | null;
  readonly sentence: string;
}

export function estimate(setup: BenchSetup, price: PriceRequest | null): Estimate {
  const { input_tokens, output_tokens } = meanSizes(setup.prompts);
  const usdPerRequest = price?.({ input_tokens, output_tokens, cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 }) ?? null;
  const counts = setup.levels.map((level) => countOf(setup, level));
  const requests = counts.length === 0 || counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const usd = requests === null || usdPerRequest === null ? null : requests * usdPerRequest;
  return { requests, usd, usd_per_request: usdPerRequest, sentence: sentence(setup, requests, usd, usdPerRequest) };
}

function countOf(setup: BenchSetup, { load, stop }: BenchSetup['levels'][number]): number | null {
  const warm = warmupRequests(setup, load);
  const rate = loadKey(load).rate;
  if (load.kind === 'trace') return warm + Math.min(load.rows.length, stop.requests ?? Number.POSITIVE_INFINITY);
  const timed = rate === null || stop.duration_s === null ? Number.POSITIVE_INFINITY : Math.ceil(rate * stop.duration_s);
  const total = Math.min(stop.requests ?? Number.POSITIVE_INFINITY, timed);
  return Number.isFinite(total) ? warm + total : null;
}

function sentence(setup: BenchSetup, requests: number | null, usd: number | null, each: number | null): string {
  const { input_tokens, output_tokens } = meanSizes(setup.prompts);
  const size = `${Math.round(input_tokens)} + ${Math.round(output_tokens)} tokens each`;
  const cap = setup.max_spend_usd === null ? '' : ` It stops at $${setup.max_spend_usd}.`;
  const perRequest = each === null ? 'at a price this program does not know' : `$${each.toPrecision(3)} each`;
  if (requests === null)
    return `This sends paid requests (${size}, ${perRequest}) for ${setup.levels.map(({ load }) => loadName(load)).join(', ') || 'a sweep'}; how many depends on the server.${cap}`;
  return `This sends about ${requests.toLocaleString('en-US')} paid requests of ${size}, warm-up included: ${usd === null ? perRequest : `about $${usd.toPrecision(3)} at most`}.${cap}`;
}

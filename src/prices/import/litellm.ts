/** LiteLLM: `model_prices_and_context_window.json`, one map of names; dollars per token, no history. */

import type { ListedPrice, ListedRates } from '../compare.ts';

interface Entry {
  readonly litellm_provider?: string;
  readonly mode?: string;
  readonly source?: string;
  readonly max_input_tokens?: number;
  readonly input_cost_per_token?: number;
  readonly cache_read_input_token_cost?: number;
  readonly cache_creation_input_token_cost?: number;
  readonly output_cost_per_token?: number;
  readonly input_cost_per_second?: number;
}

/** Kinds of entry that have prices of ours to stand beside. */
const MODES = new Set(['chat', 'completion', 'responses', 'embedding', 'audio_transcription']);
const NAMES = [
  ['input_cost_per_token', 'input_usd_per_mtok'],
  ['cache_read_input_token_cost', 'cached_input_usd_per_mtok'],
  ['cache_creation_input_token_cost', 'cache_write_usd_per_mtok'],
  ['output_cost_per_token', 'output_usd_per_mtok'],
] as const;

export function readLitellm(data: unknown): ListedPrice[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new TypeError('a map of model names');
  return Object.entries(data as Readonly<Record<string, Entry>>).flatMap(([name, entry]) => {
    if (entry.litellm_provider === undefined || !MODES.has(entry.mode ?? '')) return [];
    const rates = ratesOf(entry);
    if (Object.keys(rates).length === 0) return [];
    return [
      { provider: entry.litellm_provider, name, rates, from: null, until: null, source: entry.source ?? null, context_tokens: entry.max_input_tokens ?? null },
    ];
  });
}

function ratesOf(entry: Entry): ListedRates {
  const tokens = NAMES.flatMap(([theirs, ours]) => {
    const rate = entry[theirs];
    // Zero stands for "not said" in this list wherever the input isn't free.
    if (typeof rate !== 'number' || (rate === 0 && (entry.input_cost_per_token ?? 0) > 0)) return [];
    return [[ours, perMillion(rate)] as const];
  });
  const seconds = entry.mode === 'audio_transcription' ? entry.input_cost_per_second : undefined;
  return { ...Object.fromEntries(tokens), ...(typeof seconds === 'number' && { audio_usd_per_minute: perMillion(seconds * 60) / 1e6 }) };
}

/** `1.25e-06` -> 1.25, not 1.2500000000000002. */
function perMillion(rate: number): number {
  return Number((rate * 1e6).toPrecision(10));
}

/** What one request of the workload amounts to for one option: tokens, audio or images, and how prompt lengths are spread. */
import type { Profile, Scenario, ScenarioOption, TokenOverride, Tokens, Workload } from '../scenario.ts';
import { type Judged, likely } from '../units.ts';

/** Mean amounts of one request, likely values. Tokens are 0 for speech and images. */
export interface RequestMix {
  readonly input_tokens: number;
  /** Visible output, without reasoning. */
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  /** Share of input read from / written to a cache, 0..1. */
  readonly cached_share: number;
  readonly cache_write_share: number;
  readonly audio_seconds: number;
  readonly images: number;
}

/** The mix of an option: the workload's, with the option's own token counts or ratios, for `ratio` times the tokens. */
export function requestMix(workload: Workload, override: TokenOverride | null, ratio = 1): RequestMix {
  const tokens = workload.tokens;
  return {
    input_tokens: (tokens ? pick(override?.input, override?.input_ratio, tokens.input) : 0) * ratio,
    output_tokens: (tokens ? pick(override?.output, override?.output_ratio, tokens.output) : 0) * ratio,
    reasoning_tokens: (tokens ? pick(override?.reasoning, override?.output_ratio, tokens.reasoning) : 0) * ratio,
    cached_share: share(override?.cached_input, tokens, 'cached_input'),
    cache_write_share: share(override?.cache_write, tokens, 'cache_write'),
    audio_seconds: workload.audio ? likely(workload.audio.seconds_per_request) : 0,
    images: workload.images ? likely(workload.images.per_request) : 0,
  };
}

function pick(own: Judged | null | undefined, ratio: Judged | null | undefined, base: Judged): number {
  if (own != null) return likely(own);
  return likely(base) * (ratio == null ? 1 : likely(ratio));
}

function share(own: Judged | null | undefined, tokens: Tokens | null, key: 'cached_input' | 'cache_write'): number {
  return own == null ? (tokens ? likely(tokens[key]) : 0) : likely(own);
}

/** Output tokens a GPU must produce for a request, hidden reasoning included. */
export function generatedTokens(mix: RequestMix): number {
  return mix.output_tokens + mix.reasoning_tokens;
}

/** Requests whose prompt lies between two neighbouring cuts. */
export interface PromptGroup {
  /** Share of all requests, 0..1. */
  readonly share: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/**
 * Splits the requests at prompt lengths where the price changes (context tiers, minimum cacheable length). Without a
 * distribution all requests are taken to have the mean length.
 *
 * @param cuts ascending; a prompt of exactly `cut` tokens falls below it
 */
export function promptGroups(mix: RequestMix, profile: Profile | null, cuts: readonly number[]): PromptGroup[] {
  const whole = { share: 1, input_tokens: mix.input_tokens, output_tokens: mix.output_tokens };
  const histogram = profile?.joint_histogram;
  if (!profile || !histogram || cuts.length === 0 || profile.input_tokens.mean <= 0) return [whole];
  const inputScale = mix.input_tokens / profile.input_tokens.mean;
  const outputScale = profile.output_tokens.mean > 0 ? mix.output_tokens / profile.output_tokens.mean : 0;
  const sums = Array.from({ length: cuts.length + 1 }, () => ({ count: 0, input: 0, output: 0 }));
  for (const cell of histogram.cells) {
    const input = cell.input_mean * inputScale;
    const at = cuts.findIndex((cut) => input <= cut);
    const sum = sums[at === -1 ? cuts.length : at] as { count: number; input: number; output: number };
    sum.count += cell.count;
    sum.input += input * cell.count;
    sum.output += cell.output_mean * outputScale * cell.count;
  }
  const total = sums.reduce((count, sum) => count + sum.count, 0);
  if (total === 0) return [whole];
  return sums
    .filter((sum) => sum.count > 0)
    .map((sum) => ({ share: sum.count / total, input_tokens: sum.input / sum.count, output_tokens: sum.output / sum.count }));
}

/** Busiest hour / mean hour, from the shape or assumed; `assumed` when the scenario is silent. */
export function peakToAverage(workload: Workload): { readonly value: Judged; readonly assumed: boolean } {
  const shape = workload.shape;
  if (shape?.hour_of_week) return { value: Math.max(...relativeHours(shape.hour_of_week)), assumed: false };
  if (shape?.peak_to_average != null) return { value: shape.peak_to_average, assumed: false };
  const hour = workload.profile?.peak_to_average.hour;
  if (workload.profile?.hour_of_week) return { value: Math.max(...relativeHours(workload.profile.hour_of_week)), assumed: false };
  return hour == null ? { value: { low: 2, likely: 4, high: 8 }, assumed: true } : { value: hour, assumed: false };
}

/** Hour-of-week traffic relative to its mean; null when unknown. */
export function weekShape(workload: Workload): readonly number[] | null {
  const hours = workload.shape?.hour_of_week ?? (workload.shape?.peak_to_average == null ? workload.profile?.hour_of_week : null) ?? null;
  return hours && relativeHours(hours);
}

function relativeHours(hours: readonly number[]): number[] {
  const mean = hours.reduce((sum, hour) => sum + hour, 0) / hours.length;
  return hours.map((hour) => hour / mean);
}

/** The unit a capacity is stated in: output tokens for text, input tokens for embeddings, audio seconds, images. */
export function workPerRequest(scenario: Pick<Scenario, 'workload'>, mix: RequestMix): number {
  switch (scenario.workload.modality) {
    case 'text':
      return generatedTokens(mix);
    case 'embedding':
      return mix.input_tokens;
    case 'speech_to_text':
      return mix.audio_seconds;
    case 'image':
      return mix.images;
  }
}

export function optionById(scenario: Scenario, id: string): ScenarioOption | null {
  return scenario.options.find((option) => option.id === id) ?? null;
}

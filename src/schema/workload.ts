/** `workload` of a scenario file. Requests a month never come from a profile; sizes may. */

import * as z from 'zod/mini';
import type { Modality, Profile, Shape, Slo, Tokens, Workload } from '../engine/scenario.ts';
import { likely } from '../engine/units.ts';
import { type IssueSink, judged, oneOf, orNull, quantity, report, text, withDefault } from './fields.ts';
import { type References, reference } from './references.ts';

const HOURS_PER_WEEK = 168;

const share = judged('share', { min: 0, max: 1 });
const tokenCount = judged('count', { min: 0, max: 1e8 });

const tokens = z.strictObject({
  input: orNull(tokenCount),
  output: orNull(tokenCount),
  reasoning: orNull(tokenCount).check(z.describe('Hidden output, billed as output')),
  cached_input: orNull(share).check(z.describe('Share of the input read from a prompt cache')),
  cache_write: orNull(share).check(z.describe('Share of the input written to a cache')),
});
type FileTokens = z.infer<typeof tokens>;

const hours = z.pipe(
  z.array(quantity('number', { min: 0 })),
  z.transform((value, context): readonly number[] => {
    if (value.length === HOURS_PER_WEEK && value.some((each) => each > 0)) return value;
    const message = value.length === HOURS_PER_WEEK ? 'must not be all zero' : `must have 168 numbers, Monday 00:00 first, found ${value.length}`;
    return report(context, { path: [], code: 'workload.hour-of-week', message });
  }),
) as unknown as z.ZodMiniType<readonly number[], unknown>;

const shape = z.strictObject({
  peak_to_average: orNull(judged('number', { min: 1, max: 1000 })).check(z.describe('Busiest hour / mean hour')),
  hour_of_week: orNull(hours).check(z.describe('Relative traffic of the 168 hours of a week, Monday 00:00 first')),
}) satisfies z.ZodMiniType<Shape, unknown>;

const slo = z.strictObject({
  ttft_p95_ms: orNull(quantity('ms', { above: 0 })),
  tpot_p95_ms: orNull(quantity('ms', { above: 0 })),
  availability: orNull(quantity('share', { min: 0, max: 1 })),
}) satisfies z.ZodMiniType<Slo, unknown>;

const audio = z.strictObject({ seconds_per_request: judged('s', { above: 0 }) });
const images = z.strictObject({
  per_request: withDefault(judged('count', { above: 0 }), 1),
  size: withDefault(text, '1024x1024'),
  quality: withDefault(text, 'standard'),
});

/** Keys that say the size of a request, by modality. */
const SIZES: Readonly<Record<Modality, readonly string[]>> = {
  text: ['tokens', 'profile'],
  embedding: ['tokens', 'profile'],
  speech_to_text: ['audio'],
  image: ['images'],
};

function workloadShape(references: References) {
  return z.strictObject({
    modality: withDefault(oneOf('text', 'speech_to_text', 'image', 'embedding'), 'text'),
    requests_per_month: judged('count', { min: 1, max: 1e15 }),
    growth_per_month: withDefault(judged('rate', { above: -1, max: 10 }), 0),
    tokens: orNull(tokens),
    audio: orNull(audio),
    images: orNull(images),
    profile: orNull(reference(references.profile)).check(z.describe('A profile made by `workload import`; gives token means where `tokens` is silent')),
    shape: orNull(shape),
    batchable: withDefault(share, 0),
    slo: withDefault(slo, { ttft_p95_ms: null, tpot_p95_ms: null, availability: null }),
  });
}
type FileWorkload = z.infer<ReturnType<typeof workloadShape>>;

export function workload(references: References) {
  return z.pipe(workloadShape(references), z.transform(toWorkload)) satisfies z.ZodMiniType<Workload, unknown>;
}

function toWorkload(value: FileWorkload, sink: IssueSink): Workload {
  checkModality(value, sink);
  const sizes = value.modality === 'text' || value.modality === 'embedding' ? toTokens(value, sink) : null;
  return { ...value, tokens: sizes, shape: value.shape ?? shapeOf(value.profile) };
}

function checkModality(value: FileWorkload, sink: IssueSink): void {
  const fitting = SIZES[value.modality];
  for (const key of ['tokens', 'profile', 'audio', 'images'] as const) {
    if (value[key] !== null && !fitting.includes(key)) {
      const hint = `Remove it, or change the modality; ${value.modality} takes ${fitting.join(' or ')}.`;
      report(sink, { path: [key], code: 'workload.not-for-modality', message: `does not belong to a workload of modality ${value.modality}`, hint });
    }
  }
  if (fitting.every((key) => value[key as 'tokens'] === null)) {
    report(sink, {
      path: [],
      code: 'workload.no-size',
      message: `needs ${fitting.join(' or ')}: the size of a request decides what it costs`,
      hint: sizeHint(value.modality),
    });
  }
}

function sizeHint(modality: Modality): string {
  if (modality === 'speech_to_text') return 'Add audio: { seconds_per_request: 60 }.';
  return modality === 'image' ? 'Add images: { per_request: 1, size: 1024x1024 }.' : 'Add tokens: { input: 1_000, output: 300 }.';
}

/** What the file says wins; a profile's means fill the rest. */
function toTokens({ tokens: given, profile, modality }: FileWorkload, sink: IssueSink): Tokens | null {
  if (given === null && profile === null) return null;
  const value: Tokens = {
    input: given?.input ?? profile?.input_tokens.mean ?? missing('input', sink),
    output: given?.output ?? profile?.output_tokens.mean ?? (modality === 'embedding' ? 0 : missing('output', sink)),
    reasoning: given?.reasoning ?? 0,
    cached_input: given?.cached_input ?? profile?.cached_share ?? 0,
    cache_write: given?.cache_write ?? 0,
  };
  checkTokens(value, given, sink);
  return value;
}

function missing(key: string, sink: IssueSink): number {
  return report(sink, {
    path: ['tokens'],
    code: 'scenario.missing-key',
    message: `lacks ${key}`,
    hint: `Add ${key}: the mean number of ${key} tokens of a request.`,
  });
}

function checkTokens(value: Tokens, given: FileTokens | null, sink: IssueSink): void {
  if (likely(value.cached_input) + likely(value.cache_write) > 1) {
    const message = 'has cached_input and cache_write that together exceed 100%: an input token is read from the cache or written to it';
    report(sink, { path: given === null ? [] : ['tokens'], code: 'workload.cache-shares', message });
  }
}

/** A profile's hours stand in for an absent `shape`; one without hours says nothing of the day. */
function shapeOf(profile: Profile | null): Shape | null {
  if (profile === null || (profile.peak_to_average.hour === null && profile.hour_of_week === null)) return null;
  return { peak_to_average: profile.peak_to_average.hour, hour_of_week: profile.hour_of_week };
}

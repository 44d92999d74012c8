/** The answers file of `ask --answers FILE`: the article's five questions and the few figures the model needs. "unknown" is always possible. */

import * as z from 'zod/mini';
import type { Modality } from '../engine/scenario.ts';
import type { Judged } from '../engine/units.ts';
import { date, flag, judged, name, quantity, report, represented, text, withDefault } from './fields.ts';
import { describe } from './quantity.ts';

/** "I don't know": the questionnaire turns it into a range, or leaves the question without a vote. */
export type Unknown = 'unknown';

export interface Answers {
  readonly version: 1;
  readonly name: string;
  readonly as_of: string | null;
  /** Question 1: does compliance require data sovereignty? */
  readonly data_sovereignty: boolean | Unknown;
  /** Question 2 asks whether this is above 100,000. */
  readonly requests_per_month: Judged | Unknown;
  /** Question 3 asks whether this is below 100 ms; 95th percentile, ms. "none": latency doesn't matter. */
  readonly ttft_p95_ms: number | 'none' | Unknown;
  /** Question 4 asks whether there are fewer than three. */
  readonly engineers: number | Unknown;
  /** Question 5: is frontier reasoning needed? */
  readonly frontier_reasoning: boolean | Unknown;
  readonly modality: Modality;
  /** Text and embedding. */
  readonly input_tokens: Judged | Unknown;
  readonly output_tokens: Judged | Unknown;
  /** Share of the input read from a prompt cache, 0..1. */
  readonly cached_input: Judged | Unknown;
  /** Speech to text: seconds of audio in a request. */
  readonly audio_seconds: Judged | Unknown;
  /** Image: images a request asks for. */
  readonly images: Judged | Unknown;
  /** Busiest hour / mean hour. */
  readonly peak_to_average: Judged | Unknown;
  readonly growth_per_month: Judged | Unknown;
  readonly batchable: Judged | Unknown;
  readonly data: readonly string[];
  readonly regimes: readonly string[];
  readonly use: readonly string[];
  /** Null: anywhere. */
  readonly residency: string | null;
  readonly loaded_cost_usd_per_year: Judged | Unknown;
  /** Full-time engineers' share that running a model would take. */
  readonly self_host_fte: Judged | Unknown;
  readonly horizon_months: number;
  /** What to compare; null: the questionnaire proposes one for the modality. */
  readonly cloud_api: string | null;
  readonly hosted_open: string | null;
  readonly open_model: string | null;
  readonly gpu: string | null;
  readonly gpus_per_replica: number | null;
  readonly rental: string | null;
  /** Speed of one replica, in output tokens (audio seconds, images, input tokens) a second. */
  readonly work_per_s: Judged | Unknown;
}

const UNKNOWN = z.literal('unknown');
const judgedCount = orUnknown(judged('count', { min: 0 }));
const judgedShare = orUnknown(judged('share', { min: 0, max: 1 }));
const maybe = withDefault(orUnknown(flag, ['yes', 'no']), 'unknown');
const names = withDefault(z.array(name) as z.ZodMiniType<string[], unknown>, []);
const choice = withDefault(z.nullable(name) as z.ZodMiniType<string | null, unknown>, null);

/** What an answers file may hold. */
export const answersSchema = z.strictObject({
  version: z.literal(1),
  name: withDefault(text, 'my-workload'),
  as_of: withDefault(z.nullable(date) as z.ZodMiniType<string | null, unknown>, null),
  data_sovereignty: maybe,
  requests_per_month: orUnknown(judged('count', { min: 1, max: 1e15 })),
  ttft_p95_ms: withDefault(orUnknown(quantity('ms', { above: 0 }), ['none']) as z.ZodMiniType<number | 'none' | Unknown, unknown>, 'unknown'),
  engineers: withDefault(orUnknown(quantity('number', { min: 0 })), 'unknown'),
  frontier_reasoning: maybe,
  modality: withDefault(z.enum(['text', 'speech_to_text', 'image', 'embedding']) as z.ZodMiniType<Modality, unknown>, 'text'),
  input_tokens: withDefault(judgedCount, 'unknown'),
  output_tokens: withDefault(judgedCount, 'unknown'),
  cached_input: withDefault(judgedShare, 'unknown'),
  audio_seconds: withDefault(orUnknown(judged('s', { above: 0 })), 'unknown'),
  images: withDefault(orUnknown(judged('count', { above: 0 })), 'unknown'),
  peak_to_average: withDefault(orUnknown(judged('number', { min: 1 })), 'unknown'),
  growth_per_month: withDefault(orUnknown(judged('rate', { above: -1, max: 10 })), 'unknown'),
  batchable: withDefault(judgedShare, 'unknown'),
  data: names,
  regimes: names,
  use: names,
  residency: choice,
  loaded_cost_usd_per_year: withDefault(orUnknown(judged('usd', { min: 0 })), 'unknown'),
  self_host_fte: withDefault(orUnknown(judged('number', { min: 0 })), 'unknown'),
  horizon_months: withDefault(quantity('months', { min: 1, max: 120, whole: true }), 12),
  cloud_api: choice,
  hosted_open: choice,
  open_model: choice,
  gpu: choice,
  gpus_per_replica: withDefault(z.nullable(quantity('count', { min: 1, whole: true })) as z.ZodMiniType<number | null, unknown>, null),
  rental: choice,
  work_per_s: withDefault(orUnknown(judged('number', { above: 0 })), 'unknown'),
}) satisfies z.ZodMiniType<Answers, unknown>;

/** The field, or the word "unknown"; `words` are further texts: yes and no mean true and false, others stand for themselves. */
function orUnknown<T>(field: z.ZodMiniType<T, unknown>, words: readonly string[] = []): z.ZodMiniType<T | Unknown, unknown> {
  const schema = z.pipe(
    z.unknown(),
    z.transform((raw, context): T | Unknown => {
      if (raw === 'unknown' || raw === '?') return 'unknown';
      if (typeof raw === 'string' && words.includes(raw)) return (raw === 'yes' ? true : raw === 'no' ? false : raw) as T;
      const read = z.safeParse(field, raw);
      if (read.success) return read.data;
      for (const issue of read.error.issues) report(context, { path: issue.path, code: codeOf(issue), message: `${issue.message}, or unknown`, hint: '' });
      return describe(raw) as never;
    }),
  );
  return represented(schema, z.union([field, UNKNOWN, ...words.map((word) => z.literal(word))])) as z.ZodMiniType<T | Unknown, unknown>;
}

function codeOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'custom' ? String(issue.params?.code ?? 'value.wrong') : 'value.wrong';
}

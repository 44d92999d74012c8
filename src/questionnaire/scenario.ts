/** Answers become a scenario file: the same text is planned from and saved, so that both give the same plan. */

import type { Catalog } from '../engine/catalog.ts';
import type { Judged, Range } from '../engine/units.ts';
import type { Answers } from '../schema/answers.ts';
import { optionsFor } from './options.ts';

/** A value of the file, and why it stands there when the user didn't give it. */
export interface Written {
  readonly file: Readonly<Record<string, unknown>>;
  /** Path of a key -> comment. */
  readonly comments: ReadonlyMap<string, string>;
}

/**
 * What "I don't know" becomes: wide enough to be honest. Judgements of ours: a small product to a busy one; a short prompt to
 * a document; a sentence to a page; and no caching, growth or batching unless the user says so. Where the price data has a
 * dated assumption of its own (staff, peak), the file stays silent and the plan names the assumption instead.
 */
const RANGES = {
  requests_per_month: { low: 10_000, likely: 100_000, high: 1_000_000 },
  input_tokens: { low: 300, likely: 1_000, high: 4_000 },
  output_tokens: { low: 100, likely: 300, high: 1_000 },
  cached_input: { low: 0, likely: 0, high: 0.5 },
  audio_seconds: { low: 15, likely: 60, high: 300 },
  images: { low: 1, likely: 1, high: 4 },
  growth_per_month: { low: 0, likely: 0, high: 0.1 },
  batchable: { low: 0, likely: 0, high: 0.3 },
} as const satisfies Record<string, Range>;

const ASSUMED = 'not known: a range is assumed';

export function scenarioFrom(answers: Answers, catalog: Catalog): Written {
  const comments = new Map<string, string>();
  const known = (key: keyof typeof RANGES, path: string): Judged => {
    const answer = answers[key];
    if (answer !== 'unknown') return answer;
    comments.set(path, ASSUMED);
    return RANGES[key];
  };
  const options = optionsFor(answers, catalog);
  const file = withoutBlanks({
    version: 1,
    name: answers.name,
    pricing: { as_of: answers.as_of },
    horizon_months: answers.horizon_months,
    workload: { modality: answers.modality, ...workload(answers, known) },
    requirements: requirements(answers),
    team: {
      engineers: unlessUnknown(answers.engineers),
      loaded_cost_usd_per_year: unlessUnknown(answers.loaded_cost_usd_per_year),
      self_host_fte: unlessUnknown(answers.self_host_fte),
    },
    options,
  });
  return { file: file as Readonly<Record<string, unknown>>, comments };
}

type Known = (key: keyof typeof RANGES, path: string) => Judged;

function workload(answers: Answers, known: Known): Record<string, unknown> {
  return {
    requests_per_month: known('requests_per_month', 'workload.requests_per_month'),
    growth_per_month: known('growth_per_month', 'workload.growth_per_month'),
    ...sizes(answers, known),
    shape: { peak_to_average: unlessUnknown(answers.peak_to_average) },
    batchable: known('batchable', 'workload.batchable'),
    slo: { ttft_p95_ms: typeof answers.ttft_p95_ms === 'number' ? answers.ttft_p95_ms : null },
  };
}

function sizes(answers: Answers, known: Known): Record<string, unknown> {
  switch (answers.modality) {
    case 'text':
      return {
        tokens: {
          input: known('input_tokens', 'workload.tokens.input'),
          output: known('output_tokens', 'workload.tokens.output'),
          cached_input: known('cached_input', 'workload.tokens.cached_input'),
        },
      };
    case 'embedding':
      return { tokens: { input: known('input_tokens', 'workload.tokens.input'), output: 0 } };
    case 'speech_to_text':
      return { audio: { seconds_per_request: known('audio_seconds', 'workload.audio.seconds_per_request') } };
    case 'image':
      return { images: { per_request: known('images', 'workload.images.per_request') } };
  }
}

function requirements(answers: Answers): Record<string, unknown> {
  return {
    data: answers.data,
    regimes: answers.regimes,
    use: answers.use,
    residency: answers.residency,
    data_sovereignty: unlessUnknown(answers.data_sovereignty),
    frontier_reasoning: unlessUnknown(answers.frontier_reasoning),
  };
}

function unlessUnknown<T>(answer: T | 'unknown'): T | null {
  return answer === 'unknown' ? null : answer;
}

/** Leaves out what says nothing: nulls, empty lists, empty maps. */
function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBlanks);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withoutBlanks(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => !isBlank(each)));
}

function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

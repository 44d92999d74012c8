import type { Distribution, JointHistogram, Profile } from '../engine/scenario.ts';
import { InputError } from '../files/problem.ts';
import type { ImportResult, TokenSummary } from './result.ts';

/**
 * The part of an import a scenario uses.
 *
 * @throws InputError when the source only had totals: a profile is a distribution
 */
export function toProfile(result: ImportResult): Profile {
  const { name, source, span_s, cached_share, peak_to_average, burstiness_cv, hour_of_week, joint_histogram } = result;
  const input_tokens = distribution(result.input_tokens);
  const output_tokens = distribution(result.output_tokens);
  if (result.requests === null || input_tokens === null || output_tokens === null) throw noDistribution(result);
  return {
    name,
    source,
    requests: result.requests,
    span_s,
    input_tokens,
    output_tokens,
    cached_share,
    peak_to_average,
    burstiness_cv,
    hour_of_week,
    joint_histogram,
  };
}

function distribution({ mean, p50, p95, p99, total }: TokenSummary): Distribution | null {
  return mean === null || p50 === null || p95 === null || p99 === null ? null : { mean, p50, p95, p99, total };
}

function noDistribution({ file, input_tokens, output_tokens }: ImportResult): InputError {
  const [input, output] = [input_tokens.mean, output_tokens.mean];
  const hint =
    input === null || output === null
      ? 'Import a log with a row per request.'
      : `Put the means into the scenario instead, workload: { tokens: { input: ${Math.round(input)}, output: ${Math.round(output)} } }, or import a log with a row per request.`;
  return InputError.of('workload.no-distribution', `${file} holds totals of a period, not requests: no profile can be made of it.`, hint, file);
}

const COMMENTS = [
  'Made by `llm-crossover workload import`: distributions of a log, not the log. Percentiles are interpolated linearly between ranks.',
  'A cell of the histogram: requests with input up to input_edges[i] and output up to output_edges[j], and their means.',
];

/** A profile as YAML: one line a cell, numbers as they are, so that the same log gives the same bytes. */
export function profileYaml(profile: Profile, schema: string): string {
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    ...COMMENTS.map((line) => `# ${line}`),
    'schema_version: 1',
    `name: ${quoted(profile.name)}`,
    `source: ${quoted(profile.source)}`,
    `requests: ${profile.requests}`,
    `span_s: ${profile.span_s}`,
    `input_tokens: ${flow(profile.input_tokens)}`,
    `output_tokens: ${flow(profile.output_tokens)}`,
    `cached_share: ${profile.cached_share}`,
    `peak_to_average: ${flow(profile.peak_to_average)}`,
    `burstiness_cv: ${profile.burstiness_cv}`,
    ...hourLines(profile.hour_of_week),
    ...histogramLines(profile.joint_histogram),
  ];
  return `${lines.join('\n')}\n`;
}

/** JSON strings are YAML double-quoted strings. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function flow(object: object): string {
  return `{ ${Object.entries(object)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
}

/** Seven lines of 24 hours. */
function hourLines(hours: readonly number[] | null): string[] {
  if (hours === null) return ['hour_of_week: null'];
  const days = Array.from({ length: 7 }, (_, day) => `  ${hours.slice(day * 24, day * 24 + 24).join(', ')},`);
  return ['hour_of_week:', '  [', ...days.map((line) => `  ${line}`), '  ]'];
}

function histogramLines(joint: JointHistogram | null): string[] {
  if (joint === null) return ['joint_histogram: null'];
  return [
    'joint_histogram:',
    `  input_edges: [${joint.input_edges.join(', ')}]`,
    `  output_edges: [${joint.output_edges.join(', ')}]`,
    '  cells:',
    ...joint.cells.map((cell) => `    - ${flow(cell)}`),
  ];
}

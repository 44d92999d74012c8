/** Tokens of one request as an option sees them: the workload's, changed by the option's own counts. */

import type { Scenario, TokenOverride, Tokens } from '../scenario.ts';
import type { Judged } from '../units.ts';
import { likely } from '../units.ts';
import type { LeafOption } from './subjects.ts';

export interface RequestSize {
  /** Likely tokens of one request: input, and output with reasoning. */
  readonly input: number;
  readonly output: number;
  /** The long ones: p99 of the profile, or the high end of the judgement. */
  readonly long_input: number;
  readonly long_output: number;
}

/** Null where the workload isn't counted in tokens. */
export function requestSize(option: LeafOption, { workload }: Scenario): RequestSize | null {
  if (workload.tokens === null) return null;
  const { tokens } = option;
  const profile = workload.profile;
  const input = sized(workload.tokens.input, tokens?.input ?? null, tokens?.input_ratio ?? null);
  const output = sized(workload.tokens.output, tokens?.output ?? null, tokens?.output_ratio ?? null);
  const reasoning = sized(workload.tokens.reasoning, tokens?.reasoning ?? null, tokens?.output_ratio ?? null);
  const p99 = (value: number | undefined, ratio: Judged | null): number => (value ?? 0) * (ratio === null ? 1 : likely(ratio));
  return {
    input: input.likely,
    output: output.likely + reasoning.likely,
    long_input: Math.max(input.high, p99(profile?.input_tokens.p99, tokens?.input_ratio ?? null)),
    long_output: Math.max(output.high + reasoning.high, p99(profile?.output_tokens.p99, tokens?.output_ratio ?? null)),
  };
}

/** Likely output tokens of one request without hidden reasoning; 0 where output isn't tokens. */
export function outputTokens(option: LeafOption, { workload }: Scenario): number {
  return workload.tokens === null ? 0 : visible(workload.tokens, option.tokens);
}

function visible(tokens: Tokens, override: TokenOverride | null): number {
  return sized(tokens.output, override?.output ?? null, override?.output_ratio ?? null).likely;
}

function sized(base: Judged, own: Judged | null, ratio: Judged | null): { readonly likely: number; readonly high: number } {
  if (own !== null) return { likely: likely(own), high: high(own) };
  return { likely: likely(base) * likely(ratio ?? 1), high: high(base) * high(ratio ?? 1) };
}

function high(value: Judged): number {
  return typeof value === 'number' ? value : value.high;
}

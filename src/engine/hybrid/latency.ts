/** A hybrid's latency in the plan: a mixture of its legs', where both are known. */

import { note, type PriceContext } from '../cost/context.ts';
import type { OptionModel } from '../cost/option.ts';
import { generatedTokens } from '../cost/requests.ts';
import type { PlanOption } from '../result.ts';
import type { HybridOption } from '../scenario.ts';
import { type LegTimes, type MixedTimes, mixTimes, type Times } from './latency-mix.ts';
import { escalationOf } from './legs.ts';

interface Legs {
  readonly small: OptionModel | null;
  readonly large: OptionModel | null;
}

/** @returns null, with a finding, where a leg's times aren't known; without one where the hybrid states its own, or nothing is generated */
export function hybridTimes(option: HybridOption, legs: Legs, context: PriceContext): MixedTimes | null {
  const { small, large } = legs;
  if (option.latency !== null || context.scenario.workload.modality !== 'text' || small === null || large === null) return null;
  const times = { small: timesOf(small), large: timesOf(large) };
  if ('missing' in times.small || 'missing' in times.large) {
    noteUnknown(option, [times.small, times.large], context);
    return null;
  }
  return mixTimes(option.hybrid.mode, times.small, times.large, generatedTokens(small.mix));
}

interface Missing {
  readonly id: string;
  readonly missing: readonly string[];
}

/** A claim about an option beats what its throughput's source says. */
function timesOf({ option, rate }: OptionModel): LegTimes | Missing {
  const known = option.latency ?? rate;
  const of = (name: 'ttft' | 'tpot'): Times | null => {
    const [p50, p95] = [known?.[`${name}_p50_ms`] ?? null, known?.[`${name}_p95_ms`] ?? null];
    return p50 !== null && p95 !== null && p50 > 0 && p95 >= p50 ? { p50, p95 } : null;
  };
  const [ttft, tpot] = [of('ttft'), of('tpot')];
  if (ttft !== null && tpot !== null) return { ttft, tpot };
  return { id: option.id, missing: [...(ttft === null ? ['TTFT'] : []), ...(tpot === null ? ['TPOT'] : [])] };
}

function noteUnknown(option: HybridOption, times: readonly (LegTimes | Missing)[], context: PriceContext): void {
  const lacking = times.filter((each) => 'missing' in each).map(({ id, missing }) => `${id} lacks ${missing.join(' and ')}`);
  note(
    context,
    'info',
    'hybrid.latency_unknown',
    `How long ${option.id} takes is not known: that takes the median and the 95th percentile of both models, and ${lacking.join(', ')}. Measure with \`llm-crossover bench\`, or state latency with ttft_p50_ms, ttft_p95_ms, tpot_p50_ms and tpot_p95_ms.`,
    `options.${option.id}.latency`,
  );
}

export function hybridLatency(option: HybridOption, times: MixedTimes | null, context: PriceContext): PlanOption['latency'] {
  if (option.latency !== null) return { ...option.latency };
  if (times === null) return null;
  const share = escalationOf(option.hybrid);
  const at = {
    ttft_p50_ms: times.ttft(0.5, share),
    ttft_p95_ms: times.ttft(0.95, share),
    tpot_p50_ms: times.tpot(0.5, share),
    tpot_p95_ms: times.tpot(0.95, share),
  };
  noteSlow(option, at.ttft_p95_ms, context);
  const how =
    option.hybrid.mode === 'cascade'
      ? 'the small model’s whole answer, and for escalated requests the large model’s first token after it'
      : 'each request by the model it goes to';
  return { ...at, source: `mixture of ${option.hybrid.small} and ${option.hybrid.large}, lognormal through median and 95th percentile: ${how}` };
}

function noteSlow(option: HybridOption, ttftMs: number, context: PriceContext): void {
  const limit = context.scenario.workload.slo.ttft_p95_ms;
  if (limit === null || ttftMs <= limit) return;
  note(
    context,
    'warning',
    'hybrid.latency_over_slo',
    `${option.id} shows its first token after ${Math.round(ttftMs)} ms at the 95th percentile, against ${limit} ms asked for.`,
    `options.${option.id}.latency`,
  );
}

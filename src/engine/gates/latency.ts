/** Latency and availability against the SLO. What nobody measured or claimed is `unverified`; it blocks only under `strict`. */

import { failingLegs } from '../hybrid/fallback.ts';
import { escalationOf } from '../hybrid/legs.ts';
import type { Measurement, MeasurementPoint } from '../measurement.ts';
import type { HybridOption, Scenario, Slo } from '../scenario.ts';
import { type Judgement, type Judging, softly, untold } from './judging.ts';
import { outputTokens } from './requests.ts';
import type { LeafOption, Subject } from './subjects.ts';
import { grouped, percent } from './words.ts';

/** p95 times in ms; null is unknown. */
interface LatencyEvidence {
  readonly ttft_p95_ms: number | null;
  readonly tpot_p95_ms: number | null;
  readonly source: string;
}

export function judgeLatency(subject: Subject, judging: Judging): Judgement | null {
  const { slo } = judging.scenario.workload;
  if (!hasTimes(slo)) return null;
  return judgeTimes(evidenceOf(subject.option, slo), slo, judging);
}

/** A hybrid's own claim stands in place of its legs'; null: judge the legs. */
export function claimedLatency(option: HybridOption, judging: Judging): Judgement | null {
  const { slo } = judging.scenario.workload;
  if (!hasTimes(slo) || option.latency === null) return null;
  return judgeTimes(option.latency, slo, judging);
}

function hasTimes(slo: Slo): boolean {
  return slo.ttft_p95_ms !== null || slo.tpot_p95_ms !== null;
}

/** A measurement of the option beats a claim about it, a claim beats the throughput's own note. */
function evidenceOf(option: LeafOption, slo: Slo): LatencyEvidence | null {
  const throughput = option.kind === 'self_host' ? option.throughput : null;
  if (throughput?.kind === 'measurement') return measured(throughput.measurement, throughput.path, slo);
  if (option.latency) return option.latency;
  if (!throughput || (throughput.ttft_p95_ms === null && throughput.tpot_p95_ms === null)) return null;
  return { ttft_p95_ms: throughput.ttft_p95_ms, tpot_p95_ms: throughput.tpot_p95_ms, source: throughput.source ?? 'the scenario' };
}

/** The busiest point that meets the SLO, since replicas are sized to stay there; where none does, the quietest. */
function measured(measurement: Measurement, path: string, slo: Slo): LatencyEvidence | null {
  const points = measurement.points.filter((point) => point.ttft_ms !== null || point.tpot_ms !== null).toSorted((a, b) => a.requests_per_s - b.requests_per_s);
  const point = points.findLast((each) => meets(each, slo)) ?? points[0];
  if (!point) return null;
  const load = point.concurrency === null ? `${point.rate} requests/s` : `concurrency ${point.concurrency}`;
  return { ttft_p95_ms: point.ttft_ms?.p95 ?? null, tpot_p95_ms: point.tpot_ms?.p95 ?? null, source: `${path} at ${load}` };
}

function meets(point: MeasurementPoint, slo: Slo): boolean {
  const within = (limit: number | null, value: number | undefined): boolean => limit === null || (value !== undefined && value <= limit);
  return within(slo.ttft_p95_ms, point.ttft_ms?.p95) && within(slo.tpot_p95_ms, point.tpot_ms?.p95);
}

function judgeTimes(evidence: LatencyEvidence | null, slo: Slo, judging: Judging): Judgement {
  const parts = (['ttft_p95_ms', 'tpot_p95_ms'] as const).flatMap((name) => {
    const limit = slo[name];
    return limit === null ? [] : [{ name, limit, value: evidence?.[name] ?? null }];
  });
  const slow = parts.filter((part) => part.value !== null && part.value > part.limit);
  if (slow.length > 0) return softly('latency', 'fail', names(slow), `${slow.map(times).join(', ')} (${evidence?.source}).`);
  const open = parts.filter((part) => part.value === null);
  if (open.length === 0) return softly('latency', 'pass', [], `${parts.map(times).join(', ')} (${evidence?.source}).`);
  const message = `Nothing measured or claimed tells ${names(open).join(' and ')}; measure it with \`llm-crossover bench\`, or state \`latency\` with a source.`;
  return untold('latency', judging, names(open), message);
}

function names(parts: readonly { readonly name: string }[]): readonly string[] {
  return parts.map((part) => part.name);
}

function times(part: { readonly name: string; readonly limit: number; readonly value: number | null }): string {
  return `${part.name} ${grouped(part.value ?? 0)} ms against ${grouped(part.limit)} ms`;
}

/**
 * A cascade answers an escalated request after the small model has finished: the times add.
 * small TTFT + (output - 1) x small TPOT + large TTFT. Adding p95s is careful: both are rarely slow at once.
 *
 * @returns null where fewer than 5 % of requests escalate (they don't reach the p95), or no TTFT is asked for
 * @example 200 ms + 299 x 20 ms + 400 ms = 6,580 ms
 */
export function judgeCascade(option: HybridOption, small: LeafOption, large: LeafOption, judging: Judging): Judgement | null {
  const { slo } = judging.scenario.workload;
  if (option.hybrid.mode !== 'cascade' || slo.ttft_p95_ms === null || escalationOf(option.hybrid) < 0.05) return null;
  const first = evidenceOf(small, slo);
  const second = evidenceOf(large, slo);
  if (first?.ttft_p95_ms == null || second?.ttft_p95_ms == null) return null;
  const answer = first.tpot_p95_ms === null ? null : Math.max(0, outputTokens(small, judging.scenario) - 1) * first.tpot_p95_ms;
  const total = first.ttft_p95_ms + (answer ?? 0) + second.ttft_p95_ms;
  const sum = `An escalated request waits for both models: ${grouped(first.ttft_p95_ms)} + ${answer === null ? 'the small model’s answer' : grouped(answer)} + ${grouped(second.ttft_p95_ms)} ms against ${grouped(slo.ttft_p95_ms)} ms`;
  if (total > slo.ttft_p95_ms) return softly('latency', 'fail', ['ttft_p95_ms'], `${sum}.`);
  if (answer !== null) return softly('latency', 'pass', [], `${sum}.`);
  return untold('latency', judging, ['tpot_p95_ms'], `${sum}; state the small model's TPOT.`);
}

export function judgeAvailability(subject: Subject, judging: Judging): Judgement | null {
  const { availability } = judging.scenario.workload.slo;
  if (availability === null) return null;
  return comparePromise(subject.option.availability, availability, advice(subject), judging);
}

/** A hybrid's own promise, or what two legs that stand in for each other come to, in place of its legs'; null: judge the legs. */
export function claimedAvailability(option: HybridOption, judging: Judging): Judgement | null {
  const { availability } = judging.scenario.workload.slo;
  const together = option.availability ?? availabilityTogether(option, judging.scenario);
  if (availability === null || together === null) return null;
  return comparePromise(together, availability, '', judging);
}

/**
 * A request is lost only where both legs fail, independently.
 *
 * @returns null without a fallback, or where it isn't known how often a leg fails
 * @example 99.5 % and 99.9 %: 1 - 0.005 x 0.001 = 99.9995 %
 */
export function availabilityTogether(option: HybridOption, scenario: Scenario): number | null {
  const known = failingLegs(option, scenario)?.known;
  return known === undefined || known.small === null || known.large === null ? null : 1 - known.small * known.large;
}

function comparePromise(promised: number | null, asked: number, hint: string, judging: Judging): Judgement {
  if (promised === null) return untold('availability', judging, ['availability'], `Nothing promises ${percent(asked)}${hint}; state \`availability\`.`);
  const compared = `${percent(promised)} promised against ${percent(asked)}.`;
  return promised >= asked ? softly('availability', 'pass', [], compared) : softly('availability', 'fail', ['availability'], compared);
}

function advice({ option }: Subject): string {
  if (option.kind !== 'self_host' || option.self_host.redundancy !== 'none') return '';
  return ', and one set of GPUs without a spare (redundancy: none) goes down with any of them; N+1 keeps serving';
}

/** Figures of the GPUs, the times and the splits of an option traced back. */

import type { Plan, PlanOption } from '../../engine/result.ts';
import type { ScenarioOption } from '../../engine/scenario.ts';
import { likely, SECONDS_PER_MONTH } from '../../engine/units.ts';
import { count, percent } from '../figures.ts';
import type { Places } from '../options.ts';
import { componentInputs, input, number, type Told, usd, volume } from './told.ts';

export function ofCapacity(plan: Plan, option: PlanOption, [field = '', part = '']: readonly string[], value: unknown, places: Places): Told {
  const { capacity } = option;
  if (!capacity) return { formula: ['No GPUs of its own.'] };
  const gpu = option.components.filter((component) => ['gpu', 'idle', 'redundancy'].includes(component.category));
  const { inputs = [], sources = [] } = componentInputs(plan, option, gpu, places);
  const formula = CAPACITY[part === '' ? field : `${field}.${part}`]?.(plan, option, capacity, value);
  return {
    formula: [formula ?? `${field.replaceAll('_', ' ')} of the GPUs of ${option.id}.`],
    inputs,
    sources: [`throughput: ${capacity.reference}`, ...sources],
  };
}

type Capacity = NonNullable<PlanOption['capacity']>;
type Formula = (plan: Plan, option: PlanOption, capacity: Capacity, value: unknown) => string;

/** Requests a second of the mean hour that reach the GPUs of an option. */
function perSecond(plan: Plan, option: PlanOption): number {
  return (likely(plan.scenario.workload.requests_per_month) * shareOfGpus(plan, option)) / SECONDS_PER_MONTH;
}

function shareOfGpus(plan: Plan, option: PlanOption): number {
  const found = plan.scenario.options.find((each) => each.id === option.id);
  if (found?.kind !== 'hybrid') return 1;
  const legs = (id: string): ScenarioOption['kind'] | undefined => plan.scenario.options.find((each) => each.id === id)?.kind;
  const escalated = option.hybrid?.escalation ?? 0;
  if (legs(found.hybrid.small) === 'self_host') return found.hybrid.mode === 'cascade' ? 1 : 1 - escalated;
  return escalated;
}

const mean = (plan: Plan, option: PlanOption) =>
  `${number(perSecond(plan, option))} requests a second on average (${count(likely(plan.scenario.workload.requests_per_month))} a month)`;

const CAPACITY: Readonly<Record<string, Formula>> = {
  replicas: (plan, option, { replicas, work_per_s_per_replica: rate }) =>
    `Replicas that serve the busiest hour of ${mean(plan, option)}, at ${number(rate)} of work a second each, rounded up, and the spare ones: ${replicas}.`,
  gpus: (_, __, { replicas, gpus }) => `${replicas} replicas, ${number(gpus / replicas)} GPUs paid for each, whole nodes: ${gpus}.`,
  requests_per_s: (plan, option) => `${mean(plan, option)}: a month has ${count(SECONDS_PER_MONTH)} seconds.`,
  utilization: (plan, option, { gpus, utilization }) =>
    `Work of ${mean(plan, option)} / what all paid GPUs (${gpus} in the busiest hour) could serve saturated = ${percent(utilization)}.`,
  busy_share: (_, __, { busy_share: share }) => `Share of the paid replica time in which anything runs, as the queue model has it: ${percent(share ?? 0)}.`,
  headroom: (_, __, ___, value) => `1 - work of the busiest hour / what the serving replicas (spares aside) can do within the SLO = ${percent(Number(value))}.`,
  'gpu_usd_per_work_unit.now': (_, { work_unit }, __, value) => `Dollars of GPUs in the month / its work (${work_unit}) = ${usd(Number(value))}.`,
  'gpu_usd_per_work_unit.saturated': (_, { work_unit }, __, value) =>
    `Dollars an hour of a replica / the work (${work_unit}) it does in an hour when it is never idle = ${usd(Number(value))}.`,
  'gpu_usd_per_work_unit.ratio': (_, __, ___, value) =>
    `What a unit of work costs as used now / what it would cost on replicas that are never idle = ${number(Number(value))}.`,
  work_per_s_per_replica: (_, __, { throughput_source, limited_by, work_per_s_per_replica: rate }) =>
    `A replica serves ${number(rate)} of work a second within the SLO: ${throughput_source}, limited by ${limited_by}.`,
  output_tokens_per_s_per_replica: (_, __, { throughput_source, limited_by }) =>
    `Output tokens a replica makes a second within the SLO: ${throughput_source}, limited by ${limited_by}.`,
};

export function ofLatency(plan: Plan, option: PlanOption, field: string, places: Places): Told {
  const { latency } = option;
  if (latency === null) return { formula: ['No time is known for this option.'] };
  const what = field.startsWith('ttft') ? 'Time to the first token' : 'Time per output token';
  const slo = `workload.slo.${field}`;
  return {
    formula: [`${what} at the load the option is sized for; 95 of 100 requests are faster.`],
    inputs: [...volume(plan, places), ...(field === 'source' ? [] : [input(plan, slo, places)])],
    sources: [latency.source ?? 'the scenario'],
  };
}

export function ofHybrid(plan: Plan, option: PlanOption, [field = '', at = '', part = '']: readonly string[], places: Places): Told {
  const { hybrid } = option;
  if (hybrid === null) return { formula: ['The option is no hybrid.'] };
  const path = `options.${option.id}.hybrid`;
  const inputs = [...volume(plan, places), input(plan, `${path}.escalate`, places), input(plan, `${path}.mode`, places)];
  const alone = `the large model alone (${usd(hybrid.large_alone_usd)} a month)`;
  const measured = 'as the calibration measured it on its log';
  const formulas: Readonly<Record<string, string>> = {
    escalation: `Share of the requests that reach the large model: ${hybrid.escalation_source === 'calibration' ? measured : 'the scenario says so'}.`,
    threshold: `Confidence below which a request goes to the large model, ${measured}.`,
    quality: `Mean quality at today's split, ${measured}.`,
    small_quality: `Mean quality of the small model alone, ${measured}.`,
    large_quality: `Mean quality of the large model alone, ${measured}.`,
    large_alone_usd: `A month of ${alone}, with all requests.`,
    break_even_escalation: `Share at which the month of ${option.id} costs as much as ${alone}.`,
    optimum: `The best quality that costs no more than ${alone}.`,
    optima: `The best split within the limit of ${at.replaceAll('_', ' ')}, among the points of the frontier.`,
    fallback: 'What one model takes over where the other does not answer, in shares of all requests.',
  };
  if (field !== 'frontier') return { formula: [formulas[field] ?? `${field.replaceAll('_', ' ')} of the split.`], inputs };
  const point = hybrid.frontier[Number(at)];
  const share = point === undefined ? '' : ` with ${percent(point.escalation)} of the requests sent to the large model`;
  return { formula: [`${part.replaceAll('_', ' ')} of ${option.id}${share}, at the plan's own prices and fleets.`], inputs };
}

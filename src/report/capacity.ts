/** How much of the GPUs is used, and what the simulator saw of them. */

import type { Plan, PlanOption, SimulatedLevel, SimulatedOption, SimulatedTimes } from '../engine/result.ts';
import { count, grouped, type Money, percent, significant } from './figures.ts';
import { type Block, list, paragraph, type Table } from './model.ts';
import { UNITS } from './tables.ts';

/** How much of the GPUs is used, one line a fleet. */
export function capacityList(plan: Plan, money: Money): Block[] {
  const lines = shared(
    plan.options,
    ({ id }) => id,
    (option) => useOf(option, money),
  );
  return lines.length === 0 ? [] : [list(lines)];
}

/** Options of which the same is to be said share a line. */
function shared<T>(options: readonly T[], idOf: (option: T) => string, say: (option: T) => string | null): string[] {
  const lines = new Map<string, string[]>();
  for (const option of options) {
    const text = say(option);
    if (text !== null) lines.set(text, [...(lines.get(text) ?? []), idOf(option)]);
  }
  return [...lines].map(([text, ids]) => `${ids.join(', ')}: ${text}`);
}

function useOf({ capacity, work_unit }: PlanOption, money: Money): string | null {
  if (capacity === null || capacity.busy_share === null) return null;
  const { requests_per_s, utilization, busy_share, headroom, gpu_usd_per_work_unit: usd } = capacity;
  const use = `at ${significant(requests_per_s, 2)} requests/s the GPUs do ${percent(utilization)} of what they could, with something running ${percent(busy_share)} of the time; the busiest hour leaves ${percent(headroom)} of the serving replicas free`;
  if (usd === null || usd.now === null || usd.ratio === null) return use;
  return `${use}. GPUs alone cost ${money.total(usd.now)} per ${UNITS[work_unit]}, ${significant(usd.ratio, 2)} times the ${money.total(usd.saturated)} of a saturated replica`;
}

/** What --simulate saw; nothing without it. */
export function simulationBlocks({ simulation }: Plan): Block[] {
  if (simulation === null) return [];
  if (simulation.options.length === 0) return [paragraph('Nothing was simulated; the findings say why.')];
  return [weekTable(simulation.options), list(shared(simulation.options, ({ option_id }) => option_id, played))];
}

function weekTable(options: readonly SimulatedOption[]): Table {
  const column = (title: string) => ({ title, align: 'right', wraps: true }) as const;
  const rows = options.flatMap((option) => {
    const busiest = option.levels.at(-1);
    const needed = `${count(option.closed_form.replicas)} (${option.replicas_needed === null ? 'none' : count(option.replicas_needed)})`;
    return [row(option.option_id, needed, option), ...(busiest === undefined ? [] : [row('  busiest hour', '', busiest)])];
  });
  const columns = ['Replicas (needed)', 'In use', 'Running', 'TTFT p50, p95 (ms)', 'TPOT p50, p95 (ms)', 'Within SLO', 'Waiting', 'KV held'].map(column);
  return { kind: 'table', columns: [{ title: 'Option', align: 'left', wraps: true }, ...columns], rows };
}

function row(name: string, replicas: string, level: Omit<SimulatedLevel, 'load'>) {
  const cells = [
    name,
    replicas,
    percent(level.utilization),
    percent(level.busy_share),
    times(level.ttft_ms),
    times(level.tpot_ms),
    percent(level.goodput_share),
    significant(level.queue, 2),
    level.kv_share === null ? '-' : percent(level.kv_share),
  ];
  return cells.map((text) => ({ text }));
}

function times(spread: SimulatedTimes | null): string {
  const digits = (ms: number) => (ms >= 100 ? grouped(ms, 0) : significant(ms, 2));
  return spread === null ? '-' : `${digits(spread.p50)}, ${digits(spread.p95)}`;
}

const LENGTHS = { profile: 'of lengths as in the profile', mean: 'all of the mean length' } as const;
const WEEKS = { given: 'the week of the scenario', assumed: 'a day assumed from its busiest hour' } as const;

function played({ played: { requests, note }, arrivals, step_times }: SimulatedOption): string {
  const gaps = arrivals.burstiness_cv === 1 ? 'at random (Poisson)' : `with gaps that vary by ${significant(arrivals.burstiness_cv, 3)}`;
  return `${grouped(requests, 0)} requests played, ${LENGTHS[arrivals.lengths]}, coming ${gaps}, over ${WEEKS[arrivals.week]}; ${note}. Steps are ${step_times.source}.`;
}

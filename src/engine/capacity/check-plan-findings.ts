/** Where the simulation and the plan's closed form disagree, with both numbers. */

import type { Finding, Severity } from '../findings.ts';
import type { Plan, PlanSimulation, SimulatedOption } from '../result.ts';
import type { Slo } from '../scenario.ts';
import { KEEPS_UP, SAME_FLEET } from './check-plan-play.ts';

/** Utilizations this far apart are another answer: in points, and relative to the larger. */
const POINTS = 0.02;
const RELATIVE = 0.25;

export function disagreements(simulation: PlanSimulation, plan: Plan): Finding[] {
  const { slo } = plan.scenario.workload;
  const found = simulation.options.flatMap((option) => [
    ...fleetFindings(option),
    ...latencyFindings(option, slo),
    ...coldStartFindings(option),
    ...useFindings(option),
  ]);
  const left = simulation.not_simulated.map(({ option_id, reason }) =>
    finding('info', 'simulation.skipped', `${option_id} was not simulated: ${reason}.`, option_id),
  );
  return [...found, ...left, ...(simulation.options.length + left.length === 0 ? [nothing()] : [])];
}

function nothing(): Finding {
  return { code: 'simulation.nothing', severity: 'info', message: 'No option has GPUs of its own, so there is no fleet to simulate.', path: 'options' };
}

function finding(severity: Severity, code: string, message: string, id: string): Finding {
  return { code, severity, message, path: `options.${id}` };
}

function fleetFindings(option: SimulatedOption): Finding[] {
  const { option_id, replicas_needed: needed, closed_form, spare_replicas, no_fleet_because } = option;
  const { replicas } = closed_form;
  const has = `the plan has ${replicas}${spare_replicas === 0 ? '' : `, ${spare_replicas} of them spare`}`;
  if (needed === null) {
    const message = `Simulated, no number of replicas of ${option_id} keeps up with the busiest hour within the SLO (${no_fleet_because}); ${has}.`;
    return [finding('warning', 'simulation.no_fleet', message, option_id)];
  }
  if (Math.abs(needed - replicas) < SAME_FLEET * replicas || needed === replicas) return [];
  const more = needed > replicas;
  const spares = spare_replicas === 0 ? '' : ', spares included';
  const message = `Simulated, ${option_id} needs ${needed} replicas in the busiest hour${spares}; ${has}. ${more ? 'Its cost is too low by the difference' : 'Fewer would do'}; the decision was not changed.`;
  return [finding(more ? 'warning' : 'info', 'simulation.replicas', message, option_id)];
}

function latencyFindings({ option_id, spares_down: peak }: SimulatedOption, slo: Slo): Finding[] {
  const over = (what: string, value: number | null, most: number | null) =>
    value !== null && most !== null && value > most ? [`${what} p95 is ${ms(value)}, asked for is ${ms(most)}`] : [];
  const missed = [...over('TTFT', peak.ttft_p95_ms, slo.ttft_p95_ms), ...over('TPOT', peak.tpot_p95_ms, slo.tpot_p95_ms)];
  const queue = peak.served_share < KEEPS_UP ? [`only ${Math.round(100 * peak.served_share)} % of the work that comes is done, and the queue grows`] : [];
  if (missed.length + queue.length === 0) return [];
  return [
    finding(
      'warning',
      'simulation.slo_missed',
      `Simulated in its busiest hour with the plan's serving replicas, ${option_id} falls short: ${[...missed, ...queue].join('; ')}.`,
      option_id,
    ),
  ];
}

/** Times to the first token this far above those of a fleet that is up are waits for one to start. */
const COLD = 20;

function coldStartFindings({ option_id, ttft_ms, spares_down }: SimulatedOption): Finding[] {
  const warm = spares_down.ttft_p95_ms;
  if (ttft_ms === null || warm === null || ttft_ms.p95 < COLD * warm) return [];
  const message = `Simulated over the week, TTFT p95 of ${option_id} is ${ms(ttft_ms.p95)}, because requests wait for a replica to start; with one up it is ${ms(warm)}.`;
  return [finding('info', 'simulation.cold_starts', message, option_id)];
}

function useFindings({ option_id, utilization, closed_form }: SimulatedOption): Finding[] {
  const gap = Math.abs(utilization - closed_form.utilization);
  if (gap <= POINTS || gap <= RELATIVE * Math.max(utilization, closed_form.utilization)) return [];
  return [
    finding(
      'info',
      'simulation.utilization',
      `Simulated, the GPUs of ${option_id} are used to ${share(utilization)} of what they could do saturated; the plan says ${share(closed_form.utilization)}.`,
      option_id,
    ),
  ];
}

function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}

function share(value: number): string {
  return `${Number((100 * value).toPrecision(2))} %`;
}

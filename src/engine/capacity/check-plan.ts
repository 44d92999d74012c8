/**
 * `--simulate`: plays the self-hosted options of a plan request by request and says where the plan's closed form is off. Neither
 * cost nor winners nor the decision change; what disagrees becomes a finding.
 */

import { legMix, servingReplicas } from '../cost/capacity-figures.ts';
import type { PriceContext } from '../cost/context.ts';
import { compileOption, type OptionModel } from '../cost/option.ts';
import { interruptionsPerMonth } from '../cost/rented.ts';
import { fleetSeconds } from '../cost/self-host.ts';
import { weekLoads } from '../cost/week-loads.ts';
import type { PlanInput } from '../plan.ts';
import type { Plan, PlanOption, PlanSimulation, SimulatedOption } from '../result.ts';
import { likely } from '../units.ts';
import { disagreements } from './check-plan-findings.ts';
import { playedReplica } from './check-plan-service.ts';
import { playWeek, type WeekOnStage } from './check-plan-week.ts';

/** The same plan with `simulation` filled in, and the findings that follow. Same input and seed, same answer. */
export function checkPlan(input: PlanInput, plan: Plan, seed = 1): Plan {
  const simulation = simulatePlan(input, plan, seed);
  return { ...plan, simulation, findings: [...plan.findings, ...disagreements(simulation, plan)] };
}

type Outcome = Omit<SimulatedOption, 'option_id' | 'leg'> | { readonly reason: string };

function simulatePlan({ scenario, catalog }: PlanInput, plan: Plan, seed: number): PlanSimulation {
  const context: PriceContext = { scenario, catalog, at: plan.pricing.as_of, trend: 1, findings: [] };
  // A hybrid and the option that is its leg often are the same fleet under the same traffic.
  const known = new Map<string, Outcome>();
  const options: SimulatedOption[] = [];
  const not_simulated: PlanSimulation['not_simulated'][number][] = [];
  for (const planned of decidedFirst(plan)) {
    const model = modelOf(planned, context);
    if (model === null) continue;
    const outcome = outcomeOf(planned, model, context, seed, known);
    if ('reason' in outcome) not_simulated.push({ option_id: planned.id, reason: outcome.reason });
    else options.push({ option_id: planned.id, leg: planned.kind === 'hybrid' ? (model.host?.id ?? null) : null, ...outcome });
  }
  return { seed, options, not_simulated };
}

function decidedFirst({ options, decision }: Plan): PlanOption[] {
  return [...options].sort((a, b) => Number(b.id === decision.option_id) - Number(a.id === decision.option_id));
}

/** Null: the option has no GPUs of its own. */
function modelOf({ id, kind }: PlanOption, context: PriceContext): OptionModel | null {
  const option = context.scenario.options.find((each) => each.id === id);
  if (option === undefined || (kind !== 'self_host' && kind !== 'hybrid')) return null;
  const model = compileOption(option, context);
  return model.host === null ? null : model;
}

function outcomeOf(planned: PlanOption, model: OptionModel, context: PriceContext, seed: number, known: Map<string, Outcome>): Outcome {
  const { fleet, rate, host } = model;
  if (host === null || rate === null || fleet === null) return { reason: model.blockers[0]?.message ?? 'it has no fleet' };
  if (planned.capacity === null) return { reason: 'the plan has no capacity for it' };
  if (!planned.feasible) return { reason: `it is ruled out by ${planned.blocked_by.join(', ')}` };
  const mix = legMix(model, context.scenario);
  const key = JSON.stringify([host.id, model.fleet_share, mix]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const replica = playedReplica(host, rate, mix, context);
  const outcome =
    replica.kind === 'none' ? { reason: replica.reason } : playWeek(stageOf({ fleet, host, mix, replica, model, capacity: planned.capacity }, context, seed));
  known.set(key, outcome);
  return outcome;
}

type Known = Pick<WeekOnStage, 'fleet' | 'host' | 'mix' | 'replica' | 'capacity'> & { readonly model: OptionModel };

function stageOf({ model, ...known }: Known, context: PriceContext, seed: number): WeekOnStage {
  const { fleet, host } = known;
  const { workload } = context.scenario;
  const { hosting, scaling } = host.self_host;
  const own = likely(workload.requests_per_month) * model.fleet_share;
  return {
    ...known,
    own,
    serving: servingReplicas(fleet, own),
    loads: weekLoads(workload, hosting.kind === 'owned' ? 'fixed' : scaling),
    workload,
    ...fleetSeconds(host, context),
    interruptionsPerMonth: interruptionsPerMonth(host, context),
    seed,
  };
}

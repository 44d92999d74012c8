/** Crossovers, the decision, gates and what-if rows traced back. */

import type { Plan } from '../../engine/result.ts';
import { valueAt } from '../../engine/set-value.ts';
import { count, grouped } from '../figures.ts';
import { variableName } from '../names.ts';
import type { Places } from '../options.ts';
import { componentInputs, input, merged, type Told, usd, volume } from './told.ts';

export function ofWhatIf(plan: Plan, at: number, [field, ...rest]: readonly string[], places: Places): Told {
  const row = plan.what_if[at];
  if (!row) return { formula: ['There is no such row.'] };
  const inputs = Object.entries(row.set).map(([path, value]) => `${path} = ${count(value)} instead of ${input(plan, path, places)}`);
  const id = rest.join('.');
  if (field === 'set') return { formula: ['The value this row is computed with.'], inputs };
  if (field === 'savings_vs_baseline') {
    const baseline = row.monthly_usd[plan.baseline ?? ''];
    const other = row.savings_vs_baseline === null || baseline == null ? null : baseline * (1 - row.savings_vs_baseline);
    return { formula: [`1 - cheapest feasible option of another kind (${usd(other)}) / ${plan.baseline ?? 'baseline'} (${usd(baseline)})`], inputs };
  }
  return { formula: [`Month 1 of ${id} with these values set, everything else as it is: ${usd(row.monthly_usd[id])}.`], inputs };
}

export function ofWinner(plan: Plan, at: number, places: Places): Told {
  const winner = plan.winners[at];
  if (!winner) return { formula: ['There is no such interval.'] };
  const to = winner.to_requests === null ? 'on' : `to ${grouped(winner.to_requests, 0)}`;
  const who = winner.option_id === null ? 'no option can serve' : `${winner.option_id} costs least among those that pass their gates`;
  return { formula: [`From ${grouped(winner.from_requests, 0)} ${to} requests a month, at flat volume, ${who}.`], inputs: volume(plan, places) };
}

export function ofCrossover(plan: Plan, at: number, places: Places): Told {
  const crossover = plan.crossovers[at];
  if (!crossover) return { formula: ['There is no such crossover.'] };
  const [from, to] = [crossover.from_option ?? 'no option', crossover.to_option ?? 'no option'];
  const options = plan.options.filter((option) => option.id === from || option.id === to);
  return {
    formula: [
      `At ${count(crossover.requests_per_month)} requests a month ${from} and ${to} cost the same (or one can serve no more), solved piece by piece: straight lines for tokens, stairs for fleets.`,
    ],
    inputs: options.flatMap((option) => componentInputs(plan, option, option.components, places).inputs ?? []),
    sources: merged(options.flatMap((option) => option.components.map(({ name, source }) => ({ name: `${option.id}, ${name}`, source })))),
  };
}

export function ofSummary(plan: Plan, field: string, places: Places): Told {
  const summary = plan.crossover_summary;
  if (!summary) return { formula: ['There is no API and self-hosted option to compare.'] };
  const pair = `${summary.self_host_option} against ${summary.api_option}, the cheapest of each side at today's volume`;
  const formulas: Readonly<Record<string, string>> = {
    first: `First volume at which self-hosting costs less: ${pair}.`,
    settled: `Volume above which self-hosting stays cheaper: ${pair}.`,
    month: `First month of the horizon in which self-hosting costs less, under growth: ${pair}.`,
    payback_months: `Months until the monthly savings have paid the extra one-off cost: ${pair}.`,
  };
  const ids = [summary.api_option, summary.self_host_option];
  const costs = plan.options
    .filter((option) => ids.includes(option.id))
    .map((option) => `${option.id} costs ${usd(option.monthly_usd)} a month at today's volume.`);
  return { formula: [formulas[field] ?? pair, ...costs], inputs: [...volume(plan, places), input(plan, 'workload.growth_per_month', places)] };
}

export function ofDecision(plan: Plan, [field, at]: readonly string[], places: Places): Told {
  const flip = field === 'flips' ? plan.decision.flips[Number(at)] : undefined;
  if (!flip) return { formula: plan.decision.because.map((reason) => reason.message), inputs: [input(plan, 'decision_rule.margin', places)] };
  const now = flip.now === null ? '' : `, now ${typeof flip.now === 'number' ? count(flip.now) : flip.now}`;
  const becomes = flip.becomes ?? 'none';
  return {
    formula: [
      `The nearest value of ${flip.variable} (${variableName(flip.variable)}${now}) at which the decision becomes ${becomes}, everything else at likely values.`,
    ],
    inputs: valueAt(plan.scenario, flip.variable) === undefined ? [] : [input(plan, flip.variable, places)],
  };
}

export function ofGate(plan: Plan, at: number): Told {
  const gate = plan.gates[at];
  if (!gate) return { formula: ['There is no such gate.'] };
  const checked = gate.checked === null ? '' : `, checked ${gate.checked}`;
  return {
    formula: [`${gate.rule} of ${gate.option_id}: ${gate.verdict}. ${gate.message}`],
    sources: gate.source === null ? [] : [`${gate.source}${checked}`],
  };
}

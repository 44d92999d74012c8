/** One value of a plan back to where it comes from: the formula with its values, the lines of the scenario, the sources. */

import type { CostComponent, Plan, PlanOption } from '../../engine/result.ts';
import { valueAt } from '../../engine/set-value.ts';
import { type Judged, likely } from '../../engine/units.ts';
import { count, judged, percent, significant } from '../figures.ts';
import { inputsOf } from '../inputs.ts';
import type { Places } from '../options.ts';
import type { Resolved } from './resolve.ts';

export interface Trace {
  readonly path: string;
  readonly value: unknown;
  /** What it means and how it is worked out, with this plan's values. */
  readonly formula: readonly string[];
  /** `path = value (file:line)` */
  readonly inputs: readonly string[];
  readonly sources: readonly string[];
}

interface Told {
  readonly formula: readonly string[];
  readonly inputs?: readonly string[];
  readonly sources?: readonly string[];
}

export function trace(plan: Plan, { path, value }: Resolved, places: Places): Trace {
  const told = tell(plan, path, value, places);
  return { path: path.join('.'), value, formula: told.formula, inputs: distinct(told.inputs ?? []), sources: distinct(told.sources ?? []) };
}

function tell(plan: Plan, path: readonly string[], value: unknown, places: Places): Told {
  const [area, at] = path;
  const option = area === 'options' ? plan.options[Number(at)] : undefined;
  if (option) return ofOption(plan, option, path.slice(2), places);
  switch (area) {
    case 'scenario':
      return { formula: ['Given in the scenario, or the default where it is silent.'], inputs: [input(plan, path.slice(1).join('.'), places)] };
    case 'what_if':
      return ofWhatIf(plan, Number(at), path.slice(2), places);
    case 'crossovers':
      return ofCrossover(plan, Number(at), places);
    case 'crossover_summary':
      return ofSummary(plan, path[1] ?? '', places);
    case 'winners':
      return {
        formula: ['First and last whole number of requests a month at which this option costs least among those that pass their gates, at flat volume.'],
        inputs: volume(plan, places),
      };
    case 'decision':
      return ofDecision(plan, path.slice(1), places);
    case 'uncertainty':
      return ofUncertainty(plan, path.slice(1));
    case 'gates':
      return ofGate(plan, Number(at));
    case 'checklist':
      return {
        formula: ["The article's five questions: two or more answers for self-hosting mean self-host."],
        inputs: plan.checklist.questions.map((question) => `${question.id} = ${question.answer ?? 'unknown'} (${question.basis})`),
      };
    case 'pricing':
      return {
        formula: ['Days the prices hold for and were checked on; stale are sources of this plan checked more than 90 days before today.'],
        inputs: [input(plan, 'pricing.as_of', places)],
      };
    default:
      return { formula: [typeof value === 'number' ? 'Part of the plan.' : 'Part of the plan; not a number.'] };
  }
}

function usd(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : `$${significant(value, 8)}`;
}

function volume(plan: Plan, places: Places): string[] {
  return [input(plan, 'workload.requests_per_month', places)];
}

/** A value of the scenario with its line. */
function input(plan: Plan, path: string, places: Places): string {
  const value = valueAt(plan.scenario, path);
  const shown =
    typeof value === 'number' || (typeof value === 'object' && value !== null && 'likely' in value)
      ? judged(value as Judged)
      : value === undefined
        ? 'not given'
        : JSON.stringify(value);
  const place = places(path);
  return `${path} = ${shown}${place === null ? '' : ` (${place})`}`;
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}

function componentInputs(plan: Plan, option: PlanOption, components: readonly CostComponent[], places: Places): Pick<Told, 'inputs' | 'sources'> {
  return {
    inputs: components.flatMap((component) => inputsOf(component, option, plan.scenario, places)),
    sources: components.map((component) => `${component.name}: ${component.source}`),
  };
}

function ofOption(plan: Plan, option: PlanOption, [field = '', ...rest]: readonly string[], places: Places): Told {
  const all = componentInputs(plan, option, option.components, places);
  const requests = likely(plan.scenario.workload.requests_per_month);
  switch (field) {
    case 'monthly_usd':
      return { formula: ['Month 1 at likely values, the sum of the components:', ...option.components.map(line), `= ${usd(option.monthly_usd)}`], ...all };
    case 'components':
      return ofComponent(plan, option, rest, places);
    case 'usd_per_request':
      return { formula: [`${usd(option.monthly_usd)} a month / ${count(requests)} requests = ${usd(option.usd_per_request)}`], ...all };
    case 'usd_per_work_unit':
    case 'usd_per_mtok_output':
      return { formula: [`${usd(option.usd_per_request)} a request / its ${option.work_unit.replaceAll('_', ' ')} = ${usd(option[field])}`], ...all };
    case 'horizon':
      return ofHorizon(plan, option, rest, places);
    case 'monthly_usd_range':
      return {
        formula: [
          `Percentile of month 1 over ${plan.uncertainty?.draws ?? 0} draws of every range at once (seed ${plan.uncertainty?.seed ?? 1}).`,
          `Standard error ${usd(plan.uncertainty?.error.monthly_usd[option.id]?.[(rest[0] ?? 'p50') as 'p50'])}.`,
        ],
        ...all,
      };
    case 'capacity':
      return ofCapacity(plan, option, rest[0] ?? '', places);
    default:
      return { formula: ['Stated for the option in the scenario or the catalog.'], ...all };
  }
}

function line(component: CostComponent): string {
  const name = component.leg === null ? component.name : `${component.leg}: ${component.name}`;
  return `  ${name}: ${significant(component.quantity, 8)} ${component.unit} x ${usd(component.unit_usd)} = ${usd(component.monthly_usd)}`;
}

function ofComponent(plan: Plan, option: PlanOption, [at, field]: readonly string[], places: Places): Told {
  const component = option.components[Number(at)];
  if (!component) return { formula: [`The components of ${option.id} add up to ${usd(option.monthly_usd)}.`] };
  const from = componentInputs(plan, option, [component], places);
  if (field === 'unit_usd') return { formula: [`Price of one ${component.unit}, discounts and price trend included.`], ...from };
  if (field === 'quantity')
    return {
      formula: [`${component.unit} a month at ${count(likely(plan.scenario.workload.requests_per_month))} requests (${component.behaviour}).`],
      ...from,
    };
  return { formula: ['quantity x unit price:', line(component)], ...from };
}

function ofHorizon(plan: Plan, option: PlanOption, [field, month]: readonly string[], places: Places): Told {
  const { horizon } = option;
  const inputs = [
    ...volume(plan, places),
    input(plan, 'workload.growth_per_month', places),
    input(plan, 'horizon_months', places),
    input(plan, 'price_trend_per_year', places),
  ];
  if (!horizon) return { formula: ['The option has no price.'] };
  const sources = option.components.map((component) => `${component.name}: ${component.source}`);
  if (field === 'by_month') {
    const n = Number(month);
    const growth = likely(plan.scenario.workload.growth_per_month);
    const requests = likely(plan.scenario.workload.requests_per_month) * (1 + growth) ** n;
    return {
      formula: [
        `Month ${n + 1}: ${count(requests)} requests (x (1 + ${percent(growth)})^${n}), sized for them and priced at that month's prices: ${usd(horizon.by_month[n])}`,
      ],
      inputs,
      sources,
    };
  }
  if (field === 'one_off_usd') return { formula: ['Paid once, before the first month.'], inputs: [input(plan, `options.${option.id}.one_off_usd`, places)] };
  const months = horizon.by_month.map((each) => usd(each)).join(' + ');
  return { formula: [`one-off ${usd(horizon.one_off_usd)} + ${months} = ${usd(horizon.total_usd)}`], inputs, sources };
}

function ofCapacity(plan: Plan, option: PlanOption, field: string, places: Places): Told {
  const { capacity } = option;
  if (!capacity) return { formula: ['No GPUs of its own.'] };
  const gpu = option.components.filter((component) => ['gpu', 'idle', 'redundancy'].includes(component.category));
  const from = componentInputs(plan, option, gpu, places);
  const formulas: Readonly<Record<string, string>> = {
    replicas: `Work of the busiest hour / work a replica does, rounded up, and spare replicas: ${capacity.replicas}.`,
    gpus: `${capacity.replicas} replicas x GPUs each, in whole nodes: ${capacity.gpus}.`,
    utilization: `Work served / what all ${capacity.gpus} paid GPUs could serve saturated: ${percent(capacity.utilization)}.`,
    work_per_s_per_replica: `What a replica serves within the SLO, ${capacity.throughput_source}; limited by ${capacity.limited_by}.`,
    output_tokens_per_s_per_replica: `Output tokens a replica makes a second within the SLO, ${capacity.throughput_source}; limited by ${capacity.limited_by}.`,
  };
  return {
    formula: [formulas[field] ?? 'About the GPUs of the option.'],
    inputs: from.inputs ?? [],
    sources: [`throughput: ${capacity.reference}`, ...(from.sources ?? [])],
  };
}

function ofWhatIf(plan: Plan, at: number, [field, id]: readonly string[], places: Places): Told {
  const row = plan.what_if[at];
  if (!row) return { formula: ['There is no such row.'] };
  const inputs = Object.entries(row.set).map(([path, value]) => `${path} = ${count(value)} instead of ${input(plan, path, places)}`);
  if (field === 'savings_vs_baseline')
    return {
      formula: [`1 - cheapest feasible option of another kind / ${plan.baseline ?? 'baseline'} (${usd(row.monthly_usd[plan.baseline ?? ''])})`],
      inputs,
    };
  return { formula: [`Month 1 of ${id ?? 'each option'} with these values set, everything else as it is.`], inputs };
}

function ofCrossover(plan: Plan, at: number, places: Places): Told {
  const crossover = plan.crossovers[at];
  if (!crossover) return { formula: ['There is no such crossover.'] };
  const ids = [crossover.from_option, crossover.to_option];
  const options = plan.options.filter((option) => ids.includes(option.id));
  return {
    formula: [
      `Requests a month at which ${crossover.from_option ?? 'no option'} and ${crossover.to_option ?? 'no option'} cost the same (or one can serve no more), solved piece by piece.`,
    ],
    inputs: options.flatMap((option) => componentInputs(plan, option, option.components, places).inputs ?? []),
    sources: options.flatMap((option) => option.components.map((component) => `${option.id}, ${component.name}: ${component.source}`)),
  };
}

function ofSummary(plan: Plan, field: string, places: Places): Told {
  const summary = plan.crossover_summary;
  if (!summary) return { formula: ['There is no API and self-hosted option to compare.'] };
  const pair = `${summary.self_host_option} against ${summary.api_option}, the cheapest of each side at today's volume`;
  const formulas: Readonly<Record<string, string>> = {
    first: `First volume at which self-hosting costs less: ${pair}.`,
    settled: `Volume above which self-hosting stays cheaper: ${pair}.`,
    month: `First month of the horizon in which self-hosting costs less, under growth: ${pair}.`,
    payback_months: `Months until the monthly savings have paid the extra one-off cost: ${pair}.`,
  };
  return { formula: [formulas[field] ?? pair], inputs: [...volume(plan, places), input(plan, 'workload.growth_per_month', places)] };
}

function ofDecision(plan: Plan, [field, at]: readonly string[], places: Places): Told {
  const flip = field === 'flips' ? plan.decision.flips[Number(at)] : undefined;
  if (!flip) return { formula: [...plan.decision.because.map((reason) => reason.message)], inputs: [input(plan, 'decision_rule.margin', places)] };
  const now = flip.now === null ? '' : `, now ${flip.now}`;
  return {
    formula: [`The nearest value of ${flip.variable}${now} at which the decision becomes ${flip.becomes ?? 'none'}, everything else at likely values.`],
    inputs: valueAt(plan.scenario, flip.variable) === undefined ? [] : [input(plan, flip.variable, places)],
  };
}

function ofUncertainty(plan: Plan, [field]: readonly string[]): Told {
  const { uncertainty } = plan;
  if (!uncertainty) return { formula: ['Nothing was drawn.'] };
  const draws = `${count(uncertainty.draws)} draws of every range at once (seed ${uncertainty.seed})`;
  const formulas: Readonly<Record<string, string>> = {
    probability_cheapest: `Share of ${draws} in which the option has the lowest horizon total among those that pass their gates.`,
    probability_by_volume: `Share of ${draws} in which the option costs least in a month at that volume.`,
    settled_requests: `Percentile of the volume above which self-hosting stays cheaper, over those of ${draws} in which there is one.`,
    share_never: `Share of ${draws} in which self-hosting does not stay cheaper at any volume.`,
    sensitivity: `Horizon total of ${plan.decision.option_id ?? 'the decision'} with this input at its 10th and 90th percentile, the others at likely values; share: of its variance over ${draws}.`,
    decided_horizon_usd: `Percentile of the horizon total of ${plan.decision.option_id ?? 'the decision'} over ${draws}.`,
    expected_regret_usd: `Mean over ${draws} of what ${plan.decision.option_id ?? 'the decision'} costs more than the cheapest option of the draw.`,
    value_of_information: `What choosing after this input is known saves over the horizon, on average over ${draws} in twenty bins of the input.`,
    error: `Standard error of the estimate, from what ten batches of ${draws} disagree about.`,
  };
  return { formula: [formulas[field ?? ''] ?? draws] };
}

function ofGate(plan: Plan, at: number): Told {
  const gate = plan.gates[at];
  if (!gate) return { formula: ['There is no such gate.'] };
  const checked = gate.checked === null ? '' : `, checked ${gate.checked}`;
  return {
    formula: [`${gate.rule} of ${gate.option_id}: ${gate.verdict}. ${gate.message}`],
    sources: gate.source === null ? [] : [`${gate.source}${checked}`],
  };
}

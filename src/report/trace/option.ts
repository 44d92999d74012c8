/** Figures of one option traced back. */

import type { CostComponent, Plan, PlanOption } from '../../engine/result.ts';
import { likely } from '../../engine/units.ts';
import { count, percent } from '../figures.ts';
import type { Places } from '../options.ts';
import { ofCapacity, ofHybrid, ofLatency } from './fleet.ts';
import { componentInputs, input, merged, number, type Told, usd, volume } from './told.ts';

export function ofOption(plan: Plan, option: PlanOption, [field = '', ...rest]: readonly string[], value: unknown, places: Places): Told {
  const all = componentInputs(plan, option, option.components, places);
  switch (field) {
    case 'monthly_usd':
      return { formula: ['Month 1 at likely values, the sum of the components:', ...option.components.map(line), `= ${usd(option.monthly_usd)}`], ...all };
    case 'components':
      return ofComponent(plan, option, rest, places);
    case 'usd_per_request':
      return { formula: [`${usd(option.monthly_usd)} a month / ${count(requests(plan))} requests = ${usd(option.usd_per_request)}`], ...all };
    case 'usd_per_work_unit':
    case 'usd_per_mtok_output':
      return { formula: [perWork(option, field)], ...all };
    case 'horizon':
      return ofHorizon(plan, option, rest, places);
    case 'monthly_usd_range':
      return { formula: ofRange(plan, option, rest[0] ?? 'p50'), ...all };
    case 'capacity':
      return ofCapacity(plan, option, rest, value, places);
    case 'latency':
      return ofLatency(plan, option, rest[0] ?? '', places);
    case 'hybrid':
      return ofHybrid(plan, option, rest, places);
    default:
      return { formula: [`Stated for ${option.id} in the scenario or the catalog.`], ...all };
  }
}

function requests(plan: Plan): number {
  return likely(plan.scenario.workload.requests_per_month);
}

const WORK = { output_mtok: 'million output tokens', input_mtok: 'million input tokens', audio_minute: 'minutes of audio', image: 'images' } as const;

/** The dollars and the work of one request. */
function perWork(option: PlanOption, field: 'usd_per_work_unit' | 'usd_per_mtok_output'): string {
  const [each, per] = [option.usd_per_request, option[field]];
  const unit = field === 'usd_per_mtok_output' ? WORK.output_mtok : WORK[option.work_unit];
  const work = each !== null && per !== null && per > 0 ? `${number(each / per)} ` : '';
  return `${usd(each)} a request / ${work}${unit} a request = ${usd(per)}`;
}

function ofRange({ uncertainty }: Plan, option: PlanOption, name: string): string[] {
  const share = { p10: 'One draw in ten is below this', p50: 'Half of the draws are below this', p90: 'One draw in ten is above this' }[name] ?? 'Percentile';
  const error = uncertainty?.error.monthly_usd[option.id]?.[name as 'p50'];
  return [
    `${share}: month 1 of ${option.id} over ${uncertainty?.draws ?? 0} draws of every range at once (seed ${uncertainty?.seed ?? 1}).`,
    ...(error === undefined ? [] : [`Standard error of the estimate: ${usd(error)}.`]),
  ];
}

function line(component: CostComponent): string {
  const name = component.leg === null ? component.name : `${component.leg}: ${component.name}`;
  return `  ${name}: ${number(component.quantity)} ${component.unit} x ${usd(component.unit_usd)} = ${usd(component.monthly_usd)}`;
}

function ofComponent(plan: Plan, option: PlanOption, [at, field]: readonly string[], places: Places): Told {
  const component = option.components[Number(at)];
  if (!component) return { formula: [`The components of ${option.id} add up to ${usd(option.monthly_usd)}.`] };
  const from = componentInputs(plan, option, [component], places);
  if (field === 'unit_usd')
    return {
      formula: [`One ${component.unit} costs ${usd(component.unit_usd)}: what the source says, with discounts, surcharges and the price trend of month 1.`],
      ...from,
    };
  if (field === 'quantity') return { formula: [quantity(plan, option, component)], ...from };
  return { formula: ['quantity x unit price:', line(component)], ...from };
}

function quantity(plan: Plan, option: PlanOption, { quantity: total, unit, behaviour, category, name }: CostComponent): string {
  const all = requests(plan);
  const amount = `${number(total)} ${unit}`;
  if (behaviour === 'variable' && all > 0) return `${number(total / all)} ${unit} a request x ${count(all)} requests a month = ${amount}`;
  if (behaviour === 'fixed') return `${amount} in every month, whatever the volume (${name})`;
  const { capacity } = option;
  const paid = capacity === null ? '' : `${count(capacity.gpus)} GPUs for ${count(capacity.replicas)} replicas, spares included, are up in the busiest hour`;
  if (category === 'redundancy') return `GPU-hours of the spare replicas: ${amount} (${paid})`;
  if (category === 'idle') return `GPU-hours paid for, less those of the spares, less those that serve: ${amount} (${paid})`;
  return `${amount} at ${count(all)} requests a month; it grows in steps${paid === '' ? '' : ` (${paid})`}`;
}

function ofHorizon(plan: Plan, option: PlanOption, [field, month]: readonly string[], places: Places): Told {
  const { horizon } = option;
  const paths = ['workload.growth_per_month', 'horizon_months', 'price_trend_per_year'];
  const inputs = [...volume(plan, places), ...paths.map((path) => input(plan, path, places))];
  if (!horizon) return { formula: ['The option has no price.'] };
  const sources = merged(option.components);
  if (field === 'months') return { formula: [`The plan looks ${horizon.months} months ahead.`], inputs: [input(plan, 'horizon_months', places)] };
  if (field === 'by_month') {
    const n = Number(month);
    const growth = likely(plan.scenario.workload.growth_per_month);
    const grown = requests(plan) * (1 + growth) ** n;
    return {
      formula: [
        `Month ${n + 1}: ${count(grown)} requests (x (1 + ${percent(growth)})^${n}), sized for them and priced at that month's prices: ${usd(horizon.by_month[n])}`,
      ],
      inputs,
      sources,
    };
  }
  if (field === 'one_off_usd') return { formula: ['Paid once, before the first month.'], inputs: [input(plan, `options.${option.id}.one_off_usd`, places)] };
  const months = horizon.by_month.map((each) => usd(each)).join(' + ');
  return { formula: [`one-off ${usd(horizon.one_off_usd)} + ${months} = ${usd(horizon.total_usd)}`], inputs, sources };
}

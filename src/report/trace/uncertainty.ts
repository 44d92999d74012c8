/** What the draws say, traced back to what was drawn. */

import type { Plan, Uncertainty } from '../../engine/result.ts';
import { valueAt } from '../../engine/set-value.ts';
import { count, percent, short } from '../figures.ts';
import { variableName } from '../names.ts';
import type { Places } from '../options.ts';
import { input, number, type Told, usd } from './told.ts';

export function ofUncertainty(plan: Plan, [field = '', at = '', ...rest]: readonly string[], places: Places): Told {
  const { uncertainty } = plan;
  if (!uncertainty) return { formula: ['Nothing was drawn.'] };
  const drawn = { inputs: rangesOf(plan, uncertainty, places) };
  const draws = `${count(uncertainty.draws)} draws of every range at once (seed ${uncertainty.seed})`;
  const decided = plan.decision.option_id ?? 'the decision';
  if (field === 'sensitivity') return { formula: [ofSensitivity(uncertainty, Number(at), rest[0] ?? '', decided, draws)], ...drawn };
  if (field === 'value_of_information') return { formula: [ofInformation(uncertainty, Number(at), draws)], ...drawn };
  if (field === 'probability_by_volume') {
    const volume = uncertainty.probability_by_volume[Number(at)]?.requests_per_month ?? 0;
    const id = rest.slice(1).join('.');
    return { formula: [`Share of ${draws} in which ${id === '' ? 'each option' : id} costs least in a month of ${short(volume)} requests.`], ...drawn };
  }
  const formulas: Readonly<Record<string, string>> = {
    seed: 'Seed of the draws: the same seed gives the same plan.',
    draws: `How often every range was drawn from at once (seed ${uncertainty.seed}).`,
    probability_cheapest: `Share of ${draws} in which ${at} has the lowest horizon total among those that pass their gates.`,
    settled_requests: `Percentile of the volume above which self-hosting stays cheaper, over those of ${draws} in which there is one.`,
    share_never: `Share of ${draws} in which self-hosting does not stay cheaper at any volume.`,
    decided_horizon_usd: `Percentile of the horizon total of ${decided} over ${draws}.`,
    expected_regret_usd: `Mean over ${draws} of what ${decided} costs more than the cheapest option of the draw.`,
    error: `Standard error of ${[at, ...rest].join(' ').replaceAll('_', ' ')}: what ten batches of ${draws} disagree about.`,
  };
  return { formula: [formulas[field] ?? draws], ...drawn };
}

function ofSensitivity({ sensitivity }: Uncertainty, at: number, field: string, decided: string, draws: string): string {
  const row = sensitivity[at];
  if (row === undefined) return 'There is no such input.';
  const name = variableName(row.variable);
  const end = field.startsWith('high') ? `its 90th percentile, ${number(row.p90)}` : `its 10th percentile, ${number(row.p10)}`;
  if (field === 'share') return `Share of the variance of the horizon total of ${decided} over ${draws} that comes from ${name}.`;
  if (field === 'p10' || field === 'p90') return `${field === 'p10' ? '10th' : '90th'} percentile of the range of ${name} (${row.variable}).`;
  if (field.endsWith('lead_usd'))
    return `What the cheapest other option costs more than ${decided} over the horizon with ${name} at ${end}, the others at likely values.`;
  return `Horizon total of ${decided} with ${name} at ${end}, the others at likely values.`;
}

function ofInformation({ value_of_information }: Uncertainty, at: number, draws: string): string {
  const row = value_of_information[at];
  if (row === undefined) return 'There is no such input.';
  return `What choosing after ${variableName(row.variable)} is known saves over the horizon, on average over ${draws} in twenty bins of it: ${usd(row.usd)}.`;
}

/** The ranges that move the recommended option; where none does, those of the scenario. */
function rangesOf(plan: Plan, { sensitivity }: Uncertainty, places: Places): string[] {
  if (sensitivity.length === 0) {
    const given = rangePaths(plan.scenario, '').map((path) => input(plan, path, places));
    return given.length === 0 ? ['the scenario holds no range'] : given;
  }
  return sensitivity.map(({ variable, p10, p90, share }) => {
    const part = share === null ? '' : `, ${percent(share)} of the spread`;
    const given = valueAt(plan.scenario, variable) === undefined ? variable : input(plan, variable, places);
    return `${given}: 8 of 10 draws between ${number(p10)} and ${number(p90)}${part}`;
  });
}

/** Paths of everything written as low, likely, high; list items by id. */
function rangePaths(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('likely' in node) return [path];
  return Object.entries(node).flatMap(([key, child]) => {
    const step = Array.isArray(node) && typeof child?.id === 'string' ? child.id : key;
    return step === 'profile' ? [] : rangePaths(child, path === '' ? step : `${path}.${step}`);
  });
}

/** One value of a plan back to where it comes from: the formula with its values, the lines of the scenario, the sources. */

import type { Plan } from '../../engine/result.ts';
import type { Places } from '../options.ts';
import { ofCrossover, ofDecision, ofGate, ofSummary, ofWhatIf, ofWinner } from './answer.ts';
import { ofOption } from './option.ts';
import type { Resolved } from './resolve.ts';
import { input, type Told, volume } from './told.ts';
import { ofUncertainty } from './uncertainty.ts';

export interface Trace {
  readonly path: string;
  readonly value: unknown;
  /** What it means and how it is worked out, with this plan's values. */
  readonly formula: readonly string[];
  /** `path = value (file:line)` */
  readonly inputs: readonly string[];
  readonly sources: readonly string[];
}

export function trace(plan: Plan, { path, value }: Resolved, places: Places): Trace {
  const told = tell(plan, path, value, places);
  return { path: path.join('.'), value, formula: told.formula, inputs: distinct(told.inputs ?? []), sources: distinct(told.sources ?? []) };
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}

function tell(plan: Plan, path: readonly string[], value: unknown, places: Places): Told {
  const [area, at] = path;
  const option = area === 'options' ? plan.options[Number(at)] : undefined;
  if (option) return ofOption(plan, option, path.slice(2), value, places);
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
      return ofWinner(plan, Number(at), places);
    case 'decision':
      return ofDecision(plan, path.slice(1), places);
    case 'uncertainty':
      return ofUncertainty(plan, path.slice(1), places);
    case 'gates':
      return ofGate(plan, Number(at));
    case 'checklist':
      return {
        formula: ["The article's five questions: two or more answers for self-hosting mean self-host."],
        inputs: plan.checklist.questions.map((question) => `${question.id} = ${question.answer ?? 'unknown'} (${question.basis})`),
      };
    case 'pricing':
      return {
        formula: [
          `Prices hold for ${plan.pricing.as_of}; the newest was checked ${plan.pricing.newest_checked}. Stale are the sources of this plan checked more than 90 days before ${plan.pricing.today}: ${plan.pricing.stale_count}.`,
        ],
        inputs: [input(plan, 'pricing.as_of', places)],
      };
    case 'simulation':
      return {
        formula: [`${path.slice(1).join(' ').replaceAll('_', ' ')}: what the simulator measured on the fleet of the plan.`],
        inputs: volume(plan, places),
      };
    case 'findings':
      return { formula: [plan.findings[Number(at)]?.message ?? 'There is no such finding.'] };
    default:
      return { formula: [`${path.join(' ').replaceAll('_', ' ')}, as the plan has it.`] };
  }
}

/** What `--require` asks of a calibration: a gate for scripts and CI. What isn't known does not pass. */

import type { CalibrationReport } from '../../engine/hybrid/calibrate.ts';
import type { Drift } from '../../engine/hybrid/drift.ts';
import { InputError } from '../../files/problem.ts';
import { quote, readQuantity } from '../../schema/quantity.ts';

export type Requirement =
  | { readonly kind: 'target' }
  | { readonly kind: 'no_drift' }
  | { readonly kind: 'at_least' | 'at_most'; readonly figure: 'auroc' | 'ece' | 'brier' | 'quality' | 'escalation' | 'usd'; readonly limit: number };

const FORM = /^(auroc|ece|brier|quality|escalation|usd)(>=|<=)(.+)$/;

/** @throws InputError when it is no requirement */
export function parseRequirement(text: string): Requirement {
  if (text === 'target') return { kind: 'target' };
  if (text === 'no-drift') return { kind: 'no_drift' };
  const found = FORM.exec(text.replaceAll(' ', ''));
  const limit = found === null ? null : readQuantity(Number.isNaN(Number(found[3])) ? found[3] : Number(found[3]), found[1] === 'usd' ? 'usd' : 'share');
  if (found === null || limit === null || 'problem' in limit)
    throw InputError.of(
      'calibrate.bad-requirement',
      `--require cannot read ${quote(text)}.`,
      'Write target, no-drift, or one like auroc>=0.7, ece<=0.1, quality>=85%, escalation<=20%.',
    );
  return { kind: found[2] === '>=' ? 'at_least' : 'at_most', figure: found[1] as 'auroc', limit: limit.value };
}

/** A sentence for each requirement that isn't met. */
export function unmet(requirements: readonly Requirement[], report: CalibrationReport, drift: Drift | null): string[] {
  return requirements.flatMap((each) => failure(each, report, drift) ?? []);
}

function failure(requirement: Requirement, report: CalibrationReport, drift: Drift | null): string | null {
  if (requirement.kind === 'target') {
    const met = report.chosen?.target.met ?? 'unknown';
    return met === 'yes' || met === 'within_error' ? null : `The target is ${met === 'no' ? 'missed' : 'not known to be met'}.`;
  }
  if (requirement.kind === 'no_drift') {
    if (drift === null) return 'Drift is not known: name the old calibration with --against.';
    return drift.verdict === 'none' ? null : `The log has drifted (${drift.verdict}): ${drift.reasons.join('; ')}.`;
  }
  const { figure, limit } = requirement;
  const value = figureOf(figure, report);
  if (value === null) return `${figure} is not known, so it cannot meet its limit of ${limit}.`;
  const holds = requirement.kind === 'at_least' ? value >= limit : value <= limit;
  return holds ? null : `${figure} is ${Number(value.toPrecision(6))}, ${requirement.kind === 'at_least' ? 'below' : 'above'} ${limit}.`;
}

/** Quality, escalation and cost are those of the rows held back. */
function figureOf(figure: 'auroc' | 'ece' | 'brier' | 'quality' | 'escalation' | 'usd', report: CalibrationReport): number | null {
  if (figure === 'auroc' || figure === 'ece' || figure === 'brier') return report[figure];
  return report.chosen?.threshold == null ? null : report.chosen[figure];
}

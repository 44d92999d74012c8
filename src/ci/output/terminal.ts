/** The report for people at a terminal or in a build log. */

import { money } from '../figures.ts';
import type { CheckReport, Outcome, ScenarioResult } from '../result.ts';
import type { Cause } from '../substitute.ts';
import { log } from './escape.ts';
import type { CheckRenderOptions } from './index.ts';
import { answer, CAUSES, change, recalculated, tally, verdictChange } from './wording.ts';

const MARKS: Readonly<Record<Outcome, string>> = { pass: 'pass', warn: 'WARN', fail: 'FAIL', skipped: 'skip' };
const COLOURS: Readonly<Record<Outcome, number>> = { pass: 32, warn: 33, fail: 31, skipped: 2 };

export function render(report: CheckReport, { colour }: CheckRenderOptions): string {
  const paint = (text: string, code: number) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const parts = report.scenarios.map((scenario) => lines(scenario, paint).join('\n'));
  const all = report.scenarios.flatMap((scenario) => scenario.policies);
  const verdict = report.exit_code === 0 ? paint('passed', 32) : paint('failed', 31);
  return `${[...parts, `Check ${verdict}: ${tally(all)}.`].join('\n\n')}\n`;
}

function lines(scenario: ScenarioResult, paint: (text: string, code: number) => string): string[] {
  const moved = verdictChange(scenario);
  return [
    paint(log(`${scenario.name} (${scenario.file}): ${answer(scenario)}`), 1),
    ...(scenario.baseline === null ? [] : [`  ${log(`against ${scenario.baseline.from}: ${change(scenario)}`)}`]),
    ...(moved === null ? [] : [`  ${log(`the recommendation changed: ${moved}`)}`]),
    ...parts(scenario),
    ...scenario.policies.map((policy) => `  ${paint(MARKS[policy.outcome], COLOURS[policy.outcome])}  ${log(`${policy.policy}: ${policy.message}`)}`),
  ];
}

function parts(scenario: ScenarioResult): string[] {
  const { delta, currency } = scenario;
  if (delta === null || delta.usd === 0) return [];
  const note = recalculated(scenario);
  const rows = (Object.keys(CAUSES) as Cause[]).map((cause) => `    ${CAUSES[cause].padEnd(14)} ${money(delta.parts[cause], currency, true).padStart(16)}`);
  return note === null ? rows : [...rows, `    ${log(note)}`];
}

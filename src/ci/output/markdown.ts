/** The report as GitHub- and GitLab-flavoured Markdown: the pull request comment and the job summary. */

import { money } from '../figures.ts';
import type { CheckReport, Outcome, ScenarioResult } from '../result.ts';
import type { Cause } from '../substitute.ts';
import { htmlInMarkdown, markdown } from './escape.ts';
import { answer, CAUSES, change, recalculated, tally, verdictChange } from './wording.ts';

/** GitHub refuses comments above 65,536 characters; what is too long is left out with a word about it. */
const MAX_LENGTH = 60_000;

export function render(report: CheckReport): string {
  const all = report.scenarios.flatMap((scenario) => scenario.policies);
  const head = [`## llm-crossover: check ${report.exit_code === 0 ? 'passed' : 'failed'}`, `${tally(all)}.`, overview(report)];
  const parts = [...head, ...report.scenarios.map(details)];
  const foot = `<sub>llm-crossover ${markdown(report.tool_version)}; US dollars unless another currency is shown</sub>`;
  return `${fitting(parts).join('\n\n')}\n\n${foot}\n`;
}

function fitting(parts: readonly string[]): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + 2;
    if (length > MAX_LENGTH) return [...kept, `_${parts.length - kept.length} parts are left out here: the report is too long for a comment._`];
    kept.push(part);
  }
  return kept;
}

function overview({ scenarios }: CheckReport): string {
  const rows = scenarios.map((scenario) => [scenario.name, answer(scenario), change(scenario), tally(scenario.policies)].map(markdown));
  return [['Scenario', 'Recommended', 'Change a month', 'Policies'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const MARKS: Readonly<Record<Outcome, string>> = { pass: '✅ pass', warn: '⚠️ warn', fail: '❌ fail', skipped: '➖ skipped' };

function details(scenario: ScenarioResult): string {
  const open = scenario.policies.some((policy) => policy.outcome === 'fail' || policy.outcome === 'warn');
  const moved = verdictChange(scenario);
  const blocks = [
    `<details${open ? ' open' : ''}><summary>${htmlInMarkdown(scenario.name)}</summary>`,
    ...(moved === null ? [] : [`**The recommendation changed: ${markdown(moved)}**`]),
    ...decomposition(scenario),
    policies(scenario),
    '</details>',
  ];
  return blocks.join('\n\n');
}

function decomposition(scenario: ScenarioResult): string[] {
  const { delta, baseline, currency } = scenario;
  if (delta === null || baseline === null) return [];
  const note = recalculated(scenario);
  const rows = (Object.keys(CAUSES) as Cause[]).map((cause) => `| ${CAUSES[cause]} | ${money(delta.parts[cause], currency, true)} |`);
  const table = [
    `| Against ${markdown(baseline.from)} | A month |`,
    '| --- | ---: |',
    `| before | ${money(delta.before_usd, currency)} |`,
    ...rows,
    `| **now** | **${money(delta.after_usd, currency)}** |`,
  ].join('\n');
  return note === null ? [table] : [table, markdown(note)];
}

function policies(scenario: ScenarioResult): string {
  const rows = scenario.policies.map((policy) => `| ${MARKS[policy.outcome]} | ${markdown(policy.policy)} | ${markdown(policy.message)} |`);
  return ['| | Policy | Found |', '| --- | --- | --- |', ...rows].join('\n');
}

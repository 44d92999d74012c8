/** JUnit XML: a suite a scenario, a case a policy. A warning passes and says so in its output. */

import type { CheckReport, PolicyResult, ScenarioResult } from '../result.ts';
import { counts } from '../result.ts';
import { xml } from './escape.ts';
import type { CheckRenderOptions } from './index.ts';

export function render(report: CheckReport, { repositoryPath }: CheckRenderOptions): string {
  const all = counts(report.scenarios.flatMap((scenario) => scenario.policies));
  const total = all.pass + all.warn + all.fail + all.skipped;
  const head = `<testsuites name="llm-crossover" tests="${total}" failures="${all.fail}" errors="0">`;
  const suites = report.scenarios.map((scenario) => suite(scenario, repositoryPath));
  return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>'].join('\n')}\n`;
}

function suite(scenario: ScenarioResult, repositoryPath: CheckRenderOptions['repositoryPath']): string {
  const found = counts(scenario.policies);
  const head = `  <testsuite name="${xml(scenario.name)}" tests="${scenario.policies.length}" failures="${found.fail}" skipped="${found.skipped}" errors="0">`;
  return [head, ...scenario.policies.map((policy) => testCase(scenario, policy, repositoryPath)), '  </testsuite>'].join('\n');
}

function testCase(scenario: ScenarioResult, policy: PolicyResult, repositoryPath: CheckRenderOptions['repositoryPath']): string {
  const head = `    <testcase name="${xml(policy.policy)}" classname="${xml(scenario.name)}" file="${xml(repositoryPath(policy.file))}" line="${policy.line}"`;
  const message = xml(policy.message);
  if (policy.outcome === 'fail') return `${head}>\n      <failure message="${message}" type="policy"/>\n    </testcase>`;
  if (policy.outcome === 'skipped') return `${head}>\n      <skipped message="${message}"/>\n    </testcase>`;
  return `${head}>\n      <system-out>${policy.outcome === 'warn' ? 'warning: ' : ''}${message}</system-out>\n    </testcase>`;
}

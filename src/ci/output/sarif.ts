/** SARIF 2.1.0, for code scanning: rules are policies, results are those that do not hold. */

import type { CheckReport } from '../result.ts';
import { json, oneLine } from './escape.ts';
import type { CheckRenderOptions } from './index.ts';

export function render(report: CheckReport, { repositoryPath }: CheckRenderOptions): string {
  const broken = report.scenarios.flatMap((scenario) =>
    scenario.policies.filter((policy) => policy.outcome === 'fail' || policy.outcome === 'warn').map((policy) => ({ scenario, policy })),
  );
  const rules = [...new Set(broken.map(({ policy }) => policy.policy))];
  const results = broken.map(({ scenario, policy }) => ({
    ruleId: policy.policy,
    ruleIndex: rules.indexOf(policy.policy),
    level: policy.outcome === 'fail' ? 'error' : 'warning',
    message: { text: sentence(`${scenario.name}: ${policy.message}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: repositoryPath(policy.file).split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
          region: { startLine: policy.line, startColumn: policy.column },
        },
      },
    ],
    partialFingerprints: { policyOfScenario: `${scenario.name}/${policy.policy}` },
  }));
  const driver = {
    name: 'llm-crossover',
    semanticVersion: report.tool_version,
    rules: rules.map((id) => ({ id, shortDescription: { text: `Policy ${id}` } })),
  };
  return json({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  });
}

/** Braces and brackets mean placeholders and links in SARIF messages. */
function sentence(text: string): string {
  return oneLine(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/\{/g, '{{')
    .replace(/\}/g, '}}');
}

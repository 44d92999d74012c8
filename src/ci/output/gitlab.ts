/** GitLab's code quality report: what is broken, in the merge request's widget and diff. */

import { createHash } from 'node:crypto';
import type { CheckReport } from '../result.ts';
import { json, oneLine } from './escape.ts';
import type { CheckRenderOptions } from './index.ts';

export function render(report: CheckReport, { repositoryPath }: CheckRenderOptions): string {
  const issues = report.scenarios.flatMap((scenario) =>
    scenario.policies
      .filter((policy) => policy.outcome === 'fail' || policy.outcome === 'warn')
      .map((policy) => {
        const path = repositoryPath(policy.file);
        return {
          description: oneLine(`${scenario.name}, ${policy.policy}: ${policy.message}`),
          check_name: policy.policy,
          // The same finding keeps its fingerprint while figures in the message move.
          fingerprint: createHash('sha256')
            .update(JSON.stringify([path, scenario.name, policy.policy]))
            .digest('hex'),
          severity: policy.outcome === 'fail' ? 'major' : 'minor',
          location: { path, lines: { begin: policy.line } },
        };
      }),
  );
  return json(issues);
}

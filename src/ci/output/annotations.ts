/** GitHub workflow commands: a mark on the line of the scenario that holds the policy. */

import type { Problem } from '../../files/problem.ts';
import type { CheckReport } from '../result.ts';
import { commandMessage, commandProperty } from './escape.ts';
import type { CheckRenderOptions } from './index.ts';

export function render(report: CheckReport, { repositoryPath }: CheckRenderOptions): string {
  const broken = report.scenarios.flatMap((scenario) => scenario.policies.map((policy) => ({ scenario, policy })));
  return broken
    .filter(({ policy }) => policy.outcome === 'fail' || policy.outcome === 'warn')
    .map(({ scenario, policy }) => {
      const place = { file: repositoryPath(policy.file), line: policy.line, col: policy.column, title: `${policy.policy} (${scenario.name})` };
      return command(policy.outcome === 'fail' ? 'error' : 'warning', place, policy.message);
    })
    .join('');
}

/** Mistakes in the files themselves, each on its line. */
export function annotateProblems(problems: readonly Problem[], repositoryPath: (file: string) => string): string {
  return problems
    .map(({ file, line, column, code, message, hint }) => {
      const place = {
        ...(file === null ? {} : { file: repositoryPath(file) }),
        ...(line === null ? {} : { line }),
        ...(column === null ? {} : { col: column }),
        title: code,
      };
      return command('error', place, `${message}.${hint === null ? '' : ` ${hint}`}`.replace(/\.\./g, '.'));
    })
    .join('');
}

function command(name: 'error' | 'warning', properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${commandProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${commandMessage(message)}\n`;
}

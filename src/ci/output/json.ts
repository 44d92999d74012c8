/** The report as other programs read it. */

import type { CheckReport } from '../result.ts';

export function render(report: CheckReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

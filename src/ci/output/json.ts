/** The report as other programs read it. */

import type { CheckReport } from '../result.ts';
import { json } from './escape.ts';

export function render(report: CheckReport): string {
  return json(report);
}

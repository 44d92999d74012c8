/** The plan as other programs read it (design.md, section 6). */

import type { PlanDocument } from '../engine/result.ts';
import { json } from './escape.ts';

export const charts = false;

export function render(document: PlanDocument): string {
  return json(document);
}

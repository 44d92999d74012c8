/** What may be exported: the JSON of a plan, or a scenario, which is planned first. */

import type { Catalog } from '../engine/catalog.ts';
import { plan } from '../engine/plan.ts';
import type { Plan } from '../engine/result.ts';
import type { IsoDate } from '../engine/units.ts';
import { loadYaml, scenarioFromText } from '../files/load.ts';
import { InputError } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import { planDocument } from '../schema/plan.ts';

/**
 * @param full where the file is
 * @param named how the user wrote it
 * @throws InputError for anything that is neither, and for a document of several plans
 */
export function planFrom(full: string, named: string, catalog: Catalog, today: IsoDate): Plan {
  const text = readText(full);
  if (!/^\s*\{[\s\S]*"plans"\s*:/.test(text.slice(0, 500))) return plan({ scenario: scenarioFromText(text, full, { catalog }).scenario, catalog, today });
  const { plans } = loadYaml(full, planDocument, 'plan');
  const [first, second] = plans;
  if (first === undefined || second !== undefined)
    throw InputError.of('export.several-plans', `${named} holds ${plans.length} plans.`, 'Export from the plan of one scenario.', named);
  return first as Plan;
}

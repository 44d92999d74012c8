/** What may be exported: the JSON of a plan, or a scenario, which is planned first. */

import type { Catalog } from '../engine/catalog.ts';
import type { RoutePolicy } from '../engine/hybrid/policy.ts';
import { plan } from '../engine/plan.ts';
import type { Plan } from '../engine/result.ts';
import type { IsoDate } from '../engine/units.ts';
import { loadYaml, scenarioFromText } from '../files/load.ts';
import { InputError } from '../files/problem.ts';
import { planDocument } from '../schema/plan.ts';
import { routePolicySchema } from '../schema/route-policy.ts';

/** A route policy names two endpoints at its top; a scenario has options. */
export function policyFrom(full: string, text: string): RoutePolicy | null {
  if (!/^small\s*:/m.test(text) || !/^large\s*:/m.test(text)) return null;
  return loadYaml(full, routePolicySchema, 'policy');
}

/**
 * @param full where the file is
 * @param named how the user wrote it
 * @throws InputError for anything that is neither, and for a document of several plans
 */
export function planFrom(full: string, named: string, text: string, catalog: Catalog, today: IsoDate): Plan {
  if (!/^\s*\{[\s\S]*"plans"\s*:/.test(text.slice(0, 500))) return plan({ scenario: scenarioFromText(text, full, { catalog }).scenario, catalog, today });
  const { plans } = loadYaml(full, planDocument, 'plan');
  const [first, second] = plans;
  if (first === undefined || second !== undefined)
    throw InputError.of('export.several-plans', `${named} holds ${plans.length} plans.`, 'Export from the plan of one scenario.', named);
  return first as Plan;
}

/** What the engine assumes where a scenario is silent, `pricing/assumptions.yaml`. */

import { z } from 'zod';
import type { Assumption } from '../engine/catalog.ts';
import { id, judged, present, sourced } from './primitives.ts';

const assumption = z.strictObject({
  id,
  value: judged().describe('A number, or a judgement with low, likely and high'),
  unit: z.string(),
  ...sourced,
});

const file = z.strictObject({
  schema_version: z.literal(1),
  assumptions: z.array(assumption).min(1),
});

export const assumptionsFile = file.transform((value) => ({ items: value.assumptions.map((each): Assumption => present(each)) })) satisfies z.ZodType<
  { readonly items: readonly Assumption[] },
  unknown
>;

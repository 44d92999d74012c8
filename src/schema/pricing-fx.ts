/** Exchange rates, `pricing/fx.yaml`: how prices in another currency become US dollars. */

import { z } from 'zod';
import type { FxRate } from '../engine/catalog.ts';
import { isoDate, positive, present, sourced } from './primitives.ts';

const file = z.strictObject({
  schema_version: z.literal(1),
  rates: z.array(
    z.strictObject({
      code: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code like EUR'),
      date: isoDate.describe('First day the rate is used'),
      per_usd: positive.describe('Units of the currency one US dollar buys'),
      ...sourced,
    }),
  ),
});

export const fxFile = file.transform((value) => value.rates.map((rate): FxRate => present(rate))) satisfies z.ZodType<FxRate[], unknown>;

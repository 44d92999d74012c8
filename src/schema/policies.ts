/** `policies` of a scenario file: what `check` holds the plan to. Each is a value, or { value, level: warn | fail }. */

import * as z from 'zod/mini';
import { either, flag, isMap, oneOf, optionId, quantity, withDefault } from './fields.ts';

export type PolicyLevel = 'warn' | 'fail';

/** A policy after reading; `level` is fail unless the file says warn. */
export interface Policy<T> {
  readonly value: T;
  readonly level: PolicyLevel;
}

function policy<T>(value: z.ZodMiniType<T, unknown>): z.ZodMiniType<Policy<T> | undefined, unknown> {
  const plain = z.pipe(
    value,
    z.transform((read): Policy<T> => ({ value: read, level: 'fail' })),
  ) as unknown as z.ZodMiniType<Policy<T>, unknown>;
  const levelled = z.strictObject({ value, level: withDefault(oneOf('warn', 'fail'), 'fail') }) as unknown as z.ZodMiniType<Policy<T>, unknown>;
  return z.optional(either([plain, levelled], (raw) => (isMap(raw) ? levelled : plain))) as unknown as z.ZodMiniType<Policy<T> | undefined, unknown>;
}

const days = quantity('number', { min: 0 });
const ids = either<readonly string[]>([optionId as z.ZodMiniType<never, unknown>, z.array(optionId)], (raw) =>
  Array.isArray(raw)
    ? z.array(optionId)
    : (z.pipe(
        optionId,
        z.transform((one) => [one]),
      ) as unknown as z.ZodMiniType<readonly string[], unknown>),
);

const file = z.strictObject({
  max_monthly_usd: policy(quantity('usd', { min: 0 })),
  max_delta_usd: policy(quantity('usd', { min: 0 })),
  max_delta_percent: policy(quantity('number', { min: 0 })),
  verdict_must_be: policy(ids),
  verdict_must_not_change: policy(flag),
  min_margin: policy(quantity('share', { min: 0, max: 1 })),
  max_price_age_days: policy(days),
  max_measurement_age_days: policy(days),
  require_measured_throughput: policy(flag),
  no_unknown_gates: policy(flag),
  min_probability_cheapest: policy(quantity('share', { min: 0, max: 1 })),
});

/** The policies of a scenario by name; absent ones are not set. */
export type PolicyValues = { readonly [K in keyof z.infer<typeof file>]?: NonNullable<z.infer<typeof file>[K]> };

export const policies = z.pipe(
  file,
  z.transform((value): PolicyValues => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))),
);

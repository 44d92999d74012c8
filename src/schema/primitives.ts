/** Building blocks of the price, hardware, model, rule and provider files (`pricing-*.ts`): loaded when the catalog is compiled, never by `plan`. */

import { z } from 'zod';
import type { Judged, Range } from '../engine/units.ts';
import { isCalendarDate } from './quantity.ts';

/** A real day of the calendar, YYYY-MM-DD. */
export const isoDate = z
  .string()
  .refine(isCalendarDate, 'must be a day of the calendar like 2026-11-24')
  .meta({ format: 'date', description: 'Calendar date, YYYY-MM-DD' });

/** Ids are lower-case: letters, digits, dots, hyphens and underscores. */
export const id = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dots, hyphens and underscores');

/** `provider/model` and other ids of two parts. */
export const idPath = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._/-]*$/, 'must be provider/model in lower-case letters, digits, dots, hyphens and underscores');

export const sourceUrl = z.url({ protocol: /^https?$/, error: 'must be a web address (https://...)' }).describe('Where the figure was read');

export const count = z.int().positive();
export const nonnegative = z.number().nonnegative();
export const positive = z.number().positive();
export const share = z.number().min(0).max(1).describe('A fraction, 0 to 1');

/** `{ low, likely, high }`, low <= likely <= high, each at least `min`. */
export function range(min = Number.NEGATIVE_INFINITY) {
  const each = z.number().min(min);
  return z
    .strictObject({ low: each, likely: each, high: each })
    .refine((value) => value.low <= value.likely && value.likely <= value.high, 'must have low <= likely <= high') satisfies z.ZodType<Range>;
}

/** A number, or a judgement `{ low, likely, high }`, each at least `min`. */
export function judged(min = 0) {
  return z.union([z.number().min(min), range(min)]) satisfies z.ZodType<Judged>;
}

/** `source`, `checked`, `note`: spread into an object's shape (`z.strictObject({ ..., ...sourced })`). */
export const sourced = {
  source: sourceUrl,
  checked: isoDate.describe('The day the source was read'),
  note: z.string().optional(),
};

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys without a value: with exact optional types an absent key and an undefined one differ. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}

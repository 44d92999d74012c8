/** What the files under `pricing/` have in common: dates, addresses, ids, ranges and where a figure was read. */

import { z } from 'zod';
import type { Judged, Range } from '../engine/units.ts';

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export const isoDate = z.string().regex(DATE, 'must be a date like 2026-11-24').describe('Calendar date, YYYY-MM-DD');
export const webAddress = z.url({ protocol: /^https?$/ }).describe('Address of the page the figure was read on');
export const dataId = z.string().regex(/^[a-z0-9][a-z0-9._/-]*$/, 'must be lower-case letters, digits, dots, hyphens, slashes and underscores');
export const amount = z.number().nonnegative();
export const positive = z.number().positive();
export const count = z.number().int().positive();
export const share = z.number().min(0).max(1);

export const sourcedShape = {
  source: webAddress,
  checked: isoDate.describe('Day the figure was read on that page, YYYY-MM-DD'),
  note: z.string().optional().describe('What the figure leaves out, one sentence'),
};

export const range = z
  .strictObject({ low: z.number(), likely: z.number(), high: z.number() })
  .refine((value) => value.low <= value.likely && value.likely <= value.high, 'must have low <= likely <= high') satisfies z.ZodType<Range, unknown>;

export const judged = z.union([z.number(), range]) satisfies z.ZodType<Judged, unknown>;

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys without a value: absent means unknown, and exact optional types keep it that way. */
export function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}

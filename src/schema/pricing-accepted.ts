/** What `prices check` finds and leaves as it is, with the reason: `pricing/accepted.yaml`. */

import { z } from 'zod';
import { isoDate, present } from './primitives.ts';

const file = z.strictObject({
  schema_version: z.literal(1),
  accepted: z.array(
    z.strictObject({
      code: z.string().regex(/^[a-z]+\.[a-z-]+$/, 'must be a code of prices check, like price.jump'),
      subjects: z.array(z.string().min(1)).min(1).describe('Model ids or rental offers; a star at the end stands for any ending'),
      until: isoDate.optional().describe('Only prices that began before this day; later ones are judged anew'),
      why: z.string().min(1),
    }),
  ),
});

export interface AcceptedFinding {
  readonly code: string;
  readonly subjects: readonly string[];
  readonly until?: string;
  readonly why: string;
}

export const acceptedFile = file.transform((value) => ({ items: value.accepted.map((each): AcceptedFinding => present(each)) })) satisfies z.ZodType<
  { readonly items: readonly AcceptedFinding[] },
  unknown
>;

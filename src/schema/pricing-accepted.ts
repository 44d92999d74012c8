/** What `prices check` finds and leaves as it is, with the reason: `pricing/accepted.yaml`. */

import { z } from 'zod';

const file = z.strictObject({
  schema_version: z.literal(1),
  accepted: z.array(
    z.strictObject({
      code: z.string().regex(/^[a-z]+\.[a-z-]+$/, 'must be a code of prices check, like price.jump'),
      subjects: z.array(z.string().min(1)).min(1).describe('Model ids or rental offers; a star at the end stands for any ending'),
      why: z.string().min(1),
    }),
  ),
});

export type AcceptedFinding = z.infer<typeof file>['accepted'][number];

export const acceptedFile = file.transform((value) => ({ items: value.accepted })) satisfies z.ZodType<{ readonly items: readonly AcceptedFinding[] }, unknown>;

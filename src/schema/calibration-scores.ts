/** The part of a calibration file that a replay of a workload profile draws scores from. */

import * as z from 'zod/mini';

const share = z.number().check(z.minimum(0), z.maximum(1));
const maybe = z.nullable(share);

const file = z.object({
  scores: z.object({ edges: z.array(z.number()), shares: z.array(share).check(z.minLength(1)), low: z.number(), high: z.number() }),
  reliability: z.array(z.object({ high: z.number(), accuracy: maybe })),
  large_quality: maybe,
});

export type ScoreModel = z.infer<typeof file>;

export const scoreModelSchema: z.ZodMiniType<ScoreModel, unknown> = file as unknown as z.ZodMiniType<ScoreModel, unknown>;

/** The part of a calibration file that a drift check compares a new log with. */

import * as z from 'zod/mini';
import type { OldCalibration } from '../engine/hybrid/drift.ts';

const maybe = z.nullable(z.number());
const share = z.number().check(z.minimum(0), z.maximum(1));

export const oldCalibrationSchema = z.pipe(
  z.object({
    scores: z.object({ rows: z.int().check(z.minimum(0)), edges: z.array(z.number()), shares: z.array(share).check(z.minLength(1)) }),
    chosen: z.object({ threshold: maybe, escalation: share }),
    auroc: maybe,
    auroc_ci: z.nullable(z.tuple([z.number(), z.number()])),
    small_quality: z.nullable(share),
  }),
  z.transform(({ chosen, ...rest }): OldCalibration => ({ ...rest, ...chosen })),
) satisfies z.ZodMiniType<OldCalibration, unknown>;

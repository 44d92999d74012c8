/** The part of a calibration file (`route calibrate --out`) that a plan uses. Keys it gains later are passed over. */

import * as z from 'zod/mini';
import type { Calibration } from '../engine/scenario.ts';

const share = z.number().check(z.minimum(0), z.maximum(1));
const maybe = z.nullable(z.number());
const quality = z.nullable(share);

const file = z.object({
  small_quality: z.optional(quality),
  large_quality: z.optional(quality),
  frontier: z.array(z.object({ threshold: maybe, escalation: share, usd: z.optional(maybe), quality: z.optional(quality) })),
  chosen: z.object({ threshold: maybe, escalation: share, quality: z.optional(quality) }),
});

/** `path` is where the file stands, as the scenario wrote it. */
export function calibrationSchema(path: string) {
  return z.pipe(
    file,
    z.transform((value): Calibration => {
      const { chosen } = value;
      const frontier = value.frontier.map(({ threshold, escalation, usd, quality: kept }) => ({
        threshold,
        escalation,
        usd: usd ?? null,
        quality: kept ?? null,
      }));
      return {
        path,
        escalation: chosen.escalation,
        threshold: chosen.threshold,
        quality: chosen.quality ?? null,
        small_quality: value.small_quality ?? null,
        large_quality: value.large_quality ?? null,
        frontier,
      };
    }),
  ) satisfies z.ZodMiniType<Calibration, unknown>;
}

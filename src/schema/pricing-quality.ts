/** One quality metric and its figures, `pricing/quality/<metric>.yaml`. A model without a figure is unknown. */

import { z } from 'zod';
import type { QualityMetric } from '../engine/catalog.ts';
import { id, idPath, isoDate, present, sourceUrl } from './primitives.ts';

const figure = z.strictObject({
  model: z.union([id, idPath]).describe('Id in pricing/models, or provider/model of pricing/api'),
  value: z.number(),
  source: sourceUrl.optional().describe("Absent: the metric's"),
  checked: isoDate.optional().describe("Absent: the metric's"),
  note: z.string().optional().describe('Setting it was measured at, e.g. reasoning effort'),
});

const file = z.strictObject({
  schema_version: z.literal(1),
  id: id.describe('The name scenarios use: quality: { metric: <id>, at_least: ... }'),
  label: z.string(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  licence: z.string().describe('Licence of the source, with the attribution it asks for'),
  as_of: isoDate.describe('Day of the edition the figures come from'),
  source: sourceUrl,
  checked: isoDate,
  figures: z.array(figure).min(1),
});

type FileValue = z.infer<typeof file>;

export const qualityFile = file.transform((value) => ({ items: [toMetric(value)] })) satisfies z.ZodType<{ readonly items: readonly QualityMetric[] }, unknown>;

function toMetric({ schema_version: _, source, checked, figures, ...rest }: FileValue): QualityMetric {
  return { ...rest, figures: figures.map((each) => present({ source, checked, ...present(each) })) };
}

/** A workload profile as `workload import` writes it: how big requests are and when they come, never how many a month. */

import * as z from 'zod/mini';
import type { Distribution, JointHistogram, Profile } from '../engine/scenario.ts';
import { type IssueSink, orNull, report, text, withDefault } from './fields.ts';

const amount = z.number().check(z.nonnegative());
const whole = z.int().check(z.nonnegative());
const share = z.number().check(z.minimum(0), z.maximum(1));
const peak = z.nullable(z.number().check(z.minimum(1)));

const distribution = z.object({ mean: amount, p50: amount, p95: amount, p99: amount, total: amount }) satisfies z.ZodMiniType<Distribution, unknown>;

const histogram = z.pipe(
  z.object({
    input_edges: z.array(amount).check(z.minLength(1)),
    output_edges: z.array(amount).check(z.minLength(1)),
    cells: z.array(z.object({ i: whole, j: whole, count: whole, input_mean: amount, output_mean: amount })),
  }),
  z.transform(checkHistogram),
) satisfies z.ZodMiniType<JointHistogram, unknown>;

function checkHistogram<T extends JointHistogram>(value: T, sink: IssueSink): T {
  for (const key of ['input_edges', 'output_edges'] as const) {
    if (value[key].some((edge, i) => i > 0 && edge <= (value[key][i - 1] ?? 0))) report(sink, { path: [key], code: 'profile.edges', message: 'must ascend' });
  }
  value.cells.forEach(({ i, j }, at) => {
    if (i >= value.input_edges.length || j >= value.output_edges.length) {
      report(sink, { path: ['cells', at], code: 'profile.cell', message: `lies in bucket ${i}, ${j}, which no edge bounds` });
    }
  });
  return value;
}

const hours = z.array(amount).check(z.length(168));

const file = z.object({
  schema_version: z.literal(1),
  name: withDefault(text as z.ZodMiniType<string | null, unknown>, null),
  source: text,
  requests: z.int().check(z.positive()),
  span_s: amount,
  input_tokens: distribution,
  output_tokens: distribution,
  cached_share: withDefault(z.nullable(share) as z.ZodMiniType<number | null, unknown>, null),
  peak_to_average: z.object({ minute: peak, hour: peak }),
  burstiness_cv: withDefault(z.nullable(amount) as z.ZodMiniType<number | null, unknown>, null),
  hour_of_week: withDefault(z.nullable(hours) as z.ZodMiniType<number[] | null, unknown>, null),
  joint_histogram: orNull(z.nullable(histogram) as z.ZodMiniType<JointHistogram | null, unknown>),
});

/** The profile file's content; `fallbackName` names a profile that doesn't name itself. */
export function profileSchema(fallbackName: string) {
  return z.pipe(
    file,
    z.transform(({ schema_version: _, name, ...rest }): Profile => ({ ...rest, name: name ?? fallbackName })),
  ) satisfies z.ZodMiniType<Profile, unknown>;
}

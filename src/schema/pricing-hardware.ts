/** One vendor's accelerators, `pricing/hardware/<vendor>.yaml`. */

import { z } from 'zod';
import type { Accelerator } from '../engine/catalog.ts';
import { id, isoDate, nonnegative, positive, present, range, sourced } from './primitives.ts';

const tflops = positive.optional();

/** Dense figures; a data sheet that counts 2:4 sparsity states twice as much. */
const denseTflops = z
  .strictObject({
    fp32: tflops.describe('Vector units, no tensor cores'),
    tf32: tflops,
    fp16: tflops.describe('Only for parts without bf16 tensor cores; otherwise fp16 equals bf16'),
    bf16: tflops,
    fp8: tflops,
    int8: tflops.describe('TOP/s'),
    fp4: tflops,
  })
  .describe('TFLOP/s without sparsity, accumulating in fp32 where the part has a choice; absent: not supported or unknown');

const accelerator = z.strictObject({
  id,
  label: z.string(),
  aliases: z.array(z.string().min(1)).default([]),
  memory_gb: positive.describe('Capacity the vendor states, GB'),
  bandwidth_gb_per_s: positive.describe('Peak memory bandwidth, GB/s'),
  dense_tflops: denseTflops,
  interconnect: z.string().nullable().default(null).describe('Name of the link between GPUs of one node'),
  interconnect_gb_per_s: positive.nullable().default(null).describe('GPU to GPU, one direction, all links together, GB/s'),
  tdp_watts: positive.nullable().default(null).describe('Board power limit; of the module where CPU and GPU share one'),
  idle_watts: nonnegative.nullable().default(null).describe('Board power with a context loaded and nothing running'),
  purchase_usd: range(0).nullable().default(null).describe('Price of one card or module, US dollars, without its share of the server'),
  released: isoDate.nullable().default(null),
  sources: z.array(z.strictObject(sourced)).min(1),
});

const file = z.strictObject({
  schema_version: z.literal(1),
  vendor: z.string(),
  accelerators: z.array(accelerator).min(1),
});

type AcceleratorValue = z.infer<typeof accelerator>;

export const hardwareFile = file.transform((value) => ({ items: value.accelerators.map((each) => toAccelerator(value.vendor, each)) })) satisfies z.ZodType<
  { readonly items: readonly Accelerator[] },
  unknown
>;

function toAccelerator(vendor: string, value: AcceleratorValue): Accelerator {
  const { dense_tflops, sources, ...rest } = value;
  return { ...rest, vendor, dense_tflops: present(dense_tflops), sources: sources.map((each) => present(each)) };
}

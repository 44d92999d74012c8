/** What this release estimates with: the price files of the repository, compiled once for a test file. */

import { sourcesOf } from '../../src/capacity/sources.ts';
import type { ReplicaInput } from '../../src/engine/capacity/estimate.ts';
import type { Accelerator, OpenModel } from '../../src/engine/catalog.ts';
import { compileCatalog } from '../../src/prices/compile.ts';

export const CATALOG = compileCatalog('pricing');
export const SOURCES = sourcesOf(CATALOG);

export function model(id: string): OpenModel {
  return found(
    SOURCES.models.find((each) => each.id === id),
    id,
  );
}

export function gpu(id: string): Accelerator {
  return found(
    SOURCES.hardware.find((each) => each.id === id),
    id,
  );
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new Error(`${id} is not in the catalog`);
  return value;
}

/** 1,000 + 300 tokens, no SLO, saturated, vLLM. */
export function replica(modelId: string, gpuId: string, gpus: number, precision: string, change: Partial<ReplicaInput> = {}): ReplicaInput {
  return {
    model: model(modelId),
    accelerator: gpu(gpuId),
    gpus,
    precision,
    kvPrecision: null,
    inputTokens: 1000,
    outputTokens: 300,
    cachedShare: 0,
    engine: null,
    concurrency: null,
    slo: { ttft_p95_ms: null, tpot_p95_ms: null },
    calibration: SOURCES.throughput,
    ...change,
  };
}

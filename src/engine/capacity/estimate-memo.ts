/** Answers already given: a plan asks for the same replica at every volume of a curve. Same objects and numbers, same answer. */

import type { ThroughputModel } from './estimate-model.ts';
import type { ReplicaInput, ReplicaResult } from './estimate-types.ts';

/** By model of throughput, then open model, then accelerator: objects of a catalog, so changed ones are other keys. */
const answers = new WeakMap<ThroughputModel, WeakMap<object, WeakMap<object, Map<string, ReplicaResult>>>>();

/** A sweep over many loads must not fill memory: then it starts anew. */
const MOST = 256;

export function remembered(input: ReplicaInput, compute: (input: ReplicaInput) => ReplicaResult): ReplicaResult {
  const known = answersFor(input);
  const key = keyOf(input);
  const before = known.get(key);
  if (before !== undefined) return before;
  const result = compute(input);
  if (known.size >= MOST) known.clear();
  known.set(key, result);
  return result;
}

function answersFor({ calibration, model, accelerator }: ReplicaInput): Map<string, ReplicaResult> {
  const models = at(answers, calibration, () => new WeakMap<object, WeakMap<object, Map<string, ReplicaResult>>>());
  const accelerators = at(models, model, () => new WeakMap<object, Map<string, ReplicaResult>>());
  return at(accelerators, accelerator, () => new Map<string, ReplicaResult>());
}

function at<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function keyOf(i: ReplicaInput): string {
  const split = `${i.gpus} ${i.tensorParallel ?? ''} ${i.attentionParallel === true}`;
  const load = `${i.inputTokens} ${i.outputTokens} ${i.cachedShare} ${i.concurrency ?? ''} ${i.slo.ttft_p95_ms ?? ''} ${i.slo.tpot_p95_ms ?? ''}`;
  return `${split}|${load}|${i.precision}|${i.kvPrecision ?? ''}|${i.engine ?? ''}`;
}

/**
 * The physical model of one replica: what a decode step and a prefill cost, and the throughput that follows.
 *
 * A step reads the weights once (of a mixture of experts: those its batch touches) and the key/value cache of every sequence,
 * multiplies, reduces over the accelerators, and pays for launches and scheduling. Prefill of new requests shares the same
 * accelerators, so a request costs O decode steps shared with the batch and one prefill of its own (continuous batching):
 *
 *     output tokens/s = batch x O / (O x step(batch, I + O/2) + batch x prefill(I))
 *
 * Every constant in `Constants` is an efficiency, a latency or a limit fitted on published measurements (`calibration-fit.ts`).
 */

import type { Machine } from './roofline-machine.ts';

/** Where a step's time goes, in seconds. */
export interface StepTime {
  readonly weights: number;
  readonly cache: number;
  readonly compute: number;
  readonly network: number;
  readonly overhead: number;
  readonly total: number;
}

/** Requests of one size, as a replica sees them. Tokens; `cachedTokens` of the input need no prefill. */
export interface RequestShape {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
}

/**
 * Share of the experts a batch touches, when every token picks `perToken` of `experts` independently.
 *
 * @example expertShare(128, 4, 1) === 4 / 128; expertShare(128, 4, 256) is 0.9997
 */
export function expertShare(experts: number, perToken: number, tokens: number): number {
  return 1 - (1 - perToken / experts) ** tokens;
}

/** One decode step of `batch` sequences that hold `context` tokens each. */
export function stepTime(m: Machine, batch: number, context: number): StepTime {
  const touched = m.experts === 0 ? 0 : m.expertBytes * expertShare(m.experts, m.expertsPerToken, batch);
  const weights = m.denseBytes / m.denseBandwidth + touched / m.expertBandwidth;
  const cache = (batch * cacheBytes(m, context)) / m.cacheBandwidth;
  const compute = batch * (m.flopsPerToken / m.decodeFlops + (m.attentionFlopsPerTokenPair * context) / m.attentionFlops);
  const network = m.layers * m.collectivesPerLayer * m.linkLatency + batch * m.networkSecondsPerToken;
  const overhead = m.layers * m.layerSeconds + m.stepSeconds + batch * m.sequenceSeconds;
  return { weights, cache, compute, network, overhead, total: overlap(m, weights, cache, compute) + network + overhead };
}

/** Memory reads and arithmetic run side by side, imperfectly: a p-norm between the longer one (p large) and their sum (p = 1). */
function overlap(m: Machine, weights: number, cache: number, compute: number): number {
  const p = m.overlap;
  return (weights ** p + compute ** p) ** (1 / p) + cache;
}

/** Bytes of one sequence's cache; sliding-window layers hold and read at most the window. */
function cacheBytes(m: Machine, context: number): number {
  return m.cacheBytesPerToken * context + m.windowBytesPerToken * Math.min(context, m.window);
}

/** Seconds of accelerator time to prefill one request; `batch` requests share a weight read where prompts are short. */
export function prefillTime(m: Machine, inputTokens: number, cachedTokens: number, batch: number): number {
  const fresh = Math.max(0, inputTokens - cachedTokens);
  if (fresh === 0) return m.requestSeconds;
  const linear = fresh * (m.prefillFlopsPerToken / m.prefillFlops);
  const pairs = fresh * (cachedTokens + fresh / 2);
  const windowed = fresh * Math.min(m.window, cachedTokens + fresh / 2);
  const attention = (m.prefillFlopsPerTokenPair * (pairs * (1 - m.windowShare) + windowed * m.windowShare)) / m.attentionFlops;
  const network = fresh * m.networkSecondsPerToken;
  const chunks = Math.max(fresh / m.chunkTokens, 1 / Math.max(1, Math.min(batch, m.chunkTokens / fresh)));
  const weights = m.expertBytes / m.expertBandwidth + m.denseBytes / m.denseBandwidth;
  const read = chunks * (weights + m.layers * m.layerSeconds) * m.chunkShare;
  return linear + attention + network + read + m.requestSeconds;
}

/** Sequences that fit in memory at once; each holds its input and, on average, `kvHold` of its output. Real, may be below 1. */
export function memoryBatch(m: Machine, shape: RequestShape): number {
  const held = shape.inputTokens + m.kvHold * shape.outputTokens;
  const bytes = cacheBytes(m, held) * m.kvCopies;
  return bytes === 0 ? Number.MAX_SAFE_INTEGER : Math.max(0, m.freeBytes) / bytes;
}

/** Share of the steps that take a prefill along: as many requests start as end, `batch` in the steps of one. */
function mixedShare(batch: number, outputTokens: number): number {
  return 1 - Math.exp(-batch / outputTokens);
}

/** A replica at `batch` sequences in flight. */
export interface Operation {
  readonly batch: number;
  readonly outputTokensPerS: number;
  readonly step: StepTime;
  readonly prefillSeconds: number;
  /** Mean seconds between two tokens of a request, prefills of others included. */
  readonly tpotSeconds: number;
  /** Share of the time spent on prefill, 0..1. */
  readonly prefillShare: number;
}

/** Steady state with `batch` requests in flight. */
export function operate(m: Machine, shape: RequestShape, batch: number): Operation {
  const step = stepTime(m, batch, shape.inputTokens + shape.outputTokens / 2);
  const prefillSeconds = prefillTime(m, shape.inputTokens, shape.cachedTokens, batch);
  const decode = shape.outputTokens * (step.total + m.mixedSeconds * mixedShare(batch, shape.outputTokens));
  const cycle = decode + batch * prefillSeconds;
  const tpotSeconds = (decode + (batch - 1) * prefillSeconds) / Math.max(1, shape.outputTokens);
  return {
    batch,
    outputTokensPerS: (m.gain * batch * shape.outputTokens) / cycle,
    step,
    prefillSeconds,
    tpotSeconds,
    prefillShare: (batch * prefillSeconds) / cycle,
  };
}

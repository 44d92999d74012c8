/** The residual correction as a Gaussian process: fits weights to the errors of published rows, and predicts sources it has not seen. */

import { type KernelScales, likeness, type Trait } from './calibration-kernel.ts';

/** One known error: logarithm of measured over computed. */
export interface KnownError {
  readonly trait: Trait;
  readonly source: string;
  readonly error: number;
}

/** Weights a prediction multiplies likenesses with: `K^-1 error`. */
export function supportWeights(known: readonly KnownError[], scales: KernelScales): Float64Array {
  return multiply(
    inverse(covariance(known, scales)),
    known.map((each) => each.error),
  );
}

/** Expected log error of a configuration, given weighted known ones. */
export function expectedError(trait: Trait, traits: readonly Trait[], weights: ArrayLike<number>, scales: KernelScales): { mean: number; nearest: number } {
  let mean = 0;
  let nearest = 0;
  for (let i = 0; i < traits.length; i++) {
    const alike = likeness(trait, traits[i] as Trait, scales);
    mean += alike * (weights[i] as number);
    if (alike > nearest) nearest = alike;
  }
  return { mean, nearest: nearest / ownVariance(scales) };
}

/** Variance a configuration's error has before anything is known. */
export function ownVariance(scales: KernelScales): number {
  return scales.sd_load ** 2 + scales.sd_own ** 2;
}

/** Standard deviation of the log error that stays, `nearest` being the likeness of the nearest known row, 0..1. */
export function remainingSpread(nearest: number, scales: KernelScales): number {
  return Math.sqrt(ownVariance(scales) * (1 - nearest * nearest) + scales.sd_source ** 2 + scales.sd_noise ** 2);
}

function covariance(known: readonly KnownError[], scales: KernelScales): Float64Array[] {
  const matrix = known.map(() => new Float64Array(known.length));
  known.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const value = pairCovariance(a, known[j] as KnownError, i === j, scales);
      (matrix[i] as Float64Array)[j] = value;
      (matrix[j] as Float64Array)[i] = value;
    }
  });
  return matrix;
}

function pairCovariance(a: KnownError, b: KnownError, same: boolean, scales: KernelScales): number {
  const habit = a.source === b.source ? scales.sd_source ** 2 * (a.trait.arch === b.trait.arch && a.trait.model === b.trait.model ? 1 : 0.5) : 0;
  return likeness(a.trait, b.trait, scales) + habit + (same ? scales.sd_noise ** 2 : 0);
}

/**
 * A spread-out selection of at most `count`: each next row is the one least like those already taken.
 *
 * @returns places in `known`, ascending
 */
export function selectSupport(known: readonly KnownError[], count: number, scales: KernelScales): number[] {
  if (known.length <= count) return known.map((_, i) => i);
  const closest = new Float64Array(known.length);
  const taken: number[] = [];
  let next = 0;
  while (taken.length < count) {
    taken.push(next);
    closest[next] = Number.POSITIVE_INFINITY;
    const trait = (known[next] as KnownError).trait;
    for (let i = 0; i < known.length; i++) {
      if (closest[i] === Number.POSITIVE_INFINITY) continue;
      closest[i] = Math.max(closest[i] as number, likeness(trait, (known[i] as KnownError).trait, scales));
    }
    next = closest.reduce((least, value, i) => (value < (closest[least] as number) ? i : least), next);
  }
  return taken.sort((a, b) => a - b);
}

function multiply(matrix: readonly Float64Array[], vector: readonly number[]): Float64Array {
  return Float64Array.from(matrix, (row) => vector.reduce((sum, value, j) => sum + (row[j] as number) * value, 0));
}

/** Inverse of a symmetric positive definite matrix by its Cholesky factor. */
function inverse(matrix: readonly Float64Array[]): Float64Array[] {
  const inverseLower = invertLower(cholesky(matrix));
  const result = matrix.map((row) => new Float64Array(row.length));
  inverseLower.forEach((row, i) => {
    for (let a = 0; a <= i; a++) {
      const left = row[a] as number;
      const out = result[a] as Float64Array;
      for (let b = 0; b <= i; b++) out[b] = (out[b] as number) + left * (row[b] as number);
    }
  });
  return result;
}

function invertLower(lower: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  lower.forEach((row, i) => {
    const out = new Float64Array(lower.length);
    const pivot = row[i] as number;
    out[i] = 1 / pivot;
    for (let k = 0; k < i; k++) {
      const scale = -(row[k] as number) / pivot;
      const above = done[k] as Float64Array;
      for (let j = 0; j <= k; j++) out[j] = (out[j] as number) + scale * (above[j] as number);
    }
    done.push(out);
  });
  return done;
}

function cholesky(matrix: readonly Float64Array[]): Float64Array[] {
  const lower = matrix.map((row) => Float64Array.from(row));
  lower.forEach((row, j) => {
    for (let k = 0; k <= j; k++) {
      const other = lower[k] as Float64Array;
      let sum = row[k] as number;
      for (let p = 0; p < k; p++) sum -= (row[p] as number) * (other[p] as number);
      row[k] = k === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (other[k] as number);
    }
  });
  return lower;
}

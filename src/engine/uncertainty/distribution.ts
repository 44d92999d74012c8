/** Distributions of uncertain inputs as tables of their cumulative probability, inverted to values in ascending order. */

import { exp, log, power } from './arithmetic.ts';

export interface Distribution {
  readonly low: number;
  readonly high: number;
  /** Values at ascending probabilities in (0, 1), written to `out`. */
  readonly quantiles: (probabilities: Float64Array, out: Float64Array) => void;
}

const CELLS = 64;
/** Gauss-Legendre nodes and weights of four points on [-1, 1]. */
const NODES = [-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526];
const WEIGHTS = [0.34785484513745385, 0.6521451548625461, 0.6521451548625461, 0.34785484513745385];

/**
 * PERT of a judgement: a beta distribution on [low, high] with mode `likely` and lambda 4 (Malcolm et al., 1959), so that the mean is
 * (low + 4 likely + high) / 6.
 *
 * @param range low <= likely <= high, low < high
 */
export function pert({ low, likely, high }: { readonly low: number; readonly likely: number; readonly high: number }): Distribution {
  const a = (4 * (likely - low)) / (high - low);
  const b = (4 * (high - likely)) / (high - low);
  return scaled(
    tabulated((x) => power(x, a) * power(1 - x, b)),
    low,
    high,
  );
}

/** 90th percentile of the standard normal distribution. */
const Z90 = 1.2815515655446004;
const REACH = 6;

/**
 * A factor with median 1 and the given 10th and 90th percentiles: lognormal on either side of 1, cut at six standard deviations.
 *
 * @param spread 0 < low < 1 < high
 */
export function lognormal(spread: { readonly low: number; readonly high: number }): Distribution {
  const [down, up] = [-log(spread.low) / Z90, log(spread.high) / Z90];
  const normal = scaled(
    tabulated((x) => {
      const z = REACH * (2 * x - 1);
      return exp((-z * z) / 2);
    }),
    -REACH,
    REACH,
  );
  const value = (z: number) => exp(z * (z < 0 ? down : up));
  return {
    low: value(-REACH),
    high: value(REACH),
    quantiles: (probabilities, out) => {
      normal.quantiles(probabilities, out);
      for (let i = 0; i < out.length; i++) out[i] = value(out[i] as number);
    },
  };
}

function scaled(unit: Distribution, low: number, high: number): Distribution {
  return {
    low,
    high,
    quantiles: (probabilities, out) => {
      unit.quantiles(probabilities, out);
      for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * (out[i] as number);
    },
  };
}

/**
 * The distribution on [0, 1] of a density (of any scale). The axis is bent, x = t t (3 - 2 t), so that cells are fine at both ends.
 * Inside a cell the probability is the cubic with the right value and slope at both edges, inverted by Newton steps.
 */
function tabulated(density: (x: number) => number): Distribution {
  const width = 1 / CELLS;
  const slopes = Float64Array.from({ length: CELLS + 1 }, (_, i) => slopeAt(i * width, density));
  const totals = new Float64Array(CELLS + 1);
  for (let i = 0; i < CELLS; i++) {
    let cell = 0;
    for (let k = 0; k < 4; k++) cell += (WEIGHTS[k] as number) * slopeAt((i + 0.5 + (NODES[k] as number) / 2) * width, density);
    totals[i + 1] = (totals[i] as number) + (cell * width) / 2;
  }
  return { low: 0, high: 1, quantiles: (probabilities, out) => invert(totals, slopes, probabilities, out) };
}

/** Density with respect to t. */
function slopeAt(t: number, density: (x: number) => number): number {
  return 6 * t * (1 - t) * density(bend(t));
}

function bend(t: number): number {
  return t * t * (3 - 2 * t);
}

function invert(totals: Float64Array, slopes: Float64Array, probabilities: Float64Array, out: Float64Array): void {
  const all = totals[CELLS] as number;
  let cell = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const target = (probabilities[i] as number) * all;
    while (cell < CELLS - 1 && (totals[cell + 1] as number) < target) cell++;
    out[i] = bend((cell + withinCell(totals, slopes, cell, target)) / CELLS);
  }
}

/** Place of `target` in a cell, 0..1. */
function withinCell(totals: Float64Array, slopes: Float64Array, cell: number, target: number): number {
  const start = totals[cell] as number;
  const rise = (totals[cell + 1] as number) - start;
  if (rise <= 0) return 0.5;
  const want = (target - start) / rise;
  const m0 = (slopes[cell] as number) / CELLS / rise;
  const m1 = (slopes[cell + 1] as number) / CELLS / rise;
  // Cubic through (0, 0) and (1, 1) with slopes m0 and m1.
  const c2 = 3 - 2 * m0 - m1;
  const c3 = m0 + m1 - 2;
  let s = want;
  for (let step = 0; step < 3; step++) {
    const slope = m0 + s * (2 * c2 + 3 * c3 * s);
    if (slope <= 1e-12) break;
    s = Math.min(1, Math.max(0, s - (s * (m0 + s * (c2 + c3 * s)) - want) / slope));
  }
  return s;
}

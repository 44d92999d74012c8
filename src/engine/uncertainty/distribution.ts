/** Distributions of uncertain inputs as tables of their cumulative probability, inverted to values in ascending order. */

import { exp, log } from './arithmetic.ts';

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
  // Density x^a (1 - x)^(4 - a) = (1 - x)^4 (x / (1 - x))^a.
  const a = (4 * (likely - low)) / (high - low);
  return onRange(() => tabulated((node) => (node.rest === 0 ? 0 : node.rest * exp(a * node.logit))), low, high);
}

/** 90th percentile of the standard normal distribution. */
const Z90 = 1.2815515655446004;
const REACH = 6;
/** The standard normal distribution on [-REACH, REACH], as a table on [0, 1]. */
let normal: Table | null = null;

/**
 * A factor with median 1 and the given 10th and 90th percentiles: lognormal on either side of 1, cut at six standard deviations.
 *
 * @param spread 0 < low < 1 < high
 */
export function lognormal(spread: { readonly low: number; readonly high: number }): Distribution {
  const [down, up] = [-log(spread.low) / Z90, log(spread.high) / Z90];
  const value = (z: number) => exp(z * (z < 0 ? down : up));
  return {
    low: value(-REACH),
    high: value(REACH),
    quantiles: (probabilities, out) => {
      normal ??= tabulated(({ t, x }) => 6 * t * (1 - t) * exp(-0.5 * (REACH * (2 * x - 1)) ** 2));
      invert(normal, probabilities, out);
      for (let i = 0; i < out.length; i++) out[i] = value(REACH * (2 * (out[i] as number) - 1));
    },
  };
}

/** A table on [0, 1], made when first asked, stretched. */
function onRange(make: () => Table, low: number, high: number): Distribution {
  let table: Table | null = null;
  return {
    low,
    high,
    quantiles: (probabilities, out) => {
      table ??= make();
      invert(table, probabilities, out);
      for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * (out[i] as number);
    },
  };
}

/** Cumulative probability (of any scale) at the edges of cells of t, and its slope there. */
interface Table {
  readonly totals: Float64Array;
  readonly slopes: Float64Array;
}

/** A place at which densities are taken. The axis is bent, x = t t (3 - 2 t), so that cells are fine at both ends. */
interface Node {
  readonly t: number;
  readonly x: number;
  /** log(x / (1 - x)) */
  readonly logit: number;
  /** (1 - x)^4 dx/dt */
  readonly rest: number;
}

/** Edges and Gauss points of all cells: for each cell its low edge and its four points, then the last edge. The same for every distribution. */
let nodes: readonly Node[] | null = null;

function makeNodes(): readonly Node[] {
  const made: Node[] = [];
  for (let i = 0; i < CELLS; i++) {
    made.push(nodeAt(i / CELLS));
    for (const point of NODES) made.push(nodeAt((i + 0.5 + point / 2) / CELLS));
  }
  return [...made, nodeAt(1)];
}

function nodeAt(t: number): Node {
  const x = t * t * (3 - 2 * t);
  const left = (1 - t) * (1 - t) * (1 + 2 * t);
  const inside = t > 0 && t < 1;
  return { t, x, logit: inside ? log(x / left) : 0, rest: 6 * t * (1 - t) * left * left * left * left };
}

/** @param density at a node with respect to t, of any scale */
function tabulated(density: (node: Node) => number): Table {
  nodes ??= makeNodes();
  const totals = new Float64Array(CELLS + 1);
  const slopes = new Float64Array(CELLS + 1);
  for (let i = 0, at = 0; i < CELLS; i++) {
    slopes[i] = density(nodes[at++] as Node);
    let cell = 0;
    for (let k = 0; k < 4; k++) cell += (WEIGHTS[k] as number) * density(nodes[at++] as Node);
    totals[i + 1] = (totals[i] as number) + cell / (2 * CELLS);
  }
  slopes[CELLS] = density(nodes[nodes.length - 1] as Node);
  return { totals, slopes };
}

/**
 * Values on [0, 1] at ascending probabilities. Inside a cell the probability is the cubic with the right value and slope at both edges,
 * inverted by Newton steps. One loop without calls: it is hot before anything it would call is.
 */
function invert({ totals, slopes }: Table, probabilities: Float64Array, out: Float64Array): void {
  const all = totals[CELLS] as number;
  let cell = -1;
  let [end, start, rise, m0, c2, c3] = [Number.NEGATIVE_INFINITY, 0, 0, 0, 0, 0];
  for (let i = 0; i < probabilities.length; i++) {
    const target = (probabilities[i] as number) * all;
    if (target > end && cell < CELLS - 1) {
      do end = totals[++cell + 1] as number;
      while (end < target && cell < CELLS - 1);
      start = totals[cell] as number;
      rise = end - start;
      // Cubic through (0, 0) and (1, 1) with slopes m0 and m1.
      m0 = (slopes[cell] as number) / CELLS / rise;
      const m1 = (slopes[cell + 1] as number) / CELLS / rise;
      c2 = 3 - 2 * m0 - m1;
      c3 = m0 + m1 - 2;
    }
    const want = rise > 0 ? (target - start) / rise : 0.5;
    let s = want;
    for (let step = 0; step < 5 && rise > 0; step++) {
      const slope = m0 + s * (2 * c2 + 3 * c3 * s);
      if (slope <= 1e-12) break;
      const miss = (s * (m0 + s * (c2 + c3 * s)) - want) / slope;
      s -= miss;
      if (s < 0) s = 0;
      else if (s > 1) s = 1;
      if (miss < 1e-9 && miss > -1e-9) break;
    }
    const t = (cell + s) / CELLS;
    out[i] = t * t * (3 - 2 * t);
  }
}

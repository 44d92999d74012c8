/**
 * What an option costs as a short formula of the drawn values, found by compiling it at the corners of their ranges: fixed and
 * per-request dollars, unit prices and the work a request is for the fleet are sums of products of token counts, prices, shares and
 * hours a unit of speed takes. The formula is checked against compiling at other places; where it doesn't hold there is none.
 */

/** A sum of products, each variable at most once in a product: term t is coefficients[t] x the product of the variables in its list. */
export interface Polynomial {
  readonly coefficients: Float64Array;
  readonly factors: readonly Uint16Array[];
}

/** Value at `values`, the variables by number. */
export function evaluate({ coefficients, factors }: Polynomial, values: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < coefficients.length; t++) {
    let product = coefficients[t] as number;
    const list = factors[t] as Uint16Array;
    for (let i = 0; i < list.length; i++) product *= values[list[i] as number] as number;
    sum += product;
  }
  return sum;
}

/** The polynomial a constant times. */
export function times({ coefficients, factors }: Polynomial, by: number): Polynomial {
  return { coefficients: coefficients.map((coefficient) => coefficient * by), factors };
}

/** Terms below this share of the largest are rounding. */
const NEGLIGIBLE = 1e-13;

/**
 * The polynomial through the values at all corners of a box.
 *
 * @param corners value at corner c, where bit i of c says whether variable i is at its high end
 * @param ends low and high end of each variable, different
 * @param names number by which each variable is known in `evaluate`
 */
export function throughCorners(corners: Float64Array, ends: readonly (readonly [number, number])[], names: readonly number[]): Polynomial {
  const work = corners.slice();
  ends.forEach(([low, high], i) => {
    const bit = 1 << i;
    for (let c = 0; c < work.length; c++) {
      if ((c & bit) !== 0) continue;
      const slope = ((work[c | bit] as number) - (work[c] as number)) / (high - low);
      work[c | bit] = slope;
      work[c] = (work[c] as number) - slope * low;
    }
  });
  return pruned(work, ends, names);
}

function pruned(work: Float64Array, ends: readonly (readonly [number, number])[], names: readonly number[]): Polynomial {
  const sizes = work.map((coefficient, c) => {
    let size = Math.abs(coefficient);
    for (let i = 0; i < ends.length; i++) if ((c & (1 << i)) !== 0) size *= Math.max(Math.abs(ends[i]?.[0] ?? 0), Math.abs(ends[i]?.[1] ?? 0));
    return size;
  });
  const least = NEGLIGIBLE * Math.max(...sizes);
  const kept = Array.from(work.keys()).filter((c) => (sizes[c] as number) > least);
  return {
    coefficients: Float64Array.from(kept, (c) => work[c] as number),
    factors: kept.map((c) => Uint16Array.from(names.filter((_, i) => (c & (1 << i)) !== 0))),
  };
}

/**
 * An option at all draws at once: every number that changes is a column with one value a draw. A short run of the program spends its
 * time in loops that nothing has compiled yet, so the loops are few, long and without calls where that can be.
 */

import type { Curve } from '../cost/terms.ts';
import type { DrawnOption, State } from './drawn-option.ts';
import { CURVES, FIXED, FLEET_LIMIT, OTHER_LIMIT, PER_REQUEST } from './parameters.ts';
import type { Polynomial } from './response.ts';

/** One value a draw, or the same in all. */
export type Column = Float64Array | number;

/** The numbers of an option by place, as in `State`. */
export interface Columns {
  readonly numbers: readonly Column[];
  readonly curves: readonly Curve[];
}

/** @param values variables by number, the trend's factor last */
export function columnsOf({ state, formulas }: DrawnOption, values: readonly Column[], draws: number): Columns {
  const numbers: Column[] = [...state.numbers];
  for (const { place, polynomial } of formulas ?? []) numbers[place] = polynomialColumn(polynomial, values, draws);
  return { numbers, curves: state.curves };
}

function polynomialColumn({ coefficients, factors }: Polynomial, values: readonly Column[], draws: number): Column {
  let constant = 0;
  let sum: Float64Array | null = null;
  for (let t = 0; t < coefficients.length; t++) {
    let coefficient = coefficients[t] as number;
    const columns: Float64Array[] = [];
    for (const i of factors[t] as Uint16Array) {
      const value = values[i] as Column;
      if (typeof value === 'number') coefficient *= value;
      else columns.push(value);
    }
    const [first] = columns;
    if (first === undefined) {
      constant += coefficient;
      continue;
    }
    const product = columns.length === 1 ? first : columns.slice(1).reduce(multiplied, first);
    sum ??= new Float64Array(draws);
    addTimes(sum, product, coefficient);
  }
  if (sum === null) return constant;
  if (constant !== 0) addConstant(sum, constant);
  return sum;
}

export function product(a: Column, b: Column): Column {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  const draws = typeof a === 'number' ? (b as Float64Array).length : a.length;
  return multiplied(asColumn(a, draws), asColumn(b, draws));
}

export function sum(a: Column, b: Column): Column {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  const draws = typeof a === 'number' ? (b as Float64Array).length : a.length;
  const out = asColumn(a, draws).slice();
  addProduct(out, b, 1);
  return out;
}

export function larger(a: Column, b: Column): Column {
  if (typeof a === 'number' && typeof b === 'number') return Math.max(a, b);
  if (a === b || a === 0) return b;
  const draws = typeof a === 'number' ? (b as Float64Array).length : a.length;
  const [as, bs] = [asColumn(a, draws), asColumn(b, draws)];
  return as.map((value, d) => Math.max(value, bs[d] as number));
}

function multiplied(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let d = 0; d < out.length; d++) out[d] = (a[d] as number) * (b[d] as number);
  return out;
}

/** out += factor x column */
function addTimes(out: Float64Array, column: Float64Array, factor: number): void {
  for (let d = 0; d < out.length; d++) out[d] = (out[d] as number) + (column[d] as number) * factor;
}

function addConstant(out: Float64Array, constant: number): void {
  for (let d = 0; d < out.length; d++) out[d] = (out[d] as number) + constant;
}

/** out += a x b */
function addProduct(out: Float64Array, a: Column, b: Column): void {
  if (typeof a === 'number') {
    if (typeof b !== 'number') addTimes(out, b, a);
    else if (a * b !== 0) addConstant(out, a * b);
  } else if (typeof b === 'number') addTimes(out, a, b);
  else for (let d = 0; d < out.length; d++) out[d] = (out[d] as number) + (a[d] as number) * (b[d] as number);
}

/** Adds what `months` months cost without the curves, `volume` being the sum of their volumes. */
export function addLine(out: Float64Array, { numbers }: Columns, volume: Column, months: number): void {
  addProduct(out, numbers[FIXED] as Column, months);
  addProduct(out, numbers[PER_REQUEST] as Column, volume);
}

/** Adds what the curves cost in `months` equal months. */
export function addCurves(out: Float64Array, { numbers, curves }: Columns, volume: Column, held: Column, months: number): void {
  for (let i = 0; i < curves.length; i++) {
    const unit = numbers[CURVES + 2 * i] as Column;
    const work = numbers[CURVES + 2 * i + 1] as Column;
    const curve = curves[i] as Curve;
    if (typeof work === 'number' && typeof volume === 'number' && typeof held === 'number')
      addProduct(out, unit, months * curve.quantity(volume * work, held * work));
    else addCurve(out, curve, unit, work, volume, held, months);
  }
}

function addCurve(out: Float64Array, curve: Curve, unit: Column, work: Column, volume: Column, held: Column, months: number): void {
  const units = asColumn(unit, out.length);
  const works = asColumn(work, out.length);
  const volumes = asColumn(volume, out.length);
  const helds = held === volume ? volumes : asColumn(held, out.length);
  for (let d = 0; d < out.length; d++) {
    const each = works[d] as number;
    out[d] = (out[d] as number) + months * (units[d] as number) * curve.quantity((volumes[d] as number) * each, (helds[d] as number) * each);
  }
}

function asColumn(value: Column, draws: number): Float64Array {
  return typeof value === 'number' ? new Float64Array(draws).fill(value) : value;
}

/** Infinity where the volume exceeds what the option can serve. Limits stand as reciprocals; 0: none. */
export function closeAbove(out: Float64Array, { numbers }: Columns, volume: Column): void {
  for (const place of [FLEET_LIMIT, OTHER_LIMIT]) {
    const limit = numbers[place] as Column;
    if (typeof limit === 'number' && limit <= 0) continue;
    if (typeof limit === 'number' && typeof volume === 'number') {
      if (volume > 1 / limit) out.fill(Number.POSITIVE_INFINITY);
      continue;
    }
    const [limits, volumes] = [asColumn(limit, out.length), asColumn(volume, out.length)];
    for (let d = 0; d < out.length; d++) if ((volumes[d] as number) > 1 / (limits[d] as number)) out[d] = Number.POSITIVE_INFINITY;
  }
}

/** Sets `state` to the numbers of one draw. */
export function load(state: State, { numbers }: Columns, d: number): void {
  for (let k = 0; k < numbers.length; k++) {
    const value = numbers[k] as Column;
    state.numbers[k] = typeof value === 'number' ? value : (value[d] as number);
  }
}

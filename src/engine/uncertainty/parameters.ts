/** A compiled option as a list of numbers (dollars, unit prices, work for the fleet, limits) beside curves that stay as they are. */

import type { OptionModel } from '../cost/option.ts';
import { type Curve, monthlyUsd } from '../cost/terms.ts';

/** Cost of a month = fixed + per_request x volume + sum of unit x curve(volume x work). */
export interface Parameters {
  /**
   * one_off, fixed, per_request, 1 / fleet limit, 1 / other limit, then for each curve its dollars at the reference work, and its work a
   * request; last the values of the curves that have a form, whose work is then 1.
   */
  readonly numbers: Float64Array;
  readonly curves: readonly Curve[];
  /** Quantity of each curve at the reference work. */
  readonly quantities: Float64Array;
}

export const ONE_OFF = 0;
export const FIXED = 1;
export const PER_REQUEST = 2;
export const FLEET_LIMIT = 3;
export const OTHER_LIMIT = 4;
export const CURVES = 5;

/** Curves are compared where they do this much work: far from a step of a staircase, in replicas or in requests. */
const REFERENCE_WORK = 1000.37;

/** Null when the option has no price. */
export function parametersOf(model: OptionModel): Parameters | null {
  const { cost, fleet } = model;
  if (cost === null) return null;
  const forms = cost.curves.flatMap(({ curve }) => curve.form?.values ?? []);
  const numbers = new Float64Array(CURVES + 2 * cost.curves.length + forms.length);
  const quantities = new Float64Array(cost.curves.length);
  numbers[ONE_OFF] = model.one_off_usd;
  numbers[FIXED] = cost.fixed_usd;
  numbers[PER_REQUEST] = cost.usd_per_request;
  numbers[FLEET_LIMIT] = 1 / model.fleet_limit;
  numbers[OTHER_LIMIT] = 1 / model.other_limit;
  cost.curves.forEach((term, i) => {
    const work = term.fleet && fleet !== null && !term.curve.form ? model.fleet_share / fleet.requests_per_step : 1;
    const volume = work === 0 ? 0 : REFERENCE_WORK / work;
    quantities[i] = term.curve.form ? 1 : term.curve.quantity(volume, volume) || 1;
    numbers[CURVES + 2 * i] = term.unit_usd * (quantities[i] as number);
    numbers[CURVES + 2 * i + 1] = work;
  });
  numbers.set(forms, numbers.length - forms.length);
  return { numbers, curves: cost.curves.map((term) => term.curve), quantities };
}

/** Replaces the curves that have a form by what they are at these numbers. */
export function reform(curves: Curve[], forms: readonly Curve[], numbers: Float64Array): void {
  let place = CURVES + 2 * forms.length;
  for (let i = 0; i < forms.length; i++) {
    const form = forms[i]?.form;
    if (!form) continue;
    curves[i] = form.at(numbers.subarray(place, place + form.values.length));
    place += form.values.length;
  }
}

const PROBES = [3.7, 911, 48_211, 3.3e6, 7.9e8];

/** Do curves of `base`, seen through the numbers, give the same cost as the model itself? */
export function describes(model: OptionModel, numbers: Float64Array, base: Parameters): boolean {
  if (model.cost === null || model.cost.curves.length !== base.curves.length) return false;
  const scratch = numbers.slice();
  relateTo(base, scratch);
  const curves = [...base.curves];
  reform(curves, base.curves, scratch);
  for (const volume of PROBES) if (!near(usdOf(scratch, curves, volume, volume), monthlyUsd(model.cost, volume))) return false;
  return true;
}

export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-12);
}

/** Turns the numbers of an option into unit prices and factors on the work of the curves of `base`. A leg that sees no request does no work. */
export function relateTo(base: Parameters, numbers: Float64Array): void {
  for (let i = 0; i < base.curves.length; i++) {
    const at = CURVES + 2 * i;
    const work = base.numbers[at + 1] as number;
    numbers[at] = (numbers[at] as number) / (base.quantities[i] as number);
    numbers[at + 1] = work === 0 ? 1 : (numbers[at + 1] as number) / work;
  }
}

/** US dollars of a month; `numbers` related to the curves. */
export function usdOf(numbers: Float64Array, curves: readonly Curve[], volume: number, held: number): number {
  let usd = (numbers[FIXED] as number) + (numbers[PER_REQUEST] as number) * volume;
  for (let i = 0; i < curves.length; i++) {
    const work = numbers[CURVES + 2 * i + 1] as number;
    usd += (numbers[CURVES + 2 * i] as number) * (curves[i] as Curve).quantity(volume * work, held * work);
  }
  return usd;
}

/** Requests a month the option can serve. */
export function limitOf(numbers: Float64Array): number {
  return 1 / Math.max(numbers[FLEET_LIMIT] as number, numbers[OTHER_LIMIT] as number, 0);
}

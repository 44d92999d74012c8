/** One option on one day of the horizon, at any draw: by formula where one holds, else compiled anew. */

import type { PriceContext } from '../cost/context.ts';
import { compileOption, type OptionModel } from '../cost/option.ts';
import type { Curve } from '../cost/terms.ts';
import type { ScenarioOption } from '../scenario.ts';
import { type Input, mayMove } from './inputs.ts';
import { describes, near, type Parameters, parametersOf, relateTo } from './parameters.ts';
import { evaluate, type Polynomial, throughCorners } from './response.ts';

/** An input as formulas see it: the value, or its reciprocal. */
export interface Variable {
  readonly input: Input;
  readonly low: number;
  readonly high: number;
}

export function variableOf(input: Input): Variable {
  const { low, high } = input.distribution;
  return input.reciprocal ? { input, low: 1 / high, high: 1 / low } : { input, low, high };
}

/** What the price trend multiplies token prices by; changes from month to month. */
export interface Trend {
  readonly low: number;
  readonly high: number;
}

export interface State {
  readonly numbers: Float64Array;
  readonly curves: readonly Curve[];
}

export interface DrawnOption {
  /** Sets `state` for a draw: `values` by variable, the trend's factor last. False: no price in this draw. */
  readonly set: (values: Float64Array) => boolean;
  readonly state: State;
  /** Inputs it depends on, by number. */
  readonly moved: readonly number[];
  /** Does the trend move it? Then every month is set anew. */
  readonly trended: boolean;
  /** The least and the most each number can be; null where the option is compiled for every draw. */
  readonly bounds: { readonly least: State; readonly most: State } | null;
}

export function drawnOption(option: ScenarioOption, variables: readonly Variable[], trend: Trend | null, context: PriceContext): DrawnOption | null {
  const box = new Box(option, variables, trend, context);
  const middle = box.at(0.41);
  const base = parametersOf(box.model(middle));
  if (base === null) return null;
  const effects = box.candidates().map((i) => effectOf(box, i, middle, base));
  const moved = effects.filter(({ numbers }) => numbers === null || numbers.length > 0).map(({ variable }) => variable);
  const formula = formulaOf(box, effects, base);
  return formula === null ? recompiling(box, moved, base) : byFormula(box, moved, base, formula);
}

/** The ranges of the variables, and the option compiled at any place in them. */
class Box {
  readonly option: ScenarioOption;
  readonly variables: readonly Variable[];
  readonly trend: Trend | null;
  readonly context: PriceContext;
  readonly applied: readonly number[];

  constructor(option: ScenarioOption, variables: readonly Variable[], trend: Trend | null, context: PriceContext) {
    this.option = option;
    this.variables = variables;
    this.trend = trend;
    this.context = context;
    this.applied = [...variables.keys()].filter((i) => mayMove((variables[i] as Variable).input, option));
  }

  /** Number of the trend, after the inputs. */
  get trendAt(): number {
    return this.variables.length;
  }

  candidates(): readonly number[] {
    return this.trend === null ? this.applied : [...this.applied, this.trendAt];
  }

  end(i: number, side: 'low' | 'high'): number {
    return i === this.trendAt ? (this.trend?.[side] ?? 1) : (this.variables[i] as Variable)[side];
  }

  /** A place inside, another share of each range. */
  at(start: number): Float64Array {
    const values = new Float64Array(this.variables.length + 1);
    for (let i = 0; i < values.length; i++) {
      const share = 0.15 + 0.7 * ((start + i * 0.6180339887) % 1);
      values[i] = this.end(i, 'low') + (this.end(i, 'high') - this.end(i, 'low')) * share;
    }
    return values;
  }

  model(values: Float64Array): OptionModel {
    const { scenario, catalog, at } = this.context;
    let context: PriceContext = { scenario, catalog, at, trend: values[this.trendAt] as number, findings: [] };
    for (const i of this.applied) {
      const { input } = this.variables[i] as Variable;
      const value = values[i] as number;
      context = input.apply(context, input.reciprocal ? 1 / value : value);
    }
    const option = context.scenario.options.find((each) => each.id === this.option.id) ?? this.option;
    return compileOption(option, context);
  }
}

interface Effect {
  readonly variable: number;
  /** Numbers it changes; null: it changes more than numbers. */
  readonly numbers: readonly number[] | null;
}

function effectOf(box: Box, variable: number, middle: Float64Array, base: Parameters): Effect {
  const values = middle.slice();
  values[variable] = box.end(variable, 'high');
  const there = parametersOf(box.model(values));
  if (there === null || there.numbers.length !== base.numbers.length) return { variable, numbers: null };
  return { variable, numbers: [...base.numbers.keys()].filter((k) => !near(there.numbers[k] as number, base.numbers[k] as number)) };
}

/** One number of an option: a polynomial of some variables, and its values at their corners. */
interface Formula {
  readonly variables: readonly number[];
  readonly polynomial: Polynomial;
  readonly corners: Float64Array;
}

/** More inputs than this in one number would take too many corners. */
const MAX_TOGETHER = 8;

/** The formula of each number, or null where they don't hold everywhere. */
function formulaOf(box: Box, effects: readonly Effect[], base: Parameters): readonly Formula[] | null {
  const bits = bitsOf(effects, base.numbers.length);
  if (bits === null) return null;
  const count = Math.max(-1, ...bits.values()) + 1;
  if (count > MAX_TOGETHER) return null;
  const corners: Float64Array[] = [];
  if (count === 0) corners.push(base.numbers);
  for (let corner = 0; count > 0 && corner < 2 ** count; corner++) {
    const found = parametersOf(box.model(cornerOf(box, bits, corner)));
    if (found === null || found.numbers.length !== base.numbers.length) return null;
    corners.push(found.numbers);
  }
  const formulas = Array.from(base.numbers.keys()).map((k) => numberOf(box, effects, bits, corners, k));
  if (box.candidates().length === 0) return formulas;
  return [0.77, 0.08].every((start) => holds(box, base, formulas, box.at(start))) ? formulas : null;
}

/** A bit for each input, different for inputs that change the same number: inputs that share none can be moved in the same corners. */
function bitsOf(effects: readonly Effect[], numbers: number): ReadonlyMap<number, number> | null {
  const bits = new Map<number, number>();
  const taken = Array.from({ length: numbers }, () => new Set<number>());
  for (const effect of effects) {
    if (effect.numbers === null) return null;
    let bit = 0;
    while (effect.numbers.some((k) => taken[k]?.has(bit))) bit++;
    for (const k of effect.numbers) taken[k]?.add(bit);
    if (effect.numbers.length > 0) bits.set(effect.variable, bit);
  }
  return bits;
}

function cornerOf(box: Box, bits: ReadonlyMap<number, number>, corner: number): Float64Array {
  const values = box.at(0.41);
  for (const [i, bit] of bits) values[i] = box.end(i, (corner & (1 << bit)) === 0 ? 'low' : 'high');
  return values;
}

function numberOf(box: Box, effects: readonly Effect[], bits: ReadonlyMap<number, number>, corners: readonly Float64Array[], k: number): Formula {
  const variables = effects.filter(({ numbers }) => numbers?.includes(k)).map(({ variable }) => variable);
  const values = new Float64Array(2 ** variables.length);
  for (let c = 0; c < values.length; c++) {
    let corner = 0;
    variables.forEach((i, bit) => {
      if ((c & (1 << bit)) !== 0) corner |= 1 << (bits.get(i) as number);
    });
    values[c] = (corners[corner] as Float64Array)[k] as number;
  }
  const ends = variables.map((i) => [box.end(i, 'low'), box.end(i, 'high')] as const);
  return { variables, polynomial: throughCorners(values, ends, variables), corners: values };
}

function holds(box: Box, base: Parameters, formulas: readonly Formula[], values: Float64Array): boolean {
  const model = box.model(values);
  const there = parametersOf(model);
  if (there === null || there.numbers.length !== base.numbers.length) return false;
  const numbers = Float64Array.from(formulas, ({ polynomial }) => evaluate(polynomial, values));
  return numbers.every((value, k) => near(value, there.numbers[k] as number)) && describes(model, numbers, base);
}

function byFormula(box: Box, moved: readonly number[], base: Parameters, formulas: readonly Formula[]): DrawnOption {
  const { curves } = base;
  const numbersBy = (of: (formula: Formula) => number): State => {
    const numbers = Float64Array.from(formulas, of);
    relateTo(base, numbers);
    return { numbers, curves };
  };
  const state = numbersBy(({ corners }) => corners[0] as number);
  const changing = [...formulas.keys()].filter((k) => (formulas[k] as Formula).variables.length > 0);
  const polynomials = changing.map((k) => (formulas[k] as Formula).polynomial);
  // What relateTo divides each changing number by.
  const scales = Float64Array.from(changing, (k) => relatedOne(base, formulas.length, k));
  const set = (values: Float64Array) => {
    for (let i = 0; i < changing.length; i++) state.numbers[changing[i] as number] = evaluate(polynomials[i] as Polynomial, values) * (scales[i] as number);
    return true;
  };
  const bounds = { least: numbersBy(({ corners }) => Math.min(...corners)), most: numbersBy(({ corners }) => Math.max(...corners)) };
  return { set, state, moved: moved.filter((i) => i !== box.trendAt), trended: moved.includes(box.trendAt), bounds };
}

/** What a 1 in place k becomes when related to the base. */
function relatedOne(base: Parameters, length: number, k: number): number {
  const ones = new Float64Array(length).fill(1);
  relateTo(base, ones);
  return ones[k] as number;
}

function recompiling(box: Box, moved: readonly number[], base: Parameters): DrawnOption {
  const drawn: { -readonly [key in keyof DrawnOption]: DrawnOption[key] } = {
    set: (values) => {
      const found = parametersOf(box.model(values));
      if (found === null) return false;
      relateTo(found, found.numbers);
      drawn.state = { numbers: found.numbers, curves: found.curves };
      return true;
    },
    state: { numbers: base.numbers.slice(), curves: base.curves },
    moved: moved.filter((i) => i !== box.trendAt),
    trended: moved.includes(box.trendAt),
    bounds: null,
  };
  return drawn;
}

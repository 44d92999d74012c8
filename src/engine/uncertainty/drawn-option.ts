/** One option on one day of the horizon, at any draw: by formula where one holds, else compiled anew. */

import type { PriceContext } from '../cost/context.ts';
import { compileOption, type OptionModel } from '../cost/option.ts';
import type { Curve } from '../cost/terms.ts';
import type { ScenarioOption } from '../scenario.ts';
import { type Input, mayMove } from './inputs.ts';
import { describes, near, type Parameters, parametersOf, reform, relateTo } from './parameters.ts';
import { evaluate, type Polynomial, throughCorners, times } from './response.ts';

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
  /** Numbers that change, by place in the state, as formulas of the values; null where curves change with them, or the option is compiled for every draw. */
  readonly formulas: readonly NumberFormula[] | null;
}

interface NumberFormula {
  readonly place: number;
  readonly polynomial: Polynomial;
}

export function drawnOption(option: ScenarioOption, variables: readonly Variable[], trend: Trend | null, context: PriceContext): DrawnOption | null {
  const box = new Box(option, variables, trend, context);
  const middle = box.at(0.41);
  const base = parametersOf(box.model(middle));
  if (base === null) return null;
  const effects = box.candidates().map((i) => effectOf(box, i, middle, base));
  const moved = effects.filter(({ numbers }) => numbers === null || numbers.length > 0).map(({ variable }) => variable);
  const formula = formulaOf(box, effects, middle, base);
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
  /** The option with this input at its high end and the others in the middle. */
  readonly there: Parameters | null;
}

function effectOf(box: Box, variable: number, middle: Float64Array, base: Parameters): Effect {
  const values = middle.slice();
  values[variable] = box.end(variable, 'high');
  const there = parametersOf(box.model(values));
  if (there === null || there.numbers.length !== base.numbers.length) return { variable, numbers: null, there };
  return { variable, numbers: [...base.numbers.keys()].filter((k) => !near(there.numbers[k] as number, base.numbers[k] as number)), there };
}

/** One number of an option: a polynomial of some variables, and between what it lies. */
interface Formula {
  readonly variables: readonly number[];
  readonly polynomial: Polynomial;
  readonly least: number;
  readonly most: number;
}

/** More inputs than this in one number would take too many corners. */
const MAX_TOGETHER = 8;

/** The formula of each number, or null where they don't hold everywhere. */
function formulaOf(box: Box, effects: readonly Effect[], middle: Float64Array, base: Parameters): readonly Formula[] | null {
  const bits = bitsOf(effects, base.numbers.length);
  if (bits === null) return null;
  const count = Math.max(-1, ...bits.values()) + 1;
  if (count > MAX_TOGETHER) return null;
  const corners: Float64Array[] = [base.numbers];
  for (let corner = 1; corner < 2 ** count; corner++) {
    const found = oneBit(effects, bits, corner, base) ?? parametersOf(box.model(cornerOf(box, middle, bits, corner)))?.numbers;
    if (found?.length !== base.numbers.length) return null;
    corners.push(found);
  }
  const formulas = Array.from(base.numbers.keys()).map((k) => numberOf(box, effects, middle, bits, corners, k));
  if (box.candidates().length === 0) return formulas;
  return [0.77, 0.08].every((start) => holds(box, base, formulas, box.at(start))) ? formulas : null;
}

/** Numbers where only inputs of one bit are high: each was moved by one input, and its effect is known already. Null for other corners. */
function oneBit(effects: readonly Effect[], bits: ReadonlyMap<number, number>, corner: number, base: Parameters): Float64Array | null {
  if ((corner & (corner - 1)) !== 0) return null;
  const numbers = base.numbers.slice();
  for (const { variable, numbers: moved, there } of effects) {
    if (corner !== 1 << (bits.get(variable) ?? MAX_TOGETHER)) continue;
    for (const k of moved ?? []) numbers[k] = there?.numbers[k] as number;
  }
  return numbers;
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

function cornerOf(box: Box, middle: Float64Array, bits: ReadonlyMap<number, number>, corner: number): Float64Array {
  const values = middle.slice();
  for (const [i, bit] of bits) if ((corner & (1 << bit)) !== 0) values[i] = box.end(i, 'high');
  return values;
}

function numberOf(
  box: Box,
  effects: readonly Effect[],
  middle: Float64Array,
  bits: ReadonlyMap<number, number>,
  corners: readonly Float64Array[],
  k: number,
): Formula {
  const variables = effects.filter(({ numbers }) => numbers?.includes(k)).map(({ variable }) => variable);
  const values = new Float64Array(2 ** variables.length);
  for (let c = 0; c < values.length; c++) {
    let corner = 0;
    variables.forEach((i, bit) => {
      if ((c & (1 << bit)) !== 0) corner |= 1 << (bits.get(i) as number);
    });
    values[c] = (corners[corner] as Float64Array)[k] as number;
  }
  const polynomial = throughCorners(
    values,
    variables.map((i) => [middle[i] as number, box.end(i, 'high')] as const),
    variables,
  );
  return { variables, polynomial, ...extremes(box, variables, polynomial) };
}

/** A polynomial without squares is the least and the most in corners of the ranges. */
function extremes(box: Box, variables: readonly number[], polynomial: Polynomial): { readonly least: number; readonly most: number } {
  const values = new Float64Array(box.variables.length + 1);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < 2 ** variables.length; c++) {
    variables.forEach((i, bit) => {
      values[i] = box.end(i, (c & (1 << bit)) === 0 ? 'low' : 'high');
    });
    const value = evaluate(polynomial, values);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

function holds(box: Box, base: Parameters, formulas: readonly Formula[], values: Float64Array): boolean {
  const model = box.model(values);
  const there = parametersOf(model);
  if (there === null || there.numbers.length !== base.numbers.length) return false;
  const numbers = Float64Array.from(formulas, ({ polynomial }) => evaluate(polynomial, values));
  return numbers.every((value, k) => near(value, there.numbers[k] as number)) && describes(model, numbers, base);
}

function byFormula(box: Box, moved: readonly number[], base: Parameters, formulas: readonly Formula[]): DrawnOption {
  const formed = base.curves.some((curve) => curve.form);
  const numbersBy = (of: (formula: Formula) => number) => {
    const numbers = Float64Array.from(formulas, of);
    relateTo(base, numbers);
    const curves = [...base.curves];
    reform(curves, base.curves, numbers);
    return { numbers, curves };
  };
  const state = numbersBy(({ least }) => least);
  const ones = new Float64Array(formulas.length).fill(1);
  relateTo(base, ones);
  const changing = formulas.flatMap(({ variables, polynomial }, place): NumberFormula[] =>
    variables.length === 0 ? [] : [{ place, polynomial: times(polynomial, ones[place] as number) }],
  );
  const set = (values: Float64Array) => {
    for (let i = 0; i < changing.length; i++) {
      const { place, polynomial } = changing[i] as NumberFormula;
      state.numbers[place] = evaluate(polynomial, values);
    }
    if (formed) reform(state.curves, base.curves, state.numbers);
    return true;
  };
  return {
    set,
    state,
    moved: moved.filter((i) => i !== box.trendAt),
    trended: moved.includes(box.trendAt),
    bounds: { least: numbersBy(({ least }) => least), most: numbersBy(({ most }) => most) },
    // Columns share their curves.
    formulas: formed ? null : changing,
  };
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
    formulas: null,
  };
  return drawn;
}

/**
 * A month's cost of one option as a function of the request volume: a sum of terms, each quantity x unit price.
 *
 * Three shapes cover everything: fixed, linear, and curves (staircases of GPUs, kinked commitments, quoted tables, scale to
 * zero). A curve says where the piece it is on ends, so that winners and crossovers can be solved piece by piece instead of
 * sampled.
 */
import type { CostCategory, CostComponent } from '../result.ts';

/** What moves a term when one input is scaled; used to find flips without pricing everything again. */
export type Driver = 'token_price' | 'gpu_price' | 'staff' | null;

export interface Curve {
  /** Quantity at `volume` requests a month with a fleet held for `held` (>= volume) requests. */
  readonly quantity: (volume: number, held: number) => number;
  /** Largest volume of the piece that holds `volume`; pieces are open on the left, closed on the right. Infinity: the last piece. */
  readonly limit: (volume: number) => number;
  /** Within a piece the quantity is affine, except where `smooth` (scale to zero). */
  readonly smooth: boolean;
  /** Lines that enclose the quantity at every volume, as intercept and slope; null: only piece by piece. */
  readonly bounds: { readonly low: Line; readonly high: Line } | null;
  /** The quantity may fall as the volume rises (quoted tables); absent: together with its option's other terms it never does. */
  readonly falls?: true;
  /** Where the course of the curve depends on more than the work a request is (scale to zero); absent: it is stretched by the work. */
  readonly form?: CurveForm;
}

/** A kind of curve and the values that make it this one; the quantity rises with each of them. */
interface CurveForm {
  readonly values: readonly number[];
  /** The same kind of curve at other values. */
  readonly at: (values: ArrayLike<number>) => Curve;
}

export interface Line {
  readonly at0: number;
  readonly slope: number;
}

interface TermBase {
  readonly name: string;
  readonly category: CostCategory;
  readonly leg: string | null;
  readonly unit: string;
  readonly unit_usd: number;
  readonly source: string;
  readonly driver: Driver;
  /** The quantity depends on the volume only through the work for the fleet: k times the speed is 1/k of the volume. */
  readonly fleet?: true;
}

interface FixedTerm extends TermBase {
  readonly shape: 'fixed';
  readonly quantity: number;
}

export interface LinearTerm extends TermBase {
  readonly shape: 'linear';
  readonly per_request: number;
}

export interface CurveTerm extends TermBase {
  readonly shape: 'curve';
  readonly curve: Curve;
  /** variable: proportional in the long run with kinks; step: staircase; fixed: a floor. */
  readonly behaviour: 'fixed' | 'step' | 'variable';
}

export type Term = FixedTerm | LinearTerm | CurveTerm;

export interface CostModel {
  /** What people see: the components. */
  readonly terms: readonly Term[];
  /** The same dollars in as few terms as possible: what is summed. */
  readonly totals: readonly Term[];
  /** Sum of the fixed terms, US dollars a month. */
  readonly fixed_usd: number;
  /** Sum of the linear terms, US dollars a request. */
  readonly usd_per_request: number;
  readonly curves: readonly CurveTerm[];
  /** Requests a month above which the option cannot serve (rate limit, owned GPUs). */
  readonly max_volume: number;
}

/** @param totals terms of the same sum at every volume, quicker to evaluate; default: the terms themselves */
export function costModel(terms: readonly Term[], maxVolume = Number.POSITIVE_INFINITY, totals = terms): CostModel {
  let fixed = 0;
  let perRequest = 0;
  const curves: CurveTerm[] = [];
  for (const term of totals) {
    if (term.shape === 'fixed') fixed += term.quantity * term.unit_usd;
    else if (term.shape === 'linear') perRequest += term.per_request * term.unit_usd;
    else curves.push(term);
  }
  return { terms, totals, fixed_usd: fixed, usd_per_request: perRequest, curves, max_volume: maxVolume };
}

/** US dollars of one term at `volume`. */
export function termUsd(term: Term, volume: number, held = volume): number {
  if (term.shape === 'fixed') return term.quantity * term.unit_usd;
  return term.unit_usd * (term.shape === 'linear' ? term.per_request * volume : term.curve.quantity(volume, held));
}

/** US dollars of a month at `volume` requests. `held`: volume the fleet is kept for, where a term forbids shrinking it. */
export function monthlyUsd(model: CostModel, volume: number, held = volume): number {
  let usd = model.fixed_usd + model.usd_per_request * volume;
  for (const term of model.curves) usd += term.unit_usd * term.curve.quantity(volume, held);
  return usd;
}

/** Largest volume of the piece on which the whole model is affine (or smooth). */
export function pieceLimit(model: CostModel, volume: number): number {
  let limit = model.max_volume >= volume ? model.max_volume : Number.POSITIVE_INFINITY;
  for (const term of model.curves) limit = Math.min(limit, term.curve.limit(volume));
  return limit;
}

/** The components of a month at `volume`; their sum is `monthlyUsd` up to rounding. Zero components of curves are left out. */
export function components(model: CostModel, volume: number): CostComponent[] {
  const rows: CostComponent[] = [];
  for (const term of model.terms) {
    const quantity = quantityAt(term, volume);
    if (quantity === 0 && term.shape === 'curve') continue;
    rows.push({
      name: term.name,
      category: term.category,
      behaviour: behaviourOf(term),
      leg: term.leg,
      quantity,
      unit: term.unit,
      unit_usd: term.unit_usd,
      monthly_usd: quantity * term.unit_usd,
      source: term.source,
    });
  }
  return rows;
}

function quantityAt(term: Term, volume: number): number {
  if (term.shape === 'fixed') return term.quantity;
  return term.shape === 'linear' ? term.per_request * volume : term.curve.quantity(volume, volume);
}

function behaviourOf(term: Term): CostComponent['behaviour'] {
  if (term.shape === 'fixed') return 'fixed';
  return term.shape === 'linear' ? 'variable' : term.behaviour;
}

/** The same term for a leg of a hybrid that sees `share` of the requests. */
export function legTerm(term: Term, leg: string, share: number): Term {
  // Literals, not spreads: this runs for every term of every leg, and spreads cost microseconds.
  const { name, category, unit, unit_usd, source, driver } = term;
  const fleet = term.fleet ? { fleet: true as const } : null;
  if (term.shape === 'fixed') return { shape: 'fixed', name, category, leg, unit, unit_usd, source, driver, quantity: term.quantity, ...fleet };
  if (term.shape === 'linear') return { shape: 'linear', name, category, leg, unit, unit_usd, source, driver, per_request: term.per_request * share, ...fleet };
  return { shape: 'curve', behaviour: term.behaviour, name, category, leg, unit, unit_usd, source, driver, curve: scaledCurve(term.curve, share), ...fleet };
}

/** A curve seen at `share` of the volume. A share of 0 is the curve at 0 requests. */
function scaledCurve(curve: Curve, share: number): Curve {
  if (share === 0) return { quantity: (_, __) => curve.quantity(0, 0), limit: () => Number.POSITIVE_INFINITY, smooth: curve.smooth, bounds: null };
  return {
    quantity: (volume, held) => curve.quantity(volume * share, held * share),
    limit: (volume) => curve.limit(volume * share) / share,
    smooth: curve.smooth,
    bounds: curve.bounds && { low: scaledLine(curve.bounds.low, share), high: scaledLine(curve.bounds.high, share) },
  };
}

function scaledLine(line: Line, share: number): Line {
  return { at0: line.at0, slope: line.slope * share };
}

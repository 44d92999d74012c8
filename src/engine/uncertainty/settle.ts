/** Above which volume one option stays cheaper than another, in one draw. */

import { type CostModel, type Curve, type CurveTerm, costModel } from '../cost/terms.ts';
import { comparePair } from '../crossover.ts';
import type { State } from './drawn-option.ts';
import { CURVES, FIXED, limitOf, PER_REQUEST, usdOf } from './parameters.ts';

const DOMAIN_END = 1e12;
/** Steps converge like powers of (marginal cost of self-hosting / that of the API); beyond these the two are as good as parallel. */
const MAX_STEPS = 5000;

/**
 * The largest volume at which self-hosting costs no less than the API; 0: cheaper from the first request on; Infinity: never for good.
 *
 * From a volume where self-hosting is cheaper, go down to where the API costs what self-hosting costs here. Costs never rise on the
 * way down, so nothing is skipped, and the descent ends at the last volume where both cost the same.
 */
export function settledAt(api: State, own: State): number {
  if (fall(api.curves) || fall(own.curves)) return bySolving(api, own);
  if (limitOf(own.numbers) < DOMAIN_END) return Number.POSITIVE_INFINITY;
  const end = Math.min(DOMAIN_END, limitOf(api.numbers));
  if (usd(own, end) >= usd(api, end)) return end === DOMAIN_END ? Number.POSITIVE_INFINITY : end;
  let volume = Math.min(end, upperBound(api, own));
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = volumeOf(api, usd(own, volume), volume);
    if (next < 1) return 0;
    if (next >= volume * (1 - 1e-13)) return volume;
    volume = next;
  }
  return volume;
}

function fall(curves: readonly Curve[]): boolean {
  for (let i = 0; i < curves.length; i++) if (curves[i]?.falls) return true;
  return false;
}

function usd(state: State, volume: number): number {
  return usdOf(state.numbers, state.curves, volume, volume);
}

/** Where the API's line crosses the line above the whole cost of self-hosting; Infinity where one of them has no line. */
function upperBound(api: State, own: State): number {
  if (api.curves.length > 0) return Number.POSITIVE_INFINITY;
  let at0 = own.numbers[FIXED] as number;
  let slope = own.numbers[PER_REQUEST] as number;
  for (let i = 0; i < own.curves.length; i++) {
    const bounds = (own.curves[i] as Curve).bounds;
    const unit = own.numbers[CURVES + 2 * i] as number;
    if (bounds === null || unit < 0) return Number.POSITIVE_INFINITY;
    at0 += unit * bounds.high.at0;
    slope += unit * bounds.high.slope * (own.numbers[CURVES + 2 * i + 1] as number);
  }
  const gain = (api.numbers[PER_REQUEST] as number) - slope;
  const volume = (at0 - (api.numbers[FIXED] as number)) / gain;
  return gain > 0 && volume > 0 ? volume * (1 + 1e-9) : Number.POSITIVE_INFINITY;
}

/** The largest volume, up to `below`, at which the API costs at most `dollars`. */
function volumeOf(api: State, dollars: number, below: number): number {
  if (api.curves.length === 0) return Math.min(below, (dollars - (api.numbers[FIXED] as number)) / (api.numbers[PER_REQUEST] as number));
  if (usd(api, below) <= dollars) return below;
  let [low, high] = [0, below];
  while (high - low > high * 1e-14 && high > 0.5) {
    const mid = (low + high) / 2;
    if (usd(api, mid) <= dollars) low = mid;
    else high = mid;
  }
  return low;
}

/** Quoted prices may fall as the volume rises: solved piece by piece. */
function bySolving(api: State, own: State): number {
  const { settled } = comparePair({ id: 'api', cost: modelOf(api), simplicity: 0 }, { id: 'own', cost: modelOf(own), simplicity: 1 });
  return settled ?? Number.POSITIVE_INFINITY;
}

function modelOf({ numbers, curves }: State): CostModel {
  const shared = { name: '', category: 'usage', leg: null, unit: '', source: '', driver: null } as const;
  return costModel(
    [
      { ...shared, shape: 'fixed', quantity: 1, unit_usd: numbers[FIXED] as number },
      { ...shared, shape: 'linear', per_request: 1, unit_usd: numbers[PER_REQUEST] as number },
      ...curves.map(
        (curve, i): CurveTerm => ({
          ...shared,
          shape: 'curve',
          behaviour: 'step',
          unit_usd: numbers[CURVES + 2 * i] as number,
          curve: stretched(curve, numbers[CURVES + 2 * i + 1] as number),
        }),
      ),
    ],
    limitOf(numbers),
  );
}

function stretched(curve: Curve, work: number): Curve {
  if (work === 1) return curve;
  const line = ({ at0, slope }: { readonly at0: number; readonly slope: number }) => ({ at0, slope: slope * work });
  return {
    ...curve,
    quantity: (volume, held) => curve.quantity(volume * work, held * work),
    limit: (volume) => curve.limit(volume * work) / work,
    bounds: curve.bounds && { low: line(curve.bounds.low), high: line(curve.bounds.high) },
  };
}

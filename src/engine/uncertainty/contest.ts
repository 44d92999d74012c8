/** Who is cheapest in each draw. Options that cannot be, whatever is drawn, are left out beforehand: most plans have one or two rivals. */

import type { Scenario } from '../scenario.ts';
import { likely } from '../units.ts';
import type { Input } from './inputs.ts';
import { type Course, type DrawnMonths, type Extent, monthExtent, totalExtent, totalOf } from './months.ts';
import { limitOf, usdOf } from './parameters.ts';

/** Volumes at which the chance of being cheapest is counted: 1, 2, 5 a decade. */
export const VOLUMES = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8];

/** Indexes of the options that may be the cheapest, given between what each one's cost lies. */
function rivalsOf(options: readonly DrawnMonths[], extents: readonly Extent[]): number[] {
  let highest = Number.POSITIVE_INFINITY;
  options.forEach(({ gated }, o) => {
    if (gated) highest = Math.min(highest, (extents[o] as Extent).high);
  });
  return [...options.keys()].filter((o) => {
    const { low } = extents[o] as Extent;
    return options[o]?.gated && low <= highest && low < Number.POSITIVE_INFINITY;
  });
}

/** Who is cheapest in a month at each volume of the axis; volumes where the draws cannot matter are decided beforehand. */
export class Axis {
  /** wins[v * options + o] */
  readonly wins: Uint32Array;
  private readonly options: readonly DrawnMonths[];
  private readonly open: readonly { readonly v: number; readonly volume: number; readonly rivals: readonly number[] }[];

  constructor(options: readonly DrawnMonths[], draws: number) {
    this.options = options;
    this.wins = new Uint32Array(VOLUMES.length * options.length);
    this.open = VOLUMES.flatMap((volume, v) => {
      const extents = options.map((option) => monthExtent(option, volume));
      const rivals = rivalsOf(options, extents);
      const [only] = rivals;
      if (only === undefined) return [];
      if (rivals.length > 1 || extents[only]?.high === Number.POSITIVE_INFINITY) return [{ v, volume, rivals }];
      this.wins[v * options.length + only] = draws;
      return [];
    });
  }

  /** Counts the draw the options are set for. */
  count(): void {
    for (let i = 0; i < this.open.length; i++) {
      const { v, volume, rivals } = this.open[i] as Axis['open'][number];
      let best = -1;
      let lowest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < rivals.length; k++) {
        const o = rivals[k] as number;
        const { numbers, curves } = (this.options[o] as DrawnMonths).first.state;
        if (volume > limitOf(numbers)) continue;
        const usd = usdOf(numbers, curves, volume, volume);
        if (usd < lowest) {
          lowest = usd;
          best = o;
        }
      }
      if (best !== -1) this.wins[v * this.options.length + best] = (this.wins[v * this.options.length + best] as number) + 1;
    }
  }
}

/** Totals of the horizon of the options that may be the cheapest, and of the decided one. */
export class Horizons {
  readonly totals: readonly (Float64Array | null)[];
  /** Index of the cheapest by draw; -1: none can serve. */
  readonly cheapest: Int32Array;
  private readonly options: readonly DrawnMonths[];
  private readonly rivals: readonly number[];
  /** Nothing moves their total: priced in the first draw. */
  private readonly still: readonly boolean[];

  constructor(options: readonly DrawnMonths[], inputs: readonly Input[], scenario: Scenario, decided: string | null, draws: number) {
    this.options = options;
    const volume = extentOf(inputs, 'volume', likely(scenario.workload.requests_per_month));
    const growth = extentOf(inputs, 'growth', likely(scenario.workload.growth_per_month));
    const extents = options.map((option) => totalExtent(option, volume, { low: 1 + growth.low, high: 1 + growth.high }));
    const rivals = rivalsOf(options, extents);
    this.rivals = rivals;
    this.totals = options.map(({ id }, o) => (rivals.includes(o) || id === decided ? new Float64Array(draws) : null));
    this.cheapest = new Int32Array(draws);
    const steady = inputs.every((input) => input.role === 'parameter');
    this.still = options.map((option) => steady && option.months.every((model) => model.moved.length === 0));
  }

  price(d: number, values: Float64Array, course: Course, monthly: readonly Float64Array[]): void {
    for (let o = 0; o < this.options.length; o++) {
      const totals = this.totals[o];
      if (!totals) continue;
      if (d > 0 && this.still[o] === true) totals[d] = totals[0] as number;
      else {
        const priced = Number.isFinite((monthly[o] as Float64Array)[d] as number);
        totals[d] = priced ? totalOf(this.options[o] as DrawnMonths, values, course) : Number.POSITIVE_INFINITY;
      }
    }
    this.cheapest[d] = this.best(d);
  }

  private best(d: number): number {
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.rivals.length; k++) {
      const o = this.rivals[k] as number;
      const total = (this.totals[o] as Float64Array)[d] as number;
      if (total < lowest) {
        lowest = total;
        best = o;
      }
    }
    return best;
  }
}

function extentOf(inputs: readonly Input[], role: Input['role'], now: number): Extent {
  return inputs.find((input) => input.role === role)?.distribution ?? { low: now, high: now };
}

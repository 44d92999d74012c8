/** Who is cheapest in each draw. Options that cannot be, whatever is drawn, are left out beforehand: most plans have one or two rivals. */

import type { Column } from './columns.ts';
import type { Drawn } from './drawn.ts';
import { type DrawnMonths, type Extent, monthExtent, totalExtent } from './months.ts';
import type { Priced } from './priced.ts';

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

/** Who is cheapest in a month at each volume of the axis. */
export interface Axis {
  /** wins[v * options + o] */
  readonly wins: Uint32Array;
  /** Volumes at which the draws matter, and who may win there; the others are decided. */
  readonly open: readonly { readonly v: number; readonly volume: number; readonly rivals: readonly number[] }[];
}

export function axisOf(options: readonly DrawnMonths[], draws: number): Axis {
  const wins = new Uint32Array(VOLUMES.length * options.length);
  const open = VOLUMES.flatMap((volume, v) => {
    const extents = options.map((option) => monthExtent(option, volume));
    const rivals = rivalsOf(options, extents);
    const [only] = rivals;
    if (only === undefined) return [];
    if (rivals.length > 1 || extents[only]?.high === Number.POSITIVE_INFINITY) return [{ v, volume, rivals }];
    wins[v * options.length + only] = draws;
    return [];
  });
  return { wins, open };
}

/** Counts the wins at the open volumes. */
export function play({ wins, open }: Axis, options: readonly Priced[]): void {
  open.forEach(({ v, rivals }, k) => {
    const cheapest = cheapestOf(rivals.map((o) => [o, (options[o] as Priced).atVolume(k)] as const));
    for (let d = 0; d < cheapest.length; d++) {
      const o = cheapest[d] as number;
      if (o !== -1) wins[v * options.length + o] = (wins[v * options.length + o] as number) + 1;
    }
  });
}

/** Who is cheapest in each draw, ties to the first; -1: none can serve. */
function cheapestOf(columns: readonly (readonly [number, Float64Array])[], draws = columns[0]?.[1].length ?? 0): Int32Array {
  const cheapest = new Int32Array(draws).fill(-1);
  const lowest = new Float64Array(draws).fill(Number.POSITIVE_INFINITY);
  for (const [o, usd] of columns) takeLower(cheapest, lowest, usd, o);
  return cheapest;
}

function takeLower(cheapest: Int32Array, lowest: Float64Array, usd: Float64Array, o: number): void {
  for (let d = 0; d < usd.length; d++) {
    const each = usd[d] as number;
    if (each < (lowest[d] as number)) {
      lowest[d] = each;
      cheapest[d] = o;
    }
  }
}

export interface Horizons {
  /** Totals of the options that may be the cheapest, and of the decided one. */
  readonly totals: readonly (Float64Array | null)[];
  /** Index of the cheapest by draw; -1: none can serve. */
  readonly cheapest: Int32Array;
}

export function horizonsOf(options: readonly DrawnMonths[], columns: readonly Priced[], { volume, growth, draws }: Drawn, decided: string | null): Horizons {
  const extents = options.map((option) => totalExtent(option, extentOf(volume), extentOf(growth)));
  const rivals = rivalsOf(options, extents);
  const totals = options.map(({ id }, o) => (rivals.includes(o) || id === decided ? (columns[o] as Priced).totals() : null));
  return {
    totals,
    cheapest: cheapestOf(
      rivals.map((o) => [o, totals[o] as Float64Array] as const),
      draws,
    ),
  };
}

function extentOf(column: Column): Extent {
  if (typeof column === 'number') return { low: column, high: column };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of column) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

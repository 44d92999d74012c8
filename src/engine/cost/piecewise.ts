/** Curves made of straight pieces between a few known volumes: quoted tables, commitments, overflow above bought capacity. */
import type { Curve } from './terms.ts';

/** max(0, slope x (volume - threshold)): what exceeds a capacity. */
export function excess(threshold: number, slope = 1): Curve {
  return {
    quantity: (volume) => Math.max(0, volume - threshold) * slope,
    limit: (volume) => (volume <= threshold ? threshold : Number.POSITIVE_INFINITY),
    smooth: false,
    bounds: null,
  };
}

/** max(0, floor - usd_per_request x volume): what a commitment costs beyond the usage. */
export function shortfall(floor: number, usdPerRequest: number): Curve {
  const end = usdPerRequest > 0 ? floor / usdPerRequest : Number.POSITIVE_INFINITY;
  return {
    quantity: (volume) => Math.max(0, floor - usdPerRequest * volume),
    limit: (volume) => (volume <= end ? end : Number.POSITIVE_INFINITY),
    smooth: false,
    bounds: null,
  };
}

export interface Point {
  readonly requests: number;
  readonly usd: number;
}

/**
 * A quoted table: linear between its points, the end segments continue, floored at 0 US dollars.
 *
 * @param points ascending by `requests`, at least one; a single point is a flat price
 * @example tableCurve([{ requests: 10_000, usd: 200 }, { requests: 100_000, usd: 400 }]).quantity(13_913, 13_913) // 208.69...
 */
export function tableCurve(points: readonly Point[]): Curve {
  const kinks = kinkVolumes(points);
  return {
    quantity: (volume) => Math.max(0, lineAt(points, volume)),
    limit: (volume) => kinks.find((kink) => volume <= kink) ?? Number.POSITIVE_INFINITY,
    smooth: false,
    bounds: null,
    falls: true,
  };
}

function lineAt(points: readonly Point[], volume: number): number {
  const [first] = points;
  if (first === undefined) return 0;
  if (points.length === 1) return first.usd;
  const [left, right] = segmentOf(points, volume);
  return left.usd + ((right.usd - left.usd) * (volume - left.requests)) / (right.requests - left.requests);
}

function segmentOf(points: readonly Point[], volume: number): readonly [Point, Point] {
  let i = 1;
  while (i < points.length - 1 && volume > (points[i] as Point).requests) i++;
  return [points[i - 1] as Point, points[i] as Point];
}

/** Inner points, and the volumes at which an end segment reaches 0. */
function kinkVolumes(points: readonly Point[]): number[] {
  const kinks = points.map((point) => point.requests);
  if (points.length > 1)
    for (const volume of [zeroOf(points[0] as Point, points[1] as Point), zeroOf(points.at(-2) as Point, points.at(-1) as Point)])
      if (volume !== null && volume > 0) kinks.push(volume);
  return kinks.sort((a, b) => a - b);
}

function zeroOf(a: Point, b: Point): number | null {
  return a.usd === b.usd ? null : a.requests - (a.usd * (b.requests - a.requests)) / (b.usd - a.usd);
}

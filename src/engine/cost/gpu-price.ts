/** What an hour of a GPU costs, however it is had, and what comes with it. */
import type { Fleet } from './fleet.ts';
import type { Curve, Line, Term } from './terms.ts';

/** What an hour of a GPU costs, and what renting it forces. */
export interface GpuPrice {
  readonly usd_per_gpu_hour: number;
  readonly unit_name: string;
  readonly node_gpus: number;
  readonly owned_gpus: number | null;
  readonly source: string;
  /** Terms besides the GPU-hours, made once the fleet is known. */
  readonly extras: (fleet: Fleet) => Term[];
}

/** A curve `factor` times as high. */
export function times(curve: Curve, factor: number): Curve {
  const scale = (line: Line) => ({ at0: line.at0 * factor, slope: line.slope * factor });
  return {
    smooth: curve.smooth,
    limit: curve.limit,
    quantity: (volume, held) => curve.quantity(volume, held) * factor,
    bounds: curve.bounds && { low: scale(curve.bounds.low), high: scale(curve.bounds.high) },
  };
}

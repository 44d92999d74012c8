/** The volume at which renting a measured replica becomes cheaper than paying a measured endpoint by the request. */
import { HOURS_PER_MONTH, SECONDS_PER_MONTH } from '../../engine/units.ts';

export interface ReplicaCost {
  readonly usd_per_hour: number;
  /** Requests per second one replica was measured to serve. */
  readonly requests_per_s: number;
  readonly spare_replicas: number;
}

export interface MeasuredCrossover {
  /** Requests a month from which the replicas are cheaper; null: never, at any volume. */
  readonly first: number | null;
  /** Requests a month beyond which they stay cheaper, past the steps at which a replica is added; null: never. */
  readonly settled: number | null;
  /** Flat requests a month one replica carries at the given peak. */
  readonly requests_per_month_per_replica: number;
  readonly replica_usd_per_month: number;
}

/**
 * Replicas are a staircase: n = ceil(volume / what one carries at the peak hour) plus the spares, each at its rent for all 730 hours. The
 * endpoint is a straight line. Both cross where a step is met.
 *
 * @param usdPerRequest measured dollars of one request at the endpoint, > 0
 * @param peakToAverage busiest hour / mean hour, >= 1
 * @example rent $2/h, 1 request/s, no spare, peak 4, $0.01 a request: one replica carries 657,000 a month for $1,460, so first = 146,000
 */
export function measuredCrossover(replica: ReplicaCost, usdPerRequest: number, peakToAverage: number): MeasuredCrossover {
  const monthly = replica.usd_per_hour * HOURS_PER_MONTH;
  const carries = (replica.requests_per_s * SECONDS_PER_MONTH) / peakToAverage;
  const figures = { requests_per_month_per_replica: carries, replica_usd_per_month: monthly };
  const step = firstCheaperStep(monthly, carries, replica.spare_replicas, usdPerRequest);
  if (step === null) return { first: null, settled: null, ...figures };
  const last = lastDearerStep(monthly, carries, replica.spare_replicas, usdPerRequest);
  return {
    first: cost(monthly, step, replica.spare_replicas) / usdPerRequest,
    settled: cost(monthly, last, replica.spare_replicas) / usdPerRequest,
    ...figures,
  };
}

/** The fewest loaded replicas that, fully loaded, are cheaper than the endpoint; null where a full replica costs more than its requests. */
function firstCheaperStep(monthly: number, carries: number, spares: number, usdPerRequest: number): number | null {
  const gain = carries * usdPerRequest - monthly;
  if (gain < 0 || (gain === 0 && spares > 0)) return null;
  return gain === 0 ? 1 : Math.max(1, Math.ceil((spares * monthly) / gain));
}

/** The last number of replicas that costs more than the endpoint at the volume where it begins. */
function lastDearerStep(monthly: number, carries: number, spares: number, usdPerRequest: number): number {
  // Replica n begins at (n - 1) * carries: dearer while (n + spares) * monthly > (n - 1) * carries * usd.
  const gain = carries * usdPerRequest - monthly;
  if (gain <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.ceil((spares * monthly + carries * usdPerRequest) / gain) - 1);
}

function cost(monthly: number, loaded: number, spares: number): number {
  return (loaded + spares) * monthly;
}

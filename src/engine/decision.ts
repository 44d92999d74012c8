/** Which option to take: gates remove, the margin prefers the simple, the rest is cost over the horizon. */

export interface Candidate {
  readonly id: string;
  readonly simplicity: number;
  /** Null: no price. */
  readonly total_usd: number | null;
  readonly feasible: boolean;
}

/**
 * Among feasible options within `margin` of the lowest total the simplest wins, then the cheapest, then the first listed.
 *
 * @param margin fraction, >= 0
 * @returns index into `candidates`, or -1 when none is feasible
 * @example totals 100 (self_host) and 108 (cloud_api), margin 0.1: the API, since 108 <= 110
 */
export function decide(candidates: readonly Candidate[], margin: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) if (candidate.feasible && candidate.total_usd !== null) lowest = Math.min(lowest, candidate.total_usd);
  const limit = lowest * (1 + margin);
  let best = -1;
  candidates.forEach((candidate, i) => {
    if (!candidate.feasible || candidate.total_usd === null || candidate.total_usd > limit) return;
    const leader = candidates[best];
    if (!leader || candidate.simplicity < leader.simplicity || (candidate.simplicity === leader.simplicity && candidate.total_usd < (leader.total_usd ?? 0)))
      best = i;
  });
  return best;
}

/** The cheapest feasible candidate; ties to the simpler, then the first listed. -1: none. */
export function cheapestOf(candidates: readonly Candidate[]): number {
  return decide(candidates, 0);
}

/**
 * The same rule on plain numbers, for searches that ask it thousands of times: `totals` holds Infinity where an option is not feasible.
 */
export function decideTotals(totals: readonly number[], simplicity: readonly number[], margin: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < totals.length; i++) lowest = Math.min(lowest, totals[i] as number);
  if (lowest === Number.POSITIVE_INFINITY) return -1;
  const limit = lowest * (1 + margin);
  let best = -1;
  for (let i = 0; i < totals.length; i++) {
    const total = totals[i] as number;
    if (total > limit || total === Number.POSITIVE_INFINITY) continue;
    const simpler = best === -1 ? -1 : (simplicity[i] as number) - (simplicity[best] as number);
    if (simpler < 0 || (simpler === 0 && total < (totals[best] as number))) best = i;
  }
  return best;
}

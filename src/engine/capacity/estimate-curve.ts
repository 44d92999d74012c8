/** Throughput and latency of a replica over its load: one request in flight to saturation, and where more load stops paying. */

import { estimateReplica, type NoEstimate, type ReplicaEstimate, type ReplicaInput } from './estimate.ts';

export interface CurvePoint {
  readonly concurrency: number;
  readonly estimate: ReplicaEstimate;
}

export interface ReplicaCurve {
  readonly kind: 'ok';
  /** One, two, four ... in flight, up to saturation. */
  readonly points: readonly CurvePoint[];
  /** As many in flight as memory and the engine allow. */
  readonly saturated: ReplicaEstimate;
  /** As many as the SLO allows; null: not even one request meets it, or no SLO was given. */
  readonly within_slo: ReplicaEstimate | null;
  /** Beyond this many in flight, doubling them adds less than half to the throughput. */
  readonly knee: number;
}

const NO_SLO = { ttft_p95_ms: null, tpot_p95_ms: null };

export function replicaCurve(input: ReplicaInput): ReplicaCurve | NoEstimate {
  const saturated = estimateReplica({ ...input, concurrency: null, slo: NO_SLO });
  if (saturated.kind === 'none') return saturated;
  const points: CurvePoint[] = [];
  for (let concurrency = 1; concurrency < saturated.concurrency; concurrency *= 2) {
    const estimate = estimateReplica({ ...input, concurrency, slo: NO_SLO });
    if (estimate.kind === 'ok') points.push({ concurrency, estimate });
  }
  points.push({ concurrency: Math.floor(saturated.concurrency), estimate: saturated });
  const asked = input.slo.ttft_p95_ms !== null || input.slo.tpot_p95_ms !== null;
  const within = asked ? estimateReplica({ ...input, concurrency: null }) : null;
  return { kind: 'ok', points, saturated, within_slo: within?.kind === 'ok' ? within : null, knee: kneeOf(points) };
}

/** The first point whose doubling adds less than half. */
function kneeOf(points: readonly CurvePoint[]): number {
  for (let i = 0; i + 1 < points.length; i++) {
    const here = points[i] as CurvePoint;
    const next = points[i + 1] as CurvePoint;
    const doublings = Math.log2(next.concurrency / here.concurrency);
    const gain = next.estimate.output_tokens_per_s.p50 / here.estimate.output_tokens_per_s.p50;
    if (doublings > 0.5 && Math.log2(gain) < doublings * Math.log2(1.5)) return here.concurrency;
  }
  return points.at(-1)?.concurrency ?? 1;
}

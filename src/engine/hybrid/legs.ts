/** Who serves what in a hybrid: shares of the requests that reach each leg, and the break-even escalation. */
import type { Hybrid } from '../scenario.ts';
import { likely } from '../units.ts';

export interface LegShares {
  readonly small: number;
  readonly large: number;
}

/**
 * Cascade: every request goes to small, the escalated share also to large. Router: each request goes to one of them.
 *
 * @example escalate 20 %: cascade { small: 1, large: 0.2 }, router { small: 0.8, large: 0.2 }
 */
export function legShares(hybrid: Hybrid): LegShares {
  return sharesAt(hybrid.mode, hybrid.calibration?.escalation ?? likely(hybrid.escalate));
}

/** @param escalation share of the requests that reach large, 0..1 */
export function sharesAt(mode: Hybrid['mode'], escalation: number): LegShares {
  return { small: mode === 'cascade' ? 1 : 1 - escalation, large: escalation };
}

/**
 * Escalation share above which a cascade costs more than large alone: 1 - (small + judge) / large, by cost per request.
 * Negative: the cascade never pays. Null when large costs nothing.
 *
 * @example small $0.001, judge $0, large $0.01: 0.9
 */
export function breakEvenEscalation(smallUsd: number, judgeUsd: number, largeUsd: number): number | null {
  return largeUsd > 0 ? 1 - (smallUsd + judgeUsd) / largeUsd : null;
}

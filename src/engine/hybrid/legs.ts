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
  return sharesAt(hybrid.mode, escalationOf(hybrid));
}

/** Share of the requests meant for large, 0..1: as calibrated, else as the scenario says. */
export function escalationOf(hybrid: Hybrid): number {
  return hybrid.calibration?.escalation ?? likely(hybrid.escalate);
}

/** @param escalation share of the requests that reach large, 0..1 */
export function sharesAt(mode: Hybrid['mode'], escalation: number): LegShares {
  return { small: mode === 'cascade' ? 1 : 1 - escalation, large: escalation };
}

/** Shares of the requests to a leg that it doesn't answer, 0..1. */
export interface Failing {
  readonly small: number;
  readonly large: number;
}

/** What each leg is asked and answers when the other one stands in for it, in shares of all requests. */
interface FallbackShares {
  /** Requests put to each leg while it works: what a fleet is sized for. */
  readonly offered: LegShares;
  /** Requests each leg answers: what is billed by the request. */
  readonly answered: LegShares;
  /** Requests that large answers because small failed. */
  readonly to_large: number;
  /** Requests meant for large that end with small's answer because large failed. */
  readonly to_small: number;
  /** Requests nobody answers. */
  readonly lost: number;
}

/**
 * A leg's failures are those of the moment it is asked, and the legs fail independently. In a cascade a request that small fails goes
 * straight to large, and one that large fails keeps small's answer, which was made anyway.
 *
 * @example cascade, escalate 20 %, small fails 1 %, large 0.5 %:
 *   asked of large 0.99 x 0.2 + 0.01 = 0.208, answered by it 0.208 x 0.995 = 0.20696, lost 0.01 x 0.005 = 0.00005
 */
export function fallbackShares(mode: Hybrid['mode'], escalation: number, fails: Failing): FallbackShares {
  const [smallUp, largeUp] = [1 - fails.small, 1 - fails.large];
  const own = sharesAt(mode, escalation);
  const lost = fails.small * fails.large;
  if (mode === 'cascade') {
    const asked = smallUp * escalation + fails.small;
    return {
      offered: { small: 1, large: asked },
      answered: { small: smallUp, large: asked * largeUp },
      to_large: fails.small * largeUp,
      to_small: smallUp * escalation * fails.large,
      lost,
    };
  }
  const offered = { small: own.small + own.large * fails.large, large: own.large + own.small * fails.small };
  return {
    offered,
    answered: { small: offered.small * smallUp, large: offered.large * largeUp },
    to_large: own.small * fails.small * largeUp,
    to_small: own.large * fails.large * smallUp,
    lost,
  };
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

import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/engine/hybrid/calibrate.ts';
import { driftOf, scoreShape } from '../../../src/engine/hybrid/drift.ts';
import type { RouteRow } from '../../../src/engine/hybrid/log.ts';

/** Scores spread evenly, bent by `power`; the small model is right as often as the score says, or never mind the score. */
function log(n: number, power: number, honest = true): RouteRow[] {
  return [...Array(n)].map((_, i) => {
    const score = (((i * 7919) % n) / n) ** power;
    const chance = ((i * 104_729) % 9973) / 9973;
    return {
      id: String(i),
      score,
      small_quality: chance < (honest ? score : 0.5) ? 1 : 0,
      large_quality: null,
      small_usd: null,
      large_usd: null,
      small_ms: null,
      large_ms: null,
    };
  });
}

const old = (() => {
  const report = calibrate(log(1000, 1), {
    costs: { mode: 'cascade', judge_usd: 0 },
    target: { kind: 'share', value: 0.2 },
    seed: 1,
    draws: 100,
    holdout: 0.5,
  });
  return { ...report, threshold: report.chosen?.threshold ?? null, escalation: report.chosen?.escalation ?? 0 };
})();

describe('drift', () => {
  it('keeps tenths of the scores', () => {
    expect(scoreShape([...Array(100)].map((_, i) => i)).edges).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89]);
    expect(scoreShape([1, 1, 1, 2]).shares).toEqual([0.75, 0.25]);
    expect(scoreShape([])).toEqual({ rows: 0, low: 0, high: 0, edges: [], shares: [0] });
  });

  it('sees none in more of the same', () => expect(driftOf(old, log(900, 1))).toMatchObject({ verdict: 'none', reasons: [] }));

  it('sees shifted scores', () => {
    const drift = driftOf(old, log(900, 3));
    expect(drift.verdict).toBe('strong');
    expect(drift.reasons).toContain('the scores come from another population');
    // A score cubed is below 0.2 for 0.2^(1/3) = 58 % of the requests.
    expect(drift.escalation?.now).toBeCloseTo((old.threshold as number) ** (1 / 3), 2);
  });

  it('sees a score that has stopped telling right from wrong, though it looks the same', () => {
    const drift = driftOf(old, log(900, 1, false));
    expect(drift.psi).toBeLessThan(0.05);
    expect(drift.reasons).toContain('the score separates right from wrong less well');
  });

  it('works without labels', () =>
    expect(
      driftOf(
        old,
        log(900, 1).map((row) => ({ ...row, small_quality: null })),
      ),
    ).toMatchObject({ verdict: 'none', auroc: { now: null }, small_quality: { now: null } }));
});

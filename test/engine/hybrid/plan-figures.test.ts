/** A plan's hybrid figures: the break-even share is where the totals meet, and every point is what a plan of that share says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/engine/plan.ts';
import type { HybridFigures, PlanOption } from '../../../src/engine/result.ts';
import type { Calibration, Scenario } from '../../../src/engine/scenario.ts';
import { catalog, scenarioArb } from '../random-scenario.ts';

function optionOf(scenario: Scenario, id: string): PlanOption | undefined {
  return plan({ scenario, catalog, today: '2026-11-24' }).options.find((option) => option.id === id);
}

function withHybrid(scenario: Scenario, change: { escalate?: number; calibration?: Calibration | null }): Scenario {
  return {
    ...scenario,
    options: scenario.options.map((option) => (option.kind === 'hybrid' ? { ...option, hybrid: { ...option.hybrid, ...change } } : option)),
  };
}

const hybrids = scenarioArb.filter((scenario) => scenario.options.some((option) => option.kind === 'hybrid'));
const RUNS = { numRuns: 60, seed: 20261124 };

describe('hybrid figures', () => {
  it('are null for other options, and hold today', () => {
    fc.assert(
      fc.property(hybrids, (scenario) => {
        for (const option of plan({ scenario, catalog, today: '2026-11-24' }).options) {
          expect(option.hybrid === null).toBe(option.kind !== 'hybrid');
          const today = option.hybrid?.frontier.find((point) => point.escalation === option.hybrid?.escalation);
          if (option.hybrid !== null && option.feasible) expect(today?.monthly_usd).toBeCloseTo(option.monthly_usd as number, 6);
        }
      }),
      RUNS,
    );
  });

  it('break even where the totals meet', () => {
    let met = 0;
    fc.assert(
      fc.property(hybrids, (scenario) => {
        const mix = scenario.options.find((option) => option.kind === 'hybrid');
        const figures = optionOf(scenario, mix?.id ?? '')?.hybrid as HybridFigures;
        const { break_even_escalation: share, large_alone_usd: alone } = figures;
        if (share === null || alone === null) return;
        const at = (escalate: number) => optionOf(withHybrid(scenario, { escalate }), mix?.id ?? '')?.monthly_usd ?? Number.NaN;
        if (share === 0) expect(at(0)).toBeGreaterThanOrEqual(alone * (1 - 1e-12));
        else if (share === 1) expect(at(1)).toBeLessThanOrEqual(alone * (1 + 1e-12));
        else {
          met++;
          // Below it the split is cheaper, above it dearer; where no staircase steps just there, the totals are equal.
          expect(at(share - 1e-6)).toBeLessThan(alone);
          expect(at(Math.min(1, share + 1e-6))).toBeGreaterThanOrEqual(alone * (1 - 1e-9));
        }
      }),
      { ...RUNS, numRuns: 120 },
    );
    expect(met).toBeGreaterThanOrEqual(3);
  });

  it('take share, quality and points from a calibration, and find the best that costs no more than the large model', () => {
    const calibration: Calibration = {
      path: 'c.json',
      escalation: 0.3,
      threshold: 0.55,
      quality: 0.8,
      small_quality: 0.6,
      large_quality: 0.85,
      frontier: [
        { threshold: 0, escalation: 0, quality: 0.6, usd: null },
        { threshold: 0.5, escalation: 0.25, quality: 0.78, usd: null },
        { threshold: 0.9, escalation: 0.9, quality: 0.86, usd: null },
        { threshold: 1, escalation: 1, quality: 0.85, usd: null },
      ],
    };
    fc.assert(
      fc.property(hybrids, (scenario) => {
        const mix = scenario.options.find((option) => option.kind === 'hybrid');
        const figures = optionOf(withHybrid(scenario, { calibration }), mix?.id ?? '')?.hybrid as HybridFigures;
        expect(figures).toMatchObject({ escalation: 0.3, escalation_source: 'calibration', threshold: 0.55, quality: 0.8 });
        expect(figures.frontier.map(({ escalation }) => escalation)).toEqual([0, 0.25, 0.3, 0.9, 1]);
        const able = figures.frontier.filter(
          (point) => point.monthly_usd !== null && (figures.large_alone_usd === null || point.monthly_usd <= figures.large_alone_usd),
        );
        expect(figures.optimum?.quality ?? null).toBe(able.length === 0 ? null : Math.max(...able.map((point) => point.quality as number)));
      }),
      RUNS,
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/engine/hybrid/calibrate.ts';
import { exactSum } from '../../../src/engine/hybrid/exact-sum.ts';
import { oracleLog, orderLog, pointAt, type RouteCosts, steps } from '../../../src/engine/hybrid/frontier.ts';
import { breakEvenEscalation } from '../../../src/engine/hybrid/legs.ts';
import type { RouteRow } from '../../../src/engine/hybrid/log.ts';

const CASCADE: RouteCosts = { mode: 'cascade', judge_usd: 0 };

function row(id: number, score: number, small: number | null, large: number | null, smallUsd: number | null = 0.001, largeUsd: number | null = 0.01): RouteRow {
  return { id: String(id), score, small_quality: small, large_quality: large, small_usd: smallUsd, large_usd: largeUsd, small_ms: null, large_ms: null };
}

const rows = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
    small: fc.integer({ min: 0, max: 1 }),
    large: fc.integer({ min: 0, max: 1 }),
    smallUsd: fc.integer({ min: 0, max: 99_999 }).map((n) => n / 1e7),
    largeUsd: fc.integer({ min: 0, max: 99_999 }).map((n) => n / 1e5),
  }),
  { minLength: 1, maxLength: 60 },
);

function toRows(list: readonly { score: number; small: number; large: number; smallUsd: number; largeUsd: number }[]): RouteRow[] {
  return list.map((each, i) => row(i, each.score, each.small, each.large, each.smallUsd, each.largeUsd));
}

describe('exact sums', () => {
  it('adds up the written digits', () => {
    expect(exactSum(Array(10).fill(0.1))).toBe(1);
    expect(exactSum([1e16, 1, -1e16])).toBe(1);
    expect(exactSum([1.5e-7, 2.25e-8, 3])).toBe(3.0000001725);
    expect(exactSum([])).toBe(0);
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 }), (list) => exactSum(list) === exactSum([...list].reverse())),
    );
  });
});

describe('the frontier', () => {
  it('is what enumeration gives, at every threshold, in both modes', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('cascade' as const, 'router' as const), fc.constantFrom(0, 0.0003), (list, mode, judge) => {
        const log = toRows(list);
        const ordered = orderLog(log, { mode, judge_usd: judge });
        for (const k of steps(ordered)) {
          const point = pointAt(ordered, k);
          const up = log.filter((each) => (each.score as number) < (point.threshold as number));
          const kept = log.filter((each) => (each.score as number) >= (point.threshold as number));
          const paysSmall = mode === 'cascade' ? log : kept;
          const usd = exactSum([...paysSmall.map((r) => r.small_usd as number), ...up.map((r) => r.large_usd as number), ...log.map(() => judge)]);
          const right = [...up.map((r) => r.large_quality as number), ...kept.map((r) => r.small_quality as number)].reduce((a, b) => a + b, 0);
          expect(point).toEqual({ threshold: point.threshold, escalation: up.length / log.length, usd, quality: right / log.length });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never escalates a part of equal scores', () => {
    const log = orderLog([row(1, 0.5, 0, 1), row(2, 0.5, 1, 1), row(3, 0.9, 1, 1)], CASCADE);
    expect(steps(log)).toEqual([0, 2, 3]);
    expect(pointAt(log, 3).threshold).toBeGreaterThan(0.9);
  });

  it('the oracle is never below any threshold, and chance is the straight line', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const log = toRows(list);
        const report = calibrate(log, { costs: CASCADE, target: { kind: 'share', value: 0.2 }, seed: 1, draws: 100, holdout: 0.5 });
        for (const point of report.frontier) {
          const best = pointAt(oracleLog(log, CASCADE), Math.round(point.escalation * log.length));
          expect(best.quality).toBeGreaterThanOrEqual(point.quality as number);
        }
        for (const { escalation, quality } of report.random) {
          expect(quality).toBeCloseTo((report.small_quality as number) * (1 - escalation) + (report.large_quality as number) * escalation, 12);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('breaks even where the totals meet', () => {
    const log = toRows([...Array(40)].map((_, i) => ({ score: i / 40, small: i % 2, large: 1, smallUsd: 0.002, largeUsd: 0.01 })));
    const judge = 0.0005;
    const report = calibrate(log, { costs: { mode: 'cascade', judge_usd: judge }, target: { kind: 'share', value: 0.2 }, seed: 1, draws: 100, holdout: 0 });
    // 1 - (0.002 + 0.0005) / 0.01
    expect(report.break_even_escalation).toBeCloseTo(0.75, 12);
    expect(report.break_even_escalation).toBeCloseTo(breakEvenEscalation(0.002, judge, 0.01) as number, 12);
    const there = report.frontier.find((point) => point.escalation === 0.75);
    expect(there?.usd).toBeCloseTo(report.large_usd as number, 12);
  });
});

describe('missing labels', () => {
  const options = { costs: CASCADE, target: { kind: 'quality', value: 0.5 } as const, seed: 1, draws: 100, holdout: 0.5 };

  it('tells shares and costs without labels, and no quality', () => {
    const report = calibrate(
      [...Array(300)].map((_, i) => row(i, i / 300, null, null)),
      options,
    );
    expect(report).toMatchObject({ small_quality: null, large_quality: null, auroc: null, ece: null, brier: null, oracle: [] });
    expect(report.frontier.every((point) => point.quality === null && point.usd !== null)).toBe(true);
    expect(report.chosen?.threshold).toBeNull();
    expect(report.warnings.map(({ code }) => code)).toEqual(['calibration.no_small_labels', 'calibration.no_large_labels', 'calibration.target_out_of_reach']);
  });

  it('knows no quality where a whole stretch of scores lacks the label: a cascade only asks the large model below its threshold', () => {
    const log = [...Array(400)].map((_, i) => row(i, i / 400, i % 2, i < 100 ? 1 : null));
    const report = calibrate(log, { ...options, target: { kind: 'share', value: 0.25 } });
    const known = report.frontier.filter((point) => point.quality !== null).map((point) => point.escalation);
    expect(Math.max(...known)).toBeLessThanOrEqual(0.3);
    expect(known).toContain(0.25);
    expect(report.frontier.find((point) => point.escalation === 0.25)?.quality).toBe((100 + 150) / 400);
    expect(report.warnings.map(({ code }) => code)).toContain('calibration.quality_gaps');
  });

  it('lets the labelled rows stand for the others when they are spread over the scores', () => {
    const log = [...Array(400)].map((_, i) => row(i, i / 400, i % 4 === 0 ? null : 1, i % 4 === 1 ? null : 0));
    const report = calibrate(log, options);
    expect(report.labels).toEqual({ small: 300, large: 300 });
    for (const point of report.frontier) expect(point.quality).toBeCloseTo(1 - point.escalation, 12);
  });
});

describe('the choice', () => {
  // Scores mean what they say: the small model is right above one half.
  const log = [...Array(1000)].map((_, i) => row(i, (i + 0.5) / 1000, (i * 7919) % 1000 < i ? 1 : 0, (i * 104729) % 10 < 9 ? 1 : 0));
  const base = { costs: CASCADE, seed: 7, draws: 200, holdout: 0.5 };

  it('fits on one half and reports on the other', () => {
    const { chosen } = calibrate(log, { ...base, target: { kind: 'share', value: 0.3 } });
    expect(chosen).toMatchObject({ fitted_rows: 500, reported_rows: 500 });
    // The halves differ by chance: 0.3 +- 3 standard errors of sqrt(0.3 x 0.7 x 4 / 1000).
    expect(Math.abs((chosen?.escalation ?? 0) - 0.3)).toBeLessThan(0.09);
  });

  it('a quality bar takes the cheapest, a cost cap the best', () => {
    const quality = calibrate(log, { ...base, target: { kind: 'quality', value: 0.75 }, holdout: 0 }).chosen;
    const cap = calibrate(log, { ...base, target: { kind: 'cost', value: 4 }, holdout: 0 }).chosen;
    expect(quality?.target.met).toBe('yes');
    expect(quality?.quality).toBeLessThan(0.76);
    expect(cap?.usd).toBeLessThanOrEqual(4);
    // 1,000 x $0.001 for the small model, and at most $3 at $0.01 for 300 escalated
    expect(cap?.escalation).toBeCloseTo(0.3, 10);
  });

  it('the same seed gives the same bytes, another seed another split', () => {
    const once = JSON.stringify(calibrate(log, { ...base, target: { kind: 'share', value: 0.3 } }));
    expect(JSON.stringify(calibrate(log, { ...base, target: { kind: 'share', value: 0.3 } }))).toBe(once);
    expect(JSON.stringify(calibrate(log, { ...base, seed: 8, target: { kind: 'share', value: 0.3 } }).chosen)).not.toBe(
      JSON.stringify(calibrate(log, { ...base, target: { kind: 'share', value: 0.3 } }).chosen),
    );
  });

  it('a latency target looks at the percentile of the mix', () => {
    // Cascade: 200 ms, or 200 + 1,000 ms. p95 is at most 500 ms only while no more than 5 % are escalated.
    const timed = log.map((each) => ({ ...each, small_ms: 200, large_ms: 1000 }));
    const chosen = calibrate(timed, { ...base, target: { kind: 'latency', value: 500 }, holdout: 0 }).chosen;
    expect(chosen?.escalation).toBeLessThanOrEqual(0.05);
    expect(chosen?.escalation).toBeGreaterThan(0.04);
    expect(chosen?.latency_ms).toMatchObject({ p50: 200, p95: 200, p99: 1200 });
  });
});

describe('intervals', () => {
  it('hold the point, and shrink with the square root of the rows', () => {
    const make = (n: number) => [...Array(n)].map((_, i) => row(i, ((i * 37) % n) / n, i % 2, i % 3 === 0 ? 0 : 1));
    const width = (n: number) => {
      const point = calibrate(make(n), { costs: CASCADE, target: { kind: 'share', value: 0.2 }, seed: 3, draws: 1000, holdout: 0.5 }).random[20];
      const [low, high] = point?.quality_ci ?? [1, 0];
      expect(point?.quality).toBeGreaterThan(low);
      expect(point?.quality).toBeLessThan(high);
      return high - low;
    };
    const ratio = width(400) / width(1600);
    expect(ratio).toBeGreaterThan(1.6);
    expect(ratio).toBeLessThan(2.5);
  });
});

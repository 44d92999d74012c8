import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scoreQuality } from '../../../src/engine/hybrid/score-quality.ts';

interface Case {
  readonly scores: number[];
  readonly labels: number[];
  readonly auroc: number;
  readonly brier: number;
  readonly ece: number;
}

const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/score-quality/cases.json', import.meta.url), 'utf8')) as { cases: Case[] };

describe('against scikit-learn', () => {
  it('has twenty cases', () => expect(cases).toHaveLength(20));

  it.each(cases.map((each, i) => [i, each] as const))('case %i', (_, { scores, labels, auroc, brier, ece }) => {
    const found = scoreQuality(scores, labels);
    expect(found.auroc).toBeCloseTo(auroc, 12);
    expect(found.brier).toBeCloseTo(brier, 12);
    expect(found.ece).toBeCloseTo(ece, 12);
  });
});

describe('by hand', () => {
  it('counts pairs: of 2 x 2, three are in order and one is a tie', () => {
    // right 0.9, 0.5; wrong 0.5, 0.1: (0.9, 0.5) 1, (0.9, 0.1) 1, (0.5, 0.5) 1/2, (0.5, 0.1) 1 -> 3.5 / 4
    expect(scoreQuality([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]).auroc).toBe(0.875);
  });

  it('closes bins on the right', () => {
    const { bins } = scoreQuality([0, 0.1, 0.100001, 1], [0, 0, 1, 1]);
    expect(bins.map(({ n }) => n)).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(bins[0]).toMatchObject({ mean_score: 0.05, accuracy: 0 });
    expect(bins[2]).toMatchObject({ n: 0, mean_score: null, accuracy: null });
  });

  it('weighs bins by rows', () => {
    // (0.7, 0.8]: mean 0.75, right 1/2; (0.2, 0.3]: mean 0.25, right 0: 2/3 x 0.25 + 1/3 x 0.25
    expect(scoreQuality([0.75, 0.75, 0.25], [1, 0, 0]).ece).toBeCloseTo(0.25, 12);
  });

  it('leaves out what has no meaning', () => {
    expect(scoreQuality([-1, 2], [0, 1])).toMatchObject({ auroc: 1, ece: null, brier: null, bins: [] });
    expect(scoreQuality([0.1, 0.2], [1, 1]).auroc).toBeNull();
    expect(scoreQuality([0.1, 0.2], [0.5, 1])).toMatchObject({ auroc: null, brier: ((0.1 - 0.5) ** 2 + 0.8 ** 2) / 2 });
    expect(scoreQuality([], [])).toMatchObject({ n: 0, auroc: null, ece: null, brier: null });
  });
});

/** Values drawn against closed forms, and the arithmetic they rest on against the language's own. */
import { describe, expect, it } from 'vitest';
import { exp, log, power } from '../../../src/engine/uncertainty/arithmetic.ts';
import { BATCHES, design } from '../../../src/engine/uncertainty/design.ts';
import { type Distribution, lognormal, pert } from '../../../src/engine/uncertainty/distribution.ts';
import { Random } from '../../../src/engine/uncertainty/random.ts';

const PROBABILITIES = Float64Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);

function quantiles(distribution: Distribution, probabilities = PROBABILITIES): Float64Array {
  const out = new Float64Array(probabilities.length);
  distribution.quantiles(probabilities, out);
  return out;
}

/** The value at which a rising function reaches `target`, by halving. */
function inverse(cdf: (x: number) => number, target: number, low: number, high: number): number {
  for (let i = 0; i < 200; i++) {
    const mid = (low + high) / 2;
    if (cdf(mid) < target) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

describe('exp and log from basic arithmetic', () => {
  it('agree with the language to 1e-14', () => {
    for (let i = -600; i <= 600; i += 0.7) expect(Math.abs(exp(i) / Math.exp(i) - 1)).toBeLessThan(1e-13);
    for (let x = 1e-9; x < 1e12; x *= 1.37) expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 + 4e-16 * Math.abs(Math.log(x)));
    expect(log(1)).toBe(0);
    expect(exp(0)).toBe(1);
    expect(power(0, 2.5)).toBe(0);
    expect(power(0, 0)).toBe(1);
    expect(power(1.21, 0.5)).toBeCloseTo(1.1, 14);
  });
});

describe('PERT', () => {
  it('has the closed form 1 - (1 - x)^5 where the likely value is the lowest', () => {
    const found = quantiles(pert({ low: 10, likely: 10, high: 20 }));
    PROBABILITIES.forEach((p, i) => {
      expect(Math.abs((found[i] as number) - (10 + 10 * (1 - (1 - p) ** 0.2)))).toBeLessThan(1e-5);
    });
  });

  it('has the closed form x^3 (10 - 15 x + 6 x^2) where the likely value is in the middle', () => {
    const found = quantiles(pert({ low: 0, likely: 0.5, high: 1 }));
    PROBABILITIES.forEach((p, i) => {
      expect(Math.abs((found[i] as number) - inverse((x) => x ** 3 * (10 - 15 * x + 6 * x * x), p, 0, 1))).toBeLessThan(1e-5);
    });
  });

  it('has the mean (low + 4 likely + high) / 6 wherever the likely value is', () => {
    const even = Float64Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000);
    for (const likely of [0, 0.07, 0.3, 0.71, 0.95, 1]) {
      const found = quantiles(pert({ low: 0, likely, high: 1 }), even);
      expect(found.reduce((sum, x) => sum + x, 0) / found.length).toBeCloseTo((4 * likely + 1) / 6, 5);
    }
  });

  it('agrees with the beta distribution integrated numerically', () => {
    const [a, b] = [4 * 0.2, 4 * 0.8];
    const steps = 200_000;
    const totals = new Float64Array(steps + 1);
    for (let i = 0; i < steps; i++) {
      const x = (i + 0.5) / steps;
      totals[i + 1] = (totals[i] as number) + x ** a * (1 - x) ** b;
    }
    const found = quantiles(pert({ low: 0, likely: 0.2, high: 1 }), Float64Array.of(0.1, 0.5, 0.9));
    [0.1, 0.5, 0.9].forEach((p, i) => {
      const at = totals.findIndex((total) => total >= p * (totals[steps] as number)) / steps;
      expect(Math.abs((found[i] as number) - at)).toBeLessThan(2e-5);
    });
  });
});

describe('a lognormal factor', () => {
  it('has its percentiles where it should', () => {
    const found = quantiles(lognormal({ low: 0.5, high: 1.6 }), Float64Array.of(0.1, 0.5, 0.9));
    expect(found[0]).toBeCloseTo(0.5, 4);
    expect(found[1]).toBeCloseTo(1, 4);
    expect(found[2]).toBeCloseTo(1.6, 4);
  });
});

describe('the draws of an input', () => {
  it('use every stratum once, and in each batch every tenth of the strata once', () => {
    const { strata, probabilities } = design(2000, 7, 3);
    expect([...strata].sort((x, y) => x - y)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    for (let batch = 0; batch < BATCHES; batch++) {
      const coarse = [...strata.subarray(batch * 200, (batch + 1) * 200)].map((stratum) => Math.floor(stratum / BATCHES));
      expect(coarse.sort((x, y) => x - y)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    }
    probabilities.forEach((p, i) => {
      expect(Math.floor(p * 2000)).toBe(i);
    });
  });

  it('are the same for the same seed, and others for another seed or input', () => {
    expect(design(100, 1, 0).strata).toEqual(design(100, 1, 0).strata);
    expect(design(100, 1, 0).strata).not.toEqual(design(100, 2, 0).strata);
    expect(design(100, 1, 0).strata).not.toEqual(design(100, 1, 1).strata);
    expect(design(100, 1, 0).strata).not.toEqual(design(100, 4294967297, 0).strata);
  });

  it('of two inputs do not go together', () => {
    const [x, y] = [design(10_000, 1, 0).strata, design(10_000, 1, 1).strata];
    let sum = 0;
    for (let d = 0; d < 10_000; d++) sum += ((x[d] as number) / 10_000 - 0.5) * ((y[d] as number) / 10_000 - 0.5);
    expect(Math.abs((sum / 10_000) * 12)).toBeLessThan(0.04);
  });

  it('come from words that are uniform: 16 bins of 160,000', () => {
    const generator = new Random(5, 0);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) {
      const bin = generator.below(16);
      bins[bin] = (bins[bin] as number) + 1;
    }
    for (const n of bins) expect(Math.abs(n - 10_000)).toBeLessThan(500);
  });
});

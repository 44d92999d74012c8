import { describe, expect, test } from 'vitest';
import { fitConstants } from '../../../src/engine/capacity/calibration-fit.ts';
import type { Trait } from '../../../src/engine/capacity/calibration-kernel.ts';
import { expectedError, selectSupport, supportWeights } from '../../../src/engine/capacity/calibration-process.ts';
import { KERNEL, statistics } from '../../../src/engine/capacity/calibration-run.ts';
import { CATALOG } from '../../capacity/release.ts';

describe('the fit', () => {
  test('finds the constants that made the data', () => {
    const x = [1, 2, 3, 5, 8, 13, 21];
    const target = x.map((each) => Math.log(2.5 * each ** 0.7));
    const problem = {
      center: { scale: 1, power: 1 },
      start: null,
      prior: () => 10,
      predict: (c: Readonly<Record<string, number>>, row: number) => Math.log((c.scale as number) * (x[row] as number) ** (c.power as number)),
      rowsOf: () => null,
      target,
      weight: x.map(() => 1),
      iterations: 60,
    };
    const fitted = fitConstants(problem);
    expect(fitted.scale).toBeCloseTo(2.5, 2);
    expect(fitted.power).toBeCloseTo(0.7, 2);
    expect(fitConstants(problem)).toEqual(fitted);
    const told = { ...problem, rowsOf: (name: string) => (name === 'scale' ? x.map((_, i) => i) : null) };
    expect(fitConstants(told)).toEqual(fitted);
  });

  test('stays at its center where the data say nothing', () => {
    const fitted = fitConstants({
      center: { a: 3 },
      start: null,
      prior: () => 0.1,
      predict: () => null,
      rowsOf: () => null,
      target: [1],
      weight: [1],
      iterations: 10,
    });
    expect(fitted.a).toBeCloseTo(3, 6);
  });
});

describe('the correction', () => {
  const trait = (change: Partial<Trait>): Trait => ({
    model: 'm',
    modelClass: 'dense',
    lnParams: 4,
    lnInput: 7,
    lnOutput: 7,
    lnBatch: 3,
    lnSplit: 0,
    attentionParallel: false,
    saturated: true,
    gpu: 'g',
    arch: 'hopper',
    vendor: 'nvidia',
    engine: 'vllm',
    brand: 'vllm',
    compute: 'fp8',
    ...change,
  });

  test('carries an error to a like configuration and not to an unlike one', () => {
    const known = [0, 0.1, 0.2].map((step) => ({ trait: trait({ lnInput: 7 + step }), source: `s${step}`, error: 0.3 }));
    const weights = supportWeights(known, KERNEL);
    const traits = known.map((each) => each.trait);
    expect(expectedError(trait({}), traits, weights, KERNEL).mean).toBeGreaterThan(0.1);
    expect(
      Math.abs(
        expectedError(
          trait({ model: 'x', modelClass: 'mla', gpu: 'y', arch: 'cdna3', vendor: 'amd', engine: 'trt', brand: 'trt', lnBatch: -2 }),
          traits,
          weights,
          KERNEL,
        ).mean,
      ),
    ).toBeLessThan(0.01);
  });

  test('selects rows that are unlike one another', () => {
    const known = [0, 0, 0, 0, 9].map((lnBatch) => ({ trait: trait({ lnBatch }), source: 's', error: 0 }));
    expect(selectSupport(known, 2, KERNEL)).toEqual([0, 4]);
  });
});

describe('what is committed', () => {
  test('holds the error statistics the documentation states, and they are those we promise', () => {
    const calibration = CATALOG.throughput?.calibration;
    if (calibration === undefined) throw new Error('no calibration');
    expect(calibration.out_of_source.median).toBeLessThanOrEqual(0.15);
    expect(calibration.out_of_source.p90).toBeLessThanOrEqual(0.45);
    expect(calibration.out_of_source.within_2x).toBeGreaterThanOrEqual(0.96);
    expect(calibration.by_source.length).toBe(CATALOG.throughput?.sources.length);
  });

  test('remembers rows that exist', () => {
    const throughput = CATALOG.throughput;
    const last = throughput?.rows.length ?? 0;
    expect(throughput?.calibration.support.every((each) => each.row < last)).toBe(true);
  });

  test('statistics count as they say', () => {
    const residual = (error: number, spread = 0.1) => ({ source: 's', model: 'm', gpu: 'g', error, spread });
    const s = statistics([residual(0), residual(Math.log(1.1)), residual(Math.log(3)), residual(Math.log(0.9))], 1);
    expect(s).toMatchObject({ rows: 4, within_2x: 0.75, covered: 0.75 });
    expect(s.median).toBeCloseTo(0.1, 3);
  });
});

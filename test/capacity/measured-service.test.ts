/** A replica read off a measured curve: the times of a server whose times are known come back, however its prefills fall. */
import { describe, expect, it } from 'vitest';
import { saturatedRate } from '../../src/engine/capacity/simulate-result.ts';
import { serviceFromMeasurement } from '../../src/engine/capacity/simulate-service.ts';
import type { Measurement } from '../../src/engine/measurement.ts';

const INPUT = 170;
const OUTPUT = 32;
const SLOTS = 4;
const PREFILL_MS = 18;
/** Of 1 to 4 requests at once. */
const STEP_MS = [0.7, 1.1, 1.2, 1.9] as const;

type Served = (running: number) => { readonly ttft: number; readonly tpot: number };

/** All begin and end together: every first token waits for all prefills. */
const together: Served = (running) => ({ ttft: running * PREFILL_MS, tpot: STEP_MS[running - 1] as number });
/** Each prefill falls between the tokens of the others. */
const apart: Served = (running) => ({ ttft: PREFILL_MS, tpot: (STEP_MS[running - 1] as number) + ((running - 1) * PREFILL_MS) / (OUTPUT - 1) });

function point(concurrency: number, served: Served) {
  const running = Math.min(concurrency, SLOTS);
  const { ttft, tpot } = served(running);
  const stay = ttft + (OUTPUT - 1) * tpot;
  const waited = (stay * concurrency) / running - stay;
  return { concurrency, ok: 100, ttft_ms: { mean: ttft + waited }, tpot_ms: { mean: tpot }, tokens: { input: 100 * INPUT, output: 100 * OUTPUT } };
}

function serviceOf(points: readonly object[]) {
  const service = serviceFromMeasurement({ points } as unknown as Measurement);
  if (service === null) throw new Error('no service');
  return service;
}

describe.each([
  ['all at once', together],
  ['one between the tokens of the others', apart],
])('prefills %s', (_, served) => {
  it('a step a batch, and the prefill', () => {
    const service = serviceOf([1, 2, 3, 4].map((concurrency) => point(concurrency, served)));
    STEP_MS.forEach((step, k) => {
      expect(1000 * (service.base[k + 1] as number), `step of ${k + 1}`).toBeCloseTo(step, 9);
    });
    expect(1000 * service.prefillPerToken * INPUT).toBeCloseTo(PREFILL_MS, 9);
  });

  it('more requests than slots run no bigger batch, and tell the same throughput', () => {
    const service = serviceOf([1, 4, 12].map((concurrency) => point(concurrency, served)));
    expect(service.maxBatch).toBe(SLOTS);
    // Four requests take 4 x 18 + 32 x 1.9 = 132.8 ms of the server, and write 128 tokens.
    expect(saturatedRate(service, INPUT, 0, OUTPUT)).toBeCloseTo(128 / 0.1328, 6);
  });
});

it('a bigger batch that seems to step faster is noise: both are the mean', () => {
  const noisy = (concurrency: number, ms: number) => ({ ...point(concurrency, together), tpot_ms: { mean: ms } });
  const service = serviceOf([noisy(1, 1), noisy(2, 3), noisy(4, 2)]);
  expect([1, 2, 3, 4].map((batch) => Number((1000 * (service.base[batch] as number)).toFixed(9)))).toEqual([1, 2.5, 2.5, 2.5]);
});

/**
 * Which values are drawn together: a sliced Latin hypercube (Qian, JASA 2012). Each input's range of probability is cut into as many
 * strata as there are draws, each used once; and each of the ten batches alone uses every tenth of them once. What ten batches
 * disagree about is the error of the estimate.
 */

import { Random } from './random.ts';

export const BATCHES = 10;

export interface Design {
  /** Probability of each stratum, ascending. */
  readonly probabilities: Float64Array;
  /** Stratum of each draw; draw d belongs to batch floor(d / (draws / BATCHES)). */
  readonly strata: Uint32Array;
}

/**
 * @param draws a multiple of BATCHES
 * @param stream one number for each input, so that inputs are independent
 */
export function design(draws: number, seed: number, stream: number): Design {
  const generator = new Random(seed, stream);
  const probabilities = new Float64Array(draws);
  const shift = generator.next();
  for (let i = 0; i < draws; i++) probabilities[i] = (i + shift) / draws;
  const size = draws / BATCHES;
  const strata = new Uint32Array(draws);
  const turns = new Uint32Array(size);
  for (let group = 0; group < size; group++) turns[group] = generator.below(BATCHES);
  for (let batch = 0; batch < BATCHES; batch++) {
    const order = generator.permutation(size);
    // Ten neighbouring strata go to the ten batches, in an order that is turned at random.
    for (let group = 0; group < size; group++) {
      const turn = batch + (turns[group] as number);
      strata[batch * size + (order[group] as number)] = group * BATCHES + (turn < BATCHES ? turn : turn - BATCHES);
    }
  }
  return { probabilities, strata };
}

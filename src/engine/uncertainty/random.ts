/** A small seeded generator of 32-bit numbers: the same seed gives the same numbers on every machine. */

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  readonly next: () => number;
  /** Uniform whole number in [0, bound), bound up to 2^32. */
  readonly below: (bound: number) => number;
}

/**
 * Counter-based: the n-th number is a hash of the counter (the finalizer of MurmurHash3 on a Weyl sequence, as in SplitMix:
 * Steele, Lea, Flood, OOPSLA 2014). `stream` sets apart what must not depend on each other.
 */
export function random(seed: number, stream: number): Random {
  let state = mix(mix(seed >>> 0) ^ mix(Math.floor(seed / 4294967296) + 0x5bd1e995) ^ mix(stream + 0x85ebca6b));
  const word = () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state);
  };
  const next = () => word() / 4294967296;
  return { next, below: (bound) => Math.floor(next() * bound) };
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A random order of 0 .. n - 1 (Fisher-Yates). */
export function permutation(n: number, generator: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

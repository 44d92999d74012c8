/** A small seeded generator of 32-bit numbers: the same seed gives the same numbers on every machine. */

/**
 * Counter-based: the n-th number is a hash of the counter (the finalizer of MurmurHash3 on a Weyl sequence, as in SplitMix:
 * Steele, Lea, Flood, OOPSLA 2014). `stream` sets apart what must not depend on each other.
 */
export class Random {
  private state: number;

  constructor(seed: number, stream: number) {
    this.state = mix(mix(seed | 0) ^ mix((Math.floor(seed / 4294967296) + 0x5bd1e995) | 0) ^ mix((stream + 0x85ebca6b) | 0));
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    return (mix(this.state) >>> 0) / 4294967296;
  }

  /** Uniform whole number in [0, bound), bound up to 2^32. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A random order of 0 .. n - 1 (Fisher-Yates), the mixing written out: it is most of what a short run draws. */
  permutation(n: number): Uint32Array {
    const order = new Uint32Array(n);
    for (let i = 1; i < n; i++) order[i] = i;
    let { state } = this;
    for (let i = n - 1; i > 0; i--) {
      state = (state + 0x9e3779b9) | 0;
      let h = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      h ^= h >>> 16;
      const j = Math.floor(((h >>> 0) / 4294967296) * (i + 1));
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    this.state = state;
    return order;
  }
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Seeded random numbers: the same seed gives the same simulation on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Gamma with the given shape and mean 1; shape 1 is exponential. */
  gamma(shape: number): number;
}

/** xoshiro128** (Blackman and Vigna, 2018), state filled by splitmix32 from the seed. */
export function seededRandom(seed: number): Random {
  let mix = seed >>> 0;
  const fill = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  const next = () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result / 4294967296;
  };
  const exponential = () => -Math.log(1 - next());
  return { next, exponential, gamma: (shape) => gammaOf(shape, next, exponential) };
}

/** Marsaglia and Tsang, 2000, scaled to mean 1; shapes under 1 by the power of a uniform. */
function gammaOf(shape: number, next: () => number, exponential: () => number): number {
  if (shape === 1) return exponential();
  if (shape < 1) return (gammaOf(shape + 1, next, exponential) * (shape + 1) * next() ** (1 / shape)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * next());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}

/** Seeded random numbers (sfc32 by Chris Doty-Humphrey, public domain algorithm): the same seed and label give the same sequence on every machine. */
export type Random = () => number;

/** Numbers in [0, 1). Different labels under one seed are independent streams. */
export function seededRandom(seed: number, label: string): Random {
  let [a, b, c, counter] = [hash(label, seed), hash(label, seed ^ 0x9e3779b9), hash(label, seed ^ 0x85ebca6b), 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warm = 0; warm < 12; warm++) next();
  return next;
}

/** FNV-1a over the text, started from the seed. */
function hash(text: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed ^ Math.floor(seed / 4_294_967_296);
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return value ^ (value >>> 15);
}

/** Exponential with mean 1. */
export function exponential(random: Random): number {
  return -Math.log(1 - random());
}

/** Standard normal, Box-Muller. */
export function normal(random: Random): number {
  return Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random());
}

/** Gamma with the given shape and mean 1. Marsaglia and Tsang (2000); below shape 1 by their boost. */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return (gamma(random, shape + 1) * (shape + 1) * (1 - random()) ** (1 / shape)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && exponential(random) > -(0.5 * x * x + d - d * v + d * Math.log(v))) return (d * v) / shape;
  }
}

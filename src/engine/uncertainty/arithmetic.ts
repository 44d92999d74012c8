/**
 * exp and log from basic arithmetic. The language leaves the last bits of Math.exp and Math.log to the implementation, so they
 * differ between versions of V8; +, -, x, / and sqrt are exact everywhere, and so is what is built from them.
 */

const { LN2, SQRT2 } = Math;

/** Natural logarithm of a normal positive number, to about 2e-16 relative. `log(1) === 0` */
export function log(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa > SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < SQRT2 / 2) {
    mantissa *= 2;
    exponent--;
  }
  // log m = 2 atanh((m - 1) / (m + 1)), the argument below 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return 2 * s * sum + exponent * LN2;
}

/** e to the power of x, for |x| below 700, to about 1e-15 relative. `exp(0) === 1` */
export function exp(x: number): number {
  const doublings = Math.round(x / LN2);
  const r = x - doublings * LN2;
  // Written out: most of a short run of the program passes here before anything is compiled.
  const high = 1 + r * (1 / 8 + r * (1 / 72 + r * (1 / 720 + r * (1 / 7920 + r * (1 / 95040 + r / 1235520)))));
  const sum = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + (r / 5040) * high))))));
  return doublings >= -30 && doublings <= 0 ? sum / (1 << -doublings) : sum * twoTo(doublings);
}

function twoTo(power: number): number {
  let factor = power < 0 ? 0.5 : 2;
  let result = 1;
  for (let left = Math.abs(power); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}

/** x to the power of y for x >= 0. `power(0, 0) === 1`, as in IEEE 754 */
export function power(x: number, y: number): number {
  if (y === 0) return 1;
  return x === 0 ? 0 : exp(y * log(x));
}

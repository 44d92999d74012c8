/**
 * Sums of decimal numbers as a person adds them up on paper: every number counts as the digits it is written with (0.1 is a
 * tenth), and only the result is rounded to a double. So totals agree with published ones to the last digit, in any order.
 */

/** Numbers as whole multiples of 10^-scale. */
export interface Decimals {
  readonly scale: number;
  readonly units: readonly bigint[];
}

/** @param scale digits after the point to keep; default: as many as the longest number has */
export function decimals(values: readonly number[], scale = scaleOf(values)): Decimals {
  return { scale, units: values.map((value) => unitsOf(value, scale)) };
}

/** Digits after the point of the longest of the numbers. `scaleOf([0.25, 3]) === 2` */
export function scaleOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, placesOf(String(value))), 0);
}

/** The sum of numbers, exact before one rounding. `exactSum(Array(10).fill(0.1)) === 1` */
export function exactSum(values: readonly number[]): number {
  const { scale, units } = decimals(values);
  return toNumber(
    units.reduce((sum, each) => sum + each, 0n),
    scale,
  );
}

/** The double nearest to `units` x 10^-`scale`. */
export function toNumber(units: bigint, scale: number): number {
  return Number(`${units}e-${scale}`);
}

/** sums[k]: of the first k units, k = 0..n. */
export function prefixSums(units: readonly bigint[]): bigint[] {
  const sums = [0n];
  let sum = 0n;
  for (const each of units) {
    sum += each;
    sums.push(sum);
  }
  return sums;
}

/** "1.5e-7" has 8 digits after the point. */
function placesOf(text: string): number {
  const [digits = '', exponent = '0'] = text.split('e');
  const point = digits.indexOf('.');
  return Math.max(0, (point === -1 ? 0 : digits.length - point - 1) - Number(exponent));
}

function unitsOf(value: number, scale: number): bigint {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const point = digits.indexOf('.');
  const places = point === -1 ? 0 : digits.length - point - 1;
  const shift = scale + Number(exponent) - places;
  const whole = BigInt(digits.replace('.', ''));
  return shift >= 0 ? whole * 10n ** BigInt(shift) : whole / 10n ** BigInt(-shift);
}

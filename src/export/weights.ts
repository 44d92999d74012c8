/** Shares as the whole numbers gateways want. */

const MILLION = 1_000_000;

/**
 * The smallest power of ten that makes the share whole, up to a millionth, beyond which it is rounded.
 *
 * @param escalation share of the large model, 0..1
 * @example wholeWeights(0.2) // { small: 8, large: 2 }
 * @example wholeWeights(0.125) // { small: 875, large: 125 }
 */
export function wholeWeights(escalation: number): { readonly small: number; readonly large: number } {
  let scale = 10;
  while (scale < MILLION && Math.abs(escalation * scale - Math.round(escalation * scale)) > 1e-9) scale *= 10;
  const large = Math.round(escalation * scale);
  return { small: scale - large, large };
}

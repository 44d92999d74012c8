import type { Reason } from './row.ts';

/** Above this a count is a mistake (a cost in micro-dollars, an id), not a prompt. */
export const LARGEST_COUNT = 100_000_000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const ABSENT = /^(|null|none|nil|n\/a|na|\\n|-)$/i;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

/**
 * Reads a token count: a whole number, as a number or as text; `12.0` is 12.
 *
 * @returns the count, null when the cell is empty, or the reason the row can't be used
 */
export function readCount(value: unknown, largest: number = LARGEST_COUNT): number | null | Reason {
  if (typeof value === 'number') return checkCount(value, largest);
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return checkCount(Number(value), largest);
  if (typeof value !== 'string') return 'not_a_number_tokens';
  const text = value.trim();
  if (ABSENT.test(text)) return null;
  if (NOT_FINITE.test(text)) return 'non_finite_tokens';
  return NUMBER.test(text) ? checkCount(Number(text), largest) : 'not_a_number_tokens';
}

function checkCount(value: number, largest: number): number | Reason {
  if (!Number.isFinite(value)) return 'non_finite_tokens';
  if (value < 0) return 'negative_tokens';
  if (!Number.isInteger(value)) return 'non_integer_tokens';
  return value > largest ? 'too_large_tokens' : value;
}

/** The values of a sweep: lists and ranges on the command line, every combination of several. */

import { InputError } from '../../files/problem.ts';
import { type QuantityKind, readQuantity } from '../../schema/quantity.ts';

export interface Axis {
  readonly path: string;
  /** As a scenario file would have them. */
  readonly values: readonly string[];
}

/** Cells computed at most: a plan each, so about a second a thousand. */
export const MAX_CELLS = 5000;

/**
 * `path=a,b,c`, `path=10k..1M` (three steps a decade), `path=10k..1M:5` (five values, each the same factor apart), or
 * `path=0..1+0.25` (a step to add).
 *
 * @throws InputError when it cannot be read
 */
export function readAxis(text: string): Axis {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw InputError.of('sweep.no-values', `--set ${text} must be path=values.`, 'Write for example --set workload.requests_per_month=10k..1M.');
  }
  const path = text.slice(0, at).trim();
  const values = text
    .slice(at + 1)
    .split(',')
    .flatMap((item) => valuesOf(item.trim(), path));
  return { path, values: [...new Set(values)] };
}

function valuesOf(item: string, path: string): string[] {
  if (item === '') throw InputError.of('sweep.empty-value', `--set ${path} has an empty value.`, 'Separate values by single commas.');
  const range = /^(.+?)\.\.(.+?)(?:(:)(\d+)|\+(.+))?$/.exec(item);
  if (!range) return [item];
  const [, low = '', high = '', , points, step] = range;
  const [from, to] = [numberOf(low, path), numberOf(high, path)];
  if (!(from < to)) throw InputError.of('sweep.bad-range', `--set ${path}: ${item} must rise from a smaller number to a larger one.`);
  if (step !== undefined) return linear(from, to, numberOf(step, path), item, path);
  if (from <= 0) {
    throw InputError.of(
      'sweep.bad-range',
      `--set ${path}: ${item} starts at 0 or below, where steps of a factor go nowhere.`,
      `Add a step: ${item}+${(to - from) / 10}.`,
    );
  }
  const count = points === undefined ? Math.max(2, Math.round(3 * Math.log10(to / from)) + 1) : Number(points);
  if (count < 2 || count > MAX_CELLS) throw InputError.of('sweep.bad-range', `--set ${path}: ${item} must have 2 to ${MAX_CELLS} values.`);
  return Array.from({ length: count }, (_, i) => plain(i === count - 1 ? to : from * (to / from) ** (i / (count - 1))));
}

function linear(from: number, to: number, step: number, item: string, path: string): string[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (!(step > 0) || count > MAX_CELLS)
    throw InputError.of('sweep.bad-range', `--set ${path}: the step of ${item} must be above 0 and give at most ${MAX_CELLS} values.`);
  return Array.from({ length: count }, (_, i) => plain(from + i * step));
}

const KINDS: readonly QuantityKind[] = ['count', 'share', 'usd'];

function numberOf(text: string, path: string): number {
  for (const kind of KINDS) {
    const read = readQuantity(text.trim(), kind);
    if ('value' in read) return read.value;
  }
  throw InputError.of(
    'sweep.bad-range',
    `--set ${path}: ${text} is not a number a range can start or end at.`,
    'Write for example 10k..1M, 0%..50%+10% or $1..$5.',
  );
}

/** Four digits are enough for a step, and read well. */
function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Every combination, the last path varying fastest. */
export function cellsOf(axes: readonly Axis[]): Readonly<Record<string, string>>[] {
  const count = axes.reduce((product, axis) => product * axis.values.length, 1);
  if (count > MAX_CELLS) {
    const sizes = axes.map((axis) => `${axis.values.length} of ${axis.path}`).join(' x ');
    throw InputError.of(
      'sweep.too-many',
      `${sizes} are ${count} combinations; at most ${MAX_CELLS} are computed.`,
      'Give fewer values, or a range with fewer steps: 10k..1M:5.',
    );
  }
  let cells: Readonly<Record<string, string>>[] = [{}];
  for (const { path, values } of axes) cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [path]: value })));
  return cells;
}

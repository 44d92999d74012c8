/** Changes one number of a scenario by its path: what-ifs, sweeps and flips speak in paths. */
import type { Scenario } from './scenario.ts';

/** Spellings of a scenario file that stand elsewhere in the engine's values. */
const REWRITES: readonly (readonly [RegExp, string])[] = [
  [/^(options\.[^.]+)\.self_host\.rental\./, '$1.self_host.hosting.rental.'],
  [/^(options\.[^.]+)\.self_host\.owned\./, '$1.self_host.hosting.owned.'],
  [/^(options\.[^.]+)\.throughput\.given\./, '$1.throughput.'],
];

/** A path of the engine's values as a file spells it: the inverse of the rewrites. */
export function pathOf(path: string): string {
  return path.replace(/^(options\.[^.]+\.self_host)\.hosting\.(rental|owned)\./, '$1.$2.').replace(/^(options\.[^.]+\.throughput)\.(?!given\.)/, '$1.given.');
}

/**
 * A copy of the scenario with `value` at `path`; everything else is shared.
 *
 * @param path dotted, options by id: workload.requests_per_month, options.own.self_host.rental.usd_per_gpu_hour
 * @returns null when the path names no place a number may stand
 * @example withValue(scenario, 'team.engineers', 3)?.team.engineers // 3
 */
export function withValue(scenario: Scenario, path: string, value: number): Scenario | null {
  const steps = REWRITES.reduce((text, [from, to]) => text.replace(from, to), path).split('.');
  return replaceAt(scenario, steps, value) as Scenario | null;
}

/** The number, range or null at a path; undefined when there is no such place. */
export function valueAt(scenario: Scenario, path: string): unknown {
  const steps = REWRITES.reduce((text, [from, to]) => text.replace(from, to), path).split('.');
  let node: unknown = scenario;
  for (const step of steps) {
    const key = keyOf(node, step);
    if (key === null) return undefined;
    node = (node as Record<string | number, unknown>)[key];
  }
  return node;
}

function replaceAt(node: unknown, steps: readonly string[], value: number): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return isNumeric(node) ? value : null;
  const key = keyOf(node, step);
  if (key === null) return null;
  const child = replaceAt((node as Record<string | number, unknown>)[key], rest, value);
  if (child === null) return null;
  if (Array.isArray(node)) return node.map((item, i) => (i === key ? child : item));
  return { ...(node as object), [key]: child };
}

/** A place that holds a number, a range, or nothing yet. */
function isNumeric(node: unknown): boolean {
  return node === null || typeof node === 'number' || (typeof node === 'object' && 'likely' in node);
}

/** Own key of an object, or index of the list item with this id (or number). */
function keyOf(node: unknown, step: string): string | number | null {
  if (Array.isArray(node)) {
    const at = node.findIndex((item) => item?.id === step);
    if (at !== -1) return at;
    return /^\d+$/.test(step) && Number(step) < node.length ? Number(step) : null;
  }
  return typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? step : null;
}

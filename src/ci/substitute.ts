/** A scenario that has one kind of its values from a newer one: prices, usage or throughput. */

import type { Scenario } from '../engine/scenario.ts';

/** Who is to blame for a changed value, in the order they are substituted; `edit` is everything else. */
export type Cause = 'price' | 'usage' | 'throughput' | 'edit';

/**
 * The first pattern that fits a path decides. Options stand by their id (`options.own.self_host.hosting...`); any other key
 * that names US dollars is a price.
 */
const CAUSES: readonly (readonly [RegExp, Cause])[] = [
  [/^(?:requirements|currency|policies|what_if)\b|^name$/, 'edit'],
  [/^pricing\.as_of$|^price_trend_per_year$/, 'price'],
  [/^workload\.(?:modality|slo)\b/, 'edit'],
  [/^workload\./, 'usage'],
  [/^options\.[^.]+\.tokens$|^options\.[^.]+\.tokens\./, 'usage'],
  [/^options\.[^.]+\.hybrid\.(?:escalate|escalated_tokens_ratio|calibration)\b/, 'usage'],
  [/^options\.[^.]+\.throughput(?:_factor)?\b|\.concurrency_per_replica$/, 'throughput'],
  [/^options\.[^.]+\.(?:discount|price_factor|commit)\b/, 'price'],
  [/(?:^|[._])usd(?:$|[._])/, 'price'],
];

export function causeOf(path: string): Cause {
  return CAUSES.find(([pattern]) => pattern.test(path))?.[1] ?? 'edit';
}

/** `before` with the values of `after` wherever `takes` says so. Options are matched by id; those only one side has stay as they are in `before`. */
export function substitute(before: Scenario, after: Scenario, takes: (cause: Cause) => boolean): Scenario {
  return merge(before, after, '', takes) as Scenario;
}

function merge(before: unknown, after: unknown, path: string, takes: (cause: Cause) => boolean): unknown {
  if (path === 'options') return mergeOptions(before as readonly Named[], after as readonly Named[], takes);
  if (!isBranch(before) || !isBranch(after) || changesForm(before, after)) return takes(causeOf(path)) ? after : before;
  const merged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(before)) {
    merged[key] = Object.hasOwn(after, key) ? merge(value, after[key], path === '' ? key : `${path}.${key}`, takes) : value;
  }
  return merged;
}

interface Named {
  readonly id: string;
  readonly kind: string;
}

function mergeOptions(before: readonly Named[], after: readonly Named[], takes: (cause: Cause) => boolean): unknown[] {
  return before.map((option) => {
    const same = after.find((each) => each.id === option.id && each.kind === option.kind);
    return same === undefined ? option : merge(option, same, `options.${option.id}`, takes);
  });
}

/** A map of values of their own; lists, single values and ranges change as a whole. */
function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('likely' in value);
}

/** A rental that became owned hardware has no price to compare. */
function changesForm(before: Record<string, unknown>, after: Record<string, unknown>): boolean {
  return before.kind !== after.kind;
}

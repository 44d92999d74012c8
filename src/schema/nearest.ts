/** Spelling: the known name that a mistaken one was meant to be. */

import { distance } from 'fastest-levenshtein';

/**
 * The nearest of `known`, or null when none is near. Case doesn't count; a name that another contains is near.
 *
 * @example nearest('gpt-4o-mni', ['gpt-4o', 'gpt-4o-mini']) // 'gpt-4o-mini'
 */
export function nearest(found: string, known: readonly string[]): string | null {
  const wanted = found.toLowerCase();
  let best: string | null = null;
  let least = Math.max(2, Math.floor(wanted.length / 3));
  for (const name of known) {
    const far = distance(wanted, name.toLowerCase());
    if (far < least || (far === least && best === null)) [best, least] = [name, far];
  }
  return best ?? inside(wanted, known);
}

/** `llama-3.3` for `llama-3.3-70b`, the shortest such name. */
function inside(wanted: string, known: readonly string[]): string | null {
  if (wanted.length < 3) return null;
  const found = known.filter((name) => name.toLowerCase().includes(wanted));
  return found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

/** `Did you mean "x"?`, or the known names when they are few, or null. */
export function suggestion(found: string, known: readonly string[]): string | null {
  const near = nearest(found, known);
  if (near !== null) return `Did you mean ${JSON.stringify(near)}?`;
  if (known.length === 0) return null;
  const shown = known.slice(0, 12).join(', ');
  return known.length > 12 ? `Known are ${shown} and ${known.length - 12} more.` : `Known: ${shown}.`;
}

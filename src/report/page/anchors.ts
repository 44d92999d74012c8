/** Finds where the values the page can move stand in a scenario's text, or where they would be written. Runs where YAML is read, not in the page. */

import type { Place } from '../../files/yaml.ts';
import { parseYaml } from '../../files/yaml.ts';
import type { Anchor } from './data.ts';

/** Paths without a place are left out; the page then offers the change as a command. */
export function anchorsOf(text: string, file: string, paths: readonly string[]): Anchor[] {
  const { value, place } = parseYaml(text, file);
  return paths.flatMap((path) => anchorOf(path, text, value, place) ?? []);
}

function anchorOf(path: string, text: string, root: unknown, rootPlace: Place): Anchor | null {
  const steps = path.split('.');
  let [value, place] = [root, rootPlace];
  for (const [depth, step] of steps.entries()) {
    const key = Array.isArray(value) ? String(value.findIndex((item) => isMap(item) && item.id === step)) : step;
    const below = place.children.get(key);
    if (below === undefined) return insertion(path, steps.slice(depth), text, value, place);
    value = (value as Record<string, unknown>)[key];
    place = below;
  }
  const { start, end } = place.value;
  return { path, start, end, open: '', key: '', close: '' };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function insertion(path: string, missing: readonly string[], text: string, parent: unknown, place: Place): Anchor | null {
  const { start, end } = place.value;
  const [last = '', ...outer] = [...missing].reverse();
  // `rental: lambda/on_demand` is short for `{ offer: lambda/on_demand }`.
  if (typeof parent === 'string' && missing.length === 1)
    return { path, start, end, open: `{ offer: ${text.slice(start, end)}, `, key: `${last}: `, close: ' }' };
  if (!isMap(parent)) return null;
  const brackets = outer.reverse();
  const open = brackets.map((key) => `${key}: { `).join('');
  return { path, ...before(text, place, open), key: `${last}: `, ...after(text, place, ' }'.repeat(brackets.length)) };
}

/** New keys go in front of the first one: there its indentation is known. */
function first(place: Place): number {
  return Math.min(...[...place.children.values()].map((child) => child.key?.start ?? child.value.start));
}

function isFlow(text: string, place: Place): boolean {
  return text[place.value.start] === '{';
}

function before(text: string, place: Place, open: string): { start: number; end: number; open: string } {
  const start = place.children.size === 0 ? place.value.start + (isFlow(text, place) ? 1 : 0) : first(place);
  return { start, end: start, open };
}

function after(text: string, place: Place, close: string): { close: string } {
  if (isFlow(text, place)) return { close: place.children.size === 0 ? close : `${close}, ` };
  const start = first(place);
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return { close: `${close}\n${' '.repeat(column)}` };
}

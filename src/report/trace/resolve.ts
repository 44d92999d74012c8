/** Finding a value of a plan by its path: list items by id, name, rule, variable or number. */

export interface Resolved {
  /** The path as the plan spells it. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What a list item goes by. */
const NAMES = ['id', 'name', 'variable', 'rule', 'code', 'option_id', 'requests_per_month'];

/** Undefined where there is nothing. Names with dots in them are tried, longest first. */
export function resolve(root: unknown, path: string): Resolved | undefined {
  const steps = path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
  return descend(root, steps, []);
}

function descend(node: unknown, steps: readonly string[], done: readonly string[]): Resolved | undefined {
  if (steps.length === 0) return { path: done, value: node };
  for (let length = steps.length; length >= 1; length--) {
    const child = childOf(node, steps.slice(0, length).join('.'));
    const found = child && descend(child.value, steps.slice(length), [...done, child.key]);
    if (found) return found;
  }
  return undefined;
}

function childOf(node: unknown, step: string): { readonly key: string; readonly value: unknown } | null {
  if (Array.isArray(node)) {
    const at = node.findIndex((item) => NAMES.some((name) => String(item?.[name]) === step));
    const index = at === -1 && /^\d+$/.test(step) && Number(step) < node.length ? Number(step) : at;
    return index === -1 ? null : { key: String(index), value: node[index] };
  }
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return null;
  return { key: step, value: (node as Record<string, unknown>)[step] };
}

/** What can be asked for below a place: paths of numbers and texts, items by their names. */
export function leaves(node: unknown, prefix: string, most: number): string[] {
  const found: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (found.length >= most) return;
    if (typeof value !== 'object' || value === null) {
      found.push(path);
      return;
    }
    for (const [key, child] of Object.entries(value)) walk(child, path === '' ? nameOf(value, key, child) : `${path}.${nameOf(value, key, child)}`);
  };
  walk(node, prefix);
  return found;
}

function nameOf(parent: object, key: string, child: unknown): string {
  if (!Array.isArray(parent) || typeof child !== 'object' || child === null) return key;
  const named = child as Record<string, unknown>;
  const name = ['id', 'name', 'variable'].map((each) => named[each]).find((each) => typeof each === 'string');
  return typeof name === 'string' && parent.filter((item) => NAMES.some((each) => item?.[each] === name)).length === 1 ? name : key;
}

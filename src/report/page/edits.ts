/** A changed scenario written down: the user's own file with a few numbers replaced, comments and order kept. */

import type { Anchor } from './data.ts';

export type Changes = ReadonlyMap<string, number>;

export function editText(text: string, anchors: readonly Anchor[], changes: Changes): string {
  const groups = new Map<string, { readonly anchor: Anchor; readonly entries: string[] }>();
  for (const anchor of anchors) {
    const value = changes.get(anchor.path);
    if (value === undefined) continue;
    const name = anchor.open === '' ? anchor.path : `${anchor.start} ${anchor.end} ${anchor.open}`;
    const group = groups.get(name) ?? { anchor, entries: [] };
    group.entries.push(`${anchor.key}${value}`);
    groups.set(name, group);
  }
  // From the end to the beginning, so that places before an edit stay where they are.
  const edits = [...groups.values()].sort((a, b) => b.anchor.start - a.anchor.start);
  return edits.reduce(
    (edited, { anchor, entries }) => edited.slice(0, anchor.start) + anchor.open + entries.join(', ') + anchor.close + edited.slice(anchor.end),
    text,
  );
}

/** The same change as a command; the file's name is quoted for a shell. */
export function editCommand(file: string | null, changes: Changes): string {
  const name = file === null ? 'scenario.yaml' : /^[\w./-]+$/.test(file) && !file.startsWith('-') ? file : `'${file.replaceAll("'", "'\\''")}'`;
  return ['llm-crossover plan', name, ...[...changes].map(([path, value]) => `--set ${path}=${value}`)].join(' ');
}

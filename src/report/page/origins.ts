/** Where a figure comes from, in a dialog: the formula with its values, the lines of the scenario, the sources. */

import type { Plan } from '../../engine/result.ts';
import { html } from '../escape.ts';
import type { Places } from '../options.ts';
import { resolve } from '../trace/resolve.ts';
import { trace } from '../trace/trace.ts';
import { linked } from './elements.ts';

export const DIALOG_ID = 'llm-crossover-origin';

/** Empty until a figure is pressed. */
export const ORIGIN_DIALOG = `<dialog id="${DIALOG_ID}" aria-labelledby="${DIALOG_ID}-title"><h2 id="${DIALOG_ID}-title">Where this comes from</h2><div class="origin"></div><p><button type="button" class="close">Close</button></p></dialog>`;

/** @param file the scenario's, for the command that says the same */
export function originText(plan: Plan, path: string, places: Places, file: string | null): string {
  const found = resolve(plan, path);
  if (found === undefined) return `<p>The plan has nothing at ${html(path)}.</p>`;
  const { value, formula, inputs, sources } = trace(plan, found, places);
  const part = (title: string, items: readonly string[]) =>
    items.length === 0 ? '' : `<h3>${title}</h3><ul>${items.map((item) => `<li>${linked(item)}</li>`).join('')}</ul>`;
  const steps = formula.map((line) => `<li>${html(line.trim())}</li>`).join('');
  const command = `llm-crossover explain ${file ?? 'scenario.yaml'} ${path}`;
  return `<p><code>${html(path)}</code> = ${html(String(value))}</p><ul>${steps}</ul>${part('From the scenario', inputs)}${part('Sources', sources)}<p class="dim"><code>${html(command)}</code></p>`;
}

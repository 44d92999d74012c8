/** The sliders of one plan, and the place where the changed scenario can be copied. */

import { html } from '../escape.ts';
import { type Control, STEPS, stepOf } from './controls.ts';

export function form(controls: readonly Control[], prefix: string): string {
  const groups = [...new Set(controls.map((control) => control.group))];
  const fields = groups.map((group) => {
    const rows = controls.map((control, index) => ({ control, index })).filter(({ control }) => control.group === group);
    return `<fieldset><legend>${group}</legend>${rows.map(({ control, index }) => row(control, index, prefix)).join('')}</fieldset>`;
  });
  if (controls.length === 0) return '';
  return `<details class="try" open><summary><h2>Try other values</h2></summary><form class="controls" aria-label="Other values">${fields.join('')}<p><button type="reset" disabled>Back to the scenario</button></p><p class="status" role="status"></p></form></details>`;
}

function row(control: Control, index: number, prefix: string): string {
  const id = `${prefix}v${index}`;
  const { label, unit, min, max, now } = control;
  const slider = `<input type="range" id="${id}" data-control="${index}" min="0" max="${STEPS}" step="1" value="${stepOf(control, now)}" aria-describedby="${id}u" aria-valuetext="${now} ${html(unit)}">`;
  const exact = `<input type="number" data-exact="${index}" min="${unit === 'share' ? 0 : min}" max="${unit === 'share' ? 1 : max * 1000}" step="any" value="${now}" aria-label="${html(label)}, exact">`;
  return `<div class="control"><label for="${id}">${html(label)}</label>${slider}${exact}<span class="unit" id="${id}u">${html(unit)}</span></div>`;
}

export function takeAway(prefix: string): string {
  return `<details class="take" id="${prefix}take"><summary>Take the changed scenario with you</summary><p class="how">Move a value first.</p><textarea readonly rows="12" spellcheck="false" aria-label="The changed scenario as YAML" hidden></textarea><p><button type="button" class="copy" hidden>Copy</button> <span role="status" class="copied"></span></p><p><code class="command"></code></p></details>`;
}

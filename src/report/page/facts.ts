/** The first screen: the verdict, the four figures it rests on, and the sentences around it. */

import type { Plan } from '../../engine/result.ts';
import { html } from '../escape.ts';
import { type Money, percent, short } from '../figures.ts';
import { subject } from '../sections.ts';
import { alternatives, chance, chosen, confidence, isSpread, optionName, times, verdict } from '../wording.ts';
import { origin, titled } from './elements.ts';

export function verdictSection(plan: Plan, money: Money): string {
  const none = plan.decision.option_id === null;
  return [
    `<p class="subject">${html(subject(plan))}</p>`,
    `<p class="verdict${none ? ' bad' : ''}" data-option="${html(plan.decision.option_id ?? '')}">${html(verdict(plan, money))}</p>`,
    facts(plan, money),
    '<div class="why">',
    titled(none ? 'What was looked at' : 'Instead of', alternatives(plan, money)),
    titled(
      'Why',
      plan.decision.because.map((reason) => ({ text: reason.message, path: 'decision.option_id' })),
    ),
    titled('How sure we are', confidence(plan, money)),
    '</div>',
  ].join('');
}

interface Fact {
  readonly title: string;
  readonly value: string;
  readonly path: string;
  readonly note: string;
}

function facts(plan: Plan, money: Money): string {
  const found = [aMonth(plan, money), nextBest(plan, money), odds(plan), nearestVolume(plan)].filter((fact) => fact !== null);
  const shown = found.map(
    ({ title, value, path, note }) => `<div><dt>${html(title)}</dt><dd>${origin(path, value)}<span class="dim">${html(note)}</span></dd></div>`,
  );
  return found.length === 0 ? '' : `<dl class="facts">${shown.join('')}</dl>`;
}

function aMonth(plan: Plan, money: Money): Fact | null {
  const option = chosen(plan);
  if (option === null || option.monthly_usd === null) return null;
  const range = option.monthly_usd_range;
  const total = option.horizon === null ? '' : `${money.total(option.horizon.total_usd)} over ${option.horizon.months} months`;
  const spread = range === null || !isSpread(range) ? '' : `, ${money.total(range.p10)} to ${money.total(range.p90)} in 8 of 10 draws`;
  return { title: `${option.id} a month`, value: money.total(option.monthly_usd), path: `options.${option.id}.monthly_usd`, note: `${total}${spread}` };
}

/** The next best over the horizon of those that can be used, by its month. */
function nextBest(plan: Plan, money: Money): Fact | null {
  const option = chosen(plan);
  const others = plan.options.filter((each) => each.feasible && each.id !== option?.id && each.horizon !== null);
  const [next] = [...others].sort((a, b) => (a.horizon?.total_usd ?? 0) - (b.horizon?.total_usd ?? 0));
  const [mine, theirs] = [option?.monthly_usd ?? null, next?.monthly_usd ?? null];
  if (next === undefined || mine === null || theirs === null) return null;
  const factor = mine > 0 ? `, ${times(theirs / mine)}` : '';
  return { title: 'Next best a month', value: money.total(theirs), path: `options.${next.id}.monthly_usd`, note: `${optionName(next)}${factor}` };
}

function odds({ decision, uncertainty }: Plan): Fact | null {
  if (uncertainty === null || decision.option_id === null) return null;
  const p = uncertainty.probability_cheapest[decision.option_id] ?? 0;
  return {
    title: 'Cheapest in',
    value: p === 1 ? 'all draws' : `${chance(p)} of draws`,
    path: `uncertainty.probability_cheapest.${decision.option_id}`,
    note: p === 1 ? 'whatever the ranges of the scenario hold' : `in ${percent(1 - p)} another option is`,
  };
}

/** The volume at which the answer is another, in the nearer direction. */
function nearestVolume({ decision: { flips } }: Plan): Fact | null {
  const far = (flip: (typeof flips)[number]) => Math.abs(Math.log(Number(flip.value) / Number(flip.now)));
  const [flip] = flips.filter((each) => each.variable === 'workload.requests_per_month').sort((a, b) => far(a) - far(b));
  if (flip === undefined) return null;
  const way = Number(flip.value) > Number(flip.now) ? 'up' : 'down';
  return {
    title: `Answer changes ${way} at`,
    value: `${short(Number(flip.value))} requests`,
    path: `decision.flips.${flips.indexOf(flip)}.value`,
    note: `a month (now ${short(Number(flip.now))}): ${flip.becomes ?? 'no option is left'}`,
  };
}

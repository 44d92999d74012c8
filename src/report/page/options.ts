/** The options side by side, and what the month of each is made of. */

import type { Plan, PlanOption } from '../../engine/result.ts';
import { html } from '../escape.ts';
import { count, type Money, percent, significant } from '../figures.ts';
import { blockers, kindName, optionName } from '../wording.ts';
import { figure, linked, origin, scrolled } from './elements.ts';

export function optionsTable(plan: Plan, prefix: string, money: Money): string {
  const ranges = plan.options.some((option) => option.monthly_usd_range !== null);
  const titles = ['Option', 'Kind', 'A month', ...(ranges ? ['p10', 'p90'] : []), `${plan.scenario.horizon_months} months`, 'Per request', 'GPUs (in use)'];
  const rows = plan.options.map((option) => row(option, plan, prefix, ranges, money));
  const head = [...titles, 'Can be used'].map((title, at) => `<th scope="col"${at > 1 && at < titles.length ? ' class="right"' : ''}>${html(title)}</th>`);
  return scrolled(`<table class="options"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`, 'Options');
}

function row(option: PlanOption, plan: Plan, prefix: string, ranges: boolean, money: Money): string {
  const at = `options.${option.id}`;
  const { horizon, monthly_usd_range: range } = option;
  const cells = [
    `<th scope="row" class="${option.id === plan.decision.option_id ? 'strong' : ''}"><a href="#${anchor(option, prefix)}">${html(option.id)}</a></th>`,
    `<td data-label="Kind">${html(kindName(option.kind) + (option.quoted ? ', quoted' : ''))}</td>`,
    figure(option.monthly_usd, 'monthly_usd', `${at}.monthly_usd`, money, 'A month'),
    ...(ranges
      ? [figure(range?.p10, 'p10', `${at}.monthly_usd_range.p10`, money, 'p10'), figure(range?.p90, 'p90', `${at}.monthly_usd_range.p90`, money, 'p90')]
      : []),
    figure(horizon?.total_usd, 'total_usd', `${at}.horizon.total_usd`, money, `${plan.scenario.horizon_months} months`),
    figure(option.usd_per_request, 'usd_per_request', `${at}.usd_per_request`, money, 'Per request'),
    gpus(option),
    `<td data-label="Can be used" class="${option.feasible ? 'good' : 'bad'}">${option.feasible ? 'yes' : html(`no: ${blockers(option)}`)}</td>`,
  ];
  return `<tr data-option="${html(option.id)}">${cells.join('')}</tr>`;
}

function gpus({ id, capacity }: PlanOption): string {
  if (capacity === null) return '<td class="right" data-label="GPUs (in use)">-</td>';
  const at = `options.${id}.capacity`;
  return `<td class="right" data-label="GPUs (in use)"><span>${origin(`${at}.gpus`, count(capacity.gpus))} (${origin(`${at}.utilization`, percent(capacity.utilization))})</span></td>`;
}

function anchor(option: PlanOption, prefix: string): string {
  return `${prefix}c-${html(encodeURIComponent(option.id))}`;
}

/** Every dollar of an option; each figure has its origin. */
export function breakdown(option: PlanOption, prefix: string, money: Money): string {
  const title = `<h3 id="${anchor(option, prefix)}">${html(optionName(option))}</h3>`;
  if (option.components.length === 0) return `${title}<p class="dim">No cost: ${html(option.blocked_by.join(', ') || 'see the findings')}.</p>`;
  const titles = ['Component', 'Quantity', 'Unit price', 'A month'];
  const head = titles.map((each, at) => `<th scope="col"${at > 0 ? ' class="right"' : ''}>${each}</th>`).join('');
  const rows = option.components.map((component, index) => {
    const name = component.leg === null ? component.name : `${component.leg}: ${component.name}`;
    const at = `options.${option.id}.components.${index}`;
    const quantity = `${significant(component.quantity, 6)} ${component.unit}`;
    return `<tr data-component="${html(name)}"><th scope="row">${html(name)} <span class="dim">${html(component.category.replace('_', '-'))}, ${component.behaviour}</span></th><td class="right" data-label="Quantity">${origin(`${at}.quantity`, quantity)}</td><td class="right" data-label="Unit price">${origin(`${at}.unit_usd`, money.unit(component.unit_usd))}</td>${figure(component.monthly_usd, 'component_usd', `${at}.monthly_usd`, money, 'A month')}</tr>`;
  });
  return title + scrolled(`<table class="components"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`, `Components of ${option.id}`);
}

/** Every price and rule the plan rests on, said once with what uses it. */
export function sourcesList(plan: Plan): string {
  const uses = new Map<string, Set<string>>();
  const use = (source: string, who: string) => uses.set(source, (uses.get(source) ?? new Set()).add(who));
  for (const option of plan.options) for (const component of option.components) use(component.source, `${component.leg ?? option.id}: ${component.name}`);
  for (const { rule, source, checked } of plan.gates) if (source !== null) use(`${source}${checked === null ? '' : `, checked ${checked}`}`, `gate ${rule}`);
  const items = [...uses].map(([source, who]) => `<li>${linked(source)} <span class="dim">(${html([...who].join('; '))})</span></li>`);
  return `<ul class="sources">${items.join('')}</ul>`;
}

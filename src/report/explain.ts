/** Every dollar of an option: quantity x unit price, where the price was read, and which values of the scenario the quantity comes from. */

import type { CostComponent, Plan, PlanOption } from '../engine/result.ts';
import { type Money, significant } from './figures.ts';
import { inputsOf } from './inputs.ts';
import { type Block, list, paragraph, type Section, type Table } from './model.ts';
import type { Places } from './options.ts';
import { optionName } from './wording.ts';

export function explainSections(plan: Plan, ids: readonly string[], money: Money, places: Places): Section[] {
  const options = plan.options.filter((option) => ids.includes(option.id));
  return options.map((option) => ({ title: `Every dollar of ${optionName(option)}`, blocks: blocks(plan, option, money, places) }));
}

function blocks(plan: Plan, option: PlanOption, money: Money, places: Places): Block[] {
  if (option.components.length === 0) return [paragraph(`No component has a price: ${option.blocked_by.join(', ') || 'see the findings'}.`)];
  const total = option.monthly_usd === null ? '' : ` The sum is ${money.total(option.monthly_usd)} in month 1, at likely values.`;
  return [
    paragraph(`Quantity x unit price = cost of the month.${total}`),
    arithmetic(option, money),
    list(traces(option, plan, places)),
    ...horizon(option, money),
  ];
}

function arithmetic(option: PlanOption, money: Money): Table {
  const columns = [
    { title: 'Component', align: 'left', wraps: true },
    { title: 'Category', align: 'left' },
    { title: 'Quantity', align: 'right', wraps: true },
    { title: 'Unit price', align: 'right' },
    { title: 'A month', align: 'right' },
  ] as const;
  const rows = option.components.map((component) => [
    { text: title(component) },
    { text: `${component.category.replace('_', '-')}, ${component.behaviour}` },
    { text: `${significant(component.quantity, 7)} ${component.unit}` },
    { text: money.unit(component.unit_usd) },
    { text: money.total(component.monthly_usd) },
  ]);
  return { kind: 'table', columns, rows };
}

function title(component: CostComponent): string {
  return component.leg === null ? component.name : `${component.leg}: ${component.name}`;
}

/** Components with the same source and inputs share a line. */
function traces(option: PlanOption, plan: Plan, places: Places): string[] {
  const names = new Map<string, string[]>();
  for (const component of option.components) {
    const origin = originOf(component, option, plan, places);
    names.set(origin, [...(names.get(origin) ?? []), title(component)]);
  }
  return [...names].map(([origin, titles]) => `${titles.join('; ')}: ${origin}`);
}

function originOf(component: CostComponent, option: PlanOption, plan: Plan, places: Places): string {
  const inputs = inputsOf(component, option, plan.scenario, places);
  return inputs.length === 0 ? component.source : `${component.source}; quantity from ${inputs.join(', ')}`;
}

function horizon(option: PlanOption, money: Money): Block[] {
  if (option.horizon === null) return [];
  const { months, total_usd, one_off_usd } = option.horizon;
  const oneOff = one_off_usd === 0 ? '' : `, of which ${money.total(one_off_usd)} once`;
  return [paragraph(`Over ${months} months, each month sized and priced anew: ${money.total(total_usd)}${oneOff}.`)];
}

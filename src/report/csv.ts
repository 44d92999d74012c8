/** One row an option for spreadsheets; with `explain`, one row a cost component. US dollars, plain numbers. */

import type { CostComponent, Plan, PlanDocument, PlanOption } from '../engine/result.ts';
import { likely } from '../engine/units.ts';
import { csv } from './escape.ts';
import { isExplained, type ReportOptions } from './options.ts';

export const charts = false;

type Value = string | number | boolean | null;
type Columns<Row> = readonly (readonly [title: string, value: (row: Row) => Value])[];

interface OptionRow {
  readonly plan: Plan;
  readonly option: PlanOption;
}

const OPTION: Columns<OptionRow> = [
  ['scenario', ({ plan }) => plan.scenario.name],
  ['priced_as_of', ({ plan }) => plan.pricing.as_of],
  ['requests_per_month', ({ plan }) => likely(plan.scenario.workload.requests_per_month)],
  ['option', ({ option }) => option.id],
];

const SUMMARY: Columns<OptionRow> = [
  ...OPTION,
  ['kind', ({ option }) => option.kind],
  ['quoted', ({ option }) => option.quoted],
  ['label', ({ option }) => option.label],
  ['chosen', ({ plan, option }) => plan.decision.option_id === option.id],
  ['feasible', ({ option }) => option.feasible],
  ['blocked_by', ({ option }) => option.blocked_by.join(' ')],
  ['monthly_usd', ({ option }) => option.monthly_usd],
  ['monthly_usd_p10', ({ option }) => option.monthly_usd_range?.p10 ?? null],
  ['monthly_usd_p50', ({ option }) => option.monthly_usd_range?.p50 ?? null],
  ['monthly_usd_p90', ({ option }) => option.monthly_usd_range?.p90 ?? null],
  ['horizon_months', ({ option }) => option.horizon?.months ?? null],
  ['horizon_total_usd', ({ option }) => option.horizon?.total_usd ?? null],
  ['one_off_usd', ({ option }) => option.horizon?.one_off_usd ?? null],
  ['usd_per_request', ({ option }) => option.usd_per_request],
  ['work_unit', ({ option }) => option.work_unit],
  ['usd_per_work_unit', ({ option }) => option.usd_per_work_unit],
  ['replicas', ({ option }) => option.capacity?.replicas ?? null],
  ['gpus', ({ option }) => option.capacity?.gpus ?? null],
  ['utilization', ({ option }) => option.capacity?.utilization ?? null],
  ['throughput_source', ({ option }) => option.capacity?.throughput_source ?? null],
];

const COMPONENT: Columns<OptionRow & { readonly component: CostComponent }> = [
  ...OPTION,
  ['leg', ({ component }) => component.leg],
  ['component', ({ component }) => component.name],
  ['category', ({ component }) => component.category],
  ['behaviour', ({ component }) => component.behaviour],
  ['quantity', ({ component }) => component.quantity],
  ['unit', ({ component }) => component.unit],
  ['unit_usd', ({ component }) => component.unit_usd],
  ['monthly_usd', ({ component }) => component.monthly_usd],
  ['source', ({ component }) => component.source],
];

export function render(document: PlanDocument, options: Pick<ReportOptions, 'explain'>): string {
  const rows = document.plans.flatMap((plan) => plan.options.map((option) => ({ plan, option })));
  if (options.explain === null) return lines(SUMMARY, rows);
  const explained = rows.filter(({ option }) => isExplained(options.explain, option.id));
  return lines(
    COMPONENT,
    explained.flatMap((row) => row.option.components.map((component) => ({ ...row, component }))),
  );
}

function lines<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const header = columns.map(([title]) => title);
  const body = rows.map((row) => columns.map(([, value]) => csv(value(row))));
  return [header, ...body].map((cells) => `${cells.join(',')}\n`).join('');
}

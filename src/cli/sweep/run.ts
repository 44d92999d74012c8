/** A plan for every cell of the grid. */

import type { Catalog } from '../../engine/catalog.ts';
import { plan } from '../../engine/plan.ts';
import type { Scenario } from '../../engine/scenario.ts';
import { valueAt, withValue } from '../../engine/set-value.ts';
import { type IsoDate, likely } from '../../engine/units.ts';
import { scenarioFromText } from '../../files/load.ts';
import { InputError, type Problem } from '../../files/problem.ts';
import { type Axis, cellsOf } from './grid.ts';

interface Row {
  /** Path -> value; a number where the value is one. */
  readonly set: Readonly<Record<string, number | string>>;
  readonly monthly_usd: Readonly<Record<string, number | null>>;
  /** Cheapest feasible option of the month; null: none. */
  readonly winner: string | null;
  /** What the plan decides: over the horizon, with gates and margin. */
  readonly decision: string | null;
}

export interface SweepInput {
  readonly text: string;
  readonly path: string;
  readonly catalog: Catalog;
  readonly today: IsoDate;
  readonly axes: readonly Axis[];
  /** Set in every cell. */
  readonly fixed: readonly string[];
}

export interface Swept {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
}

/** Every value is read and judged as the file would be, once; cells of numbers are then only put together. */
export function sweep(input: SweepInput): Swept {
  const cells = cellsOf(input.axes);
  const base = load(input, []);
  const known = checkValues(input);
  const rows = cells.map((cell): Row => {
    const entries = Object.entries(cell);
    const numbers = entries.map(([path, value]) => known.get(`${path}=${value}`) ?? null);
    const scenario = numbers.every((number) => number !== null) ? together(base, entries, numbers) : null;
    return rowOf(
      scenario ??
        load(
          input,
          entries.map(([path, value]) => `${path}=${value}`),
        ),
      cell,
      numbers,
      input,
    );
  });
  return { scenario: base, rows };
}

function load({ text, path, catalog, fixed }: SweepInput, set: readonly string[]): Scenario {
  return scenarioFromText(text, path, { catalog, set: [...fixed, ...set] }).scenario;
}

/** The number each value means; absent where it is none. All mistakes are told at once. */
function checkValues(input: SweepInput): Map<string, number> {
  const numbers = new Map<string, number>();
  const problems: Problem[] = [];
  for (const { path, values } of input.axes) {
    for (const value of values) {
      try {
        const found = valueAt(load(input, [`${path}=${value}`]), path);
        if (typeof found === 'number') numbers.set(`${path}=${value}`, found);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(...error.problems);
      }
    }
  }
  if (problems.length > 0)
    throw new InputError([...new Map(problems.map((problem) => [`${problem.code} ${problem.message} ${problem.excerpt?.text}`, problem])).values()]);
  return numbers;
}

function together(base: Scenario, entries: readonly (readonly [string, string])[], numbers: readonly (number | null)[]): Scenario | null {
  let scenario: Scenario | null = base;
  entries.forEach(([path], i) => {
    scenario = scenario && withValue(scenario, path, numbers[i] as number);
  });
  return scenario;
}

function rowOf(scenario: Scenario, cell: Readonly<Record<string, string>>, numbers: readonly (number | null)[], { catalog, today }: SweepInput): Row {
  const volume = likely(scenario.workload.requests_per_month);
  const found = plan({ scenario: { ...scenario, what_if: { 'workload.requests_per_month': [volume] } }, catalog, today });
  const set = Object.fromEntries(Object.entries(cell).map(([path, value], i) => [path, numbers[i] ?? value]));
  return { set, monthly_usd: found.what_if[0]?.monthly_usd ?? {}, winner: found.what_if[0]?.winner ?? null, decision: found.decision.option_id };
}

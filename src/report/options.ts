/** What a renderer is asked for, and what each format's file exports. */

import type { KnownChange } from '../engine/known-changes.ts';
import type { Plan, PlanDocument } from '../engine/result.ts';
import type { Curves } from './curves.ts';
import type { PageParts } from './page/data.ts';

/** Dotted path of a scenario value -> file and line, or `default` where the file does not have it; null: not known. */
export type Places = (path: string) => string | null;

export interface ReportOptions {
  /** Columns a line may take, terminal only. */
  readonly width: number;
  readonly colour: boolean;
  /** False: ASCII only. */
  readonly unicode: boolean;
  /** Option ids to trace, or all of them. */
  readonly explain: readonly string[] | 'all' | null;
  /** For each plan, where a value of its scenario stands (`s.yaml:12`); absent: not said. */
  readonly places?: readonly Places[];
  /** Cost over volume of each plan, in their order; null: no chart. */
  readonly curves: readonly Curves[] | null;
  /** ADR only: for each plan, what is announced about its options after today. */
  readonly nextChanges?: readonly (readonly KnownChange[])[];
  /** HTML only: the page's program, and the inputs it plans anew with. */
  readonly page?: PageParts;
}

/** What a format's file exports. */
export interface Renderer {
  readonly render: (document: PlanDocument, options: ReportOptions) => string;
  /** Does the format draw cost over volume? Nobody computes curves for one that doesn't. */
  readonly charts: boolean;
}

/** Is every dollar of this option to be traced? */
export function isExplained(explain: ReportOptions['explain'], id: string): boolean {
  return explain === 'all' || (explain?.includes(id) ?? false);
}

export function explainedIds(plan: Plan, explain: ReportOptions['explain']): string[] {
  return plan.options.map((option) => option.id).filter((id) => isExplained(explain, id));
}

/** What the page carries: the inputs of its plans, and how to write a changed scenario down. */

import type { Catalog } from '../../engine/catalog.ts';
import type { PlanInput } from '../../engine/plan.ts';
import type { Plan } from '../../engine/result.ts';
import type { Band } from '../curves.ts';
import type { PackedThroughput } from './slice.ts';

/** Where a value stands in the scenario's text, or would. Edits with the same start and opening share one pair of brackets. */
export interface Anchor {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly open: string;
  /** Written before the value: `engineers: `, or nothing. */
  readonly key: string;
  readonly close: string;
}

export interface PagePlan {
  readonly input: Omit<PlanInput, 'catalog'>;
  /** The plan of the input, so that nothing is drawn twice before anything is moved. */
  readonly plan: Omit<Plan, 'scenario'>;
  readonly bands: readonly Band[];
  /** The scenario file; null where the text isn't what was planned (--set, standard input). */
  readonly text: string | null;
  readonly file: string | null;
  readonly anchors: readonly Anchor[];
  /** Dotted path of a value -> its line in `file`; what the file does not have is left out. */
  readonly lines: Readonly<Record<string, number>>;
}

export interface PageData {
  readonly tool_version: string;
  readonly catalog: Omit<Catalog, 'throughput'>;
  readonly throughput: PackedThroughput | null;
  readonly plans: readonly PagePlan[];
}

/** What a page is made from besides its plans. */
export interface PageParts {
  /** The page's program and style sheet, as the build made them. */
  readonly script: string;
  readonly style: string;
  readonly plans: readonly PageInput[];
}

export interface PageInput {
  readonly input: PlanInput;
  /** The scenario's file and, where the plan is of that text unchanged, the text. */
  readonly file: string | null;
  readonly text: string | null;
}

/** Points of a line of the chart. */
export const POINTS = 121;

/** Id of the element that holds the data: JSON, deflated, in base64. */
export const DATA_ID = 'llm-crossover-data';

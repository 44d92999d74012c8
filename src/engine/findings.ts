/** A finding is part of the answer: a code that never changes, and wording that may. Nobody prints here. */
export type Severity = 'info' | 'warning' | 'error';

export interface Finding {
  /** Stable, lower-case, `area.problem`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Path in the scenario it is about, e.g. options.gpt.discount; null: the whole plan. */
  readonly path: string | null;
}

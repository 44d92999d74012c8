/** The formats of `check`. A new one is a file and a line here. Every renderer is a pure function from the report to text. */

import type { CheckReport } from '../result.ts';

export interface CheckRenderOptions {
  readonly colour: boolean;
  /** Path of a file as the CI system knows it: from the top of the repository, forward slashes. */
  readonly repositoryPath: (file: string) => string;
}

export interface CheckRenderer {
  readonly render: (report: CheckReport, options: CheckRenderOptions) => string;
}

const FORMATS = {
  terminal: () => import('./terminal.ts'),
  markdown: () => import('./markdown.ts'),
  json: () => import('./json.ts'),
  github: () => import('./annotations.ts'),
  gitlab: () => import('./gitlab.ts'),
  junit: () => import('./junit.ts'),
  sarif: () => import('./sarif.ts'),
} satisfies Record<string, () => Promise<CheckRenderer>>;

export type CheckFormat = keyof typeof FORMATS;

export const CHECK_FORMATS = Object.keys(FORMATS) as CheckFormat[];

export function loadCheckRenderer(format: CheckFormat): Promise<CheckRenderer> {
  return FORMATS[format]();
}

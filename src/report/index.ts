/** The report formats. A new one is a file and a line here. Every renderer is a pure function from plans to text. */

import type { Renderer } from './options.ts';

const FORMATS = {
  terminal: () => import('./terminal.ts'),
  json: () => import('./json.ts'),
  markdown: () => import('./markdown.ts'),
  csv: () => import('./csv.ts'),
  adr: () => import('./adr.ts'),
  html: () => import('./html.ts'),
} satisfies Record<string, () => Promise<Renderer>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

export function loadRenderer(format: FormatName): Promise<Renderer> {
  return FORMATS[format]();
}

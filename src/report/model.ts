/** A report before it has a format: sections of plain text, lists, tables and charts. The text is raw; each renderer escapes it for its medium. */

export type Tone = 'plain' | 'strong' | 'good' | 'bad' | 'warn' | 'dim';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** Where in the plan the figure stands, for readers that can ask for its origin. */
  readonly path?: string;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** May be narrowed and wrapped when the line is too long. */
  readonly wraps?: boolean;
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Series {
  readonly id: string;
  /** One value for each of the chart's volumes; null: not possible there. */
  readonly monthly_usd: readonly (number | null)[];
}

/** Cost over volume, both axes logarithmic. */
export interface Chart {
  readonly kind: 'chart';
  readonly volumes: readonly number[];
  readonly series: readonly Series[];
  /** Volumes at which the cheapest option changes. */
  readonly crossovers: readonly number[];
  /** Today's volume. */
  readonly volume: number;
  /** The axis is labelled in this currency. */
  readonly currency: { readonly code: string; readonly per_usd: number };
}

export interface FrontierMark {
  readonly usd: number;
  /** 0..1 */
  readonly quality: number;
}

/** Quality over the cost of a month, for the splits of a hybrid. */
export interface FrontierChart {
  readonly kind: 'frontier';
  readonly splits: readonly FrontierMark[];
  readonly today: FrontierMark | null;
  readonly best: FrontierMark | null;
  /** The large model alone. */
  readonly alone: FrontierMark | null;
  readonly currency: Chart['currency'];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: Tone }
  | { readonly kind: 'list'; readonly items: readonly Cell[] }
  | Table
  | Chart
  | FrontierChart;

export interface Section {
  /** Null: follows the section before it without a heading. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
}

export function paragraph(text: string, tone: Tone = 'plain'): Block {
  return { kind: 'paragraph', text, tone };
}

export function list(items: readonly (string | Cell)[]): Block {
  return { kind: 'list', items: items.map((item) => (typeof item === 'string' ? { text: item } : item)) };
}

export function cell(text: string, tone: Tone = 'plain'): Cell {
  return { text, tone };
}

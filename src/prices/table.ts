/** Plain tables for the terminal: columns padded to their widest cell, numbers to the right, no lines. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** @returns lines without trailing spaces; a table without rows is its header alone */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => (align === 'right' ? (cells[at] ?? '').padStart(widths[at] ?? 0) : (cells[at] ?? '').padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** `$2.5`, `$0.0028`; a rate that isn't there is a dash, not zero. */
export function usd(value: number | undefined | null): string {
  return value === undefined || value === null ? '-' : `$${Number(value.toPrecision(6))}`;
}

/** `128k`, `1.05M`, `8192` -> `8.2k` */
export function shortCount(value: number | null): string {
  if (value === null) return '-';
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(2))}M`;
  return value >= 1000 ? `${Number((value / 1000).toFixed(value % 1000 === 0 ? 0 : 1))}k` : String(value);
}

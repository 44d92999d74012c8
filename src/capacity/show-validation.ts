/** The error table of `capacity validate`. */

import type { ErrorSummary, Validation } from './validate.ts';

export function showValidation(validation: Validation): string {
  const left = Object.entries(validation.left_out).sort(([, a], [, b]) => b - a);
  return [
    table('source', validation.by_source, { 'all rows': validation.overall }),
    table('model', validation.by_model),
    table('gpu', validation.by_gpu),
    `Errors are |estimate / measured - 1| of the median estimate; covered is the share of rows inside the 80 % interval; bias above 0 is too hopeful.`,
    validation.seen > 0 ? `${validation.seen} rows are among the published measurements this release was calibrated on: their errors flatter it.` : null,
    ...left.map(([reason, count]) => `${count} rows left out: ${reason}`),
    '',
  ]
    .filter((line) => line !== null)
    .join('\n');
}

function table(name: string, groups: Readonly<Record<string, ErrorSummary>>, last: Readonly<Record<string, ErrorSummary>> = {}): string {
  const entries = [...Object.entries(groups), ...Object.entries(last)];
  const width = Math.min(56, Math.max(name.length, ...entries.map(([label]) => label.length)));
  const head = `${name.padEnd(width)}   rows   median      p90   within 2x   covered     bias`;
  const lines = entries.map(([label, each]) => {
    const cells = [
      String(each.rows).padStart(7),
      percent(each.median, 9),
      percent(each.p90, 9),
      percent(each.within_2x, 12),
      percent(each.covered, 10),
      percent(each.bias, 9),
    ];
    return `${label.slice(0, width).padEnd(width)}${cells.join('')}`;
  });
  return `${[head, ...lines].join('\n')}\n`;
}

function percent(value: number, width: number): string {
  return `${(100 * value).toFixed(1)} %`.padStart(width);
}

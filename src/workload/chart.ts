/** Small charts in ASCII. */

const LEVELS = ' .:-=+*#%@';
const BAR = 44;
const MOST_BARS = 14;

/** Horizontal bars with their share of the total. Neighbours are joined until at most fourteen are left; the later label stands for both. */
export function bars(rows: readonly { readonly label: string; readonly value: number }[]): string[] {
  if (rows.length > MOST_BARS) return bars(joinPairs(rows));
  const total = rows.reduce((sum, row) => sum + row.value, 0);
  const most = Math.max(...rows.map((row) => row.value));
  const width = Math.max(...rows.map((row) => row.label.length));
  return rows.map(
    ({ label, value }) =>
      `  ${label.padStart(width)} |${'#'.repeat(Math.round((value / most) * BAR)).padEnd(BAR)} ${((value / total) * 100).toFixed(1).padStart(5)} %`,
  );
}

function joinPairs(rows: readonly { readonly label: string; readonly value: number }[]): { label: string; value: number }[] {
  const joined: { label: string; value: number }[] = [];
  for (let at = rows.length - 1; at >= 0; at -= 2) joined.unshift({ label: rows[at]?.label ?? '', value: (rows[at]?.value ?? 0) + (rows[at - 1]?.value ?? 0) });
  return joined;
}

/** A character per value, darker for more; only zero is blank. */
export function spark(values: readonly number[], most: number): string {
  return values.map((value) => LEVELS[value === 0 || most === 0 ? 0 : Math.max(1, Math.round((value / most) * (LEVELS.length - 1)))]).join('');
}

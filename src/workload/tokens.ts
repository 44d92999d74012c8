import type { CleanRow, Noticed } from './clean.ts';
import type { Columns } from './columns.ts';
import { readCount } from './count.ts';
import type { Reason } from './row.ts';
import type { Slots } from './slots.ts';
import { readUsage } from './usage.ts';

/** Reads the token counts of a row and brings them to one rule: input is all input, cached reads and writes included. */
export class TokenReader {
  private readonly slots: Slots;
  private readonly noticed: Noticed;
  private readonly exclusive: boolean;
  private readonly largest: number | undefined;

  constructor(columns: Columns, slots: Slots, noticed: Noticed) {
    this.slots = slots;
    this.noticed = noticed;
    this.exclusive = columns.cached === 'exclusive';
    this.largest = columns.format.aggregated === true ? Number.MAX_SAFE_INTEGER : undefined;
  }

  /** Fills input, output and cached of `row`; the reason when it can't. */
  read(values: readonly unknown[], row: CleanRow): Reason | null {
    if (this.slots.has('usage')) return this.readUsage(this.slots.value(values, 'usage'), row);
    const input = this.count(this.slots.value(values, 'input'));
    if (typeof input === 'string') return input;
    const output = this.count(this.slots.value(values, 'output'));
    if (typeof output === 'string') return output;
    const cached = this.count(this.slots.value(values, 'cached'));
    if (typeof cached === 'string') return cached;
    if (!this.exclusive || input === null) return this.fill(row, input, output, cached);
    const written = this.written(values);
    return typeof written === 'string' ? written : this.fill(row, input + (cached ?? 0) + written, output, cached);
  }

  /** Tokens written to a cache, all columns of it together. */
  private written(values: readonly unknown[]): number | Reason {
    let sum = 0;
    for (const at of this.slots.all('cache_write')) {
      const count = this.count(values[at]);
      if (typeof count === 'string') return count;
      sum += count ?? 0;
    }
    return sum;
  }

  private readUsage(cell: unknown, row: CleanRow): Reason | null {
    const usage = readUsage(cell);
    if (usage === null) return 'missing_tokens';
    const input = this.count(usage.input);
    if (typeof input === 'string') return input;
    const output = this.count(usage.output);
    if (typeof output === 'string') return output;
    const cached = this.count(usage.cached);
    if (typeof cached === 'string') return cached;
    if (usage.inclusive) this.noticed.inclusiveUsage += 1;
    return this.fill(row, input, output ?? (input === null ? null : 0), cached ?? 0); // an embedding has no output type
  }

  private fill(row: CleanRow, input: number | null, output: number | null, cached: number | null): Reason | null {
    if (input === null || output === null) return 'missing_tokens';
    if (cached !== null && cached > input) return 'cached_above_input';
    if (cached === null && this.slots.has('cached')) this.noticed.cachedUnknown += 1;
    if (output === 0) this.noticed.zeroOutput += 1;
    row.input = input;
    row.output = output;
    row.cached = cached;
    return null;
  }

  private count(value: unknown): number | null | Reason {
    return readCount(value, this.largest);
  }
}

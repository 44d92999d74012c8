import type { Columns } from './columns.ts';
import { readCount } from './count.ts';
import type { Field, Reason, Request } from './row.ts';
import { isPlausible, readTime, type TimeUnit } from './time.ts';
import { readUsage } from './usage.ts';

export interface CleanOptions {
  /** Unit of numeric times; null: the format's, else guessed. */
  readonly timeUnit: TimeUnit | null;
  /** East of UTC, for times without a zone. */
  readonly offsetMinutes: number;
}

/** A row that counts, with the number of requests it stands for (null: unknown) and the end of its bucket. */
export interface CleanRow extends Request {
  readonly requests: number | null;
  readonly endUs: number | null;
  readonly blocks: readonly unknown[] | null;
  readonly id: string | null;
}

/** What was noticed along the way, for the notes. */
export interface Noticed {
  zonelessTimes: number;
  relativeTimes: number;
  cachedUnknown: number;
  inclusiveUsage: number;
  zeroOutput: number;
}

const FAILED = /^(fail(ure|ed)?|error|[45]\d\d)$/i;

/** Turns the values of a row into counts, or into the reason it can't be used. One per import. */
export class Cleaner {
  readonly noticed: Noticed;
  private readonly columns: Columns;
  private readonly options: CleanOptions;
  private readonly at: { readonly [F in Field]?: readonly number[] };
  private readonly unit: TimeUnit | null;
  private relative: boolean | null;

  /**
   * @param asked the columns in the order in which values come
   * @param before the cleaner of the file before, whose clock and notes go on
   */
  constructor(columns: Columns, asked: readonly string[], options: CleanOptions, before?: Cleaner) {
    this.noticed = before?.noticed ?? { zonelessTimes: 0, relativeTimes: 0, cachedUnknown: 0, inclusiveUsage: 0, zeroOutput: 0 };
    this.relative = before?.relative ?? null;
    this.columns = columns;
    this.options = options;
    this.at = Object.fromEntries(Object.entries(columns.mapping).map(([field, names]) => [field, names.map((name) => asked.indexOf(name))]));
    this.unit = options.timeUnit ?? columns.format.clock?.unit ?? null;
  }

  clean(values: readonly unknown[]): CleanRow | Reason {
    if (!this.isCall(values)) return 'not_a_model_call';
    const counts = this.counts(values);
    if (this.hasFailed(values, counts)) return 'failed_request';
    if (typeof counts === 'string') return counts;
    const requests = this.requests(values);
    if (typeof requests === 'string') return requests;
    const atUs = this.time(this.value(values, 'timestamp'));
    if (typeof atUs === 'string') return atUs;
    if (counts.output === 0) this.noticed.zeroOutput += 1;
    return {
      ...counts,
      atUs,
      requests,
      endUs: this.end(values),
      model: this.name(values, 'model'),
      team: this.name(values, 'team'),
      id: this.name(values, 'id'),
      blocks: this.blocks(values),
    };
  }

  private value(values: readonly unknown[], field: Field): unknown {
    const at = this.at[field];
    return at === undefined ? undefined : values[at[0] as number];
  }

  private name(values: readonly unknown[], field: Field): string | null {
    const value = this.value(values, field);
    if (typeof value === 'string') return value === '' ? null : value;
    return value === null || value === undefined ? null : String(value);
  }

  private isCall(values: readonly unknown[]): boolean {
    const { calls, notCalls } = this.columns.format;
    if (calls === undefined && notCalls === undefined) return true;
    const kind = this.name(values, 'kind');
    if (kind === null) return notCalls === undefined || this.value(values, 'input') !== undefined;
    return calls === undefined ? notCalls?.test(kind) !== true : calls.test(kind);
  }

  private hasFailed(values: readonly unknown[], counts: Counted | Reason): boolean {
    const status = this.name(values, 'status');
    if (status === null || !FAILED.test(status)) return false;
    return typeof counts === 'string' ? counts === 'missing_tokens' : counts.input === 0 && counts.output === 0;
  }

  private counts(values: readonly unknown[]): Counted | Reason {
    if (this.at.usage !== undefined) return this.usageCounts(this.value(values, 'usage'));
    const input = this.readTokens(this.value(values, 'input'));
    if (typeof input === 'string') return input;
    const output = this.readTokens(this.value(values, 'output'));
    if (typeof output === 'string') return output;
    const cached = this.at.cached === undefined ? null : this.readTokens(this.value(values, 'cached'));
    if (typeof cached === 'string') return cached;
    if (this.columns.cached === 'exclusive') return this.addCached(values, input, output, cached);
    return this.checked(input, output, cached);
  }

  /** Exclusive sources: all input = what is listed + cache reads + cache writes. */
  private addCached(values: readonly unknown[], input: number | null, output: number | null, cached: number | null): Counted | Reason {
    let written = 0;
    for (const at of this.at.cache_write ?? []) {
      const count = this.readTokens(values[at]);
      if (typeof count === 'string') return count;
      written += count ?? 0;
    }
    return this.checked(input === null ? null : input + (cached ?? 0) + written, output, cached);
  }

  private usageCounts(cell: unknown): Counted | Reason {
    const usage = readUsage(cell);
    if (usage === null) return 'missing_tokens';
    const [input, output, cached] = [usage.input, usage.output, usage.cached].map((value) => this.readTokens(value));
    if (typeof input === 'string') return input;
    if (typeof output === 'string') return output;
    if (typeof cached === 'string') return cached;
    if (usage.inclusive) this.noticed.inclusiveUsage += 1;
    return this.checked(input ?? null, output ?? (input === null ? null : 0), cached ?? 0);
  }

  private checked(input: number | null, output: number | null, cached: number | null): Counted | Reason {
    if (input === null || output === null) return 'missing_tokens';
    if (cached !== null && cached > input) return 'cached_above_input';
    if (cached === null && (this.at.cached !== undefined || this.at.usage !== undefined)) this.noticed.cachedUnknown += 1;
    return { input, output, cached };
  }

  private readTokens(value: unknown): number | null | Reason {
    return readCount(value, this.columns.format.aggregated === true ? Number.MAX_SAFE_INTEGER : undefined);
  }

  private requests(values: readonly unknown[]): number | null | Reason {
    const { aggregated, uncounted } = this.columns.format;
    if (aggregated !== true) return 1;
    if (uncounted === true) return null;
    const count = readCount(this.value(values, 'requests'), Number.MAX_SAFE_INTEGER);
    return count ?? 'missing_requests';
  }

  private time(value: unknown): number | Reason {
    if (value === null || value === undefined || value === '') return 'missing_time';
    const { clock } = this.columns.format;
    const read = readTime(value, this.unit, this.options.offsetMinutes, clock?.relative ?? false);
    if (read === null) return 'unparseable_time';
    this.relative ??= read.relative;
    if (read.relative !== this.relative) return 'unparseable_time'; // an epoch among offsets: one of them is wrong
    if (!isPlausible(read)) return 'implausible_time';
    if (!read.zoned) this.noticed.zonelessTimes += 1;
    if (read.relative) this.noticed.relativeTimes += 1;
    return read.us;
  }

  private end(values: readonly unknown[]): number | null {
    const value = this.value(values, 'end');
    return value === undefined || value === null ? null : (readTime(value, this.unit, this.options.offsetMinutes)?.us ?? null);
  }

  private blocks(values: readonly unknown[]): readonly unknown[] | null {
    const value = this.value(values, 'blocks');
    if (Array.isArray(value)) return value;
    return typeof value === 'string' ? (value.match(/\d+/g) ?? []) : null;
  }
}

interface Counted {
  readonly input: number;
  readonly output: number;
  readonly cached: number | null;
}

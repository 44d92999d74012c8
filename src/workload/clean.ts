import type { Batch } from './batch.ts';
import type { Columns } from './columns.ts';
import { readCount } from './count.ts';
import { IdHash } from './measure/ids.ts';
import type { Id, Reason } from './row.ts';
import { Slots } from './slots.ts';
import { type Instant, isPlausible, readTime, Stamp, type TimeUnit, typedTime } from './time.ts';
import { TokenReader } from './tokens.ts';

export interface CleanOptions {
  /** Unit of numeric times; null: the format's, else guessed. */
  readonly timeUnit: TimeUnit | null;
  /** East of UTC, for times without a zone. */
  readonly offsetMinutes: number;
}

/** A row that counts. One object serves all rows: ten million would keep the garbage collector busier than the arithmetic. */
export class CleanRow {
  /** All input tokens, cached reads and writes included. */
  input = 0;
  output = 0;
  /** Input tokens read from a cache; null is unknown. */
  cached: number | null = null;
  /** Microseconds since 1970, or since the trace began. */
  atUs = 0;
  /** End of an aggregated source's bucket. */
  endUs: number | null = null;
  /** Requests the row stands for; null is unknown. */
  requests: number | null = 1;
  model: string | null = null;
  team: string | null = null;
  id: Id | null = null;
  blocks: readonly unknown[] | null = null;
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

/** Whether a status says that the request failed. */
export function isFailure(status: string): boolean {
  return FAILED.test(status);
}

/** Turns the values of a row into counts, or into the reason it can't be used. One a file. */
export class Cleaner {
  readonly noticed: Noticed;
  /** The row of the last `clean` that returned null. */
  readonly row = new CleanRow();
  private readonly columns: Columns;
  private readonly options: CleanOptions;
  private readonly slots: Slots;
  private readonly tokens: TokenReader;
  private readonly unit: TimeUnit | null;
  private relative: boolean | null;
  private typed: { readonly naive: boolean } | null = null;

  /**
   * @param asked the columns in the order in which values come
   * @param before the cleaner of the file before, whose clock and notes go on
   */
  constructor(columns: Columns, asked: readonly string[], options: CleanOptions, before?: Cleaner) {
    this.noticed = before?.noticed ?? { zonelessTimes: 0, relativeTimes: 0, cachedUnknown: 0, inclusiveUsage: 0, zeroOutput: 0 };
    this.relative = before?.relative ?? null;
    this.columns = columns;
    this.options = options;
    this.slots = new Slots(columns.mapping, asked);
    this.tokens = new TokenReader(columns, this.slots, this.noticed);
    this.unit = options.timeUnit ?? columns.format.clock?.unit ?? null;
  }

  /** Times come as timestamps in microseconds; `naive`: without a zone. */
  typedTimes(naive: boolean): void {
    this.typed = { naive };
  }

  /** Rows of this format need no more than counts in range, a time and names; see `take`. */
  get isPlain(): boolean {
    const { format, cached, mapping } = this.columns;
    const special =
      format.aggregated === true ||
      format.blockTokens !== undefined ||
      format.clock?.relative === true ||
      format.calls !== undefined ||
      format.notCalls !== undefined;
    return !special && mapping.usage === undefined && (cached === 'inclusive' || mapping.cached === undefined) && this.relative !== true;
  }

  /** Notices what is to be noticed in rows a reader has found right, and brings their times to UTC. */
  take({ atUs, output }: Batch, from: number, to: number): void {
    this.relative = false;
    for (let row = from; row < to; row += 1) if (output[row] === 0) this.noticed.zeroOutput += 1;
    if (this.typed?.naive !== true) return;
    this.noticed.zonelessTimes += to - from;
    const shift = this.options.offsetMinutes * 60e6;
    if (shift !== 0) for (let row = from; row < to; row += 1) atUs[row] = (atUs[row] as number) - shift;
  }

  /** Fills `row`; the reason when the row can't be used. */
  clean(values: readonly unknown[]): Reason | null {
    const { slots, row } = this;
    if (!this.isCall(values)) return 'not_a_model_call';
    const wrong = this.tokens.read(values, row);
    if (this.hasFailed(values, wrong)) return 'failed_request';
    const reason = wrong ?? this.readRequests(values) ?? this.readTimes(values);
    if (reason !== null) return reason;
    row.model = slots.name(values, 'model');
    row.team = slots.name(values, 'team');
    const id = slots.value(values, 'id');
    row.id = id instanceof IdHash ? id : slots.name(values, 'id');
    row.blocks = slots.has('blocks') ? blockIds(slots.value(values, 'blocks')) : null;
    return null;
  }

  private isCall(values: readonly unknown[]): boolean {
    const { calls, notCalls } = this.columns.format;
    if (calls === undefined && notCalls === undefined) return true;
    const kind = this.slots.name(values, 'kind');
    if (kind === null) return notCalls === undefined || (this.slots.value(values, 'input') ?? null) !== null;
    return calls === undefined ? notCalls?.test(kind) !== true : calls.test(kind);
  }

  private hasFailed(values: readonly unknown[], wrong: Reason | null): boolean {
    const status = this.slots.name(values, 'status');
    if (status === null || status === 'success' || !isFailure(status)) return false;
    return wrong === null ? this.row.input === 0 && this.row.output === 0 : wrong === 'missing_tokens';
  }

  private readRequests(values: readonly unknown[]): Reason | null {
    const { aggregated, uncounted } = this.columns.format;
    if (aggregated !== true) return null;
    const count = uncounted === true ? null : (readCount(this.slots.value(values, 'requests'), Number.MAX_SAFE_INTEGER) ?? 'missing_requests');
    if (typeof count === 'string') return count;
    this.row.requests = count;
    return null;
  }

  private readTimes(values: readonly unknown[]): Reason | null {
    const value = this.slots.value(values, 'timestamp');
    if (value === null || value === undefined || value === '') return 'missing_time';
    const read = this.instant(value);
    if (read === null) return 'unparseable_time';
    this.relative ??= read.relative;
    if (read.relative !== this.relative) return 'unparseable_time'; // an epoch among offsets: one of them is wrong
    if (!isPlausible(read)) return 'implausible_time';
    if (!read.zoned) this.noticed.zonelessTimes += 1;
    if (read.relative) this.noticed.relativeTimes += 1;
    this.row.atUs = read.us;
    const end = this.slots.value(values, 'end');
    this.row.endUs = end === null || end === undefined ? null : (this.instant(end)?.us ?? null);
    return null;
  }

  private instant(value: unknown): Instant | null {
    if (value instanceof Stamp) return typedTime(value.us, !value.zoned, this.options.offsetMinutes);
    if (this.typed !== null) return typedTime(value, this.typed.naive, this.options.offsetMinutes);
    return readTime(value, this.unit, this.options.offsetMinutes, this.columns.format.clock?.relative ?? false);
  }
}

function blockIds(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? (value.match(/\d+/g) ?? []) : null;
}

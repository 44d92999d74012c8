import type { CleanRow } from './clean.ts';
import type { Format } from './formats.ts';
import { PrefixBlocks } from './measure/blocks.ts';
import { Calendar } from './measure/calendar.ts';
import { Gaps } from './measure/gaps.ts';
import { ValueCounts } from './measure/histogram.ts';
import { SeenIds } from './measure/ids.ts';
import { JointCounts } from './measure/joint.ts';
import { Splits } from './measure/splits.ts';
import type { Reason } from './row.ts';

const UNITS_US = [86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000] as const;

/** Everything counted about the rows that are kept, and why others were not. Memory doesn't grow with the number of rows, but for times and ids (8 bytes each). */
export class Tally {
  rows = 0;
  requests = 0;
  input = 0;
  output = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  /** Cached tokens and the input tokens of the rows that say how many were cached. */
  cached = 0;
  cachedOf = 0;
  /** The coarsest of day, hour, minute, second (in microseconds) all times are whole multiples of; 1 when finer. */
  stepUs: number = UNITS_US[0];
  /** Shortest and longest bucket of an aggregated source. */
  bucketUs = { shortest: Number.POSITIVE_INFINITY, longest: 0 };
  filtered = 0;
  readonly dropped = new Map<Reason, { count: number; firstLine: number }>();
  readonly inputs = new ValueCounts();
  readonly outputs = new ValueCounts();
  readonly joint = new JointCounts();
  readonly calendar = new Calendar();
  readonly gaps = new Gaps();
  readonly ids = new SeenIds();
  readonly models = new Splits();
  readonly teams = new Splits();
  readonly blocks: PrefixBlocks | null;
  private readonly aggregated: boolean;

  constructor(format: Format) {
    this.aggregated = format.aggregated === true;
    this.blocks = format.blockTokens === undefined ? null : new PrefixBlocks(format.blockTokens);
  }

  drop(reason: Reason, line: number): void {
    const seen = this.dropped.get(reason);
    if (seen === undefined) this.dropped.set(reason, { count: 1, firstLine: line });
    else seen.count += 1;
  }

  add(row: CleanRow): void {
    const requests = row.requests ?? 0;
    this.rows += 1;
    this.requests += requests;
    this.input += row.input;
    this.output += row.output;
    this.spanOver(row);
    this.calendar.add(row.atUs, requests);
    this.models.add(row.model, requests, row.input, row.output);
    this.teams.add(row.team, requests, row.input, row.output);
    if (row.cached !== null) {
      this.cached += row.cached;
      this.cachedOf += row.input;
    }
    if (!this.aggregated) this.addRequest(row);
  }

  private addRequest(row: CleanRow): void {
    this.inputs.add(row.input);
    this.outputs.add(row.output);
    this.joint.add(row.input, row.output);
    this.gaps.add(row.atUs);
    if (row.blocks !== null) this.blocks?.add(row.blocks, row.input);
  }

  /** End of the span: an aggregated source that names no ends has buckets as long as its times are coarse. */
  get endUs(): number {
    return this.aggregated && this.bucketUs.longest === 0 ? this.lastUs + this.stepUs : this.lastUs;
  }

  private spanOver(row: CleanRow): void {
    const { atUs, endUs } = row;
    if (atUs < this.firstUs) this.firstUs = atUs;
    const last = endUs ?? atUs;
    if (last > this.lastUs) this.lastUs = last;
    if (endUs !== null) this.bucketUs = { shortest: Math.min(this.bucketUs.shortest, endUs - atUs), longest: Math.max(this.bucketUs.longest, endUs - atUs) };
    if (this.stepUs > 1 && atUs % this.stepUs !== 0) this.stepUs = UNITS_US.find((unit) => atUs % unit === 0 && unit < this.stepUs) ?? 1;
  }
}

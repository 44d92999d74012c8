import type { Batch } from './batch.ts';
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

  /** Adds the rows `from` until `to` of a batch, one column at a time: short loops over arrays run several times faster. */
  addAll({ atUs, input, output, cached, model, team }: Batch, from: number, to: number): void {
    this.rows += to - from;
    this.requests += to - from;
    for (let row = from; row < to; row += 1) this.inputs.add(input[row] as number);
    for (let row = from; row < to; row += 1) this.outputs.add(output[row] as number);
    for (let row = from; row < to; row += 1) this.joint.add(input[row] as number, output[row] as number);
    for (let row = from; row < to; row += 1) this.widen(atUs[row] as number, atUs[row] as number);
    for (let row = from; row < to; row += 1) this.calendar.add(atUs[row] as number, 1);
    for (let row = from; row < to; row += 1) this.gaps.add(atUs[row] as number);
    this.models.addAll(model, input, output, from, to);
    this.teams.addAll(team, input, output, from, to);
    this.input += sum(input, from, to);
    this.output += sum(output, from, to);
    if (cached === null) return;
    this.cached += sum(cached, from, to);
    this.cachedOf += sum(input, from, to);
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
    this.widen(atUs, endUs ?? atUs);
    if (endUs === null) return;
    this.bucketUs = { shortest: Math.min(this.bucketUs.shortest, endUs - atUs), longest: Math.max(this.bucketUs.longest, endUs - atUs) };
  }

  private widen(atUs: number, lastUs: number): void {
    if (atUs < this.firstUs) this.firstUs = atUs;
    if (lastUs > this.lastUs) this.lastUs = lastUs;
    if (this.stepUs > 1 && atUs % this.stepUs !== 0) this.stepUs = UNITS_US.find((unit) => atUs % unit === 0 && unit < this.stepUs) ?? 1;
  }
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let row = from; row < to; row += 1) total += values[row] as number;
  return total;
}

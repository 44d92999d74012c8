/**
 * From volume to GPUs: how many replicas the peak hour needs, how many GPUs are rented for them, and for how many hours.
 * Closed form and monotone in the volume; queueing and the simulator (capacity/) refine the rate of one replica, not this.
 */
import type { Redundancy, Scaling } from '../scenario.ts';
import { HOURS_PER_MONTH, SECONDS_PER_MONTH } from '../units.ts';
import type { Curve, Line } from './terms.ts';

/** A volume may exceed a replica's capacity by this share before another replica is added: guards against rounding, not a margin. */
const SLACK = 1e-9;

export interface FleetInput {
  /** Requests a month one replica serves, saturated every hour, > 0. */
  readonly requests_per_replica_month: number;
  /** Busiest hour / mean hour that the fleet must serve at once, >= 1; work that may wait is already taken out. */
  readonly sizing_peak: number;
  /** Relative traffic of 168 hours, mean 1; null: only the peak is known. */
  readonly hours: readonly number[] | null;
  readonly redundancy: Redundancy;
  readonly scaling: Scaling;
  readonly gpus_per_replica: number;
  /** GPUs rented at once. */
  readonly node_gpus: number;
  /** Seconds a replica stays up after its last request, scale to zero. */
  readonly keep_alive_s: number;
  readonly cold_start_s: number;
  /** GPUs there are (owned); null: as many as needed. */
  readonly owned_gpus: number | null;
}

export interface Fleet {
  /** GPU-hours paid in a month, as a curve over volume. */
  readonly paid_gpu_hours: Curve;
  /** GPU-hours of spare replicas (redundancy), part of the paid ones. */
  readonly spare_gpu_hours: Curve;
  /** GPU-hours of work a request takes on a saturated replica. */
  readonly gpu_hours_per_request: number;
  /** Requests a month one replica serves in the busiest hour: the fleet is a function of volume / this, where only speed and peak change. */
  readonly requests_per_step: number;
  /** Replicas up in the busiest hour, spares included. */
  readonly replicas: (volume: number) => number;
  readonly gpus: (volume: number) => number;
  /** Replicas paid on average over the month, spares included. */
  readonly mean_replicas: (volume: number) => number;
  /** Highest volume the owned GPUs can serve. */
  readonly max_volume: number;
}

/** Replicas needed for `load` replicas' worth of work: at least one. `serving(0) === 1`, `serving(1) === 1`, `serving(1.2) === 2` */
function serving(load: number): number {
  return Math.max(1, Math.ceil(load - SLACK));
}

/** Spare replicas for `n` serving ones. */
function spares(n: number, redundancy: Redundancy): number {
  if (redundancy === 'n+1') return 1;
  if (redundancy === 'n+2') return 2;
  return redundancy === '2n' ? n : 0;
}

/** GPUs paid for `replicas`: whole nodes; a replica that fits into a node never straddles two. */
function gpusFor(replicas: number, perReplica: number, node: number): number {
  if (perReplica >= node) return replicas * Math.ceil(perReplica / node) * node;
  return Math.ceil(replicas / Math.floor(node / perReplica)) * node;
}

/** GPUs as a function of serving replicas: `at(n)` stays within a fixed distance of `slope * n`, and the distance repeats every `period` replicas. */
interface GpuCount {
  readonly at: (n: number) => number;
  readonly slope: number;
  readonly period: number;
}

function gpuCounts(input: FleetInput): { readonly paid: GpuCount; readonly spare: GpuCount } {
  const { gpus_per_replica: perReplica, node_gpus: node, redundancy } = input;
  const perNode = Math.max(1, Math.floor(node / perReplica));
  const slope = perReplica >= node ? Math.ceil(perReplica / node) * node : node / perNode;
  const paidSlope = redundancy === '2n' ? 2 * slope : slope;
  // The innermost loop of every search over volumes: what never changes is worked out here.
  const [factor, extra] = [redundancy === '2n' ? 2 : 1, spares(1, redundancy) * (redundancy === '2n' ? 0 : 1)];
  const whole = perReplica >= node;
  const at = whole ? (n: number) => (n * factor + extra) * slope : (n: number) => Math.ceil((n * factor + extra) / perNode) * node;
  return {
    paid: { at, slope: paidSlope, period: perNode },
    // What the fleet would not need without the spares.
    spare: { at: (n) => at(n) - gpusFor(n, perReplica, node), slope: paidSlope - slope, period: perNode },
  };
}

export function sizeFleet(input: FleetInput): Fleet {
  const perReplica = input.gpus_per_replica;
  const unit = input.requests_per_replica_month;
  const peakUnit = unit / input.sizing_peak;
  const counts = gpuCounts(input);
  const curves = input.owned_gpus === null ? scaled(input, unit, counts) : ownedCurves(input.owned_gpus, peakUnit, counts);
  const upAt = (volume: number) => serving(volume / peakUnit);
  const limit = input.owned_gpus === null ? Number.POSITIVE_INFINITY : largestServing(input.owned_gpus, counts.paid) * peakUnit;
  return {
    paid_gpu_hours: curves.paid,
    spare_gpu_hours: curves.spare,
    gpu_hours_per_request: (perReplica * HOURS_PER_MONTH) / unit,
    requests_per_step: peakUnit,
    replicas: (volume) => upAt(volume) + spares(upAt(volume), input.redundancy),
    gpus: (volume) => input.owned_gpus ?? counts.paid.at(upAt(volume)),
    mean_replicas: (volume) => curves.paid.quantity(volume, volume) / HOURS_PER_MONTH / perReplica,
    max_volume: limit,
  };
}

/** Most serving replicas that `owned` GPUs hold, spares kept aside; 0 when not even one fits. */
function largestServing(owned: number, gpus: GpuCount): number {
  let n = 0;
  while (gpus.at(n + 1) <= owned) n++;
  return n;
}

interface Curves {
  readonly paid: Curve;
  readonly spare: Curve;
}

type Counts = ReturnType<typeof gpuCounts>;

function ownedCurves(owned: number, peakUnit: number, counts: Counts): Curves {
  const level = { at0: owned * HOURS_PER_MONTH, slope: 0 };
  const paid: Curve = { quantity: () => level.at0, limit: () => Number.POSITIVE_INFINITY, smooth: false, bounds: { low: level, high: level } };
  return { paid, spare: staircase(peakUnit, HOURS_PER_MONTH, counts.spare) };
}

function scaled(input: FleetInput, unit: number, counts: Counts): Curves {
  const byHour = input.scaling !== 'fixed' && input.hours !== null ? distinctHours(input.hours) : null;
  if (input.scaling === 'scale_to_zero') {
    const hours = byHour ?? [{ load: 1, hours: HOURS_PER_MONTH, peak: input.sizing_peak }];
    return { paid: scaleToZero(hours, input, unit, counts.paid), spare: staircaseByHour(hours, unit, counts.spare) };
  }
  if (byHour !== null) return { paid: staircaseByHour(byHour, unit, counts.paid), spare: staircaseByHour(byHour, unit, counts.spare) };
  const peakUnit = unit / input.sizing_peak;
  return { paid: staircase(peakUnit, HOURS_PER_MONTH, counts.paid), spare: staircase(peakUnit, HOURS_PER_MONTH, counts.spare) };
}

interface HourClass {
  /** Traffic of this hour relative to the mean. */
  readonly load: number;
  /** Traffic the fleet is sized for in it. */
  readonly peak: number;
  /** Hours a month of this kind. */
  readonly hours: number;
}

/** The week's hours grouped by load, in hours of a 730-hour month. */
function distinctHours(hours: readonly number[]): HourClass[] {
  const groups = new Map<number, number>();
  for (const load of hours) groups.set(load, (groups.get(load) ?? 0) + HOURS_PER_MONTH / hours.length);
  return [...groups].map(([load, count]) => ({ load, hours: count, peak: load }));
}

/** The volume at which the next replica is needed. */
function stepLimit(volume: number, unit: number): number {
  return (serving(volume / unit) + SLACK) * unit;
}

/** GPU-hours of the GPUs kept up for `hours`: constant between multiples of `unit`. */
function staircase(unit: number, hours: number, gpus: GpuCount): Curve {
  return {
    quantity: (_, held) => hours * gpus.at(serving(held / unit)),
    limit: (volume) => stepLimit(volume, unit),
    smooth: false,
    bounds: stairBounds(unit, hours, gpus),
  };
}

/** serving(load) lies between load and load + 1, and `at(n)` within the gaps of one period around `slope * n`. */
function stairBounds(unit: number, hours: number, gpus: GpuCount): { low: Line; high: Line } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let n = 1; n <= gpus.period; n++) {
    const gap = gpus.at(n) - gpus.slope * n;
    low = Math.min(low, gap);
    high = Math.max(high, gap);
  }
  const slope = (hours * gpus.slope) / unit;
  return { low: { at0: hours * low, slope }, high: { at0: hours * (high + gpus.slope), slope } };
}

/** One staircase an hour class, added up in one pass. */
function staircaseByHour(hours: readonly HourClass[], unit: number, gpus: GpuCount): Curve {
  const busy = hours.filter((hour) => hour.peak > 0);
  const units = Float64Array.from(busy, (hour) => unit / hour.peak);
  const counts = Float64Array.from(busy, (hour) => hour.hours);
  // An hour without traffic still keeps one replica.
  const quiet = hours.reduce((sum, hour) => sum + (hour.peak > 0 ? 0 : hour.hours), 0) * gpus.at(1);
  const { bounds } = sumCurves(hours.map((hour) => staircase(hour.peak > 0 ? unit / hour.peak : Number.POSITIVE_INFINITY, hour.hours, gpus)));
  return {
    quantity: (_, held) => {
      let total = quiet;
      for (let i = 0; i < units.length; i++) total += (counts[i] as number) * gpus.at(serving(held / (units[i] as number)));
      return total;
    },
    limit: (volume) => {
      let limit = Number.POSITIVE_INFINITY;
      for (let i = 0; i < units.length; i++) limit = Math.min(limit, stepLimit(volume, units[i] as number));
      return limit;
    },
    smooth: false,
    bounds,
  };
}

function sumCurves(curves: readonly Curve[]): Curve {
  return {
    quantity: (volume, held) => sum(curves, (curve) => curve.quantity(volume, held)),
    limit: (volume) => curves.reduce((limit, curve) => Math.min(limit, curve.limit(volume)), Number.POSITIVE_INFINITY),
    smooth: curves.some((curve) => curve.smooth),
    bounds: curves.every((curve) => curve.bounds !== null) ? { low: sumLines(curves, 'low'), high: sumLines(curves, 'high') } : null,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}

function sumLines(curves: readonly Curve[], side: 'low' | 'high'): Line {
  return { at0: sum(curves, (curve) => curve.bounds?.[side].at0 ?? 0), slope: sum(curves, (curve) => curve.bounds?.[side].slope ?? 0) };
}

/**
 * Scale to zero: the first replica of an hour is paid only while it is up. With Poisson arrivals at rate r and a replica that
 * lives for w seconds after a request (cold start + keep-alive), it is up for the share 1 - exp(-r w) of the time (busy share of
 * M/G/infinity, e.g. Kleinrock, Queueing Systems I, 1975), and never less than the work itself takes.
 */
function scaleToZero(hours: readonly HourClass[], input: FleetInput, unit: number, gpus: GpuCount): Curve {
  const secondsUp = input.keep_alive_s + input.cold_start_s;
  const busy = hours.filter((hour) => hour.load > 0);
  const sole = input.hours === null;
  return {
    ...sumCurves(busy.map((hour) => zeroHour(hour, secondsUp, unit, gpus))),
    form: {
      values: [1 / unit, secondsUp, input.sizing_peak],
      at: ({ 0: work = 0, 1: seconds = 0, 2: peak = 1 }) => {
        const at = busy.map((hour) => zeroHour(sole ? { ...hour, peak } : hour, seconds, 1 / work, gpus));
        return at.length === 1 ? (at[0] as Curve) : sumCurves(at);
      },
    },
  };
}

function zeroHour(hour: HourClass, secondsUp: number, unit: number, gpus: GpuCount): Curve {
  const sizing = unit / hour.peak;
  const stairs = staircase(sizing, hour.hours, gpus);
  const perVolume = (hour.load * secondsUp) / SECONDS_PER_MONTH;
  const upShare = (volume: number) => Math.max(1 - Math.exp(-volume * perVolume), Math.min(1, (volume * hour.load) / unit));
  const { low, high } = stairs.bounds ?? { low: { at0: 0, slope: 0 }, high: { at0: 0, slope: 0 } };
  return {
    quantity: (volume, held) => {
      const up = gpus.at(serving(held / sizing));
      const first = Math.min(up, gpus.at(1));
      return hour.hours * (up - first + first * upShare(volume));
    },
    // Beyond 40 mean lifetimes between requests the first replica is up but for 4e-18 of the time: flat again.
    limit: (volume) => (volume * perVolume > 40 ? stairs.limit(volume) : Math.min(stairs.limit(volume), volume * 1.02 + 1)),
    smooth: true,
    bounds: { low: { at0: low.at0 - hour.hours * gpus.at(1), slope: low.slope }, high },
  };
}
